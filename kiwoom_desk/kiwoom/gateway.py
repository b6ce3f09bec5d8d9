"""One account in one environment, built and torn down as a unit. `open_gateway` is what the program starts with."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from kiwoom_desk.domain.instruments import SEOUL, Market
from kiwoom_desk.kiwoom import events, frames
from kiwoom_desk.kiwoom.account import KiwoomAccount
from kiwoom_desk.kiwoom.broker import KiwoomBroker
from kiwoom_desk.kiwoom.client import ACCOUNT, Client, read
from kiwoom_desk.kiwoom.directory import KiwoomDirectory
from kiwoom_desk.kiwoom.frames import Push
from kiwoom_desk.kiwoom.http import Http, Pool
from kiwoom_desk.kiwoom.numbers import Text, Unreadable
from kiwoom_desk.kiwoom.pace import LIMITS, Pacer
from kiwoom_desk.kiwoom.quotes import GoldQuotes, StockQuotes
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.kiwoom.tokens import Tokens
from kiwoom_desk.trading.environments import Environment
from kiwoom_desk.trading.ports import (
    Account,
    AccountName,
    Broker,
    BrokerUnavailable,
    Clock,
    Directory,
    Gateway,
    Keys,
    Quarantined,
    QueryFailed,
    Quotes,
    StreamEvent,
    Unclear,
    Urgency,
)

log = logging.getLogger(__name__)

WARM_FOR = 10.0
"""Seconds after its last traffic for which a kept-alive connection is trusted (keep-alive ends at fifteen)."""

_ACCOUNT = re.compile(r"[0-9]{10}")


class _AccountNumber(msgspec.Struct, rename={"number": "acctNo"}):
    """ka00001."""

    number: Text = None


def open_gateway(environment: Environment, market: Market, keys: Keys, clock: Clock) -> Gateway:
    """A gateway, built but not connected: nothing is sent before its `open()`. `environment` must have its URLs."""
    if not environment.rest or not environment.stream:
        raise ValueError("this environment has no address yet")
    return KiwoomGateway(environment, market, keys, clock)


class KiwoomGateway:
    """`trading.ports.Gateway`."""

    def __init__(self, environment: Environment, market: Market, keys: Keys, clock: Clock) -> None:
        self.market, self._clock = market, clock
        self._http = Http(environment.rest, clock)
        self._tokens = Tokens(self._http, keys, clock)
        self._pacer = Pacer(LIMITS[environment.world], clock)
        self._client = Client(self._http, self._tokens, self._pacer, clock)
        self._stream = Stream(environment.stream, self._tokens, clock, self._read)
        self._broker = KiwoomBroker(market, self._client, self._stream, clock, self.now)
        self._quotes: StockQuotes | GoldQuotes
        if market is Market.GOLD:
            self._quotes = GoldQuotes(self._client, clock, self.now)
        else:
            self._quotes = StockQuotes(self._client, self._stream, clock, self.now)
        self.broker: Broker = self._broker
        self.quotes: Quotes = self._quotes
        self.account: Account = KiwoomAccount(market, self._client, self._quotes, self.now)
        self.directory: Directory = KiwoomDirectory(market, self._client)
        self._keeping: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self) -> AccountName:
        """Signs in, learns the account number and whether the key belongs to this kind of account, starts the stream.

        That warms the connection of orders as well. Raises QueryFailed."""
        name = await self._account_name()
        if self.market is Market.GOLD:
            await self._client.ask("kt50021", ACCOUNT, {}, Urgency.WAITED_FOR)
        self._broker.account = name.digits
        self._keeping = asyncio.ensure_future(self._tokens.keep_fresh())
        self._stream.start()
        return name

    async def probe(self) -> AccountName:
        """Signs in and asks for the account number, no more: a stream would throw out the one that runs."""
        return await self._account_name()

    async def warm(self) -> None:
        last = self._http.last_traffic.get(Pool.ORDER)
        if self._closed or (last is not None and self._clock.monotonic() - last < WARM_FOR):
            return
        try:
            await self._account_name()
        except QueryFailed as error:
            log.info("warming failed", extra={"code": error.code})

    async def close(self) -> None:
        """In reverse order of building: what listens, what polls, what waits for its turn, and the client last."""
        if self._closed:
            return
        self._closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._stream.close()
        await self._quotes.close()
        await self._broker.close()
        self._pacer.close()
        await self._http.close()

    def now(self) -> datetime:
        return self.known_time() or self._clock.now().astimezone(SEOUL)

    def known_time(self) -> datetime | None:
        """The broker's clock; None while it has said nothing since ours was last set."""
        offset = self._http.server_clock.offset
        return None if offset is None else (self._clock.now() + timedelta(seconds=offset)).astimezone(SEOUL)

    def drop(self) -> None:
        self._http.drop()
        self._stream.drop()

    def budget(self) -> float:
        return self._pacer.free()

    async def _account_name(self) -> AccountName:
        """Over a connection of orders, which is then warm."""
        said = read(await self._client.ask("ka00001", ACCOUNT, {}, Urgency.WAITED_FOR, Pool.ORDER), _AccountNumber)
        digits = (said.number or "").strip()
        if not _ACCOUNT.fullmatch(digits):
            raise BrokerUnavailable("키움이 계좌번호를 알려 주지 않았습니다.")
        self._http.mask.hide_account(digits)
        return AccountName(digits)

    def _read(self, push: Push) -> Iterable[StreamEvent]:
        """One push: an order event becomes a report, a price goes to its listeners, the rest is not for us."""
        try:
            if push.type == "00":
                today, heard = self.now().date(), self._clock.now()
                hearing = events.Hearing(self.market, today, heard, self._broker.account)
                report = events.report(frames.words(push.values), hearing)
                return (report, Unclear(heard)) if events.is_unclear(report) else (report,)
            if push.type in ("0B", "0C", "0D") and isinstance(self._quotes, StockQuotes):
                self._quotes.hear(push)
        except Unreadable as error:
            shown = plain(f"{push.type} {push.item or ''} {frames.words(push.values)}")
            return (Quarantined(self._clock.now(), f"읽을 수 없는 실시간 값 ({error})", shown),)
        return ()
