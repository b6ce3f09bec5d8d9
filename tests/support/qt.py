"""One QApplication and one loop for every Qt test: a new loop per test crashed the interpreter on the eighth.

Use: `from tests.support.qt import run, until`; a test is `def test_…(): run(story())`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiwoom_desk.ui import aio, theme

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds after which a condition that never comes true fails the test rather than hanging the run."""

_loop: asyncio.AbstractEventLoop | None = None


def app() -> QApplication:
    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication([])
    made.setQuitOnLastWindowClosed(False)
    return made


def loop() -> asyncio.AbstractEventLoop:
    global _loop
    if _loop is None:
        theme.apply(app(), theme.Look(still=True))
        _loop = aio.make_loop(app())
    return _loop


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run `story` to its end on the shared loop; what it spawned is cancelled, what went wrong there is raised."""
    errors: list[BaseException] = []
    aio.on_error(lambda name, error: errors.append(error))

    async def whole() -> T:
        try:
            return await story
        finally:
            await aio.cancel_all()

    try:
        result = loop().run_until_complete(whole())
    finally:
        aio.on_error(None)
    if errors:
        raise errors[0]
    return result


async def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Let the loop turn until `condition()` is true."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"{what} never came true")
        await asyncio.sleep(0.002)


def picture(widget: QWidget, path: Path) -> Path:
    """A PNG of `widget` as it looks now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(path)), f"could not write {path}"
    return path


def dispose(widget: QWidget) -> None:
    """Let Qt delete a window of its own now; left to Python's collector it would go in the middle of another test."""
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
