"""Orders of one account: sent once each, looked for in full, heard from the stream."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime

import msgspec

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import NotSent, RefusalKind, Refused, Wire
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.reports import BrokerRef, OrderReport
from kiwoom_desk.kiwoom import answers, requests, rows
from kiwoom_desk.kiwoom.client import ACCOUNT, ORDERS, Client, rows_of
from kiwoom_desk.kiwoom.codes import ORDER_TRS
from kiwoom_desk.kiwoom.http import Exchange
from kiwoom_desk.kiwoom.pace import Group
from kiwoom_desk.kiwoom.requests import OrderRequest
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.tokens import Token
from kiwoom_desk.trading.ports import (
    Call,
    Clock,
    Incomplete,
    Look,
    MayLeave,
    Quarantined,
    QueryFailed,
    Sent,
    StreamDown,
    StreamEvent,
    Urgency,
    always,
)

log = logging.getLogger(__name__)

EVIDENCE = 4096
LIST_PAGES = 200
"""A look that stops half-way is void, and then a lost order is never found: so this is far beyond a busy day. Pages may
be as small as twenty rows (kiwoom/README.md 10.12), and a list without end repeats itself long before."""

_URGENCY = {Call.PLACE: Urgency.ORDER, Call.AMEND: Urgency.ORDER, Call.CANCEL: Urgency.CANCEL}
RowReader = Callable[[msgspec.Raw, rows.Sweep], OrderReport]


class KiwoomBroker:
    """`trading.ports.Broker` over the wire. `account` is the ten-digit number once it is known, to check rows with."""

    def __init__(
        self, market: Market, client: Client, stream: Stream, clock: Clock, market_now: Callable[[], datetime]
    ) -> None:
        self._market, self._client, self._stream = market, client, stream
        self._clock, self._market_now = clock, market_now
        self._renewals: set[asyncio.Task[None]] = set()
        self.account = ""

    # --- the budget --------------------------------------------------------------------------------------------------
    def delay(self, call: Call, side: Side) -> float:
        return self._client.pacer.delay(ORDER_TRS[self._market, call, side], Group.ORDER, _URGENCY[call])

    async def turn(self, call: Call, side: Side) -> None:
        """A cancel may wait, so it brings a token along when there is none (docs/reliability.md T06)."""
        if call is Call.CANCEL and self._client.tokens.held() is None:
            await self._renewal(to_cancel=True)
        await self._client.pacer.turn(ORDER_TRS[self._market, call, side], Group.ORDER, _URGENCY[call])

    # --- sending: each at most one POST ------------------------------------------------------------------------------
    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        return await self._send(requests.place(draft), may_leave)

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        return await self._send(requests.amend(of, original, change), may_leave)

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent:
        return await self._send(requests.cancel(of, original, quantity))

    async def _send(self, request: OrderRequest, may_leave: MayLeave = always) -> Sent:
        """Nothing is awaited before the POST: an order uses the token that is there or does not go.

        The caller shields this. If it is cancelled all the same once the request has begun to leave, it still returns
        an AnswerLost instead of raising, because only a return value can reach the journal."""
        token = self._client.tokens.held()
        if token is None:
            self._renew()
            return Sent(NotSent("로그인이 만료되어 보내지 않았습니다. 다시 로그인하는 중이니 잠시 후 다시 누르세요."))
        exchange = await self._client.order(request, token, may_leave)
        outcome = answers.outcome(exchange, request, self._market_now().date())
        if isinstance(outcome, Refused):
            self._learn(request, outcome, token)
        log.info("order answered", extra={"tr": request.tr, "outcome": type(outcome).__name__})
        return Sent(outcome, _evidence(exchange, request))

    def _learn(self, request: OrderRequest, refused: Refused, token: Token) -> None:
        """What a refusal says about us rather than about the order. The order itself is never repeated."""
        if refused.kind is RefusalKind.TOO_MANY:
            self._client.pacer.limited(request.tr, Group.ORDER, refused.text)
        elif refused.kind in (RefusalKind.SIGN_IN, RefusalKind.WRONG_ENVIRONMENT):
            self._client.tokens.spoil(token, refused.code)
            self._renew()

    def _renew(self) -> None:
        """In the background; until it is done no order finds a token."""
        task = asyncio.ensure_future(self._renewal())
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)

    async def _renewal(self, *, to_cancel: bool = False) -> None:
        try:
            await self._client.tokens.get(to_cancel=to_cancel)
        except QueryFailed as error:
            log.warning("token renewal failed", extra={"code": error.code})

    # --- looking -----------------------------------------------------------------------------------------------------
    async def look(self, day: date, urgency: Urgency = Urgency.BACKGROUND) -> Look:
        """The whole day list, and for today the open list too. Raises QueryFailed; see docs/reliability.md 2.7."""
        began = self._clock.now()
        found = await self._day_list(day, urgency)
        if day == self._market_now().date():
            found += await self._open_list(day, urgency)
        return Look(day, began, self._clock.now(), tuple(found), self._client.http.server_clock.offset)

    async def _day_list(self, day: date, urgency: Urgency) -> list[OrderReport]:
        body = {
            "ord_dt": f"{day:%Y%m%d}",
            "qry_tp": "1",
            "stk_bond_tp": "0",
            "sell_tp": "0",
            "stk_cd": "",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        tr = "kt50031" if self._market is Market.GOLD else "kt00007"
        return await self._list(tr, body, "acnt_ord_cntr_prps_dtl", rows.day_row, day, urgency)

    async def _open_list(self, day: date, urgency: Urgency) -> list[OrderReport]:
        if self._market is Market.STOCK:
            body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
            return await self._list("ka10075", body, "oso", rows.open_row, day, urgency)
        body = {
            "ord_dt": f"{day:%Y%m%d}",
            "qry_tp": "1",
            "mrkt_deal_tp": "5",
            "stk_bond_tp": "0",
            "sell_tp": "0",
            "stk_cd": "",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        return await self._list("kt50075", body, "acnt_ord_oso_prst", rows.gold_open_row, day, urgency)

    async def _list(
        self, tr: str, body: dict[str, str], key: str, reader: RowReader, day: date, urgency: Urgency
    ) -> list[OrderReport]:
        """Raises QueryFailed; Incomplete also for a page that only repeats what came before, or has nothing and yet
        announces another: the rest of the list is then somewhere else (Q03)."""
        found: list[OrderReport] = []
        known: set[BrokerRef] = set()
        async for page in self._client.pages(tr, ACCOUNT, body, urgency, most=LIST_PAGES):
            sweep = rows.Sweep(self._market, day, self._clock.now(), self.account)
            read = rows_of(page, key, lambda raw, sweep=sweep: reader(raw, sweep))  # type: ignore[misc]
            refs = {report.ref for report in read}
            if known >= refs and (page.more or refs):
                raise Incomplete("목록이 같은 줄을 되풀이해 전부 읽지 못했습니다.")
            known |= refs
            found += read
        return found

    # --- hearing -----------------------------------------------------------------------------------------------------
    async def events(self) -> AsyncIterator[StreamEvent]:
        """What the stream tells, without our secrets in the broker's words."""
        mask = self._client.http.mask
        async for event in self._stream.events():
            match event:
                case Quarantined():
                    yield replace(event, text=mask.text(event.text))
                case OrderReport(rejected=str() as reason):
                    yield replace(event, rejected=mask.text(reason))
                case StreamDown():
                    yield replace(event, reason=mask.text(event.reason))
                case _:
                    yield event

    async def close(self) -> None:
        for task in self._renewals:
            task.cancel()
        await asyncio.gather(*self._renewals, return_exceptions=True)


def _evidence(exchange: Exchange, request: OrderRequest) -> Wire:
    """Both messages, without headers and so without the token."""
    answer = None if exchange.reply is None else exchange.reply.body[:EVIDENCE].decode("utf-8", "replace")
    return Wire(
        tr=request.tr,
        request=f"{ORDERS} {json.dumps(request.body, ensure_ascii=False)}",
        began=exchange.began,
        status=exchange.status,
        answer=answer,
        first_byte_ms=exchange.first_byte_ms,
        ended_ms=exchange.ended_ms,
    )
