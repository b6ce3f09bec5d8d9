"""What the trader saves: the words while it is made and after, and the order as it is by then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.chain import Book, Past, WriteEvidence
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.saving import Files
from kiwoom_desk.ui.history.past import PastOrders
from kiwoom_desk.ui.selection import Selection
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.ui.blotter.test_panel import rest, with_panel


async def no_past() -> list[Past]:
    return []


def test_without_files_nothing_is_offered() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        assert not panel.save.isEnabled() and not panel.past.isEnabled()
        assert panel.saving.show_past() is None
        window = panel.show_history(await rest(panel, world))
        assert not window.evidence.isVisible()
        window.close()

    with_panel(story, Outdoors())


def test_the_evidence_is_asked_for_the_order_and_the_words_tell_when_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        asked: list[tuple[Path, OrderId]] = []
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def write(path: Path, order_id: OrderId) -> None:
            asked.append((path, order_id))
            await asyncio.shield(answer)

        def evidence_of(market: Market, book: Book) -> WriteEvidence:
            return write

        async def ask_path(title: str, name: str, suffix: str) -> Path:
            return Path(f"/nowhere/{name}.{suffix}")

        def said() -> str:
            return world.workspace.notices.recent[-1].text

        monkeypatch.setattr(panel.saving, "_ask_path", ask_path)
        panel.offer(Files(lambda *_: None, evidence_of, no_past))
        made = await rest(panel, world)
        window = panel.show_history(made)
        window.evidence.click()
        await until(lambda: said() == "증거 묶음을 만들고 있습니다…", "the word while it runs")
        assert [order_id for _, order_id in asked] == [made.id] and str(made.ref) in asked[0][0].name
        answer.set_result(None)
        await until(lambda: said().startswith("저장했습니다"), "the end")
        answer = asyncio.get_running_loop().create_future()
        answer.set_exception(OSError(28, "디스크에 남은 공간이 없습니다."))
        window.evidence.click()
        await until(lambda: said() == "저장하지 못했습니다: 디스크에 남은 공간이 없습니다.", "the reason")
        window.close()

    with_panel(story, Outdoors())


def test_the_days_gone_by_are_a_press_away_when_the_list_is_empty_too() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.offer(Files(lambda *_: None, lambda market, book: None, no_past))
        QTest.mouseClick(panel.past, Qt.MouseButton.LeftButton)
        (window,) = panel.findChildren(PastOrders)
        await until(lambda: "없습니다" in window.told.text(), "the words")
        window.close()

    with_panel(story, Outdoors())
