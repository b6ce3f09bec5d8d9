"""One loop for life: coroutines start in one place, dialogs are awaited."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QDialog

from kiwoom_desk.ui import aio
from tests.support.qt import run, until


def test_what_goes_wrong_in_a_spawned_coroutine_reaches_the_handler_with_its_name() -> None:
    async def story() -> list[tuple[str, str]]:
        heard: list[tuple[str, str]] = []
        aio.on_error(lambda name, error: heard.append((name, str(error))))
        aio.spawn(fail("첫째"), "하나")
        aio.spawn(fail("둘째"), "둘")
        await until(lambda: len(heard) == 2)
        return heard

    assert run(story()) == [("하나", "첫째"), ("둘", "둘째")]


async def fail(text: str) -> None:
    raise ValueError(text)


def test_the_end_cancels_and_awaits_what_still_runs() -> None:
    ended: list[str] = []

    async def long() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("long")

    async def story() -> None:
        aio.spawn(long(), "긴 일")
        await asyncio.sleep(0)
        assert aio.running() == 1

    run(story())
    assert ended == ["long"] and aio.running() == 0


@pytest.mark.parametrize("code", [QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected])
def test_a_dialog_is_awaited_while_the_loop_goes_on(code: QDialog.DialogCode) -> None:
    async def story() -> None:
        dialog = QDialog()
        answer = aio.spawn(aio.ask(dialog), "묻기")
        await until(dialog.isVisible)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not answer.done()
        dialog.done(code.value)
        assert await answer == code.value
        dialog.deleteLater()

    run(story())


def test_a_cancelled_question_takes_its_dialog_away() -> None:
    async def story() -> None:
        dialog = QDialog()
        answer = aio.spawn(aio.ask(dialog), "묻기")
        await until(dialog.isVisible)
        answer.cancel()
        await until(answer.done)
        assert not dialog.isVisible()
        dialog.deleteLater()

    run(story())


def test_many_stories_share_the_one_loop() -> None:
    async def which() -> int:
        return id(asyncio.get_running_loop())

    assert len({run(which()) for _ in range(30)}) == 1
