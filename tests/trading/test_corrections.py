"""A pick of the trader that was wrong, and what hangs on it: taken back without a trace of the mistake."""

from __future__ import annotations

import asyncio

import pytest

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Fact,
    Judged,
    Matched,
    OrderId,
    Placing,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.chain import chain, whole_story
from kiwoom_desk.trading.news import news
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.story import lines
from tests.support.day import amending, answered, at, draft, listed, placing, ref
from tests.support.fakes import Bench
from tests.support.stories import on_bench
from tests.trading.test_reconciler import FOUND, lose_one

A = RequestId("A")
BOTH = (ref(100), ref(101))
LOST: list[Fact] = [
    placing("A", 0),
    answered("A", 0.3, AnswerLost("끊김")),
    *(listed(n, 1, ordered=0) for n in (100, 101, 102)),
    Judged(A, at(2), Verdict.AMBIGUOUS, MACHINE, candidates=BOTH),
    Matched(A, at(5), ref(100), TRADER),
]


def row(bench: Bench, order_id: OrderId) -> Order:
    order = bench.desk.order(order_id)
    assert order is not None
    return order


async def picked_as_100(bench: Bench) -> OrderId:
    """A lost order that could be 100 or 101; the trader has said that it is 100."""
    order_id = await lose_one(bench)
    await asyncio.sleep(1)
    bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
    await bench.reconciler.look()
    await bench.desk.settle(order_id, ref(100), FOUND)
    return order_id


def test_an_amendment_made_under_the_wrong_number_stays_with_the_number_that_it_amended() -> None:
    async def story(bench: Bench) -> None:
        order_id = await picked_as_100(bench)
        await asyncio.sleep(1)
        bench.broker.answers.append(Accepted(ref(150)))
        amended = await bench.desk.amend(order_id, AmendDraft(None, 71_000), bench.gesture())
        moved = listed(150, 3, draft(10, 71_000), kind=ReportKind.AMEND, of=100, confirmed=10)
        bench.desk.take(moved.report)
        assert [o.id for o, _ in chain(bench.desk, row(bench, amended.id))] == [order_id, amended.id]
        await asyncio.sleep(1)
        await bench.desk.settle(order_id, ref(101), FOUND, instead_of=ref(100))
        links = [order for order, _ in chain(bench.desk, row(bench, amended.id))]
        assert [(o.ref, o.own) for o in links] == [(ref(100), False), (ref(150), True)]
        told = whole_story(bench.desk, row(bench, amended.id))
        assert any(isinstance(fact, Placing) and fact.order_id == amended.id for fact in told)
        assert (row(bench, order_id).ref, row(bench, order_id).replaced_by) == (ref(101), ())

    on_bench(story)


def test_a_pick_holds_over_what_a_look_found_while_he_picked() -> None:
    between = Matched(A, at(5.01), ref(102), MACHINE)
    end = Ledger([*LOST, between, Matched(A, at(9), ref(101), TRADER)]).order(OrderId("A"))
    assert end is not None and end.ref == ref(101)


async def two_taken_for_each_other(bench: Bench) -> tuple[OrderId, OrderId]:
    """The trader has said that the first is 101, so the second was found as 100. It is the other way round."""
    bench.broker.answers += [AnswerLost("끊김"), AnswerLost("끊김")]
    one, other = [(await bench.desk.place(draft(venue=venue), bench.gesture())).id for venue in (Venue.SOR, Venue.KRX)]
    await asyncio.sleep(1)
    bench.broker.listed = [listed(n, 1.0, ordered=0).report for n in (100, 101)]
    await bench.reconciler.look()
    await bench.desk.settle(one, ref(101), row(bench, one).candidates)
    await bench.reconciler.look()
    assert (row(bench, one).ref, row(bench, other).ref) == (ref(101), ref(100))
    await asyncio.sleep(1)
    return one, other


def test_two_orders_taken_for_each_other_are_put_right() -> None:
    async def story(bench: Bench) -> None:
        one, other = await two_taken_for_each_other(bench)
        await bench.desk.settle(one, ref(100), row(bench, one).choices, instead_of=ref(101))
        await bench.reconciler.look()
        assert (row(bench, one).ref, row(bench, other).ref) == (ref(100), ref(101))

    on_bench(story)


