"""Pushes that are lost, doubled, swapped or too many: the looks carry, and nothing waits for a flood (W01 to W10)."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.server import ServerConnection, serve

from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.kiwoom import answers, requests
from kiwoom_desk.kiwoom.frames import Push
from kiwoom_desk.kiwoom.http import ORDER_CAP, Call, Http
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.tokens import Token
from kiwoom_desk.trading.clock import SystemClock
from kiwoom_desk.trading.safety import Denied
from tests.faults.bench import CODE, Bench, open_bench, run
from tests.support.day import DAY, draft
from tests.support.faults import fault
from tests.support.raw_server import answer, answering, raw_server
from tests.support.until import until

QUICK = 20.0


@fault("W01")
def test_without_the_stream_looks_carry_a_fill_and_the_blotter_is_exact(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="login", do="refuse", when="always")
        b.server.faults.arm(on="market", do="cut_streams")
        await until(lambda: not b.lane.stream_up)
        row = await b.place(b.market(3))
        filled = await b.becomes(row.id, OrderState.FILLED)
        assert filled.filled == 3 and not b.lane.stream_up
        b.server.faults.clear()
        await until(lambda: b.lane.stream_up)

    run(tmp_path, story, QUICK)


@fault("W02")
def test_when_every_push_is_lost_the_next_look_tells_it_all(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="stream", do="drop", type="00", when="always")
        rows = [await b.place(b.market(2)), await b.place(b.buy(7))]
        await b.becomes(rows[0].id, OrderState.FILLED)
        await b.becomes(rows[1].id, OrderState.WORKING)
        assert [o.number for o in b.listed()] == sorted(o.ref.number for o in b.desk.orders() if o.ref)

    run(tmp_path, story, QUICK)


@pytest.mark.parametrize(
    "do", [pytest.param("duplicate", marks=fault("W04")), pytest.param("reorder", marks=fault("W05"))]
)
def test_pushes_doubled_or_swapped_end_in_the_same_state(tmp_path: Path, do: str) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="stream", do=do, type="00", when="always")
        row = await b.place(b.market(5))
        resting = await b.place(b.buy(4))
        assert isinstance(await b.desk.cancel(resting.id, None, b.gesture()), Accepted)
        filled = await b.becomes(row.id, OrderState.FILLED)
        cancelled = await b.becomes(resting.id, OrderState.CANCELED)
        assert (filled.filled, cancelled.cancelled) == (5, 4)
        assert not filled.doubts and not cancelled.doubts

    run(tmp_path, story, QUICK)


@fault("W03")
def test_a_fill_that_overtakes_its_answer_is_one_order_in_the_end(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="kt10000", do="delay", delay=0.5)
        placing = asyncio.ensure_future(b.place(b.market(5)))
        await until(lambda: any(o.filled == 5 for o in b.desk.orders()))
        assert not placing.done(), "the push came first"
        row = await placing
        await b.becomes(row.id, OrderState.FILLED)
        assert len(b.desk.orders()) == 1 and b.row(row.id).filled == 5

    run(tmp_path, story)


@fault("W06")
def test_an_order_from_elsewhere_is_on_screen_within_a_second(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        began = time.monotonic()
        b.server.call(lambda: place_elsewhere(b))
        await until(lambda: b.desk.orders())
        assert time.monotonic() - began < 1.0
        row = b.desk.orders()[0]
        assert not row.own and (row.draft.code, row.draft.quantity, row.remaining) == (CODE, 6, 6)

    run(tmp_path, story)


def place_elsewhere(b: Bench) -> object:
    core, now = b.server.core, b.server.clock.now()
    return core.place("stock", CODE, "KRX", "buy", "0", 6, b.price, 0, now=now, channel="영웅문4")


@fault("W10", "X02")
def test_a_second_program_with_our_key_takes_the_stream_and_locks_new_orders(tmp_path: Path) -> None:
    """As from a second PC: its folder is its own, so that no lock can tell. Its orders are shown, and not as ours."""

    async def story(b: Bench) -> None:
        async with open_bench(b.server, tmp_path / "other", b.clock) as other:
            await until(lambda: not b.lane.stream_up)
            await until(lambda: other.lane.stream_up)
            with pytest.raises(Denied, match="다른 프로그램"):
                await b.place()
            theirs = await other.place(other.buy(3))
            await b.connection.look_now()
            ours = [o for o in b.desk.orders() if o.ref == theirs.ref]
            assert [o.own for o in ours] == [False]
            assert other.lane.stream_up, "we do not fight for it"

    run(tmp_path / "ours", story)


# --- W08 -----------------------------------------------------------------------------------------------------------
MESSAGES, SECONDS = 10_000, 2.0
TRADE = {"type": "0B", "name": "체결", "item": CODE, "values": {"20": "100211", "10": "-71200", "15": "+3", "13": "9"}}


@contextmanager
def flood() -> Iterator[str]:
    """A stream of 5,000 trades a second, from a thread of its own."""
    text = json.dumps({"trnm": "REAL", "data": [TRADE]}, ensure_ascii=False)

    def pour(line: ServerConnection) -> None:
        line.recv()
        line.send(json.dumps({"trnm": "LOGIN", "return_code": 0}))
        line.recv()
        line.send(json.dumps({"trnm": "REG", "return_code": 0}))
        began = time.monotonic()
        for n in range(MESSAGES):
            line.send(text)
            if n % 100 == 0:
                time.sleep(max(0.0, began + n * SECONDS / MESSAGES - time.monotonic()))
        line.recv()

    with serve(pour, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/api/dostk/websocket"
        server.shutdown()
        thread.join()


class OneToken:
    def __init__(self) -> None:
        self.taken_over = asyncio.Event()

    async def get(self) -> Token:
        return Token("T", 1e12)

    def held(self) -> Token:
        return Token("T", 1e12)


class Control(threading.Thread):
    """How late a thread that does nothing else wakes: what the machine itself costs, and not we."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.worst, self._ended = 0.0, threading.Event()

    def run(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(0.005):
            now = time.monotonic()
            self.worst, before = max(self.worst, now - before - 0.005), now

    def end(self) -> float:
        self._ended.set()
        self.join()
        return self.worst


@fault("W08")
def test_a_flood_of_pushes_stalls_nothing_and_orders_go_on() -> None:
    async def scenario() -> tuple[int, float, list[float], int]:
        heard, stall, waits, timers = 0, 0.0, list[float](), 0
        loop = asyncio.get_running_loop()
        call_at = loop.call_at

        def counted(*arguments: Any, **more: Any) -> asyncio.TimerHandle:
            nonlocal timers
            timers += 1
            return call_at(*arguments, **more)

        setattr(loop, "call_at", counted)  # noqa: B010

        def read(push: Push) -> tuple[()]:
            nonlocal heard
            heard += 1
            return ()

        async def watch() -> None:
            nonlocal stall
            while True:
                before = time.monotonic()
                await asyncio.sleep(0.005)
                stall = max(stall, time.monotonic() - before - 0.005)

        with flood() as url:
            async with raw_server(answering(answer({"return_code": 0, "ord_no": "0000001"}))) as broker:
                stream, http = Stream(url, OneToken(), SystemClock(), read), Http(broker.url, SystemClock())  # type: ignore[arg-type]
                watching = asyncio.ensure_future(watch())
                stream.start()
                await until(lambda: heard > 100)
                request = requests.place(draft())
                while heard < MESSAGES:
                    began = time.monotonic()
                    exchange = await http.post(Call("/api/dostk/ordr", request.body, cap=ORDER_CAP, deadline=8.0))
                    assert isinstance(answers.outcome(exchange, request, DAY), Accepted)
                    waits.append(time.monotonic() - began)
                    await asyncio.sleep(0.02)
                watching.cancel()
                await stream.close()
                await http.close()
        return heard, stall, waits, timers

    control = Control()
    control.start()
    heard, stall, waits, timers = asyncio.run(scenario())
    machine = control.end()
    assert heard == MESSAGES and len(waits) > 10
    assert timers < MESSAGES / 4, "no timer for each message: under Qt each lives on until its time has come"
    assert stall < 0.1 + machine, f"stalled {stall:.3f} s, the machine itself {machine:.3f} s"
    assert sorted(waits)[len(waits) // 2] < 0.1 + machine
