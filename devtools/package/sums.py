"""SHA256SUMS, as `sha256sum --check` reads it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

NAME = "SHA256SUMS"


def digest(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(files: Iterable[Path], target: Path) -> None:
    """Write one line per file, by name. All files lie beside `target`."""
    lines = [f"{digest(path)}  {path.name}\n" for path in sorted(files, key=lambda path: path.name)]
    target.write_text("".join(lines), encoding="utf-8", newline="\n")


def read_sums(file: Path) -> dict[str, str]:
    """Digests by file name."""
    pairs = (line.split("  ", maxsplit=1) for line in file.read_text(encoding="utf-8").splitlines() if line)
    return {name: value for value, name in pairs}
