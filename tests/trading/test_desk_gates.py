"""What stops an order before its first byte: arming, the block, limits, age, twins."""

from __future__ import annotations

import asyncio

import pytest

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import LIVE
from kiwoom_desk.trading.ports import AccountName
from kiwoom_desk.trading.safety import Denied, Safety
from tests.support.day import draft
from tests.support.fakes import Bench
from tests.support.faults import fault
from tests.support.stories import on_bench, outcomes


def test_arming_ends_by_itself() -> None:
    async def story(bench: Bench) -> None:
        bench.safety.account = AccountName("1234567811")
        bench.safety.limits_now = lambda: Limits(10**9, 10**9, 100)
        bench.safety.arm("5678", 15)
        await asyncio.sleep(14.9 * 60)
        await bench.desk.place(draft(), bench.gesture())
        await asyncio.sleep(0.2 * 60)
        with pytest.raises(Denied, match="꺼져"):
            await bench.desk.place(draft(11), bench.gesture())

    on_bench(story, environment=LIVE)


def test_the_block_survives_a_restart_and_so_does_its_end() -> None:
    async def story(bench: Bench) -> None:
        bench.safety.keep(bench.desk.learn)
        for act, blocked in ((bench.safety.block, True), (bench.safety.unblock, False)):
            act()
            fresh = Safety(LIVE, bench.clock)
            fresh.restore(bench.journal.replay())
            assert fresh.blocked is blocked, "also where both happened at the same time by a coarse clock"

    on_bench(story)


@fault("U03")
def test_an_order_whose_turn_comes_too_late_is_not_sent_and_says_so() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.turn_takes = 2.0
        row = await bench.desk.place(draft(), bench.gesture())
        assert row.state is OrderState.NOT_PLACED and "1.5초" in row.reason
        assert bench.broker.posts == []

    on_bench(story)


def test_the_block_and_the_end_of_arming_stop_what_is_just_being_written() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.journal.takes = 0.5
        for send in (
            bench.desk.place(draft(11), bench.gesture()),
            bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture()),
        ):
            sending = asyncio.ensure_future(send)
            await asyncio.sleep(0.2)
            bench.safety.block()
            stopped = await sending
            assert stopped.state is OrderState.NOT_PLACED and "차단" in stopped.reason
            bench.safety.unblock()
        assert [verb for verb, _ in bench.broker.posts] == ["place"]

    on_bench(story)


def test_limits_hold_for_orders_that_go_out_together() -> None:
    async def story(bench: Bench) -> None:
        bench.safety.limits_now = lambda: Limits(10**9, 1_500_000, 100)
        bench.journal.takes = 0.5
        ended = await outcomes(*(bench.desk.place(draft(n), bench.gesture()) for n in (9, 10, 11)))
        assert [type(end).__name__ for end in ended] == ["Order", "Order", "Denied"]
        assert len(bench.broker.posts) == 2

    on_bench(story)


def test_the_limit_of_a_minute_holds_over_midnight() -> None:
    async def story(bench: Bench) -> None:
        await asyncio.sleep(14 * 3600 - 20)
        bench.safety.limits_now = lambda: Limits(10**9, 1_500_000, 2)
        for _ in range(2):
            await bench.desk.place(draft(), bench.gesture())
            await asyncio.sleep(25)
        with pytest.raises(Denied, match="1분에 2건"):
            await bench.desk.place(draft(), bench.gesture())
        await asyncio.sleep(40)
        await bench.desk.place(draft(), bench.gesture())

    on_bench(story)


@fault("U02")
def test_a_twin_of_an_unanswered_order_is_stopped_and_another_order_goes_on() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(AnswerLost("8초"))
        lost = await bench.desk.place(draft(), bench.gesture())
        assert lost.state is OrderState.UNCONFIRMED
        await asyncio.sleep(10)
        with pytest.raises(Denied, match="접수 여부를 확인"):
            await bench.desk.place(draft(), bench.gesture())
        assert (await bench.desk.place(draft(11), bench.gesture())).state is OrderState.WORKING

    on_bench(story)


