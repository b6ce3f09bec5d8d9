"""Whether what the trader looks at is alive, and what a market order would meet (market/rules.md 11.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kiwoom_desk.domain.checks.model import Advice, Level, Situation
from kiwoom_desk.domain.forms import Field, units, won
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.ticks import ticks_between

_SWEEPING = frozenset({OrderType.MARKET, OrderType.MARKET_IOC, OrderType.MARKET_FOK})


def check(s: Situation) -> Iterator[Advice]:
    yield from check_stale(s)
    yield from _thin(s)


def check_stale(s: Situation) -> Iterator[Advice]:
    """Data is judged by the feed, not by the age of the last trade; gold has no pushes and is judged by its age.

    An order that carries no price of the trader's own depends on it more, so there it asks."""
    why = _stale_because(s)
    if why:
        blind = not s.draft.type.needs_price
        sentence = f"{why}: {s.rules.type_names[s.draft.type]} 주문의 체결가를 가늠할 수 없습니다" if blind else why
        yield Advice(Level.STRONG if blind else Level.WARN, "stale", sentence, Field.PRICE)


def _stale_because(s: Situation) -> str:
    quote = s.context.quote
    if quote is None:
        return "시세를 아직 받지 못했습니다"
    age = None if quote.at is None else max(s.now - quote.at, timedelta())
    ago = "" if age is None else f" ({age.total_seconds():,.0f}초 전 값)"
    if s.draft.market is Market.GOLD:
        old = age is None or age > timedelta(seconds=s.rules.guards.polled_stale_seconds)
        return f"금현물 시세가 오래되었습니다{ago}" if old else ""
    return "" if quote.feed_live else f"실시간 시세가 끊겨 있습니다{ago}"


def _thin(s: Situation) -> Iterator[Advice]:
    """How far a market order would walk through the visible book."""
    book, quantity = s.context.book, s.draft.quantity
    if book is None or quantity is None or s.draft.type not in _SWEEPING or s.kind is None:
        return
    levels = book.asks if s.draft.side is Side.BUY else book.bids
    if not levels:
        yield Advice(
            Level.WARN, "thin_book", "반대편 호가가 없습니다: 시장가 주문의 체결가를 알 수 없습니다", Field.TYPE
        )
        return
    left, reached = quantity, levels[0].price
    for level in levels:
        if left <= 0:
            break
        left, reached = left - level.quantity, level.price
    if left > 0:
        seen = units(quantity - left, s.draft.market)
        sentence = f"수량 {units(quantity, s.draft.market)}: 보이는 반대편 잔량 {seen}보다 많습니다"
        yield Advice(Level.WARN, "thin_book", sentence, Field.QUANTITY, (), units(quantity, s.draft.market), seen)
        return
    low, high = sorted((levels[0].price, reached))
    walked, most = ticks_between(s.rules, s.kind, low, high), s.rules.guards.thin_book_ticks
    if walked > most:
        sentence = f"시장가가 {won(levels[0].price)}에서 {won(reached)}까지 {walked}호가를 지나갑니다 (기준 {most}호가)"
        yield Advice(Level.WARN, "thin_book", sentence, Field.TYPE, (), f"{walked}호가", f"{most}호가")
