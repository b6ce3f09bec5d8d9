"""Written before sent, sent at most once, unknown until proven."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Answered, AnswerLost, Cancelling, NotSent, OrderId, Placing, Refused
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import LIVE
from kiwoom_desk.trading.ports import AccountName
from kiwoom_desk.trading.safety import Denied, Safety
from tests.simulation.loop import VirtualLoop, run
from tests.support.day import at, draft, listed, placing, ref
from tests.support.fakes import Bench
from tests.support.faults import fault


def on_bench(story: Callable[[Bench], Awaitable[None]], **options: object) -> None:
    """Live a story on a bench of its own."""
    loop = VirtualLoop()

    async def main() -> None:
        await story(Bench(loop, **options))  # type: ignore[arg-type]

    run(main(), loop)


def test_the_intention_is_on_disk_before_the_post_and_the_answer_after_it() -> None:
    async def story(bench: Bench) -> None:
        answer = bench.pending()
        sending = asyncio.ensure_future(bench.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(0.01)
        assert [type(f) for f in bench.journal.awaited] == [Placing]
        assert len(bench.broker.posts) == 1
        (row,) = bench.desk.orders()
        assert row.state is OrderState.SENDING
        answer.set_result(Accepted(ref(100)))
        assert (await sending).ref == ref(100)
        assert [type(f) for f in bench.journal.awaited] == [Placing, Answered]

    on_bench(story)


@fault("U01")
def test_one_gesture_is_one_post_however_often_it_is_delivered() -> None:
    async def story(bench: Bench) -> None:
        gesture = bench.gesture()
        results = await asyncio.gather(*(bench.desk.place(draft(), gesture) for _ in range(5)), return_exceptions=True)
        assert sum(isinstance(r, Denied) for r in results) == 4
        assert len(bench.broker.posts) == 1

    on_bench(story)


@fault("D01")
def test_a_gesture_is_spent_whatever_the_form_says_by_then() -> None:
    async def story(bench: Bench) -> None:
        gesture = bench.gesture()
        await bench.desk.place(draft(), gesture)
        with pytest.raises(Denied, match="이미 보낸"):
            await bench.desk.place(draft(11), gesture)
        assert len(bench.broker.posts) == 1

    on_bench(story)


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


def test_nothing_is_posted_when_the_disk_takes_no_intention() -> None:
    async def story(bench: Bench) -> None:
        bench.journal.broken = "디스크가 가득 찼습니다"
        with pytest.raises(Denied, match="디스크가 가득"):
            await bench.desk.place(draft(), bench.gesture())
        assert bench.broker.posts == [] and bench.desk.orders() == []

    on_bench(story)


@fault("D02")
def test_an_answer_that_cannot_be_written_is_kept_and_no_further_order_goes_out() -> None:
    async def story(bench: Bench) -> None:
        answer = bench.pending()
        sending = asyncio.ensure_future(bench.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(0.01)
        bench.journal.broken = "디스크가 가득 찼습니다"
        answer.set_result(Accepted(ref(100)))
        assert (await sending).state is OrderState.WORKING
        with pytest.raises(Denied, match="기록 불가"):
            await bench.desk.place(draft(20), bench.gesture())

    on_bench(story)


@fault("U03")
def test_an_order_whose_turn_comes_too_late_is_not_sent_and_says_so() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.turn_takes = 2.0
        row = await bench.desk.place(draft(), bench.gesture())
        assert row.state is OrderState.NOT_PLACED and "1.5초" in row.reason
        assert bench.broker.posts == []

    on_bench(story)


async def outcomes(*sends: Awaitable[object]) -> list[object]:
    """How sends that were begun together ended: rows, outcomes, or what they raised."""
    return await asyncio.gather(*sends, return_exceptions=True)


@fault("U02")
@pytest.mark.parametrize("delay", ["turn", "disk"])
def test_two_presses_at_once_are_one_order_also_while_the_first_waits_for_turn_or_disk(delay: str) -> None:
    async def story(bench: Bench) -> None:
        bench.broker.turn_takes, bench.journal.takes = (0.5, 0.0) if delay == "turn" else (0.0, 0.5)
        first = asyncio.ensure_future(bench.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(0.3)
        with pytest.raises(Denied, match="같은 주문"):
            await bench.desk.place(draft(), bench.gesture())
        assert (await first).state is OrderState.WORKING
        assert len(bench.broker.posts) == 1

    on_bench(story)


@fault("C05")
@pytest.mark.parametrize("delay", ["turn", "disk"])
@pytest.mark.parametrize("verb", ["amend", "cancel"])
def test_two_amendments_or_partial_cancels_at_once_are_one(verb: str, delay: str) -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.turn_takes, bench.journal.takes = (0.5, 0.0) if delay == "turn" else (0.0, 0.5)

        async def change() -> object:
            if verb == "amend":
                return await bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture())
            return await bench.desk.cancel(row.id, 4, bench.gesture())

        first = asyncio.ensure_future(change())
        await asyncio.sleep(0.3)
        with pytest.raises(Denied, match="아직 확인되지"):
            await change()
        await first
        assert len(bench.broker.posts) == 2
        bench.broker.turn_takes = bench.journal.takes = 0.0
        await bench.desk.cancel(row.id, None, bench.gesture())

    on_bench(story)


def test_a_change_that_did_not_go_out_leaves_the_order_changeable() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.turn_takes = 1.0
        for change in (
            lambda: bench.desk.cancel(row.id, 4, bench.gesture()),
            lambda: bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture()),
        ):
            waiting = asyncio.ensure_future(change())
            await asyncio.sleep(0.5)
            bench.desk.withdraw_all()
            with pytest.raises(Denied, match="철회"):
                await waiting
            await change()
        assert [verb for verb, _ in bench.broker.posts] == ["place", "cancel", "amend"]

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


def test_an_amendment_asks_for_what_remains_when_its_turn_comes() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        assert row.ref is not None
        bench.broker.turn_takes = 1.0
        whole = asyncio.ensure_future(bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture()))
        await asyncio.sleep(0.5)
        bench.desk.take(listed(row.ref.number, 1, filled=4).report)
        assert (await whole).draft.quantity == 6

    on_bench(story)


def test_a_cancel_may_wait_as_long_as_it_takes() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.turn_takes = 30.0
        assert isinstance(await bench.desk.cancel(row.id, None, bench.gesture()), Accepted)
        assert bench.broker.posts[-1] == ("cancel", (row.ref, Venue.KRX, None))

    on_bench(story)


def test_a_waiting_order_can_be_withdrawn_and_leaves_nothing() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.turn_takes = 1.0
        gesture = bench.gesture()
        sending = asyncio.ensure_future(bench.desk.place(draft(), gesture))
        await asyncio.sleep(0.1)
        assert bench.desk.waiting_drafts == [draft()]
        bench.desk.withdraw_all()
        with pytest.raises(Denied, match="철회"):
            await sending
        assert bench.broker.posts == [] and bench.journal.facts == []

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


def test_a_send_outlives_whoever_waited_for_it() -> None:
    async def story(bench: Bench) -> None:
        answer = bench.pending()
        sending = asyncio.ensure_future(bench.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.sleep(0.01)
        assert sending.cancelled() and bench.desk.in_flight == 1
        answer.set_result(Accepted(ref(100)))
        await bench.desk.settled()
        (row,) = bench.desk.orders()
        assert row.ref == ref(100)

    on_bench(story)


@fault("J04")
def test_a_number_that_another_order_holds_makes_the_second_answer_unknown() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers += [Accepted(ref(100)), Accepted(ref(100))]
        await bench.desk.place(draft(), bench.gesture())
        second = await bench.desk.place(draft(11), bench.gesture())
        assert second.state is OrderState.UNCONFIRMED and "0000100" in second.reason

    on_bench(story)


@fault("C03")
def test_amend_and_cancel_name_the_newest_number_of_the_chain_and_the_order_s_own_venue() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(venue=Venue.SOR), bench.gesture())
        assert row.ref is not None
        change = AmendDraft(None, 71_300)
        child = await bench.desk.amend(row.id, change, bench.gesture())
        assert bench.broker.posts[-1] == ("amend", (row.ref, Venue.SOR, change))
        assert child.ref is not None
        moved = draft(10, 71_300, venue=Venue.SOR)
        bench.desk.take(
            listed(child.ref.number, 1, moved, kind=ReportKind.AMEND, of=row.ref.number, confirmed=10).report
        )
        assert bench.desk.order(row.id).state is OrderState.REPLACED  # type: ignore[union-attr]
        await bench.desk.cancel(row.id, None, bench.gesture())
        last: object = bench.broker.posts[-1]
        assert last == ("cancel", (child.ref, Venue.SOR, None))

    on_bench(story)


@fault("C05")
def test_a_full_cancel_may_be_pressed_again_but_an_unconfirmed_part_may_not() -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.answers += [AnswerLost("8초"), AnswerLost("8초")]
        await bench.desk.cancel(row.id, 4, bench.gesture())
        with pytest.raises(Denied, match="아직 확인되지"):
            await bench.desk.cancel(row.id, 4, bench.gesture())
        await bench.desk.cancel(row.id, None, bench.gesture())
        await bench.desk.cancel(row.id, None, bench.gesture())
        assert len([p for p in bench.broker.posts if p[0] == "cancel"]) == 3

    on_bench(story)


@pytest.mark.parametrize("quantity", [0, 11])
def test_a_part_beyond_what_remains_never_leaves(quantity: int) -> None:
    async def story(bench: Bench) -> None:
        row = await bench.desk.place(draft(), bench.gesture())
        with pytest.raises(Denied, match="잔량 10까지"):
            await bench.desk.cancel(row.id, quantity, bench.gesture())
        with pytest.raises(Denied, match="잔량 10까지"):
            await bench.desk.amend(row.id, AmendDraft(quantity, 71_300), bench.gesture())
        assert len(bench.broker.posts) == 1

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


def test_after_a_crash_a_send_without_answer_is_unconfirmed_and_its_gesture_spent() -> None:
    async def story(bench: Bench) -> None:
        (row,) = bench.desk.orders()
        assert row.state is OrderState.UNCONFIRMED
        gesture = bench.gesture()
        with pytest.raises(Denied, match="이미 보낸"):
            await bench.desk.place(draft(12), replace(gesture, nonce="A"))

    on_bench(story, facts=[placing("A", -5)])


def test_a_refusal_is_final_and_shows_the_broker_s_words() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(Refused("RC4058", "모의투자 장종료"))
        row = await bench.desk.place(draft(), bench.gesture())
        assert (row.state, row.reason) == (OrderState.REJECTED, "모의투자 장종료")

    on_bench(story)


@fault("U05")
def test_a_send_that_ends_in_a_bug_of_ours_is_unknown_never_failed() -> None:
    async def story(bench: Bench) -> None:
        broken = bench.pending()
        broken.set_exception(ZeroDivisionError())
        row = await bench.desk.place(draft(), bench.gesture())
        assert row.state is OrderState.UNCONFIRMED

    on_bench(story)


def test_rows_of_yesterday_leave_the_blotter_unless_their_fate_is_open() -> None:
    async def story(bench: Bench) -> None:
        done = await bench.desk.place(draft(), bench.gesture())
        bench.desk.take(listed(101, 1.0, filled=10).report)
        bench.broker.answers.append(AnswerLost("8초"))
        lost = await bench.desk.place(draft(11), bench.gesture())
        working = await bench.desk.place(draft(12), bench.gesture())
        bench.day = bench.day.replace(day=24)
        assert [o.id for o in bench.desk.orders()] == [lost.id, working.id], "midnight is no evidence"
        assert bench.desk.order(done.id) is not None

    on_bench(story)


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


def test_what_never_was_sent_has_no_cancel_fact() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(NotSent("닿지 않음"))
        row = await bench.desk.place(draft(), bench.gesture())
        with pytest.raises(Denied, match="잔량이 없습니다"):
            await bench.desk.cancel(row.id, None, bench.gesture())
        assert not any(isinstance(f, Cancelling) for f in bench.journal.facts)
        assert at(0) <= row.at

    on_bench(story)


def test_a_press_that_sends_nothing_is_told() -> None:
    async def story(bench: Bench) -> None:
        heard: list[str] = []
        end = bench.desk.on_denied(lambda denied: heard.append(str(denied)))
        for _ in range(2):
            with pytest.raises(Denied, match="찾을 수 없습니다"):
                await bench.desk.cancel(OrderId("?"), None, bench.gesture())
            end()
        assert heard == ["주문을 찾을 수 없습니다."]

    on_bench(story)
