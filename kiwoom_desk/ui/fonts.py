"""Type: the system's Korean face, figures of one width."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase

PREFERRED = ("Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Apple SD Gothic Neo")
SMALLEST = 11
"""Nothing the trader reads is set below this many logical pixels (docs/ui.md)."""


def family() -> str:
    """The first preferred face that is installed; else the system's own."""
    installed = set(QFontDatabase.families())
    return next((name for name in PREFERRED if name in installed), QFont().family())


def has_korean() -> bool:
    """False when no installed face can draw Hangul: the start then says so instead of showing boxes."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.Korean))


def ui_font(pixels: int, *, bold: bool = False) -> QFont:
    """The interface face at `pixels` logical pixels with tabular figures."""
    font = QFont(family())
    font.setPixelSize(max(pixels, SMALLEST))
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
