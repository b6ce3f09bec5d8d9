"""지난 주문 stands open over a change of the account: what is shown of an order is proven by its own journal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kiwoom_desk.domain.facts import Accepted, Fact, OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.trading.chain import Book, Past, WriteEvidence, by_day
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.saving import Files
from kiwoom_desk.ui.history.past import PastOrders
from kiwoom_desk.ui.history.window import HistoryWindow
from kiwoom_desk.ui.selection import Selection
from tests.support.day import answered, placing, ref
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, until
from tests.ui.blotter.test_panel import with_panel

Written = list[tuple[World | None, OrderId]]


class Books:
    """The journal of one world, and what was written as its evidence."""

    def __init__(self, world: World, written: Written) -> None:
        self._world, self._written = world, written

    async def read(self) -> Sequence[Past]:
        facts: list[Fact] = [placing("A", 0), answered("A", 0.1, Accepted(ref(7)))]
        return [Past(Market.STOCK, self._world, by_day(facts), self.evidence_of)]

    def evidence_of(self, book: Book) -> WriteEvidence:
        assert isinstance(book, Ledger)

        async def write(path: Path, order_id: OrderId) -> None:
            self._written.append((self._world, order_id))

        return write


def histories() -> list[HistoryWindow]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, HistoryWindow) and w.isVisible()]


def open_first(window: PastOrders) -> HistoryWindow:
    item = window.orders.topLevelItem(0)
    assert item is not None
    window.orders.itemActivated.emit(item, 0)
    (history,) = histories()
    return history


def test_an_old_order_is_proven_by_the_journal_it_was_read_from_whatever_is_connected_by_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: Written = []

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        def evidence_of(market: Market, book: Book) -> WriteEvidence:
            async def write(path: Path, order_id: OrderId) -> None:
                written.append((world.workspace.world, order_id))

            return write

        async def ask_path(title: str, name: str, suffix: str) -> Path:
            return Path(f"/nowhere/{name}.{suffix}")

        monkeypatch.setattr(panel.saving, "_ask_path", ask_path)
        panel.offer(Files(lambda *_: None, evidence_of, Books(World.PRACTICE, written).read))
        window = panel.saving.show_past()
        assert window is not None
        await until(lambda: window.orders.topLevelItemCount(), "the list")
        await world.enter(World.LIVE)
        assert window.isVisible() and window.windowTitle() == "지난 주문 · 연습", "whose they are stays in sight"
        history = open_first(window)
        history.evidence.click()
        await until(lambda: written, "the evidence")
        for one in (history, window):
            dispose(one)

    with_panel(story, Outdoors())
    assert written == [(World.PRACTICE, "A")]
