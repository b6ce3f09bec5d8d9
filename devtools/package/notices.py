"""The licence texts and notices that travel with the program, above all for Qt (LGPL).

The wheels of Qt carry no licence text, so the texts are in packaging/licences; all others come from their packages.
"""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT, Stop
from devtools.package.distributions import Part
from devtools.package.product import Product
from devtools.package.system_parts import SystemPart

TEXTS = ROOT / "packaging" / "licences"
FOLDER = "licences"
QT_PARTS = frozenset({"pyside6-essentials", "shiboken6"})

QT_NOTICE = """\
Qt, PySide6 and Shiboken6 {version}
-------------------------------
This program uses Qt, PySide6 and Shiboken6, unchanged, under the GNU Lesser General Public License version 3.
The texts of that licence and of the GNU General Public License version 3, on which it stands, are LGPL-3.0.txt
and GPL-3.0.txt in this folder. Qt is copyright (C) The Qt Company Ltd. and other contributors.

They are separate shared libraries in `_internal/PySide6` and `_internal/shiboken6`. You may replace them by
versions that you built or changed yourself; nothing in this program prevents that, and you may take this
program apart to debug such changes.

Sources, of this very version {version}:
  Qt        https://download.qt.io/official_releases/qt/
  PySide6   https://download.qt.io/official_releases/QtForPython/
Should those places not have them, whoever gave you this program owes you these sources.

Qt contains code of others under licences of their own: https://doc.qt.io/qt-6/licenses-used-in-qt.html
"""

PYTHON_NOTICE = """\
Python {python}
---------------
The interpreter and its standard library are under the licence in python/, which names the libraries that come
with it (among them OpenSSL, SQLite, libffi, zlib, bzip2, xz and expat). What starts them is the boot loader of
PyInstaller {freezer}, under the GPL with an exception for the programs it starts (pyinstaller/).
"""


@dataclass(frozen=True)
class Inside:
    """What a frozen program consists of besides itself."""

    found: Sequence[Part]
    freezer: Part
    python_version: str
    python_home: Path
    from_the_system: Sequence[SystemPart] = ()


def write_notices(target: Path, product: Product, inside: Inside) -> list[str]:
    """Fill `target`/licences; the names of the distributions whose licence text is there.

    Raises:
        Stop: A distribution that is shipped has no licence text anywhere.
    """
    folder = target / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", folder / f"{product.name}.txt")
    for text in sorted(TEXTS.glob("*.txt")):
        shutil.copy(text, folder)
    _copy_texts(folder / "python", [_python_licence(inside.python_home)])
    for library in inside.from_the_system:
        _copy_texts(folder / "system" / library.package, [library.copyright])
    missing = []
    for part in (*inside.found, inside.freezer):
        if part.texts:
            _copy_texts(folder / part.name, part.texts)
        elif part.name not in QT_PARTS:
            missing.append(part.name)
    if missing:
        raise Stop(f"no licence text for {', '.join(missing)}")
    (folder / "NOTICES.txt").write_text(notices_text(product, inside), encoding="utf-8")
    return [part.name for part in inside.found if part.texts]


def notices_text(product: Product, inside: Inside) -> str:
    """The overview: what is inside, in which version, under which licence."""
    qt = next((part.version for part in inside.found if part.name == "pyside6-essentials"), "")
    lines = [
        f"{product.title} {product.version} is under the MIT licence ({product.name}.txt).",
        "It contains, unchanged, the work of others:",
        "",
        *(f"  {part.name} {part.version}: {part.licence}" for part in inside.found),
        f"  Python {inside.python_version}: PSF-2.0",
        "",
        QT_NOTICE.format(version=qt),
        PYTHON_NOTICE.format(python=inside.python_version, freezer=inside.freezer.version),
        *_system_lines(inside.from_the_system),
    ]
    return "\n".join(lines)


def _system_lines(found: Sequence[SystemPart]) -> list[str]:
    if not found:
        return []
    intro = ["Libraries of Debian", "-------------------", "Unchanged, with the licence texts in system/:"]
    return [*intro, *(f"  {part.package} {part.version}" for part in found), ""]


def _copy_texts(folder: Path, texts: Sequence[Path]) -> None:
    """Copy under the texts' own names; two of one name (from subfolders) both survive."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        target = folder / text.name
        if target.exists():
            target = folder / f"{text.parent.name}-{text.name}"
        shutil.copy(text, target)


def _python_licence(home: Path) -> Path:
    """Windows has the text beside python.exe, Debian beside the standard library."""
    versioned = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [home / "LICENSE.txt", home / "lib" / versioned / "LICENSE.txt", home / "LICENSE"]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise Stop(f"the Python in {home} has no licence text")
    return found
