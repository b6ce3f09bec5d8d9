"""Prices for those who look: asked for once, then pushed (stocks) or polled (gold, which has no pushes)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.quotes import OrderBook, Quote, Trade
from kiwoom_desk.kiwoom import codes, frames, prices
from kiwoom_desk.kiwoom.client import INSTRUMENTS, MARKET, Client, read, readable, rows_of
from kiwoom_desk.kiwoom.decoding import UNDECODABLE
from kiwoom_desk.kiwoom.frames import Push
from kiwoom_desk.kiwoom.numbers import Text
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.trading.ports import (
    BrokerUnavailable,
    Clock,
    NotOffered,
    QueryFailed,
    QuoteListener,
    Urgency,
)

log = logging.getLogger(__name__)

PUSHED = ("0B", "0C", "0D")
AT_ONCE = 100
"""Codes in one ka10095; one more is refused with 1634."""


class _Listeners:
    def __init__(self) -> None:
        self._listeners: list[QuoteListener] = []

    def add(self, listener: QuoteListener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def tell(self, news: Quote | OrderBook | Trade | None, view: Venue) -> None:
        """A listener that fails must not silence the order stream, which brings the prices too."""
        if news is None:
            return
        for listener in list(self._listeners):
            try:
                listener(news, view)
            except Exception:
                log.exception("a price listener failed")


class StockQuotes:
    """`trading.ports.Quotes` of stocks."""

    def __init__(self, client: Client, stream: Stream, clock: Clock, market_now: Callable[[], datetime]) -> None:
        self._client, self._stream, self._clock, self._market_now = client, stream, clock, market_now
        self._listeners = _Listeners()

    async def quote(self, code: str, view: Venue) -> Quote:
        found = await self._rows([codes.item(code, view)], Urgency.WAITED_FOR)
        if not found:
            raise BrokerUnavailable(f"키움에 없는 종목이거나 시세가 없습니다: {code}", "1902")
        return found[0]

    async def book(self, code: str, view: Venue) -> OrderBook:
        """ka10004 ignores the venue, so every other view asks ka10007 (kiwoom/README.md 8)."""
        tr = "ka10004" if view is Venue.KRX else "ka10007"
        page = await self._client.ask(tr, MARKET, {"stk_cd": codes.item(code, view)}, Urgency.WAITED_FOR)
        said = read_texts(page.body)
        build = prices.krx_book if view is Venue.KRX else prices.any_book
        now = self._market_now()
        return readable(lambda: build(said.get, code, now.date(), now))

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        found: list[Quote] = []
        for start in range(0, len(codes), AT_ONCE):
            found += await self._rows(codes[start : start + AT_ONCE], Urgency.BACKGROUND)
        return found

    def watch(self, items: Iterable[tuple[str, Venue]]) -> None:
        self._stream.want((codes.item(code, view), kind) for code, view in items for kind in PUSHED)

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        return self._listeners.add(listener)

    def hear(self, push: Push) -> None:
        """One push of a price type. Raises Unreadable."""
        _, code, view = codes.item_code(push.item or "")
        values, at = frames.words(push.values), self._market_now()
        if push.type == "0D":
            self._listeners.tell(prices.pushed_book(values, code, at.date(), at), view)
            return
        self._listeners.tell(prices.pushed_quote(values, code, at), view)
        if push.type == "0B":
            self._listeners.tell(prices.pushed_trade(values, code, at.date(), at), view)

    async def close(self) -> None:
        self._stream.want(())

    async def _rows(self, items: Sequence[str], urgency: Urgency) -> list[Quote]:
        page = await self._client.ask("ka10095", INSTRUMENTS, {"stk_cd": "|".join(items)}, urgency)
        rows = rows_of(page, "atn_stk_infr", _GLANCE.decode)
        at, live = self._market_now(), self._stream.up
        known = [row for row in rows if (row.stk_cd or "").strip() and (row.stk_nm or "").strip()]
        return [readable(lambda r=row: _glanced(r, at, live)) for row in known]  # type: ignore[misc]


class GoldQuotes:
    """`trading.ports.Quotes` of gold: polled every two seconds, without a book, since the broker offers none."""

    POLL = 2.0

    def __init__(self, client: Client, clock: Clock, market_now: Callable[[], datetime]) -> None:
        self._client, self._clock, self._market_now = client, clock, market_now
        self._listeners = _Listeners()
        self._watched: tuple[str, ...] = ()
        self._volumes: dict[str, int] = {}
        self._poll: asyncio.Task[None] | None = None

    async def quote(self, code: str, view: Venue) -> Quote:
        return await self._quote(code, Urgency.WAITED_FOR)

    async def _quote(self, code: str, urgency: Urgency) -> Quote:
        page = await self._client.ask("ka50100", MARKET, {"stk_cd": code}, urgency)
        day = read(page, prices.GoldDay)
        ticks = await self._ticks(code, urgency)
        now = self._market_now()
        return readable(lambda: prices.gold_quote(day, ticks[0] if ticks else None, code, now))

    async def book(self, code: str, view: Venue) -> OrderBook:
        """ka50101 is called an order book and holds trades with blank best prices (kiwoom/README.md 9)."""
        raise NotOffered("키움은 금현물의 호가 잔량을 제공하지 않습니다. 최우선 호가는 시세에 표시됩니다.")

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        return [await self._quote(code, Urgency.BACKGROUND) for code in codes]

    def watch(self, items: Iterable[tuple[str, Venue]]) -> None:
        self._watched = tuple(dict.fromkeys(code for code, _ in items))
        if self._watched and self._poll is None:
            self._poll = asyncio.ensure_future(self._keep_polling())

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        return self._listeners.add(listener)

    async def close(self) -> None:
        self._watched = ()
        poll, self._poll = self._poll, None
        if poll is not None:
            poll.cancel()
            await asyncio.gather(poll, return_exceptions=True)

    async def _keep_polling(self) -> None:
        while True:
            for code in self._watched:
                try:
                    self._news(code, await self._ticks(code, Urgency.BACKGROUND))
                except QueryFailed as error:
                    log.info("gold poll failed", extra={"code": error.code})
                except Exception:  # there is no push that would go on without it
                    log.exception("a gold poll failed on a bug of ours")
            await self._clock.sleep(self.POLL)

    async def _ticks(self, code: str, urgency: Urgency) -> list[prices.GoldTick]:
        """The newest page of prints, newest first."""
        page = await self._client.ask("ka50010", MARKET, {"stk_cd": code}, urgency)
        return rows_of(page, "gold_cntr", _TICK.decode)

    def _news(self, code: str, ticks: Sequence[prices.GoldTick]) -> None:
        """Raises BrokerUnavailable. Prints are new when the running volume grew; the first poll only sets the mark."""
        if not ticks:
            return
        now = self._market_now()
        quote = readable(lambda: prices.gold_news(ticks[0], code, now))
        seen = self._volumes.get(code)
        self._listeners.tell(quote, Venue.KRX)
        if quote.volume is None:
            return
        self._volumes[code] = quote.volume
        if seen is not None:
            after = seen if seen <= quote.volume else 0  # a smaller running volume is a new day
            for trade in readable(lambda: prices.gold_trades(ticks, code, now.date(), now, after)):
                self._listeners.tell(trade, Venue.KRX)


_GLANCE = msgspec.json.Decoder(prices.GlanceRow)
_TICK = msgspec.json.Decoder(prices.GoldTick)


def _glanced(row: prices.GlanceRow, at: datetime, live: bool) -> Quote:
    return prices.glanced(row, codes.bare_code(row.stk_cd or "")[1], at, live)


def read_texts(body: bytes) -> dict[str, Text]:
    """The text values of a flat answer. Raises BrokerUnavailable."""
    try:
        said = msgspec.json.decode(body, type=dict[str, object])
    except UNDECODABLE:
        raise BrokerUnavailable("키움의 응답 내용을 이해하지 못했습니다.") from None
    return {key: value for key, value in said.items() if isinstance(value, str)}
