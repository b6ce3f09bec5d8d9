"""What of the locked runtime is inside a frozen program: read from the packages that it was frozen from."""

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devtools import LOCKS
from devtools.environment import canonical, locked_names

_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True)
class Part:
    """One distribution inside. `licence` is an SPDX expression where the package states one, else its own words."""

    name: str
    version: str
    licence: str
    is_spdx: bool
    summary: str
    texts: tuple[Path, ...]


def freezer(site_packages: Path) -> Part:
    """PyInstaller, whose boot loader becomes the executable."""
    return _part(
        "pyinstaller", next(iter(importlib.metadata.distributions(name="pyinstaller", path=[str(site_packages)])))
    )


def parts(site_packages: Path, lock: Path = LOCKS / "runtime.txt") -> list[Part]:
    """The runtime distributions in a folder of packages, by name. What only freezes or checks is not among them."""
    wanted = locked_names(lock)
    found = importlib.metadata.distributions(path=[str(site_packages)])
    chosen = {canonical(each.metadata["Name"]): each for each in found if canonical(each.metadata["Name"]) in wanted}
    return [_part(name, chosen[name]) for name in sorted(chosen)]


def _part(name: str, distribution: importlib.metadata.Distribution) -> Part:
    metadata = distribution.metadata
    expression = _first(metadata, "License-Expression")
    stated = expression or _classified(metadata.get_all("Classifier") or []) or _first(metadata, "License").strip()
    licence = stated.splitlines()[0] if stated else "see its licence text"
    texts = tuple(sorted(_licence_texts(distribution)))
    return Part(name, distribution.version, licence, bool(expression), _first(metadata, "Summary"), texts)


def _first(metadata: importlib.metadata.PackageMetadata, field: str) -> str:
    return str((metadata.get_all(field) or [""])[0])


def _classified(classifiers: list[str]) -> str:
    return " or ".join(each.removeprefix(_CLASSIFIER) for each in classifiers if each.startswith(_CLASSIFIER))


def _licence_texts(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    for file in distribution.files or []:
        inside_info = ".dist-info" in file.parts[0]
        if inside_info and file.name.lower().startswith(("licen", "copying", "notice", "authors")):
            yield Path(str(distribution.locate_file(file)))
