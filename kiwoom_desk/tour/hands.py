"""A person's hands: mouse and keys on real widgets, as Qt delivers them. No back door into the program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

Key = Qt.Key
BETWEEN = 0.03
"""Seconds between two acts: long enough for the loop to deliver what the last one caused."""


class Missed(Exception):
    """The hands could not do it: a widget is hidden or off, or nothing came of waiting."""


async def click(widget: QWidget, at: QPoint | None = None) -> None:
    """A left click in the middle of a widget that is visible and on. Raises Missed."""
    if not widget.isVisible() or not widget.isEnabled():
        state = "hidden" if not widget.isVisible() else "switched off"
        raise Missed(f"{widget.objectName() or type(widget).__name__} is {state}")
    if not widget.window().isActiveWindow():
        widget.activateWindow()  # a screen without a window manager leaves that to the hand
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())
    await pause()


async def type_into(field: QLineEdit, text: str) -> None:
    """Click into the field, take out what stands there, and type. Hangul is pasted, as an input method delivers it."""
    await click(field)
    QTest.keyClick(field, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        field.insert(text)
    await pause()


async def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    await pause()


async def choose(box: QComboBox, fits: Callable[[int], bool]) -> None:
    """Walk the closed box with the arrow keys to the first entry that fits. Raises Missed."""
    wanted = next((row for row in range(box.count()) if fits(row)), None)
    if wanted is None or not box.isVisible() or not box.isEnabled():
        raise Missed(f"{box.objectName() or 'the box'} offers no such entry")
    box.setFocus(Qt.FocusReason.MouseFocusReason)
    for _ in range(box.count()):
        if box.currentIndex() == wanted:
            break
        QTest.keyClick(box, Key.Key_Down if box.currentIndex() < wanted else Key.Key_Up)
    if box.currentIndex() != wanted:
        raise Missed(f"entry {wanted} of {box.objectName() or 'the box'} cannot be reached by keys")
    await pause()


async def click_row(view: QAbstractItemView, index: QModelIndex, *, twice: bool = False) -> None:
    """Go to a row where it is drawn and click (or double-click) it; scrolls to it first.

    The mouse moves there as a hand moves it: a press without a move means the row that lay under it before."""
    view.scrollTo(index)
    spot = view.visualRect(index).center()
    for at in (spot + QPoint(20, 0), spot):
        _move(view.viewport(), at)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    if twice:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    await pause()


def _move(widget: QWidget, to: QPoint) -> None:
    """The event alone: `QTest.mouseMove` lets Qt's loop run within the task that calls it, and what another task is
    woken for meanwhile is lost (docs/architecture.md, Async and Qt)."""
    none, no_keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(widget.mapToGlobal(to))
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, QPointF(to), place, none, none, no_keys))


async def pause(seconds: float = BETWEEN) -> None:
    await asyncio.sleep(seconds)


async def until(condition: Callable[[], object], what: str, within: float = 30.0) -> None:
    """Wait for something to become true on screen or in the market. Raises Missed with `what` when it does not."""
    try:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 (anything may make it true; there is no event to wait for)
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise Missed(f"waited {within:.0f} s in vain: {what}") from None


def top_dialog() -> QWidget | None:
    """The dialog in front, if one is open."""
    return QApplication.activeModalWidget() or next(
        (w for w in QApplication.topLevelWidgets() if w.isVisible() and w.inherits("QDialog")), None
    )
