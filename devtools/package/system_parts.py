"""Which Debian packages the libraries in a Linux folder come from, with their licence texts.

PyInstaller copies what the program loads from the system: X11, GLib and the like. They travel under their own licences.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from devtools.debian import ldconfig_lines
from devtools.package.processes import run


@dataclass(frozen=True)
class SystemPart:
    """A Debian package and its copyright file."""

    package: str
    version: str
    copyright: Path


def system_parts(folder: Path) -> list[SystemPart]:
    """The Debian packages of the libraries in a frozen folder; empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    known = dict(filter(None, map(_soname_and_path, ldconfig_lines())))
    libraries = {file.name for file in folder.rglob("*.so*") if "PySide6" not in file.parts}
    paths = sorted({str(Path(known[name]).resolve()) for name in libraries if name in known})
    if not paths:
        return []
    owners = {owner for path in paths if (owner := _owner(path))}
    return sorted((part for owner in owners if (part := _part(owner))), key=lambda part: part.package)


def _soname_and_path(line: str) -> tuple[str, str] | None:
    found = re.match(r"\s*(\S+) \(.*\) => (\S+)", line)
    return (found[1], found[2]) if found else None


def _owner(path: str) -> str | None:
    """The package of a file. Debian's merged /usr knows some files by their old place only."""
    for spelling in (path, path.removeprefix("/usr")):
        ended = run(["dpkg-query", "-S", spelling], environment={**os.environ, "LC_ALL": "C"}, limit=60)
        if ended.status == 0:
            return ended.output.split(": ")[0]
    return None


def _part(owner: str) -> SystemPart | None:
    ended = run(["dpkg-query", "-W", "-f=${Version}", owner], environment=os.environ, limit=60)
    name = owner.split(":")[0]
    return SystemPart(name, ended.output.strip(), Path("/usr/share/doc") / name / "copyright")
