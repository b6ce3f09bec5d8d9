"""Written before sent, sent at most once, unknown until proven."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kiwoom_desk.domain.facts import Accepted, Answered, AnswerLost, OrderId, Placing, Refused
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.trading.safety import Denied
from tests.support.day import draft, listed, placing, ref
from tests.support.fakes import Bench
from tests.support.faults import fault
from tests.support.stories import on_bench


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


def test_a_waiting_order_can_be_withdrawn_and_leaves_nothing() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.turn_takes = 1.0
        gesture = bench.gesture()
        sending = asyncio.ensure_future(bench.desk.place(draft(), gesture))
        await asyncio.sleep(0.1)
        assert bench.desk.waiting.drafts == [draft()]
        bench.desk.waiting.withdraw_all()
        with pytest.raises(Denied, match="철회"):
            await sending
        assert bench.broker.posts == [] and bench.journal.facts == []

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
