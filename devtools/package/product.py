"""What the product is called, in one place for the version resource, the installer and the notices."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT


@dataclass(frozen=True)
class Product:
    """Names and the version of the program."""

    version: str
    name: str = "kiwoom_desk"
    title: str = "Kiwoom Desk"
    description: str = "키움 REST API 주문 데스크"
    publisher: str = "The kiwoom_desk authors"
    executable: str = "kiwoom_desk.exe"

    @property
    def four_numbers(self) -> tuple[int, int, int, int]:
        """The version as Windows wants it: exactly four numbers. Suffixes as in `1.2.0rc1` are left out."""
        parts = ["".join(c for c in part if c.isdigit()) for part in self.version.split("rc")[0].split(".")]
        numbers = [int(part) for part in parts if part][:4]
        a, b, c, d = [*numbers, 0, 0, 0, 0][:4]
        return a, b, c, d


def product(project: Path = ROOT / "pyproject.toml") -> Product:
    """The product at the version that the project file states."""
    stated = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    return Product(version=str(stated))
