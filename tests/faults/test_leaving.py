"""Switching, closing and failing while an order is out (X03, X09, U05, D02): nothing of it is forgotten."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.options import Options
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.tasks import Tasks
from tests.faults.bench import CODE, TEN, Bench, run
from tests.support.faults import fault
from tests.support.until import until

ROOT = Path(__file__).parents[2]


def with_exchange(folder: Path, *stories: Callable[[Program, PracticeServer], Awaitable[None]]) -> None:
    """Each story in a program of its own, one after another, on one folder and one exchange."""

    async def main() -> None:
        with PracticeServer(clock=TEN, quiet=True) as server:
            for story in stories:
                program = Program(Options(data_dir=folder, practice_url=server.rest))
                try:
                    await program.workspace.switch(World.PRACTICE)
                    await story(program, server)
                finally:
                    await program.close()

    asyncio.run(main())


def desk(program: Program) -> OrderDesk:
    assert program.workspace.connection is not None
    lane = program.workspace.connection.lanes[Market.STOCK]
    assert lane.state is LaneState.READY and lane.desk is not None, lane.sentence
    return lane.desk


async def buy(program: Program, quantity: int = 2) -> OrderDraft:
    assert program.workspace.connection is not None
    gateway = program.workspace.connection.lanes[Market.STOCK].gateway
    assert gateway is not None
    low = (await gateway.quotes.quote(CODE, Venue.KRX)).lower
    return OrderDraft(Market.STOCK, CODE, Venue.KRX, Side.BUY, OrderType.LIMIT, quantity, low)


@fault("X03")
def test_leaving_a_world_waits_for_the_answer_that_is_under_way(tmp_path: Path) -> None:
    async def story(program: Program, server: PracticeServer) -> None:
        server.faults.arm(on="kt10000", do="delay", delay=0.6)
        first = desk(program)
        sending = asyncio.ensure_future(first.place(await buy(program), program.workspace.gesture()))
        await until(lambda: first.in_flight)
        assert any("응답을 기다리는 주문" in line for line in program.workspace.switch_warnings())
        await program.workspace.switch(World.MOCK)
        assert sending.done(), "the old world was closed only after the answer"
        row = sending.result()
        assert row.state is OrderState.WORKING
        await program.workspace.switch(World.PRACTICE)
        kept = desk(program).order(row.id)
        assert kept is not None and kept.state is OrderState.WORKING and desk(program) is not first

    with_exchange(tmp_path, story)


@fault("X03", "X09")
def test_an_unknown_order_is_named_on_leaving_and_found_on_coming_back(tmp_path: Path) -> None:
    ids = []

    async def evening(program: Program, server: PracticeServer) -> None:
        server.faults.arm(on="list", do="status", status=503, when="always")
        server.faults.arm(on="stream", do="drop", type="00", when="always")
        server.faults.arm(on="kt10000", do="lose_after")
        row = await desk(program).place(await buy(program), program.workspace.gesture(), "삼성전자")
        assert row.state is OrderState.UNCONFIRMED
        assert any(line.startswith("확인필요") and "삼성전자" in line for line in program.workspace.switch_warnings())
        ids.append(row.id)

    async def morning(program: Program, server: PracticeServer) -> None:
        found = desk(program).order(ids[0])
        assert found is not None and found.state is OrderState.UNCONFIRMED, "a forced exit keeps it"
        server.faults.clear()
        await until(lambda: (o := desk(program).order(ids[0])) is not None and o.state is OrderState.WORKING)

    with_exchange(tmp_path, evening, morning)


@fault("U05")
def test_a_bug_in_a_task_is_logged_and_ends_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        tasks = Tasks("a lane")

        async def broken() -> None:
            raise ZeroDivisionError

        task = tasks.spawn(broken(), "looks")
        await until(task.done)
        await asyncio.sleep(0)
        await tasks.close()

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert any("a lane: looks failed" in record.getMessage() for record in caplog.records)


@fault("U05")
def test_a_bug_in_a_listener_of_the_blotter_costs_no_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def story(b: Bench) -> None:
        b.desk.subscribe(broken)
        row = await b.place()
        assert row.state is OrderState.WORKING
        other = await b.place(b.market(2))
        await b.becomes(other.id, OrderState.FILLED)
        assert len(b.desk.orders()) == len(b.listed()) == 2

    run(tmp_path, story)
    assert any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "trouble",
    [{"on": "token", "do": "silence_before"}, {"on": "ka00001", "do": "status", "status": 503}],
    ids=["no answer", "between two tries"],
)
def test_a_world_left_while_it_signs_in_raises_nothing_and_lets_the_account_go(
    tmp_path: Path, trouble: dict[str, object]
) -> None:
    async def signing_in(program: Program, server: PracticeServer) -> asyncio.Task[None]:
        server.faults.arm(trouble, when="always")
        struck = len(server.faults.struck)
        switch = asyncio.ensure_future(program.workspace.switch(World.PRACTICE))
        await until(lambda: len(server.faults.struck) > struck)
        return switch

    async def again(program: Program, server: PracticeServer) -> None:
        first = await signing_in(program, server)
        second = asyncio.ensure_future(program.workspace.switch(World.PRACTICE))
        await first
        server.faults.clear()
        await second
        assert desk(program) is not None
        assert not [notice.text for notice in program.workspace.notices.recent], "neither a bug nor a failure"

    async def end(program: Program, server: PracticeServer) -> None:
        switch = await signing_in(program, server)
        await program.workspace.close()
        await switch
        server.faults.clear()

    async def next_start(program: Program, server: PracticeServer) -> None:
        assert desk(program) is not None

    with_exchange(tmp_path, again, end, next_start)


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from kiwoom_desk.domain.facts import Answered
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.trading.safety import Denied
from tests.faults.bench import TEN, QuickClock, open_bench
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

async def main():
    folder = Path(sys.argv[1])
    with PracticeServer(clock=TEN, quiet=True) as server:
        async with open_bench(server, folder, QuickClock(1.0)) as b:
            real = b.desk._broker.place
            async def fills_the_disk(draft, may_leave):
                sent = await real(draft, may_leave)
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
                return sent
            b.desk._broker.place = fills_the_disk
            row = await b.place()
            print(row.state.value, flush=True)
            try:
                await b.place(b.buy(3))
                print('sent', flush=True)
            except Denied as denied:
                print(denied, flush=True)
            print(len(b.listed()), flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        async with open_bench(server, folder, QuickClock(1.0)) as b:
            print(b.row(row.id).state.value, flush=True)
            await b.becomes(row.id, type(row.state).WORKING)
            print('found', len(b.desk.orders()), flush=True)
asyncio.run(main())
"""


@fault("D02")
@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are a Unix thing")
def test_a_disk_that_is_full_at_the_answer_keeps_it_in_memory_and_stops_the_next_order(tmp_path: Path) -> None:
    life = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    said = life.stdout.splitlines()
    assert said[0] == "working", life.stderr
    assert "기록 불가" in said[1] and said[2] == "1", "nothing further left"
    assert said[3] in ("unconfirmed", "working") and said[4] == "found 1"
