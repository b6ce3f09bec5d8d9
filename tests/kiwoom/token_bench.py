"""A client over a transport that answers what it is told, with a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import pytest

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.kiwoom.broker import KiwoomBroker
from kiwoom_desk.kiwoom.client import ACCOUNT, Client
from kiwoom_desk.kiwoom.http import Http
from kiwoom_desk.kiwoom.pace import LIMITS, Pacer
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.tokens import PATH, Tokens
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import (
    Keys,
    QueryFailed,
    Urgency,
)
from tests.support.fake_clock import FakeClock
from tests.support.raw_server import RawLine, RawServer, answer, raw_server

T = TypeVar("T")
OK = {"return_code": 0, "return_msg": "조회가 완료되었습니다"}
KEY, SECRET, TOKEN = "APPKEY-CANARY", "SECRET-CANARY", "TOKEN-CANARY"
ORDER_OK = answer({**OK, "ord_no": "0012345"})
Answer = Callable[[str, dict[str, str]], bytes]


class QuickClock(FakeClock):
    """Sleeping takes no real time: the clock just jumps."""

    async def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
        await asyncio.sleep(0)


@dataclass
class Bench:
    client: Client
    tokens: Tokens
    clock: QuickClock
    server: RawServer
    trs: list[str] = field(default_factory=list)

    async def ask(self, tr: str = "kt00001") -> bytes:
        return (await self.client.ask(tr, ACCOUNT, {"qry_tp": "3"}, Urgency.WAITED_FOR)).body

    def count(self, tr: str) -> int:
        return self.trs.count(tr)


def issued(clock: QuickClock, number: int, lasting: timedelta = timedelta(hours=24)) -> bytes:
    ends = (clock.now() + lasting).strftime("%Y%m%d%H%M%S")
    return answer({**OK, "token": f"{TOKEN}-{number}", "token_type": "bearer", "expires_dt": ends})


def run(
    scenario: Callable[[Bench], Awaitable[T]],
    replies: dict[str, list[bytes]],
    lasting: timedelta = timedelta(hours=24),
) -> tuple[T, Bench]:
    """`replies` per TR, the last one for ever; the token TR hands out numbered tokens unless it is scripted."""

    async def whole() -> tuple[T, Bench]:
        clock = QuickClock()
        left = {tr: list(answers) for tr, answers in replies.items()}
        trs: list[str] = []

        async def behave(line: RawLine) -> None:
            while True:
                request = await line.request()
                path = request.split(b" ", 2)[1].decode()
                head = request.partition(b"\r\n\r\n")[0].decode().lower()
                tr = next(part.split(": ")[1] for part in head.split("\r\n") if part.startswith("api-id"))
                trs.append(tr)
                assert (path == PATH) is (tr == "au10001")
                if tr == "au10001" and tr not in left:
                    await line.send(issued(clock, trs.count(tr), lasting))
                else:
                    queue = left[tr]
                    await line.send(queue.pop(0) if len(queue) > 1 else queue[0])

        async with raw_server(behave) as server:
            http = Http(server.url, clock)
            tokens = Tokens(http, Keys(KEY, SECRET), clock)
            pacer = Pacer(LIMITS[World.LIVE], clock)
            bench = Bench(Client(http, tokens, pacer, clock), tokens, clock, server, trs)
            try:
                return await scenario(bench), bench
            finally:
                pacer.close()
                await http.close()

    return asyncio.run(whole())


def failing(replies: dict[str, list[bytes]]) -> tuple[QueryFailed, Bench]:
    async def scenario(bench: Bench) -> QueryFailed:
        with pytest.raises(QueryFailed) as caught:
            await bench.ask()
        return caught.value

    return run(scenario, replies)


def no(code: object, text: str, status: int = 200) -> bytes:
    return answer({"return_code": code, "return_msg": text}, status)


def broker(bench: Bench) -> KiwoomBroker:
    stream = Stream("ws://127.0.0.1:9/none", bench.tokens, bench.clock, lambda push: ())
    return KiwoomBroker(Market.STOCK, bench.client, stream, bench.clock, bench.clock.now)
