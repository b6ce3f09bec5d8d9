"""System libraries on Linux that no Python wheel carries: found missing, named, and on Debian installed.

A library is looked up by its soname, not by its package, because Debian renames packages between releases and other
distributions have names of their own.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from devtools import Stop, say

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libbrotlidec.so.1": "libbrotli1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What the Qt of PySide6-Essentials links against (read with objdump) beyond the C library, by Debian package."""

KOREAN_FONTS = ("NotoSansCJK*", "NotoSansKR*", "Nanum*", "UnBatang*", "Pretendard*")


@dataclass(frozen=True)
class Need:
    """One thing the system must have: the Debian package, why it is needed, and how to see that it is there."""

    package: str
    why: str
    present: Callable[[], bool]


def ldconfig_lines() -> list[str]:
    """What the dynamic linker finds, as `ldconfig -p` prints it; empty where there is no ldconfig."""
    ldconfig = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if ldconfig is None:
        return []
    printed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    return [line for line in printed.splitlines() if "=>" in line]


def _has_korean_font() -> bool:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    return any(True for folder in folders for pattern in KOREAN_FONTS for _ in folder.rglob(pattern))


def _on_path(program: str) -> Callable[[], bool]:
    return lambda: shutil.which(program) is not None


def qt_needs() -> list[Need]:
    """What a Qt program that draws Korean needs on this Linux."""
    known = {line.split()[0] for line in ldconfig_lines()}
    needs = [
        Need(package, "Qt", lambda soname=soname: soname in known)  # type: ignore[misc]
        for soname, package in QT_LIBRARIES.items()
    ]
    return [*needs, Need("fonts-nanum", "Korean text", _has_korean_font)]


def screen_needs() -> list[Need]:
    """A screen in memory, for the parts of the checks that need a real window system."""
    return [
        Need("xvfb", "a screen in memory", _on_path("Xvfb")),
        Need("xauth", "a screen in memory", _on_path("xauth")),
    ]


def venv_needs() -> list[Need]:
    """Debian cuts `ensurepip` out of its Python, and with it the means to make an environment."""
    return [Need("python3-venv", "making .venv", lambda: importlib.util.find_spec("ensurepip") is not None)]


def program_need(program: str, package: str, why: str) -> Need:
    """A need for a program of that name on the PATH."""
    return Need(package, why, _on_path(program))


def ensure(needs: Iterable[Need]) -> None:
    """See to it that everything is there; does nothing on Windows and macOS.

    Raises:
        Stop: Something is missing and cannot be installed from here; the message holds the command to type.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    packages = list(dict.fromkeys(need.package for need in missing))
    reasons = ", ".join(dict.fromkeys(need.why for need in missing))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise Stop(f"missing on this system (for {reasons}), by their Debian names: {' '.join(packages)}")
    if os.geteuid() != 0:
        raise Stop(f"missing system packages for {reasons}. Please run: sudo {' '.join(command)}")
    say(f"installing Debian packages for {reasons}: {' '.join(packages)}")
    _apt(["apt-get", "update"])
    _apt(command)
    importlib.invalidate_caches()


def _apt(command: list[str]) -> None:
    """Run quietly; show what apt said only when it failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        print(ended.stdout, flush=True)
        raise Stop(f"`{' '.join(command)}` ended with status {ended.returncode}; its words are above")
