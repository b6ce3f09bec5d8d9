"""A virtual environment that is exactly what a lock says: made when missing, brought up to date when stale.

Freshness is one small file in the environment, written last: the digest of the lock and the Python inside. An
environment whose making was cut short has no such file and is made again.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools import BUILD, LOCKS, ROOT, Stop, say

STAMP = "kiwoom-desk-lock.txt"
KEPT = frozenset({"pip", "setuptools", "wheel"})


@dataclass(frozen=True)
class Environment:
    """A folder that holds a Python with the packages of `lock`, and of nothing else."""

    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def is_fresh(self) -> bool:
        """True when the folder was completed from this very lock. Starts no process."""
        try:
            return self.python.exists() and (self.folder / STAMP).read_text(encoding="utf-8") == self._stamp()
        except OSError:
            return False

    def ensure(self) -> Path:
        """Make or update the environment if it must be; the path of its Python.

        Raises:
            Stop: pip could not install what the lock names.
        """
        if self.is_fresh():
            return self.python
        with _only_one_at_a_time(self.folder):
            if not self.is_fresh():
                self._bring_up_to_date()
        return self.python

    def _bring_up_to_date(self) -> None:
        began = time.monotonic()
        usable = self.python.exists() and _runs(self.python)
        say(f"{'updating' if usable else 'making'} {_shown(self.folder)} from {_shown(self.lock)} …")
        if not usable:
            venv.create(self.folder, clear=True, with_pip=True, symlinks=os.name != "nt")
        (self.folder / STAMP).unlink(missing_ok=True)
        self._install()
        self._remove_strangers()
        (self.folder / STAMP).write_text(self._stamp(), encoding="utf-8")
        say(f"{_shown(self.folder)} is ready ({time.monotonic() - began:.0f} s)")

    def _install(self) -> None:
        options = ["--require-hashes", "--only-binary", ":all:", "-qq", "--disable-pip-version-check"]
        self._pip("install", *options, "--no-warn-script-location", "-r", str(self.lock))

    def _remove_strangers(self) -> None:
        """A package that the lock no longer names could hide a dependency that the project forgot to declare."""
        listing = "import importlib.metadata as m; print(*(d.metadata['Name'] for d in m.distributions()), sep='\\n')"
        installed = subprocess.run([self.python, "-c", listing], capture_output=True, text=True, check=True).stdout
        strangers = {canonical(name) for name in installed.split()} - locked_names(self.lock) - KEPT
        if strangers:
            self._pip("uninstall", "--yes", "--quiet", *sorted(strangers))

    def _pip(self, *arguments: str) -> None:
        if subprocess.run([self.python, "-m", "pip", *arguments], check=False).returncode != 0:
            raise Stop(f"pip could not bring {_shown(self.folder)} to {_shown(self.lock)}; its words are above")

    def _stamp(self) -> str:
        digest = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        return f"{digest} Python {_version_inside(self.folder)}\n"


def development() -> Environment:
    """The environment of every command but `package`."""
    return Environment(ROOT / ".venv", LOCKS / "dev.txt")


def canonical(name: str) -> str:
    """A distribution's name as the packaging rules compare it: `PySide6_Essentials` is `pyside6-essentials`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names(lock: Path) -> frozenset[str]:
    """Canonical names of all distributions in a lock, whatever system they are for."""
    text = lock.read_text(encoding="utf-8")
    return frozenset(canonical(name) for name in re.findall(r"^([A-Za-z0-9][\w.-]*)==", text, flags=re.MULTILINE))


def _version_inside(folder: Path) -> str:
    """The Python version that `venv` noted in the folder; read, not asked, so that a fresh start costs nothing."""
    for line in (folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if key.strip() in {"version", "version_info"}:
            return value.strip()
    return "unknown"


def _runs(python: Path) -> bool:
    """False for an environment whose base Python went away, or whose Python has no pip."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


@contextmanager
def _only_one_at_a_time(folder: Path) -> Iterator[None]:
    """Two commands that start together must not both install into one folder: the second waits for the first."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{folder.name}.lock").open("a+b") as handle:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
