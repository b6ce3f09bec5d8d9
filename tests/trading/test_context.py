"""The advice sees one clock: what we sent is dated by the market's, which may be another than the PC's."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

from kiwoom_desk.domain.checks.model import Context
from kiwoom_desk.domain.facts import Accepted, Fact
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.context import advice_context
from kiwoom_desk.trading.current import Current
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.environments import PRACTICE
from tests.support.day import DAY, answered, at, draft, placing, ref

AHEAD = timedelta(hours=-8)


def context_of(*facts: Fact, now: datetime) -> Context:
    ledger = Ledger(facts)
    lane = SimpleNamespace(data=None, holdings=None, desk=SimpleNamespace(current=Current(ledger.orders(), DAY)))
    connection = SimpleNamespace(
        environment=PRACTICE, lanes={Market.STOCK: lane}, now=lambda: now + AHEAD, apart=lambda: AHEAD
    )
    return advice_context(cast(Connection, connection), DirectoryBook(), None, Market.STOCK, "005930", Venue.KRX)


def test_recent_orders_are_dated_by_the_market_s_clock() -> None:
    context = context_of(placing("A", 3), answered("A", 3.1, Accepted(ref(100))), now=at(60))
    (sent,) = context.recent
    assert (sent.draft, sent.at) == (draft(), at(3) + AHEAD)
    assert context.open_orders[0].remaining == 10


def test_what_was_sent_long_ago_is_weighed_as_an_open_order_and_no_more_as_a_recent_one() -> None:
    """The ticket is judged at every key: what no guard looks at any more costs nothing there."""
    facts: list[Fact] = [placing("A", 3), answered("A", 3.1, Accepted(ref(100))), placing("B", 400, draft(7))]
    context = context_of(*facts, now=at(402))
    assert [sent.draft.quantity for sent in context.recent] == [7]
    assert [order.draft.quantity for order in context.open_orders] == [10, 7]
    assert len(context_of(*facts, now=at(-60)).recent) == 2, "a clock that was set back makes nothing old"
