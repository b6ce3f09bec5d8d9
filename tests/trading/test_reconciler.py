"""Found by looking, judged only by complete looks, never sent again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Judged, Looked, Matched, OrderId, Refused, Verdict
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.trading.ports import Incomplete
from kiwoom_desk.trading.reconciler import Reconciler
from kiwoom_desk.trading.safety import Denied
from tests.simulation.loop import VirtualClock
from tests.support.day import DAY, at, draft, listed, ref
from tests.support.fakes import Bench
from tests.support.faults import fault
from tests.support.stories import on_bench

FOUND = (ref(100), ref(101))


async def lose_one(bench: Bench) -> OrderId:
    bench.broker.answers.append(AnswerLost("끊김"))
    return (await bench.desk.place(draft(), bench.gesture())).id


def seconds(clock: VirtualClock) -> float:
    return (clock.now() - at(0)).total_seconds()


def test_a_lost_order_is_bound_to_the_row_that_appears() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(1.5)
        bench.broker.listed = [listed(100, seconds(bench.clock), ordered=0).report]
        await asyncio.sleep(2)
        running.cancel()
        order = bench.desk.order(order_id)
        assert order is not None and (order.ref, order.confirmed_by_look) == (ref(100), True)
        assert len(bench.broker.posts) == 1

    on_bench(story)


@fault("N20")
def test_absence_takes_three_complete_looks_and_thirty_seconds_and_a_late_row_revives_it() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(29)
        order = bench.desk.order(order_id)
        assert order is not None and order.state is OrderState.UNCONFIRMED and order.looks >= 3
        await asyncio.sleep(6)
        order = bench.desk.order(order_id)
        assert order is not None and order.absent
        bench.broker.listed = [listed(100, seconds(bench.clock), ordered=20).report]
        await asyncio.sleep(60)
        running.cancel()
        order = bench.desk.order(order_id)
        assert order is not None and order.state is OrderState.WORKING and not order.absent

    on_bench(story)


def test_a_failed_or_incomplete_look_is_no_evidence() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        bench.broker.listed = Incomplete("2쪽을 받지 못했습니다")
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(120)
        running.cancel()
        order = bench.desk.order(order_id)
        assert order is not None and (order.state, order.looks) == (OrderState.UNCONFIRMED, 0)
        assert "2쪽" in bench.reconciler.failure and bench.reconciler.last is None

    on_bench(story)


@fault("Q05")
def test_one_empty_look_is_no_absence_however_late_it_comes() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        bench.broker.listed = Incomplete("2쪽을 받지 못했습니다")
        await asyncio.sleep(60)
        for looks in (1, 2, 3):
            bench.broker.listed = []
            await bench.reconciler.look()
            order = bench.desk.order(order_id)
            assert order is not None and order.absent is (looks == 3)
            await asyncio.sleep(1)

    on_bench(story)


def test_a_list_without_a_known_order_is_not_the_whole_list() -> None:
    async def story(bench: Bench) -> None:
        await bench.desk.place(draft(11), bench.gesture())
        await asyncio.sleep(11)
        order_id = await lose_one(bench)
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(60)
        running.cancel()
        order = bench.desk.order(order_id)
        assert order is not None and (order.state, order.looks) == (OrderState.UNCONFIRMED, 0)
        assert "0000101" in bench.reconciler.failure

    on_bench(story)


def test_looks_during_the_attempt_are_no_evidence_of_its_absence() -> None:
    async def story(bench: Bench) -> None:
        await lose_one(bench)
        answer = bench.pending()
        sending = asyncio.ensure_future(bench.desk.place(draft(11), bench.gesture()))
        for _ in range(3):
            await asyncio.sleep(1)
            assert await bench.reconciler.look()
        answer.set_result(AnswerLost("8초"))
        row = await sending
        await asyncio.sleep(60)
        for looks in (1, 2, 3):
            await bench.reconciler.look()
            order = bench.desk.order(row.id)
            assert order is not None and order.absent is (looks == 3)
            await asyncio.sleep(1)

    on_bench(story)


@fault("N21")
def test_more_rows_than_lost_orders_go_to_the_trader() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        order = bench.desk.order(order_id)
        assert order is not None
        assert (order.state, order.candidates) == (OrderState.UNCONFIRMED, (ref(100), ref(101)))

    on_bench(story)


def test_another_channel_s_twin_is_no_candidate() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [
            listed(100, 1.0, channel="영웅문4").report,
            listed(101, 1.0).report,
        ]
        await bench.reconciler.look()
        order = bench.desk.order(order_id)
        assert order is not None and order.ref == ref(101)

    on_bench(story)


def test_a_row_that_was_there_before_the_send_is_never_taken_for_it() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.listed = [listed(100, 0.0).report]
        await bench.reconciler.look()
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        await bench.reconciler.look()
        order = bench.desk.order(order_id)
        assert order is not None and order.ref is None

    on_bench(story)


@fault("T04")
def test_a_request_of_yesterday_is_looked_for_under_its_own_day() -> None:
    async def story(bench: Bench) -> None:
        await lose_one(bench)
        bench.day = DAY + timedelta(days=1)
        await asyncio.sleep(1)
        await bench.reconciler.look()
        assert bench.broker.looked_at == [DAY, DAY + timedelta(days=1)]

    on_bench(story)


@fault("T04")
@pytest.mark.parametrize("old", [False, True])
def test_a_request_that_arrives_after_midnight_is_found_in_the_new_day_s_list_and_an_old_one_is_not(old: bool) -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        bench.day = DAY + timedelta(days=1)
        await asyncio.sleep(3600.0 if old else 1.0)
        bench.broker.listed = [replace(listed(7, seconds(bench.clock), ordered=1).report, ref=ref(7, bench.day))]
        await bench.reconciler.look()
        order = bench.desk.order(order_id)
        assert order is not None and order.ref == (None if old else ref(7, bench.day))

    on_bench(story)


def test_the_trader_s_choice_settles_an_ambiguity() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        await bench.desk.settle(order_id, ref(101), FOUND)
        order = bench.desk.order(order_id)
        assert order is not None and (order.ref, order.candidates) == (ref(101), ())
        assert any(isinstance(f, Matched) and f.by == "trader" for f in bench.journal.facts)
        with pytest.raises(Denied, match="이미 확인"):
            await bench.desk.settle(order_id, None, FOUND)
        assert not any(isinstance(f, Judged) and f.verdict is Verdict.ABSENT for f in bench.journal.facts)

    on_bench(story)


def test_none_of_them_is_the_trader_s_word_on_those_rows_and_not_on_later_ones() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        await asyncio.sleep(1)
        await bench.desk.settle(order_id, None, FOUND)
        for _ in range(3):
            await bench.reconciler.look()
            order = bench.desk.order(order_id)
            assert order is not None and order.absent and not order.candidates
        bench.broker.listed.append(listed(102, 5.0, ordered=1).report)
        await bench.reconciler.look()
        order = bench.desk.order(order_id)
        assert order is not None and order.ref == ref(102)

    on_bench(story)


def test_a_number_can_still_be_chosen_after_none_and_none_turns_down_only_what_was_shown() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        with pytest.raises(Denied, match="더 나타났습니다"):
            await bench.desk.settle(order_id, None, FOUND[:1])
        await asyncio.sleep(1)
        await bench.desk.settle(order_id, None, FOUND)
        order = bench.desk.order(order_id)
        assert order is not None and order.absent and order.turned_down == FOUND
        with pytest.raises(Denied, match="이미 확인"):
            await bench.desk.settle(order_id, None, FOUND)
        with pytest.raises(Denied, match="후보에 없습니다"):
            await bench.desk.settle(order_id, ref(102), FOUND)
        await bench.desk.settle(order_id, ref(101), FOUND)
        order = bench.desk.order(order_id)
        assert order is not None and (order.ref, order.turned_down) == (ref(101), ())
        await asyncio.sleep(1)
        for late in (ref(100), None):
            with pytest.raises(Denied, match="이미 확인"):
                await bench.desk.settle(order_id, late, FOUND)  # a second press of what stood there before
        await bench.desk.settle(order_id, ref(100), FOUND, instead_of=ref(101))
        order = bench.desk.order(order_id)
        assert order is not None and (order.ref, order.passed_over) == (ref(100), (ref(101),)), "he has corrected it"
        with pytest.raises(Denied, match="후보"):
            await bench.desk.settle(order_id, ref(100), FOUND, instead_of=ref(100))
        await asyncio.sleep(1)
        await bench.desk.settle(order_id, None, FOUND, instead_of=ref(100))
        order = bench.desk.order(order_id)
        assert order is not None and (order.ref, order.absent, order.turned_down) == (None, True, FOUND)

    on_bench(story)


def test_a_candidate_that_another_order_has_proven_its_own_can_no_longer_be_chosen() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        bench.broker.answers.append(Accepted(ref(100)))
        await bench.desk.place(draft(11), bench.gesture())
        with pytest.raises(Denied, match="다른 주문"):
            await bench.desk.settle(order_id, ref(100), FOUND)
        await bench.desk.settle(order_id, ref(101), FOUND)
        order = bench.desk.order(order_id)
        assert order is not None and order.ref == ref(101)

    on_bench(story)


def test_what_is_asked_for_during_a_look_is_looked_for_after_it() -> None:
    async def story(bench: Bench) -> None:
        bench.reconciler.streamed = True
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(5)
        bench.reconciler.soon()
        await asyncio.sleep(0.05)
        begun = len(bench.broker.looked_at)
        bench.reconciler.soon()  # the stream came back: what the pages already read do not tell is missing
        await asyncio.sleep(0.3)
        running.cancel()
        assert len(bench.broker.looked_at) == begun + 1 and bench.reconciler.next_in > 20

    on_bench(story)


@fault("C01")
@pytest.mark.parametrize("verb", ["cancel", "amend"])
def test_a_refused_change_asks_for_a_look_at_once(verb: str) -> None:
    async def story(bench: Bench) -> None:
        bench.reconciler.streamed = True
        order = await bench.desk.place(draft(), bench.gesture())
        bench.broker.listed = [listed(101, 1.0).report]
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(3)
        begun = len(bench.broker.looked_at)
        bench.broker.answers.append(Refused("RC4033", "잔량 없음"))
        bench.broker.listed = [listed(101, seconds(bench.clock), filled=10).report]
        if verb == "cancel":
            await bench.desk.cancel(order.id, None, bench.gesture())
        else:
            await bench.desk.amend(order.id, AmendDraft(None, 71_300), bench.gesture())
        await asyncio.sleep(0.5)
        running.cancel()
        after = bench.desk.order(order.id)
        assert len(bench.broker.looked_at) == begun + 1
        assert after is not None and after.state is OrderState.FILLED

    on_bench(story)


@fault("T01")
def test_a_clock_that_is_set_forward_shortens_no_absence() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        running = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(3)
        bench.clock.jump(60)
        bench.reconciler.soon()
        await asyncio.sleep(26)
        order = bench.desk.order(order_id)
        assert order is not None and order.state is OrderState.UNCONFIRMED
        await asyncio.sleep(6)
        running.cancel()
        order = bench.desk.order(order_id)
        assert order is not None and order.absent

    on_bench(story)


def test_a_bug_of_ours_in_a_look_is_told_and_ends_none_of_those_that_follow() -> None:
    async def story(bench: Bench) -> None:
        bugs: list[Exception] = []
        reconciler = Reconciler(
            bench.desk, bench.broker, bench.clock, today=lambda: bench.day, on_bug=lambda bug: bugs.append(bug)
        )
        bench.broker.bug = RecursionError("deep")
        running = asyncio.ensure_future(reconciler.run())
        await asyncio.sleep(1)
        assert bugs == [bench.broker.bug] and "프로그램 오류" in reconciler.failure and reconciler.last is None
        bench.broker.bug = None
        await asyncio.sleep(5)
        running.cancel()
        assert reconciler.failure == "" and reconciler.last is not None

    on_bench(story)


@fault("T04")
def test_what_worked_at_midnight_ends_by_the_next_day_s_lists_and_not_by_the_clock() -> None:
    async def story(bench: Bench) -> None:
        order = await bench.desk.place(draft(), bench.gesture())
        bench.broker.listed = [listed(101, 1.0, filled=3).report]
        await bench.reconciler.look()
        bench.day = DAY + timedelta(days=1)
        bench.clock.jump(14 * 3600 + 30)
        assert await bench.reconciler.look()
        assert order.id in {o.id for o in bench.desk.orders()}, "the lists of the last minute may still lag"
        bench.clock.jump(31)
        good, bench.broker.listed = bench.broker.listed, Incomplete("2쪽을 받지 못했습니다")
        await bench.reconciler.look()
        assert [(o.id, o.state) for o in bench.desk.orders()] == [(order.id, OrderState.WORKING)]
        still = replace(listed(101, seconds(bench.clock), filled=3).report, ref=ref(101, bench.day))
        bench.broker.listed = [*good, still]
        await bench.reconciler.look()
        assert order.id in {o.id for o in bench.desk.orders()}, "it is still listed as open"
        bench.broker.listed = [listed(101, 2.0, filled=4).report]
        await bench.reconciler.look()
        ended = bench.desk.order(order.id)
        assert ended is not None and (ended.state, ended.filled) == (OrderState.EXPIRED, 4)
        assert order.id not in {o.id for o in bench.desk.orders()}

    on_bench(story)


@fault("T01", "T04")
def test_a_clock_that_was_set_ahead_ends_no_day_while_the_broker_s_time_is_unknown() -> None:
    """The new day is seconds old, its lists still lag; only this computer believes that it is later."""

    async def story(bench: Bench) -> None:
        order = await bench.desk.place(draft(), bench.gesture())
        bench.broker.listed = [listed(101, 1.0, filled=3).report]
        await bench.reconciler.look()
        bench.day, bench.broker.offset = DAY + timedelta(days=1), None
        bench.clock.jump(14 * 3600 + 600)
        assert await bench.reconciler.look()
        assert (row := bench.desk.order(order.id)) is not None and row.state is OrderState.WORKING
        bench.broker.offset = 0.0
        assert await bench.reconciler.look()
        assert (row := bench.desk.order(order.id)) is not None and row.state is OrderState.EXPIRED

    on_bench(story)


def test_looks_that_can_decide_nothing_are_not_written() -> None:
    async def story(bench: Bench) -> None:
        await lose_one(bench)
        bench.broker.listed = Incomplete("2쪽을 받지 못했습니다")
        for _ in range(5):
            await bench.reconciler.look()
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        for _ in range(5):
            await bench.reconciler.look()
        kept = [fact.complete for fact in bench.journal.facts if isinstance(fact, Looked)]
        assert kept == [False, True]

    on_bench(story)
