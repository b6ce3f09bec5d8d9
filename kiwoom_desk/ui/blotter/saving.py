"""The table as rows for a file: figures as figures, words as words."""

from __future__ import annotations

from collections.abc import Iterable

from kiwoom_desk.ui import formats
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS, Column, Line

Cell = str | int | None


def table_rows(lines: Iterable[Line]) -> tuple[list[str], list[list[Cell]]]:
    """Header and rows, every column whether it is shown or not."""
    header = [COLUMNS[key].title for key in KEYS]
    return header, [[_cell(COLUMNS[key], line) for key in KEYS] for line in lines]


def _cell(column: Column, line: Line) -> Cell:
    """A number where the cell shows one; a price of 시장가 is a word, and what is not known is empty."""
    if not column.right:
        return column.text(line)
    text = column.text(line)
    if text.replace(",", "").isdigit():
        return int(text.replace(",", ""))
    return None if text == formats.NOTHING else text
