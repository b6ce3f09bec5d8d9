"""The stream against a scripted WebSocket server on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from kiwoom_desk.kiwoom.frames import Push
from kiwoom_desk.kiwoom.stream import DELAYS, Patience, Stream
from kiwoom_desk.kiwoom.tokens import Token
from kiwoom_desk.trading.ports import Quarantined, StreamDown, StreamEvent, StreamUp
from tests.support.fake_clock import FakeClock
from tests.support.faults import fault
from tests.support.until import until

FRAMES = json.loads((Path(__file__).parent / "data" / "frames.json").read_text(encoding="utf-8"))
Script = Callable[["Line"], Awaitable[None]]


class ShortClock(FakeClock):
    """Remembers how long it was asked to sleep, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += seconds
        await asyncio.sleep(0)


class FakeTokens:
    def __init__(self) -> None:
        self.number = 1
        self.taken_over = asyncio.Event()

    async def get(self) -> Token:
        return Token(f"T{self.number}", 1e9)

    def held(self) -> Token | None:
        return Token(f"T{self.number}", 1e9)

    async def replace(self, refused: Token, code: str) -> Token:
        assert code == "8005" and refused.text == f"T{self.number}"
        self.number += 1
        return await self.get()


class Line:
    """The server's end of one connection."""

    def __init__(self, bench: Bench, connection: ServerConnection) -> None:
        self.bench, self.connection = bench, connection

    async def take(self) -> Any:
        raw = await self.connection.recv()
        message = json.loads(raw) if raw != "PING" else raw
        self.bench.got.append(message)
        return message

    async def say(self, message: object) -> None:
        await self.connection.send(json.dumps(message, ensure_ascii=False))

    async def sign_in(self) -> None:
        assert (await self.take())["trnm"] == "LOGIN"
        await self.say({"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": "Y"})

    async def serve_registrations(self) -> None:
        while True:
            message = await self.take()
            if isinstance(message, dict) and message["trnm"] in ("REG", "REMOVE"):
                await self.say({"trnm": message["trnm"], "return_code": 0, "return_msg": ""})

    async def normal(self) -> None:
        await self.sign_in()
        await self.serve_registrations()


@dataclass
class Bench:
    stream: Stream
    clock: ShortClock
    tokens: FakeTokens
    got: list[Any] = field(default_factory=list)
    events: list[StreamEvent] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    lines: list[ServerConnection] = field(default_factory=list)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def registrations(self, what: str = "REG") -> list[tuple[str, str]]:
        found = [m for m in self.got if isinstance(m, dict) and m["trnm"] == what]
        return [(i, t) for m in found for part in m["data"] for i in part["item"] for t in part["type"]]


@asynccontextmanager
async def bench(*scripts: Script, patience: Patience | None = None) -> AsyncIterator[Bench]:
    """Each connection runs the next script, the last one for ever."""
    left = list(scripts)

    async def handle(connection: ServerConnection) -> None:
        found.lines.append(connection)
        script = left.pop(0) if len(left) > 1 else left[0]
        await script(Line(found, connection))

    async with serve(handle, "127.0.0.1", 0, ping_interval=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        clock, tokens = ShortClock(), FakeTokens()

        def read(push: Push) -> list[StreamEvent]:
            found.pushes.append(push)
            return []

        url = f"ws://127.0.0.1:{port}/api/dostk/websocket"
        stream = Stream(url, tokens, clock, read, patience)  # type: ignore[arg-type]
        found = Bench(stream, clock, tokens)

        async def follow() -> None:
            async for event in stream.events():
                found.events.append(event)

        following = asyncio.ensure_future(follow())
        stream.start()
        try:
            yield found
        finally:
            await stream.close()
            await following


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scenario())  # type: ignore[arg-type]


@fault("T03")
def test_a_line_that_is_dropped_comes_back_at_once_with_everything_registered() -> None:
    """After a sleep the system may believe for minutes in a line that is dead."""

    async def scenario() -> None:
        async with bench(Line.normal) as b:
            await until(lambda: b.of(StreamUp))
            b.stream.drop()
            await until(lambda: len(b.of(StreamUp)) == 2)
            assert len(b.lines) == 2 and b.of(StreamDown)[0].again_in == 0.0

    run(scenario)


def test_it_signs_in_first_and_registers_the_account_before_it_is_up() -> None:
    async def scenario() -> None:
        async with bench(Line.normal) as b:
            await until(lambda: b.of(StreamUp))
            assert b.got[0] == {"trnm": "LOGIN", "token": "T1"}
            assert b.registrations() == [("", "00"), ("", "04"), ("", "0s")]
            assert b.got[1]["refresh"] == "1" and b.stream.up
            assert b.lines[0].request is not None and b.lines[0].request.headers["User-Agent"].startswith(
                "kiwoom-desk/"
            )

    run(scenario)


