"""Coming and going: an exchange that is not there yet, keys that are wrong, a second program, another world."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.options import Options
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.start import _connect
from kiwoom_desk.trading import lane as lanes
from kiwoom_desk.trading.environments import PRACTICE, Environment, World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import Keys, SignInRefused
from tests.end_to_end.test_spine import desk, lane, with_program
from tests.support.faults import fault
from tests.support.until import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_exchange_that_comes_up_later_is_found_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "AGAIN", (0.2,))
    port = free_port()

    async def main() -> None:
        program = Program(Options(data_dir=tmp_path, practice_url=f"http://127.0.0.1:{port}"))
        await program.workspace.switch(World.PRACTICE)
        connection = program.workspace.connection
        assert connection is not None
        stock = connection.lanes[Market.STOCK]
        assert stock.state is LaneState.FAILED and "다시 연결" in stock.sentence
        server = PracticeServer(port)
        await asyncio.get_running_loop().run_in_executor(None, server.start)
        try:
            await until(lambda: stock.state is LaneState.READY)
            await until(lambda: program.workspace.directory.at is not None)
            assert connection.safety.account is not None
        finally:
            await program.close()
            await asyncio.get_running_loop().run_in_executor(None, server.stop)

    asyncio.run(main())


@pytest.mark.parametrize(
    "keys",
    [
        {Market.STOCK: Keys("practice-appkey", "wrong"), Market.GOLD: Keys("wrong", "practice-gold-secretkey")},
        {
            Market.STOCK: Keys("practice-gold-appkey", "practice-gold-secretkey"),
            Market.GOLD: Keys("practice-appkey", "practice-secretkey"),
        },
    ],
    ids=["wrong", "swapped"],
)
def test_wrong_and_swapped_keys_end_in_a_clear_sentence(tmp_path: Path, keys: Mapping[Market, Keys]) -> None:
    async def main() -> None:
        program = Program(Options(data_dir=tmp_path))
        start = program._practice

        async def with_other_keys() -> tuple[Environment, Mapping[Market, Keys]]:
            environment, _ = await start()
            return environment, keys

        object.__setattr__(program.workspace._outside, "practice", with_other_keys)
        try:
            await program.workspace.switch(World.PRACTICE)
            connection = program.workspace.connection
            assert connection is not None
            gold = connection.lanes[Market.GOLD]
            assert gold.state is LaneState.FAILED and gold.sentence.endswith(".")
            assert any("금현물" in notice.text for notice in program.workspace.notices.recent)
        finally:
            await program.close()

    asyncio.run(main())


@fault("X01")
def test_a_second_program_on_the_same_account_raises_the_first_and_does_not_disturb_it(tmp_path: Path) -> None:
    async def story(first: Program) -> None:
        assert first.exchange is not None
        url = first.exchange.rest
        ours = Program(Options(data_dir=tmp_path / "shared", practice_url=url))
        theirs = Program(Options(data_dir=tmp_path / "shared", practice_url=url))
        try:
            await first.workspace.switch(World.MOCK)
            await ours.workspace.switch(World.PRACTICE)
            await until(lambda: lane(ours).stream_up)
            ended = asyncio.Event()
            await _connect(theirs, World.PRACTICE, ended)
            connection = theirs.workspace.connection
            assert connection is not None
            second = connection.lanes[Market.STOCK]
            assert second.state is LaneState.FAILED and "이미 실행 중" in second.sentence
            assert second.gateway is None, "it did not even sign in"
            assert ended.is_set() and ours.raise_requested()
            assert lane(ours).stream_up and not ours.workspace.safety.locked_because
        finally:
            await theirs.close()
            await ours.close()

    with_program(tmp_path / "first", story)


def test_leaving_a_world_takes_everything_of_it_along(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        work, old = program.workspace, program.workspace.connection
        assert old is not None
        price = (await lane(program).gateway.quotes.quote("005930", Venue.KRX)).lower  # type: ignore[union-attr]
        draft = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, 1, price)
        row = await desk(program).place(draft, work.gesture())
        assert any("미체결 주문 1건" in line for line in work.switch_warnings())
        await work.switch(World.MOCK)
        assert work.connection is not old and work.world is World.MOCK
        assert [x.state for x in old.lanes.values()] == [LaneState.CLOSED] * 2
        assert work.connection is not None and list(work.connection.orders()) == []
        await work.switch(World.PRACTICE)
        await until(lambda: desk(program).order(row.id) is not None)

    with_program(tmp_path, story)


def test_keys_are_tested_without_disturbing_a_stream_that_runs(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        assert program.exchange is not None
        here = PRACTICE.at(program.exchange.rest)
        await until(lambda: lane(program).stream_up)
        good = Keys("practice-appkey", "practice-secretkey")
        gateway = program.workspace._outside.open_gateway(here, Market.STOCK, good, program.clock)
        assert (await gateway.probe()).tail == "1234"
        await gateway.close()
        bad = program.workspace._outside.open_gateway(here, Market.STOCK, Keys("x", "y"), program.clock)
        with pytest.raises(SignInRefused):
            await bad.probe()
        await bad.close()
        assert lane(program).stream_up

    with_program(tmp_path, story)
