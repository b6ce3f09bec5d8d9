"""Where the files that travel with the program are: beside the package, or in the frozen build."""

from __future__ import annotations

import sys
from pathlib import Path

_FROZEN = getattr(sys, "_MEIPASS", None)
ROOT = (Path(_FROZEN) if _FROZEN else Path(__file__).parents[2]) / "resources"


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def path(*parts: str) -> Path:
    return ROOT.joinpath(*parts)
