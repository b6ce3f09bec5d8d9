"""The advice sees one clock: what we sent is dated by the market's, which may be another than the PC's."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.context import advice_context
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.environments import PRACTICE
from tests.support.day import answered, at, draft, placing, ref

AHEAD = timedelta(hours=-8)


def test_recent_orders_are_dated_by_the_market_s_clock() -> None:
    ledger = Ledger([placing("A", 3), answered("A", 3.1, Accepted(ref(100)))])
    lane = SimpleNamespace(data=None, holdings=None, desk=SimpleNamespace(orders=ledger.orders))
    connection = SimpleNamespace(
        environment=PRACTICE, lanes={Market.STOCK: lane}, market_time=lambda moment: moment + AHEAD
    )
    context = advice_context(cast(Connection, connection), DirectoryBook(), None, Market.STOCK, "005930", Venue.KRX)
    (sent,) = context.recent
    assert (sent.draft, sent.at) == (draft(), at(3) + AHEAD)
    assert context.open_orders[0].remaining == 10