@pytest.mark.parametrize("ping", ['{"trnm": "PING"}', "PING", '{"trnm":"PING", "x": "1"}'])
def test_a_ping_comes_back_unchanged(ping: str) -> None:
    async def script(line: Line) -> None:
        await line.sign_in()
        await line.connection.send(ping)
        await line.serve_registrations()

    async def scenario() -> None:
        async with bench(script) as b:
            await until(lambda: (ping if ping == "PING" else json.loads(ping)) in b.got)

    run(scenario)


def test_what_is_watched_is_registered_and_removed_by_difference() -> None:
    async def scenario() -> None:
        async with bench(Line.normal) as b:
            b.stream.want([("005930", "0B"), ("005930", "0D")])
            await until(lambda: ("005930", "0D") in b.registrations())
            b.stream.want([("005930", "0B"), ("000660_NX", "0B")])
            await until(lambda: ("000660_NX", "0B") in b.registrations())
            assert b.registrations("REMOVE") == [("005930", "0D")]
            assert b.registrations().count(("005930", "0B")) == 1

    run(scenario)


def test_after_a_cut_everything_is_registered_again() -> None:
    async def cut(line: Line) -> None:
        await line.sign_in()
        for _ in range(2):
            message = await line.take()
            await line.say({"trnm": message["trnm"], "return_code": 0})
        line.connection.transport.abort()

    async def scenario() -> None:
        async with bench(cut, Line.normal) as b:
            b.stream.want([("005930", "0B")])
            await until(lambda: len(b.of(StreamUp)) == 2)
            await until(lambda: b.registrations().count(("005930", "0B")) == 2)
            assert [type(e) for e in b.events] == [StreamUp, StreamDown, StreamUp]
            assert 0.8 <= b.of(StreamDown)[0].again_in <= 1.2

    run(scenario)


@fault("W09")
def test_w09_quick_failures_wait_longer_each_time_with_jitter() -> None:
    async def slam(line: Line) -> None:
        await line.connection.close()

    async def scenario() -> None:
        async with bench(slam) as b:
            await until(lambda: len(b.clock.slept) >= 7)
            expected = [*DELAYS, DELAYS[-1], DELAYS[-1]]
            for slept, delay in zip(b.clock.slept[:7], expected, strict=True):
                assert 0.8 * delay <= slept <= 1.2 * delay

    run(scenario)


@fault("W09")
def test_w09_a_silent_line_is_dead() -> None:
    async def mute(line: Line) -> None:
        await line.sign_in()
        await line.take()
        await line.say({"trnm": "REG", "return_code": 0})
        await line.connection.wait_closed()

    async def scenario() -> None:
        async with bench(mute, Line.normal, patience=Patience(silence=0.2)) as b:
            await until(lambda: len(b.of(StreamUp)) >= 2)
            assert "조용" in b.of(StreamDown)[0].reason

    run(scenario)


@fault("W10")
def test_w10_another_login_ends_it_without_a_loop() -> None:
    async def taken(line: Line) -> None:
        await line.sign_in()
        await line.take()
        await line.say({"trnm": "REG", "return_code": 0})
        await line.say({"trnm": "SYSTEM", "code": "R10001", "message": "동일한 App key로 접속이 되었습니다."})
        await line.connection.close()

    async def scenario() -> None:
        async with bench(taken) as b:
            await until(lambda: b.of(StreamDown))
            down = b.of(StreamDown)[0]
            assert down.taken_over and down.again_in is None and not b.stream.up
            assert b.stream._task is not None
            await asyncio.wait_for(asyncio.shield(b.stream._task), 5)
            assert len(b.lines) == 1 and b.clock.slept == []

    run(scenario)


@fault("W10", "X02")
def test_w10_tokens_that_another_program_takes_end_it_the_same_way() -> None:
    async def scenario() -> None:
        async with bench(Line.normal) as b:
            await until(lambda: b.stream.up)
            b.tokens.taken_over.set()
            await until(lambda: b.of(StreamDown))
            down = b.of(StreamDown)[0]
            assert down.taken_over and down.again_in is None and "같은 앱키" in down.reason
            assert b.stream._task is not None
            await asyncio.wait_for(asyncio.shield(b.stream._task), 5)
            assert len(b.lines) == 1

    run(scenario)


