"""The broker's words are data: shown as plain text, never longer than a line (docs/reliability.md 4, fake dialogs)."""

from __future__ import annotations

import unicodedata

LIMIT = 200


def plain(text: object, limit: int = LIMIT) -> str:
    """`text` on one line without control, format (RTL marks, zero width) and surrogate characters, cut at `limit`."""
    if not isinstance(text, str):
        return ""
    shown = (" " if char in "\t\r\n" else char for char in text[: limit * 4])
    kept = "".join(char for char in shown if not unicodedata.category(char).startswith("C"))
    return " ".join(kept.split())[:limit]