def test_none_takes_a_pick_back_and_the_order_counts_as_not_placed() -> None:
    end = Ledger([*LOST, Judged(A, at(9), Verdict.ABSENT, TRADER, 3, BOTH)]).order(OrderId("A"))
    assert end is not None and (end.ref, end.absent, end.turned_down) == (None, True, BOTH)


def test_each_pick_is_told_under_the_number_that_it_named_and_the_correction_is_news() -> None:
    book = Ledger(LOST)
    before = book.order(OrderId("A"))
    book.add(Matched(A, at(9), ref(101), TRADER))
    after = book.order(OrderId("A"))
    assert before is not None and after is not None
    picks = [line.ref for line in lines(whole_story(book, after)) if isinstance(line.fact, Matched)]
    assert picks == [ref(100), ref(101)]
    (said,) = [notice.text for notice in news(before, after, at(9)) if "바로잡음" in notice.text]
    assert "0000100" in said and "0000101" in said


def test_a_none_that_was_taken_back_does_not_come_back_when_the_number_is_another_s() -> None:
    none, pick = Judged(A, at(4), Verdict.ABSENT, TRADER, 0, BOTH), Matched(A, at(5), ref(101), TRADER)
    book = Ledger([*LOST[:-1], none, pick])
    assert (order := book.order(OrderId("A"))) is not None and order.ref == ref(101)
    book.add(placing("B", 1), answered("B", 6, Accepted(ref(101))))
    order = book.order(OrderId("A"))
    assert order is not None and (order.state, order.turned_down) == (OrderState.UNCONFIRMED, ())
    book.add(Judged(A, at(7), Verdict.ABSENT, TRADER, 0, (ref(100),)))
    order = book.order(OrderId("A"))
    assert order is not None and (order.state, order.turned_down) == (OrderState.NOT_PLACED, (ref(100),))


def test_an_absence_that_a_look_refuted_does_not_come_back_when_the_number_is_another_s() -> None:
    book = Ledger([*LOST[:2], Judged(A, at(40), Verdict.ABSENT, MACHINE, 3), listed(100, 50, ordered=0)])
    book.add(Matched(A, at(50), ref(100), MACHINE))
    book.add(placing("B", 1), answered("B", 60, Accepted(ref(100))))
    order = book.order(OrderId("A"))
    assert order is not None and (order.ref, order.state) == (None, OrderState.UNCONFIRMED)


def test_the_loser_of_a_correction_is_looked_for_at_once() -> None:
    async def story(bench: Bench) -> None:
        bench.reconciler.streamed = True
        one, other = await two_taken_for_each_other(bench)
        looking = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(60)
        await bench.desk.settle(one, ref(100), row(bench, one).choices, instead_of=ref(101))
        await asyncio.sleep(1)
        looking.cancel()
        assert row(bench, other).ref == ref(101)

    on_bench(story)


def test_none_turns_down_no_number_of_another_order_of_ours() -> None:
    async def story(bench: Bench) -> None:
        one, _ = await two_taken_for_each_other(bench)
        await bench.desk.settle(one, None, row(bench, one).choices, instead_of=ref(101))
        assert row(bench, one).turned_down == (ref(101),)
        (line,) = [line for line in lines(whole_story(bench.desk, row(bench, one))) if "미접수" in line.what]
        assert line.detail == "내 주문 없음: #0000101은(는) 이 주문이 아님. 늦게 접수될 수 있음" and line.ref is None

    on_bench(story)


