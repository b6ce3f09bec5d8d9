"""Where Windows programs run: on a real Windows, or under Wine. The trials are the same on both."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from devtools import ROOT
from devtools.package.processes import Ended, run


class Host(Protocol):
    """What a trial needs of a Windows."""

    @property
    def name(self) -> str:
        """For the report: what this host is, and so what a success on it is worth."""
        ...

    @property
    def local_data(self) -> Path: ...

    @property
    def start_menu(self) -> Path: ...

    def run(self, program: Path | str, *arguments: Path | str, limit: float) -> Ended: ...

    def start(self, program: Path, *arguments: Path | str) -> "subprocess.Popen[bytes]":
        """Start a program and do not wait for it."""
        ...

    def path(self, path: Path) -> str:
        """The path as a program there sees it."""
        ...

    def registry_has(self, key: str) -> bool: ...


class RealWindows:
    """The Windows that this very process runs on."""

    name = "Windows"

    @property
    def local_data(self) -> Path:
        return Path(os.environ["LOCALAPPDATA"])

    @property
    def start_menu(self) -> Path:
        return Path(os.environ["APPDATA"]) / "Microsoft/Windows/Start Menu/Programs"

    def run(self, program: Path | str, *arguments: Path | str, limit: float) -> Ended:
        return run([program, *arguments], environment=os.environ, limit=limit)

    def start(self, program: Path, *arguments: Path | str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([str(program), *map(str, arguments)], cwd=ROOT)

    def path(self, path: Path) -> str:
        return str(path)

    def registry_has(self, key: str) -> bool:
        return self.run("reg", "query", key, limit=60).status == 0


@contextmanager
def running(host: Host, program: Path, *arguments: Path | str) -> Iterator[None]:
    """The program runs for as long as the with-block lasts, and is then ended without ceremony."""
    process = host.start(program, *arguments)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def on_windows() -> bool:
    return sys.platform == "win32"
