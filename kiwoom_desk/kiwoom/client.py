"""Token, pace and HTTP joined: ask a question (repeated when harmless), ask all its pages, send an order once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import msgspec

from kiwoom_desk.kiwoom.decoding import UNDECODABLE
from kiwoom_desk.kiwoom.http import ORDER_CAP, ORDER_DEADLINE, Call, Exchange, Http, Pool
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.kiwoom.pace import Group, Pacer
from kiwoom_desk.kiwoom.queries import Page, Passing, Renewable, TooFast, headers, page
from kiwoom_desk.kiwoom.requests import OrderRequest
from kiwoom_desk.kiwoom.slots import Slots
from kiwoom_desk.kiwoom.tokens import DEAD, Token, Tokens
from kiwoom_desk.trading.ports import BrokerUnavailable, Clock, Incomplete, MayLeave, Urgency

log = logging.getLogger(__name__)

ORDERS = "/api/dostk/ordr"
ACCOUNT = "/api/dostk/acnt"
INSTRUMENTS = "/api/dostk/stkinfo"
MARKET = "/api/dostk/mrkcond"
TRIES = 3
PAGES = 20
AT_ONCE = {Pool.QUERY: 8, Pool.ORDER: 1}
"""Questions under way: fewer than there are connections, so that none fails for want of one."""

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")


class Client:
    """What one app key can ask and send."""

    def __init__(self, http: Http, tokens: Tokens, pacer: Pacer, clock: Clock) -> None:
        self.http, self.tokens, self.pacer, self._clock = http, tokens, pacer, clock
        self._slots = {pool: Slots(most) for pool, most in AT_ONCE.items()}

    async def ask(self, tr: str, path: str, body: Mapping[str, str], urgency: Urgency, pool: Pool = Pool.QUERY) -> Page:
        """One answer. Raises QueryFailed. Queries are harmless: tried up to three times, with one renewed token.

        `pool` is ORDER for the one question that warms the connection of orders."""
        return await self._ask(Call(path, body, pool=pool), tr, urgency, None)

    async def pages(
        self, tr: str, path: str, body: Mapping[str, str], urgency: Urgency, most: int = PAGES
    ) -> AsyncIterator[Page]:
        """Every page of an answer; a page is not the whole, so read to the end. Raises QueryFailed, Incomplete when the
        key is missing, repeats, or more than `most` pages come (docs/reliability.md Q01 to Q03)."""
        seen: set[str] = set()
        found = await self._ask(Call(path, body), tr, urgency, None)
        yield found
        while found.more:
            key = found.next_key
            if key is None or key in seen or len(seen) + 1 >= most:
                raise Incomplete("목록이 끝나지 않아 전부 읽지 못했습니다.")
            seen.add(key)
            found = await self._ask(Call(path, body), tr, urgency, key)
            yield found

    async def order(self, request: OrderRequest, token: Token, may_leave: MayLeave) -> Exchange:
        """One POST, ever: no repetition, no renewal, eight seconds in all (docs/reliability.md R1)."""
        head = headers(request.tr, token.header)
        call = Call(ORDERS, request.body, head, ORDER_CAP, ORDER_DEADLINE, Pool.ORDER, may_leave)
        with self.tokens.order():
            exchange = await self.http.post(call)
        if exchange.reply is not None:
            exchange.reply = replace(exchange.reply, body=self.http.mask.evidence(exchange.reply.body))
        return exchange

    async def _ask(self, call: Call, tr: str, urgency: Urgency, key: str | None) -> Page:
        token = await self.tokens.get()
        renewed = False
        for tried in range(1, TRIES + 1):
            try:
                async with self._slots[call.pool].one(urgency):
                    await self.pacer.turn(tr, Group.QUERY, urgency)
                    return page(await self.http.post(replace(call, headers=headers(tr, token.header, key))))
            except Renewable as error:
                code = error.failure.code
                if not renewed or code == DEAD:
                    self.tokens.spoil(token, code)
                if renewed:
                    raise error.failure from None
                token, renewed = await self.tokens.get(), True
            except TooFast as error:
                log.info("request limit", extra={"tr": tr})
                self.pacer.limited(tr, Group.QUERY, error.text)
            except Passing as error:
                if tried == TRIES:
                    raise error.failure from None
                await self._clock.sleep(0.3 * 3 ** (tried - 1))
        raise BrokerUnavailable("키움의 요청 한도에 걸려 조회하지 못했습니다. 잠시 후 다시 시도합니다.", "1700")


def read(found: Page, shape: type[S]) -> S:
    """The answer as `shape`. Raises BrokerUnavailable when it does not fit."""
    try:
        return msgspec.json.decode(found.body, type=shape)
    except UNDECODABLE:
        raise BrokerUnavailable("키움의 응답 내용을 이해하지 못했습니다.") from None


def rows_of(found: Page, key: str, reader: Callable[[msgspec.Raw], T]) -> list[T]:
    """The rows of the list `key`, each through `reader`. Raises Incomplete when one cannot be read: never skipped, and
    when there is no list in an answer that does not say that nothing is to be listed."""
    try:
        listed = msgspec.json.decode(found.body, type=dict[str, msgspec.Raw]).get(key)
        raws = None if listed is None else msgspec.json.decode(listed, type=list[msgspec.Raw] | None)
        read_rows = [reader(raw) for raw in raws or ()]
    except (*UNDECODABLE, Unreadable) as error:
        log.warning("unreadable row", extra={"list": key, "why": str(error)[:120]})
        raise Incomplete("키움 목록에 읽을 수 없는 줄이 있습니다.") from None
    if raws is None and not found.empty:
        raise Incomplete("키움의 응답에 목록이 없습니다.")
    return read_rows


def readable(build: Callable[[], T]) -> T:
    """What `build` makes of an answer's values. Raises BrokerUnavailable when one of them cannot be read."""
    try:
        return build()
    except Unreadable as error:
        log.warning("unreadable value", extra={"why": str(error)})
        raise BrokerUnavailable("키움이 보낸 숫자를 이해하지 못했습니다.") from None
