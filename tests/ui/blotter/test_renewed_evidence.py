"""An open history goes on after a new connection of its account: its evidence is then of the desk that it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.chain import Book, WriteEvidence
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.saving import Files
from kiwoom_desk.ui.selection import Selection
from tests.support.day import listed
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, until
from tests.ui.blotter.test_panel import stock_desk, with_panel
from tests.ui.blotter.test_saving import no_past


def test_after_a_new_connection_the_evidence_is_of_the_desk_that_the_window_has_gone_on_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        written: list[Book] = []

        def evidence_of(market: Market, book: Book) -> WriteEvidence:
            async def write(path: Path, order_id: OrderId) -> None:
                written.append(book)

            return write

        async def ask_path(title: str, name: str, suffix: str) -> Path:
            return Path(f"/nowhere/{name}.{suffix}")

        monkeypatch.setattr(panel.saving, "_ask_path", ask_path)
        panel.offer(Files(lambda *_: None, evidence_of, no_past))
        left = stock_desk(world)
        left.take(listed(7, 0).report)
        (shown,) = left.orders()
        window = panel.show_history(shown)
        await world.enter()  # 다시 연결
        desk = stock_desk(world)
        desk.take(listed(7, 0, filled=4).report)
        panel.feed.changed.emit()
        assert window.book is desk and desk is not left
        window.evidence.click()
        await until(lambda: written, "the evidence")
        assert written == [desk], "what the old desk knew ends with its connection"
        dispose(window)

    with_panel(story, Outdoors())
