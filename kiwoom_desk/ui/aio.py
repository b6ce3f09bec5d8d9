"""One thread and one loop for widgets and network. The only module that imports qasync.

Coroutines start in one place, `spawn`, which keeps the reference, shows the error and cancels on close. A dialog is
awaited (`ask`), never executed: while a nested loop stands no coroutine moves (docs/architecture.md 6.3).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication, QDialog

T = TypeVar("T")
ErrorHandler = Callable[[str, BaseException], None]
log = logging.getLogger(__name__)

EXECUTOR_THREADS = 3
"""qasync's own default executor starts ten threads at the first call; nothing here needs more than a few."""


def _log_error(name: str, error: BaseException) -> None:
    log.error("%s failed", name, exc_info=error)


_tasks: set[asyncio.Task[Any]] = set()
_on_error: ErrorHandler = _log_error


def on_error(handler: ErrorHandler | None) -> None:
    """Who shows what went wrong in a spawned coroutine: gets its name and the error. None: only the log."""
    global _on_error
    _on_error = handler or _log_error


def make_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """The loop for the life of the process, set as current. Never make a second one."""
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(EXECUTOR_THREADS, thread_name_prefix="desk"))
    asyncio.set_event_loop(loop)
    return loop


def run_app(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main` to its end on a new loop over the existing QApplication; returns its exit code.

    What was spawned and still runs is cancelled and awaited before the loop closes."""
    app = QApplication.instance()
    assert isinstance(app, QApplication), "the application makes its QApplication first"
    app.setQuitOnLastWindowClosed(False)
    loop = make_loop(app)

    async def whole() -> int:
        try:
            return await main()
        finally:
            await cancel_all()

    try:
        return loop.run_until_complete(whole())
    finally:
        loop.close()


def spawn(coro: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
    """Start `coro` on the running loop. `name` is a Korean phrase the trader can read beside an error."""
    task = asyncio.get_event_loop().create_task(coro, name=name)
    _tasks.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        _on_error(task.get_name(), error)


def running() -> int:
    """How many spawned coroutines have not ended yet."""
    return len(_tasks)


async def cancel_all() -> None:
    """Cancel everything spawned except the caller, and wait until it has ended."""
    others = _tasks - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def ask(dialog: QDialog) -> int:
    """Open `dialog` beside the running loop; returns its result code once it is closed. Cancelled: it closes."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finished(code: int) -> None:
        if not answer.done():
            answer.set_result(code)

    dialog.finished.connect(finished)
    try:
        dialog.open()
        return await answer
    finally:
        dialog.finished.disconnect(finished)
        if dialog.isVisible():
            dialog.close()