def test_what_the_trader_says_while_a_look_is_being_written_holds() -> None:
    """One look finds two orders; he says "none" of the second while the first is on its way to the disk."""

    async def story(bench: Bench) -> None:
        bench.broker.answers += [AnswerLost("끊김"), AnswerLost("끊김")]
        first = (await bench.desk.place(draft(5), bench.gesture())).id
        second = (await bench.desk.place(draft(), bench.gesture())).id
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, ordered=0).report for n in (100, 101)]
        await bench.reconciler.look()
        assert row(bench, second).candidates == BOTH
        elsewhere = listed(100, 2.0, ordered=0, channel="영웅문4").report
        own = [listed(101, 2.0, ordered=0).report, listed(99, 2.0, draft(5), ordered=0).report]
        bench.broker.listed, bench.journal.takes = [elsewhere, *own], 0.05
        looking = asyncio.ensure_future(bench.reconciler.look())
        await asyncio.sleep(0.12)
        assert row(bench, first).ref is None, "its finding is being written"
        bench.journal.takes = 0.01
        await bench.desk.settle(second, None, row(bench, second).candidates)
        await looking
        assert (row(bench, first).ref, row(bench, second).ref) == (ref(99), None)
        assert row(bench, second).absent

    on_bench(story)


def test_an_unanswered_amendment_follows_the_number_that_it_named() -> None:
    original = placing("A", 0)
    amendment = amending("C", 6, original, 100, AmendDraft(None, 71_300), 10)
    book = Ledger([*LOST, amendment, answered("C", 7, AnswerLost("끊김"))])
    assert (order := book.order(amendment.order_id)) is not None and order.replaces == "A"
    book.add(Matched(A, at(9), ref(101), TRADER))
    order = book.order(amendment.order_id)
    assert order is not None and order.replaces == book.row_id(ref(100)) != "A"


def test_an_order_whose_only_choice_proved_to_be_another_s_is_looked_for_to_its_end() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers += [AnswerLost("끊김"), AnswerLost("끊김")]
        one, other = [
            (await bench.desk.place(draft(venue=venue), bench.gesture())).id for venue in (Venue.SOR, Venue.KRX)
        ]
        await asyncio.sleep(1)
        bench.broker.listed = [listed(100, 1.0, ordered=0).report]
        await bench.reconciler.look()
        assert row(bench, one).candidates == row(bench, other).candidates == (ref(100),)
        await bench.desk.settle(one, ref(100), (ref(100),))
        looking = asyncio.ensure_future(bench.reconciler.run())
        await asyncio.sleep(60)
        looking.cancel()
        assert (row(bench, one).ref, row(bench, other).absent) == (ref(100), True)

    on_bench(story)


@pytest.mark.parametrize("verb", ["amend", "cancel"])
@pytest.mark.parametrize("word", [101, None], ids=["another number", "none"])
def test_a_change_that_waits_never_goes_to_a_number_that_was_taken_back(verb: str, word: int | None) -> None:
    async def story(bench: Bench) -> None:
        order_id = await picked_as_100(bench)
        bench.broker.turn_takes = 1.0
        desk, gesture = bench.desk, bench.gesture()
        asked = desk.amend(order_id, AmendDraft(None, 71_000), gesture) if verb == "amend" else None
        waiting = asyncio.ensure_future(desk.cancel(order_id, None, gesture) if asked is None else asked)
        await asyncio.sleep(0.1)
        correct = None if word is None else ref(word)
        await desk.settle(order_id, correct, row(bench, order_id).choices, instead_of=ref(100))
        (end,) = await asyncio.gather(waiting, return_exceptions=True)
        sent = [what for done, what in bench.broker.posts if done == verb]
        assert [what[0] for what in sent if isinstance(what, tuple)] == ([] if correct is None else [correct])
        assert isinstance(end, Denied) is (correct is None)

    on_bench(story)


def test_a_cancel_that_waits_never_goes_to_the_order_whose_number_it_proved_to_be() -> None:
    async def story(bench: Bench) -> None:
        order_id = await picked_as_100(bench)
        bench.broker.turn_takes = 1.0
        waiting = asyncio.ensure_future(bench.desk.cancel(order_id, None, bench.gesture()))
        await asyncio.sleep(0.1)
        bench.desk.learn(placing("B", 0))
        bench.desk.learn(answered("B", 3, Accepted(ref(100))))
        (end,) = await asyncio.gather(waiting, return_exceptions=True)
        assert isinstance(end, Denied) and not any(verb == "cancel" for verb, _ in bench.broker.posts)

    on_bench(story)
