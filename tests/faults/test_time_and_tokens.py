"""Clocks that stray, nights that fall, tokens that end (T01 to T07)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiwoom_desk.domain.facts import Accepted, NotSent
from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.trading.safety import Denied
from tests.faults.bench import TEN, Bench, QuickClock, open_bench, run
from tests.support.faults import fault
from tests.support.until import until


class StrayClock(QuickClock):
    """A PC whose clock is wrong."""

    def __init__(self, seconds: float, rate: float = 1.0) -> None:
        super().__init__(rate)
        self._wall += timedelta(seconds=seconds)


@fault("T01")
@pytest.mark.parametrize("seconds", [-37.0, 37.0, 3 * 3600.0])
def test_a_lost_order_is_found_whatever_the_pc_says_the_time_is(tmp_path: Path, seconds: float) -> None:
    async def main() -> None:
        with PracticeServer(clock=TEN, quiet=True) as server:
            async with open_bench(server, tmp_path, StrayClock(seconds)) as b:
                assert abs((b.lane.now() - server.clock.now()).total_seconds()) < 2
                server.faults.arm(on="kt10000", do="lose_after")
                row = await b.place()
                assert row.state is OrderState.UNCONFIRMED
                await b.becomes(row.id, OrderState.WORKING)

    asyncio.run(main())


@fault("T02")
def test_a_pc_clock_set_back_between_two_runs_loses_no_order(tmp_path: Path) -> None:
    """The second run believes that it is two hours earlier than the first one was; the broker's clock decides."""

    async def main() -> None:
        with PracticeServer(clock=TEN, quiet=True) as server:
            async with open_bench(server, tmp_path, StrayClock(0.0)) as b:
                row = await b.place()
            async with open_bench(server, tmp_path, StrayClock(-7200.0)) as b:
                assert b.row(row.id).state is OrderState.WORKING
                assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), Accepted)
                await b.becomes(row.id, OrderState.CANCELED)
                await b.connection.look_now()
                assert not b.row(row.id).doubts

    asyncio.run(main())


@fault("T02")
@pytest.mark.parametrize("seconds", [20.0, -20.0])
def test_an_order_lost_under_a_wrong_clock_is_found_once_the_clock_was_set_right(
    tmp_path: Path, seconds: float
) -> None:
    """The difference to the broker's clock at the sending is what counts, not the one at the looking."""

    async def main() -> None:
        with PracticeServer(clock=TEN, quiet=True) as server:
            async with open_bench(server, tmp_path, StrayClock(seconds)) as b:
                server.faults.arm(on="list", do="status", status=503, when="always")
                server.faults.arm(on="stream", do="drop", type="00", when="always")
                server.faults.arm(on="kt10000", do="lose_after")
                row = await b.place()
                assert row.state is OrderState.UNCONFIRMED
            server.faults.clear()
            async with open_bench(server, tmp_path, StrayClock(0.0)) as b:
                found = await b.becomes(row.id, OrderState.WORKING)
                assert found.confirmed_by_look and len(b.desk.orders()) == 1

    asyncio.run(main())


@fault("T03")
def test_what_waits_when_the_computer_sleeps_is_withdrawn_and_everything_asked_again(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        sends = [asyncio.ensure_future(b.place(b.buy(n + 1))) for n in range(26)]
        await until(lambda: b.desk.waiting.drafts)
        looked = b.lane.last_look
        b.connection.woke_up("절전에서 복귀했습니다.")
        results = await asyncio.gather(*sends, return_exceptions=True)
        withdrawn = [r for r in results if isinstance(r, Denied)]
        assert withdrawn and all("나가지 않았습니다" in str(r) for r in withdrawn)
        assert len(b.listed()) == len(sends) - len(withdrawn)
        await until(lambda: b.lane.last_look != looked)

    run(tmp_path, story)


@fault("T04")
def test_an_order_lost_on_one_day_is_found_on_the_next_under_its_own_date(tmp_path: Path) -> None:
    """Sent in the evening, answer lost, program ended; started again when the market has another date."""
    evening, morning = datetime(2026, 11, 23, 19, 59, tzinfo=SEOUL), datetime(2026, 11, 24, 8, 1, tzinfo=SEOUL)

    async def main() -> None:
        with PracticeServer(clock=evening, quiet=True) as server:
            async with open_bench(server, tmp_path, QuickClock(1.0)) as b:
                server.faults.arm(on="list", do="status", status=503, when="always")
                server.faults.arm(on="stream", do="drop", type="00", when="always")
                server.faults.arm(on="kt10000", do="lose_after")
                row = await b.place()
                assert row.state is OrderState.UNCONFIRMED and row.day == evening.date()
            server.clock.skip(morning - server.clock.now())
            async with open_bench(server, tmp_path, QuickClock(1.0)) as b:
                assert b.lane.today() == morning.date()
                assert b.row(row.id).state is OrderState.UNCONFIRMED
                assert b.row(row.id) in b.desk.orders(), "it stays in sight"
                server.faults.clear()
                await until(lambda: b.row(row.id).state is not OrderState.UNCONFIRMED)
                found = b.row(row.id)
                assert found.ref is not None and found.ref.day == evening.date()

    asyncio.run(main())


@fault("T05", "T06")
def test_a_token_that_ends_and_cannot_be_renewed_stops_new_orders_and_says_so(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        row = await b.place()
        b.server.faults.arm(on="token", do="status", status=503, when="always")
        b.server.faults.arm(on="market", do="expire_tokens")
        await until(lambda: any(f.do == "expire_tokens" for f in b.server.faults.struck))
        refused = await b.place(b.buy(2))
        first_to_notice = refused.state is OrderState.REJECTED and refused.code == "8005"
        assert first_to_notice or refused.state is OrderState.NOT_PLACED, "else a look met the dead token before it"
        held = await b.place(b.buy(3))
        assert held.state is OrderState.NOT_PLACED and "로그인" in held.reason
        assert len(b.listed()) == 1
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), NotSent), "tried, and said so"
        b.server.faults.clear()
        began = b.clock.monotonic()
        await until(lambda: b.clock.monotonic() - began > 6)
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), Accepted), "it brings its own token"

    run(tmp_path, story, 10.0)


@fault("W10", "X02")
def test_a_token_that_is_taken_twice_locks_new_orders_and_lets_cancels_go_on(tmp_path: Path) -> None:
    """As when a program elsewhere signs in with our key again and again: we take it back once, and no more."""

    async def story(b: Bench) -> None:
        row = await b.place()
        for times in (1, 2):
            b.server.faults.arm(on="market", do="expire_tokens")
            await until(lambda times=times: len(b.server.faults.struck) == times)  # type: ignore[misc]
            b.reconciler.soon()
            looked = b.lane.last_look
            await until(lambda looked=looked: b.lane.last_look != looked or not b.lane.stream_up)  # type: ignore[misc]
        with pytest.raises(Denied, match="다른 프로그램"):
            await b.place(b.buy(2))
        began = b.clock.monotonic()
        await until(lambda: b.clock.monotonic() - began > 61)
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), Accepted), "it signs in for itself"

    run(tmp_path, story, 20.0)
