"""Everything the advice may look at, gathered from what the connection knows. Reads only; waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice, takewhile
from statistics import median_low

from kiwoom_desk.domain.checks.model import Context, Level, OpenOrder, RecentSend
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.safety import Safety

HABIT = 20
"""So many of the trader's last orders in one issue make a habit."""

RECENTLY = timedelta(minutes=5)
"""Well beyond what the guards look back (a minute): the ticket is judged at every key, and a day's orders are many."""


def advice_context(
    connection: Connection | None,
    directory: DirectoryBook,
    safety: Safety | None,
    market: Market,
    code: str,
    venue: Venue,
    *,
    orderable: int | None = None,
    price_typed_for: str | None = None,
    changing: Order | None = None,
    levels: Mapping[str, Level | None] | None = None,
) -> Context:
    """The context of a draft for `code`. `orderable` is the broker's last word on it, `changing` the order that an
    amendment is about (it does not count as an open order beside itself)."""
    lane = None if connection is None else connection.lanes[market]
    instrument = directory.get(code)
    quote = None if lane is None or lane.data is None else lane.data.quote(code, venue)
    book = None if lane is None or lane.data is None else lane.data.book(code, venue)
    portfolio = None if lane is None or lane.holdings is None else lane.holdings.portfolio
    holding = None if portfolio is None else portfolio.holding(code)
    rows = None if lane is None or lane.desk is None else lane.desk.current
    alive = () if rows is None else rows.alive
    return Context(
        venues=frozenset(Venue) if connection is None else connection.environment.venues,
        instrument=instrument,
        directory_loaded=directory.at is not None or market is Market.GOLD,
        quote=quote,
        book=book,
        band_from_broker=quote is not None and quote.upper is not None,
        orderable=orderable,
        cash=None if portfolio is None else portfolio.cash.orderable,
        sellable=None if portfolio is None else (holding.sellable if holding else 0),
        open_orders=tuple(
            OpenOrder(o.draft, o.remaining) for o in alive if o.remaining and (changing is None or o.id != changing.id)
        ),
        recent=() if connection is None or rows is None else tuple(_recent(rows.latest_own(), connection)),
        unconfirmed=tuple(o.draft for o in alive if o.state is OrderState.UNCONFIRMED),
        limits=Context().limits if safety is None else safety.limits,
        spent_today=0 if safety is None else safety.spent_today,
        price_typed_for=price_typed_for,
        usual_quantity=None if rows is None else _usual(rows.latest_own(code)),
        levels=levels or {},
        look_alikes=() if instrument is None else directory.look_alikes(instrument),
    )


def _recent(latest: Iterator[Order], connection: Connection) -> Iterator[RecentSend]:
    now, apart = connection.now(), connection.apart()
    for order in takewhile(lambda order: now - (order.at + apart) < RECENTLY, latest):
        if order.replaces is None and _went_out(order):
            yield RecentSend(order.draft, order.at + apart)


def _went_out(order: Order) -> bool:
    return order.state is not OrderState.NOT_PLACED or order.absent


def _usual(latest: Iterator[Order]) -> int | None:
    quantities = [order.draft.quantity for order in islice(latest, HABIT)]
    return median_low(quantities) if quantities else None
