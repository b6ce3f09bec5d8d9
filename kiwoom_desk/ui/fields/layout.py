"""Boxes without the eleven pixels that Qt puts around everything."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Part = QWidget | QLayout | int | None
"""A widget, a layout, a gap in pixels, or None for a stretch."""


def _fill(box: QHBoxLayout | QVBoxLayout, parts: tuple[Part, ...], gap: int, margin: int) -> None:
    box.setContentsMargins(margin, margin, margin, margin)
    box.setSpacing(gap)
    for part in parts:
        match part:
            case None:
                box.addStretch(1)
            case int():
                box.addSpacing(part)
            case QWidget():
                box.addWidget(part)
            case _:
                box.addLayout(part)


def row(*parts: Part, gap: int = 8, margin: int = 0) -> QHBoxLayout:
    box = QHBoxLayout()
    _fill(box, parts, gap, margin)
    return box


def column(*parts: Part, gap: int = 8, margin: int = 0) -> QVBoxLayout:
    box = QVBoxLayout()
    _fill(box, parts, gap, margin)
    return box


def holder(inner: QLayout, role: str = "") -> QFrame:
    """A frame around `inner`; `role` names its look."""
    made = QFrame()
    made.setLayout(inner)
    if role:
        made.setProperty("role", role)
    return made


def clear(box: QLayout) -> None:
    """Take every widget out of `box` and delete it."""
    while (item := box.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
