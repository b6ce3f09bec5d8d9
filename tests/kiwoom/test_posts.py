"""Orders over the wire: posted once whatever the answer, and with their evidence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kiwoom_desk.domain.facts import Accepted, NotSent, RefusalKind, Refused
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.kiwoom.client import ACCOUNT, AT_ONCE, Client
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.kiwoom.http import Http, Pool
from kiwoom_desk.kiwoom.pace import LIMITS, Pacer
from kiwoom_desk.kiwoom.tokens import Tokens
from kiwoom_desk.trading.environments import PRACTICE, World
from kiwoom_desk.trading.ports import (
    Keys,
    Urgency,
)
from tests.kiwoom.token_bench import (
    KEY,
    OK,
    ORDER_OK,
    SECRET,
    TOKEN,
    Bench,
    QuickClock,
    broker,
    issued,
    no,
    run,
)
from tests.support.day import draft
from tests.support.faults import fault
from tests.support.raw_server import RawLine, RawServer, answer, raw_server


def placed(replies: list[bytes], then: float = 0.0) -> tuple[Any, Bench]:
    async def scenario(bench: Bench) -> Any:
        await bench.tokens.get()
        bench.clock._now += 61 + then
        desk = broker(bench)
        sent = await desk.place(draft())
        for _ in range(200):
            if not desk._renewals:
                break
            await asyncio.sleep(0.005)
        await desk.close()
        return sent

    return run(scenario, {"kt10000": replies})


def test_an_accepted_order_leaves_its_evidence_and_no_secret() -> None:
    sent, bench = placed([ORDER_OK])
    assert isinstance(sent.outcome, Accepted)
    assert (sent.wire.tr, sent.wire.status) == ("kt10000", 200)
    assert "/api/dostk/ordr" in sent.wire.request and "005930" in sent.wire.request
    assert TOKEN not in repr(sent)
    assert bench.count("kt10000") == 1


@fault("T05")
def test_t05_an_order_that_meets_a_dead_token_is_refused_once_and_the_token_renewed_beside_it() -> None:
    sent, bench = placed([no(3, "인증에 실패했습니다[8005:Token]"), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.SIGN_IN
    assert bench.trs == ["au10001", "kt10000", "au10001"]


@fault("X04")
@pytest.mark.parametrize("code", ["8030", "8031"])
def test_x04_an_order_that_meets_the_wrong_environment_says_so_and_its_token_is_given_up(code: str) -> None:
    sent, bench = placed([no(3, f"인증에 실패했습니다[{code}:투자구분]"), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.WRONG_ENVIRONMENT
    assert bench.trs == ["au10001", "kt10000", "au10001"]


def test_an_order_that_meets_the_limit_is_refused_once_and_slows_its_lane() -> None:
    sent, bench = placed([no(5, "초과[1700:API ID=kt10000, 유량=1]", 429), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.TOO_MANY
    assert bench.count("kt10000") == 1


def test_an_order_without_a_good_token_is_not_sent_and_signs_in_again() -> None:
    sent, bench = placed([ORDER_OK], then=25 * 3600)
    assert isinstance(sent.outcome, NotSent) and sent.wire is None
    assert bench.trs == ["au10001", "au10001"]


@pytest.mark.parametrize("status", [500, 502, 503, 307, 408])
def test_an_order_is_posted_once_whatever_the_answer(status: int) -> None:
    _, bench = placed([answer(OK, status, {"location": "/api/dostk/ordr"}), ORDER_OK])
    assert bench.count("kt10000") == 1


def test_slow_questions_wait_for_each_other_and_never_for_a_connection() -> None:
    under_way, most = 0, 0

    async def behave(line: RawLine) -> None:
        nonlocal under_way, most
        while b"au10001" in await line.request():
            await line.send(issued(QuickClock(), 1))
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        await line.send(answer(OK, headers={"connection": "close"}))

    async def main() -> None:
        async with raw_server(behave) as server:
            clock = QuickClock()
            http = Http(server.url, clock)
            client = Client(http, Tokens(http, Keys(KEY, SECRET), clock), Pacer(LIMITS[World.PRACTICE], clock), clock)
            asking = (client.ask(f"tr{n}", ACCOUNT, {}, Urgency.WAITED_FOR) for n in range(30))
            await asyncio.gather(*asking)
            await http.close()

    asyncio.run(main())
    assert most == AT_ONCE[Pool.QUERY]


def test_signing_in_and_warming_open_the_connection_that_the_order_takes() -> None:
    async def behave(line: RawLine) -> None:
        while True:
            request = await line.request()
            known = {**OK, "acctNo": "9999123401", "ord_no": "0012345"}
            await line.send(issued(QuickClock(), 1) if b"au10001" in request else answer(known))

    async def main() -> RawServer:
        async with raw_server(behave) as server:
            gateway = open_gateway(PRACTICE.at(server.url), Market.STOCK, Keys(KEY, SECRET), QuickClock())
            await gateway.probe()
            await gateway.warm()
            assert len(server.requests) == 2, "it is warm already"
            await gateway.broker.place(draft())
            await gateway.close()
            return server

    server = asyncio.run(main())
    assert (server.connections, len(server.requests)) == (1, 3)
