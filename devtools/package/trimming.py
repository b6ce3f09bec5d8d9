"""What PyInstaller collects and the program never opens. Leaving it out saves size; it changes nothing in speed."""

from fnmatch import fnmatchcase

UNUSED_MODULES = ["tkinter", "setuptools", "pkg_resources", "pip", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtPdf"]

DROPPED = (
    "*opengl32sw.dll",
    "*d3dcompiler_*.dll",
    "*qdirect2d*",
    "*qminimal*",
    "*qvnc*",
    "*qeglfs*",
    "*qlinuxfb*",
    "*qvkkhrdisplay*",
    "*qwayland*",
    "*eglfs*",
    "*egldeviceintegrations*",
    "*wayland*",
    "*qt6pdf*",
    "*qpdf*",
    "*qt6qml*",
    "*qt6quick*",
    "*qt6virtualkeyboard*",
    "*virtualkeyboard*",
    "*qopensslbackend*",
    "*plugins/generic/*",
    "*plugins/networkinformation/*",
    "*plugins/sqldrivers/*",
    # GTK's file dialog and what only it needs
    "*plugins/platformthemes/libqgtk3*",
    *(f"*/lib{name}*" for name in ("gtk-3", "gdk-3", "gdk_pixbuf", "atk", "cairo", "pango", "pixman", "epoxy")),
    *(f"*/lib{name}*" for name in ("harfbuzz", "thai", "datrie", "fribidi", "graphite2", "rsvg")),
)
"""Patterns of collected files, in small letters with forward slashes. Qt's own TLS plugin for Windows stays; the
program itself speaks TLS through Python."""

IMAGE_FORMATS = ("qico", "qsvg")
LANGUAGES = ("_ko.qm",)


def is_wanted(collected: str) -> bool:
    """False for a file (its path in the frozen folder) that can be left out."""
    name = collected.replace("\\", "/").lower()
    if "plugins/imageformats/" in name:
        return any(kept in name for kept in IMAGE_FORMATS)
    if "/translations/" in name and name.endswith(".qm"):
        return name.endswith(LANGUAGES)
    return not any(fnmatchcase(f"/{name}", pattern) for pattern in DROPPED)