@fault("U02")
def test_the_same_order_within_two_seconds_is_stopped() -> None:
    async def story(bench: Bench) -> None:
        await bench.desk.place(draft(), bench.gesture())
        await asyncio.sleep(1.0)
        with pytest.raises(Denied, match="방금 같은 주문"):
            await bench.desk.place(draft(), bench.gesture())
        await asyncio.sleep(1.1)
        await bench.desk.place(draft(), bench.gesture())

    on_bench(story)


def test_the_block_stops_orders_and_amendments_even_in_the_queue_and_lets_cancels_pass() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.turn_takes = 0.5
        queued = asyncio.ensure_future(bench.desk.place(draft(11), bench.gesture()))
        await asyncio.sleep(0.1)
        bench.safety.block()
        for attempt in (queued, bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture())):
            with pytest.raises(Denied, match="차단"):
                await attempt
        assert isinstance(await bench.desk.cancel(row.id, None, bench.gesture()), Accepted)
        assert [verb for verb, _ in bench.broker.posts] == ["place", "cancel"]

    on_bench(story)


def test_live_sends_nothing_before_it_is_armed_and_holds_its_limits() -> None:
    async def story(bench: Bench) -> None:
        bench.safety.account = AccountName("1234567811")
        with pytest.raises(Denied, match="한도"):
            bench.safety.arm("5678", 15)
        bench.safety.limits_now = lambda: Limits(1_000_000, 1_500_000, 5)
        with pytest.raises(Denied, match="꺼져"):
            await bench.desk.place(draft(), bench.gesture())
        with pytest.raises(Denied, match="네 자리"):
            bench.safety.arm("7811", 15)
        bench.safety.arm("5678", 15)
        await bench.desk.place(draft(), bench.gesture())
        with pytest.raises(Denied, match="1회 주문 한도"):
            await bench.desk.place(draft(100), bench.gesture())
        await bench.desk.place(draft(9), bench.gesture())
        with pytest.raises(Denied, match="하루 주문 한도"):
            await bench.desk.place(draft(8), bench.gesture())
        assert not bench.safety.armed, "reaching a limit of the day disarms"

    on_bench(story, environment=LIVE)


@fault("U03")
def test_what_takes_too_long_to_connect_is_stopped_at_its_first_byte_and_a_cancel_is_not() -> None:
    async def story(bench: Bench) -> None:
        order = await bench.desk.place(draft(), bench.gesture())
        bench.broker.connecting = 2.0
        row = await bench.desk.place(draft(11), bench.gesture())
        assert row.state is OrderState.NOT_PLACED and not row.absent and "1.5초" in row.reason
        await bench.desk.cancel(order.id, None, bench.gesture())
        assert [verb for verb, _ in bench.broker.posts] == ["place", "cancel"]

    on_bench(story)


@fault("U03")
@pytest.mark.parametrize("slept", [2.0, 600.0])
def test_an_order_does_not_leave_after_a_sleep_that_only_the_pc_s_own_time_tells(slept: float) -> None:
    async def story(bench: Bench) -> None:
        gesture = bench.gesture()
        bench.clock.sleep_unnoticed(slept)
        row = await bench.desk.place(draft(), gesture)
        assert row.state is OrderState.NOT_PLACED and "1.5초" in row.reason
        assert bench.broker.posts == []

    on_bench(story)


def test_the_block_stops_an_order_that_is_still_connecting() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.connecting = 1.0
        sending = asyncio.ensure_future(bench.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(0.5)
        bench.safety.block()
        row = await sending
        assert row.state is OrderState.NOT_PLACED and "차단" in row.reason
        assert bench.broker.posts == []

    on_bench(story)


def test_a_market_order_counts_for_the_day_after_a_restart_too_when_no_quote_tells_its_worth() -> None:
    async def story(bench: Bench) -> None:
        priced = OrderDesk(
            Market.STOCK,
            bench.broker,
            bench.journal,
            bench.clock,
            bench.safety,
            today=lambda: bench.day,
            value_of=lambda what: 71_300 * what.quantity,
        )
        await priced.place(draft(100, None, type=OrderType.MARKET), bench.gesture())
        after = Bench(bench.clock._loop, facts=bench.journal.facts)
        assert after.safety.spent_today == bench.safety.spent_today == 7_130_000

    on_bench(story)
