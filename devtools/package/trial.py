"""Trying the installer as a person's machine would see it: install, start, update, refuse, remove, nothing left."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devtools import Stop
from devtools.package.hosts import Host, running
from devtools.package.processes import must
from devtools.package.product import Product

UNINSTALL_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\kiwoom_desk"
RUNNING = 5
"""The installer's exit status when the program runs (packaging/installer.nsi)."""
PATIENCE = 120.0
"""Seconds until something that must happen counts as not happening."""


@dataclass(frozen=True)
class Installed:
    """Where an installation lies on a host."""

    host: Host
    product: Product

    @property
    def folder(self) -> Path:
        return self.host.local_data / "Programs" / "kiwoom_desk"

    @property
    def program(self) -> Path:
        return self.folder / self.product.executable

    @property
    def remover(self) -> Path:
        return self.folder / "uninstall.exe"

    @property
    def shortcut(self) -> Path:
        return self.host.start_menu / f"{self.product.title}.lnk"

    @property
    def data(self) -> Path:
        """As kiwoom_desk/storage/folders.py has it."""
        return self.host.local_data / "KiwoomDesk" / "KiwoomDesk"

    def has_locks(self) -> bool:
        """True once the program has locked an account's journal: it is up."""
        return any(True for _ in self.data.rglob("locks/*.lock"))

    def traces(self) -> list[str]:
        """What of an installation is there, the trader's data aside."""
        places = (self.folder, self.shortcut)
        found = [str(place) for place in places if place.exists()]
        return [*found, *([UNINSTALL_KEY] if self.host.registry_has(UNINSTALL_KEY) else [])]

    def install(self, installer: Path) -> None:
        """Silently. Raises Stop unless everything is in its place afterwards."""
        must(self.host.run(installer, "/S", limit=PATIENCE), installer.name)
        places = (self.program, self.remover, self.shortcut)
        missing = [str(place) for place in places if not place.exists()]
        if missing or not self.host.registry_has(UNINSTALL_KEY):
            raise Stop(f"after the installation these are missing: {missing or UNINSTALL_KEY}")

    def version(self) -> str:
        """What the list of installed programs says."""
        said = must(self.host.run("reg", "query", UNINSTALL_KEY, "/v", "DisplayVersion", limit=60), "reg query").output
        return said.split()[-1]

    def remove(self, *words: str) -> None:
        """Silently. The remover copies itself away and goes on from there, so its end is not the end of the work.

        Raises Stop when something is left.
        """
        self.host.run(self.remover, "/S", *words, limit=PATIENCE)
        wait_until(lambda: not self.traces(), lambda: f"left after the removal: {self.traces()}")


def refuses_while_running(installed: Installed, installer: Path) -> dict[str, object]:
    """With the program open, neither the installer nor the remover touches anything. Raises Stop."""
    with running(installed.host, installed.program):
        wait_until(installed.has_locks, lambda: "the installed program does not start: it takes no lock")
        ended = installed.host.run(installer, "/S", limit=PATIENCE)
        if ended.status != RUNNING:
            raise Stop(f"the installer ended with status {ended.status} while the program ran")
        # _?= keeps the remover from going on in a copy of itself, so that its exit status can be read
        ended = installed.host.run(
            installed.remover, "/S", f"_?={installed.host.path(installed.folder)}", limit=PATIENCE
        )
        if ended.status != RUNNING or not installed.program.exists():
            raise Stop(f"the remover ended with status {ended.status} while the program ran")
    return {"installer": RUNNING, "remover": RUNNING}


def updates_over_an_older_version(installed: Installed, older: Path, newer: Path) -> None:
    """What only the older version had is gone, the trader's data is not. Raises Stop."""
    installed.install(older)
    leftover = installed.folder / "_internal" / "only-in-the-older-version.txt"
    leftover.write_text("x", encoding="utf-8")
    kept = installed.data / "kept.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text("the trader's", encoding="utf-8")
    before = installed.version()
    installed.install(newer)
    if before == installed.version() or installed.version() != installed.product.version:
        raise Stop(f"updated from {before} to {installed.version()}")
    if leftover.exists():
        raise Stop("a file of the older version survived the update")
    if not kept.exists():
        raise Stop("the update removed the trader's data")


def removal_keeps_the_data_unless_asked(installed: Installed, installer: Path) -> None:
    """A silent removal leaves the data; with /DELETEDATA nothing is left. Raises Stop."""
    installed.remove()
    if not installed.data.exists():
        raise Stop("a silent removal deleted the trader's data")
    installed.install(installer)
    installed.remove("/DELETEDATA")
    wait_until(lambda: not installed.data.parent.exists(), lambda: f"left after the removal: {installed.data}")


def files_of(folder: Path) -> set[str]:
    """All paths under a folder: to compare before and after."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def wait_until(condition: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait for something to become true. Raises Stop, with the words of `otherwise`, when it does not."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise Stop(otherwise())
        time.sleep(0.5)
