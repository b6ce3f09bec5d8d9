"""Compiling the Windows installer with NSIS, on Windows or on Linux: the same script, the same compiler."""

import os
import shutil
import sys
from pathlib import Path

from devtools import ROOT, Stop
from devtools.package import signing
from devtools.package.processes import must, run
from devtools.package.product import Product

SCRIPT = ROOT / "packaging" / "installer.nsi"
ICON = ROOT / "resources" / "icons" / "app.ico"
USUAL_PLACE = Path(r"C:\Program Files (x86)\NSIS\makensis.exe")


def compiler() -> str:
    """Path of makensis. Raises Stop when there is none."""
    found = shutil.which("makensis") or (str(USUAL_PLACE) if USUAL_PLACE.exists() else None)
    if found is None:
        raise Stop("makensis (NSIS 3) is not installed")
    return found


def build(product: Product, source: Path, target: Path, *, quick: bool = False) -> Path:
    """Compile the installer of the frozen folder `source` to `target`, unsigned but with a signed remover if possible.

    `quick` compresses less: for installers that only serve a trial. Raises Stop when NSIS fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    defines = {
        "VERSION": product.version,
        "FOUR_NUMBERS": ".".join(map(str, product.four_numbers)),
        "PUBLISHER": product.publisher,
        "SOURCE": str(source),
        "OUTPUT": str(target),
        "ICON": str(ICON),
    }
    if signing.can_sign():
        defines["SIGN_COMMAND"] = f'"{sys.executable}" "{ROOT / "dev.py"}" sign'
    if quick:
        defines["QUICK"] = ""
    words = [compiler(), "-V2", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in defines.items())]
    must(run([*words, SCRIPT], environment=os.environ, limit=900), "makensis")
    return target
