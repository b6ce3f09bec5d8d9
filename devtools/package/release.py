"""`dev.py release-files FROM TO`: the files of a release, from what the builders left, with one list of sums."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from devtools import Stop, say
from devtools.package.product import Product, product
from devtools.package.sums import NAME, digest, read_sums, write_sums

WANTED = ("*-setup.exe", "*.tar.gz", "*.cdx.json")


def release_files(arguments: Sequence[str]) -> int:
    """Copy what is released from the folder FROM into the new folder TO, and check it on the way.

    Raises:
        Stop: A file is missing, is not the one that was built and tried, or the tag is of another version.
    """
    if len(arguments) != 2:
        raise Stop("usage: dev.py release-files FROM TO")
    gather(Path(arguments[0]), Path(arguments[1]), product(), os.environ.get("GITHUB_REF_NAME"))
    return 0


def gather(source: Path, target: Path, of: Product, tag: str | None) -> list[Path]:
    """The files of the release, in `target`, sums included. `tag` is None where there is no tag to compare."""
    if tag is not None and tag != f"v{of.version}":
        raise Stop(f"the tag {tag} is not of version {of.version}")
    stated = {name: value for sums in source.rglob(NAME) for name, value in read_sums(sums).items()}
    target.mkdir(parents=True)
    found = [file for pattern in WANTED for file in sorted(source.rglob(pattern))]
    for pattern in WANTED:
        if not any(file.match(pattern) for file in found):
            raise Stop(f"there is no {pattern} in {source}")
    for file in found:
        if stated.get(file.name) != digest(file):
            raise Stop(f"{file.name} is not the file that was built and tried")
        shutil.copy(file, target)
    copies = [target / file.name for file in found]
    write_sums(copies, target / NAME)
    say(f"{len(copies)} files and their sums are in {target}")
    return [*copies, target / NAME]
