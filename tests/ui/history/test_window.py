"""An order's history stays readable while the order lives on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

from PySide6.QtCore import Qt

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Fact, OrderId, Wire
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui.history.window import HistoryWindow, wire_text
from tests.support.day import amending, answered, at, draft, listed, placing, pushed, ref
from tests.support.qt import app, dispose

HOSTILE = "<img src=x>\u202e끝"
FIRST = placing("A", 0, draft(10, 70_000))
DAY: tuple[Fact, ...] = (
    FIRST,
    answered("A", 0.011, Accepted(ref(1))),
    pushed(1, 1, draft(10, 70_000), fill=("e1", 4, 70_000)),
)
WIRE = Wire("kt10000", '{"ord_qty":"10"}', at(0), 200, '{"ord_no":"0000001"}', 0.9, 11.2)


class FactsDesk:
    """A desk that only knows facts."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.ledger = Ledger(facts)
        self.order, self.story = self.ledger.order, self.ledger.story
        self.listeners: list[object] = []

    def subscribe(self, listener: object) -> object:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


def opened(desk: FactsDesk) -> HistoryWindow:
    app()
    return HistoryWindow(cast(Workspace, SimpleNamespace(connection=None)), cast(OrderDesk, desk), OrderId("A"))


def test_a_fact_that_arrives_while_another_is_read_leaves_it_chosen() -> None:
    desk = FactsDesk(DAY)
    window = opened(desk)
    read = window.timeline.topLevelItem(1)
    assert read is not None
    window.timeline.setCurrentItem(read)
    said = [read.text(n) for n in range(4)]
    desk.ledger.add(pushed(1, 2, draft(10, 70_000), fill=("e2", 1, 70_000)))
    window.fill()
    now = window.timeline.currentItem()
    assert now is not None and [now.text(n) for n in range(4)] == said
    assert window.timeline.topLevelItemCount() == 4
    dispose(window)


def test_after_a_new_connection_the_window_goes_on_with_the_desk_that_has_the_order() -> None:
    desk, later = FactsDesk(DAY), FactsDesk((*DAY, pushed(1, 2, draft(10, 70_000), fill=("e2", 6, 70_000))))
    window = opened(desk)
    for other, lines in ((FactsDesk(()), 3), (later, 4)):
        window.now = lambda other=other: cast(OrderDesk, other)  # type: ignore[misc]
        window.look_again()
        assert window.timeline.topLevelItemCount() == lines, "a desk that does not know it (yet) tells nothing"
    assert "체결" in window.title.text() and window.book is later
    dispose(window)


def test_news_of_another_order_does_not_touch_the_rows() -> None:
    desk = FactsDesk(DAY)
    window = opened(desk)
    before = window.timeline.topLevelItem(0)
    desk.ledger.add(listed(77, 3))
    window.fill()
    assert window.timeline.topLevelItem(0) is before
    dispose(window)


def test_the_chain_is_a_tree_with_the_amendment_under_its_original() -> None:
    change = amending("B", 5, FIRST, 1, AmendDraft(None, 70_100), 6)
    moved = listed(2, 6, draft(6, 70_100), kind=ReportKind.AMEND, of=1, confirmed=6)
    window = opened(FactsDesk((*DAY, change, answered("B", 5.1, Accepted(ref(2), quantity=6)), moved)))
    root = window.chain.topLevelItem(0)
    assert root is not None and root.text(2) == "0000001" and root.childCount() == 1
    child = root.child(0)
    assert child is not None and child.text(2) == "0000002" and child.text(4) == "70,100"
    dispose(window)


def test_both_messages_are_shown_as_text_and_the_copy_has_every_moment_to_the_millisecond() -> None:
    text = wire_text(WIRE)
    assert all(
        part in text for part in ("kt10000", "첫 바이트 0.9ms", '"ord_qty":"10"', "HTTP 200", '"ord_no":"0000001"')
    )
    assert "응답 없음" in wire_text(Wire("kt10000", "{}", at(0)))
    assert "\u202e" not in wire_text(Wire("kt10000", HOSTILE, at(0)))
    window = opened(FactsDesk(DAY))
    copied = window.text()
    assert "10:00:00.000" in copied and "10:00:00.011" in copied
    dispose(window)


def connected(window: HistoryWindow, desk: object, seconds: float) -> None:
    """This desk is the connection's, whose market clock is so far from ours."""
    lanes = {Market.STOCK: SimpleNamespace(desk=desk)}
    connection = SimpleNamespace(lanes=lanes, apart=lambda: timedelta(seconds=seconds))
    window._workspace = cast(Workspace, SimpleNamespace(connection=connection))
    window._fill_timeline()


def first_moment(window: HistoryWindow) -> str:
    line = window.timeline.topLevelItem(0)
    assert line is not None and line.text(0) in window.text()
    return line.text(0)


def test_where_the_clocks_are_apart_every_moment_is_the_market_s() -> None:
    desk = FactsDesk(DAY)
    window = opened(desk)
    ours = first_moment(window)
    for seconds, apart in ((1, False), (3_600, True)):
        connected(window, desk, seconds)
        assert (first_moment(window) != ours) is apart
    dispose(window)


def test_the_clock_of_another_world_does_not_move_the_moments_of_one_that_was_left() -> None:
    desk = FactsDesk(DAY)
    window = opened(desk)
    connected(window, desk, 3_600)
    there = first_moment(window)
    connected(window, FactsDesk(DAY), -7_200)
    assert first_moment(window) == there
    dispose(window)


def test_the_line_of_the_sending_shows_both_messages() -> None:
    sent_and_answered = (FIRST, replace(answered("A", 0.011, Accepted(ref(1))), wire=WIRE))
    window = opened(FactsDesk(sent_and_answered))
    sent = window.timeline.topLevelItem(0)
    assert sent is not None
    window.timeline.setCurrentItem(sent)
    assert window.wire.toPlainText() == wire_text(WIRE)
    dispose(window)


def test_figures_stand_under_their_headings() -> None:
    window = opened(FactsDesk(DAY))
    head = window.chain.headerItem()
    for column in range(3, 7):
        assert head.textAlignment(column) & Qt.AlignmentFlag.AlignRight
    assert not window.chain.header().stretchLastSection()
    dispose(window)