def test_r10002_reconnects() -> None:
    async def beaten(line: Line) -> None:
        await line.sign_in()
        await line.say({"trnm": "SYSTEM", "code": "R10002", "message": "heartbeat"})
        await line.serve_registrations()

    async def scenario() -> None:
        async with bench(beaten, Line.normal) as b:
            await until(lambda: len(b.lines) == 2 and b.stream.up)
            assert not b.of(StreamDown)[0].taken_over

    run(scenario)


async def refuse(line: Line) -> None:
    await line.take()
    await line.say(
        {"trnm": "LOGIN", "return_code": 805004, "return_msg": "토큰 인증에 실패했습니다 [CODE=8005, MESSAGE=x]"}
    )
    await line.connection.close()


def test_a_refused_token_is_renewed_once_at_once() -> None:
    async def scenario() -> None:
        async with bench(refuse, Line.normal) as b:
            await until(lambda: b.of(StreamUp))
            assert b.tokens.number == 2 and b.clock.slept == [0.0]
            assert [m["token"] for m in b.got if m["trnm"] == "LOGIN"] == ["T1", "T2"]

    run(scenario)


def test_a_token_that_stays_refused_is_not_renewed_for_ever() -> None:
    async def scenario() -> None:
        async with bench(refuse) as b:
            await until(lambda: len(b.lines) >= 5)
            assert b.tokens.number == 2
            assert all(wait >= 0.8 for wait in b.clock.slept[1:])

    run(scenario)


def test_refused_order_events_are_no_stream() -> None:
    async def deaf(line: Line) -> None:
        await line.sign_in()
        await line.take()
        await line.say({"trnm": "REG", "return_code": 1, "return_msg": "오류"})
        await line.connection.wait_closed()

    async def scenario() -> None:
        async with bench(deaf) as b:
            await until(lambda: b.of(StreamDown))
            assert not b.of(StreamUp)

    run(scenario)


def test_a_refused_price_registration_is_shown_and_not_fatal() -> None:
    async def script(line: Line) -> None:
        await line.sign_in()
        await line.take()
        await line.say({"trnm": "REG", "return_code": 0})
        await line.take()
        await line.say({"trnm": "REG", "return_code": 1, "return_msg": "종목 수 초과"})
        await line.serve_registrations()

    async def scenario() -> None:
        async with bench(script) as b:
            b.stream.want([("005930", "0B")])
            await until(lambda: b.of(Quarantined))
            assert b.of(Quarantined)[0].text == "종목 수 초과" and b.stream.up

    run(scenario)


@fault("W07")
def test_w07_noise_is_set_aside_and_pushes_go_on() -> None:
    async def noisy(line: Line) -> None:
        await line.sign_in()
        await line.connection.send(b"\x00\x01")
        await line.connection.send("garbage")
        await line.say({"trnm": "REAL", "data": [{"type": "00", "values": 5}, FRAMES["accepted"]["data"][0]]})
        await line.serve_registrations()

    async def scenario() -> None:
        async with bench(noisy) as b:
            await until(lambda: b.pushes and b.stream.up)
            assert len(b.of(Quarantined)) == 3
            assert [push.type for push in b.pushes] == ["00"]

    run(scenario)


@fault("W07")
def test_w07_a_frame_of_two_megabytes_costs_the_connection_and_nothing_else() -> None:
    async def flood(line: Line) -> None:
        await line.sign_in()
        await line.connection.send("x" * 2_000_000)
        await line.serve_registrations()

    async def scenario() -> None:
        async with bench(flood, Line.normal) as b:
            await until(lambda: len(b.lines) == 2 and b.stream.up)

    run(scenario)


def test_the_token_does_not_follow_a_redirect() -> None:
    async def scenario() -> None:
        visited: list[str] = []

        async def handle(connection: ServerConnection) -> None:
            visited.append("elsewhere")

        async with serve(handle, "127.0.0.1", 0) as other:
            target = f"ws://127.0.0.1:{next(iter(other.sockets)).getsockname()[1]}/"

            def redirect(connection: ServerConnection, request: Any) -> Any:
                response = connection.respond(302, "")
                response.headers["Location"] = target
                return response

            async with serve(handle, "127.0.0.1", 0, process_request=redirect) as server:
                port = next(iter(server.sockets)).getsockname()[1]
                clock = ShortClock()
                stream = Stream(f"ws://127.0.0.1:{port}/", FakeTokens(), clock, lambda push: [])  # type: ignore[arg-type]
                stream.start()
                await until(lambda: len(clock.slept) >= 2)
                await stream.close()
        assert visited == []

    run(scenario)


def test_a_closed_stream_ends_its_listener() -> None:
    async def scenario() -> None:
        async with bench(Line.normal) as b:
            await until(lambda: b.stream.up)
            await b.stream.close()
            await b.stream.close()

    run(scenario)
