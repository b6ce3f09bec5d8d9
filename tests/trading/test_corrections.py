"""A pick of the trader that was wrong, and what hangs on it: taken back without a trace of the mistake."""

from __future__ import annotations

import asyncio

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
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.chain import chain, whole_story
from kiwoom_desk.trading.news import news
from kiwoom_desk.trading.story import lines
from tests.support.day import answered, at, draft, listed, placing, ref
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


def test_an_amendment_made_under_the_wrong_number_stays_with_the_number_that_it_amended() -> None:
    async def story(bench: Bench) -> None:
        order_id = await lose_one(bench)
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, channel=None).report for n in (100, 101)]
        await bench.reconciler.look()
        await bench.desk.settle(order_id, ref(100), FOUND)
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


def test_two_orders_taken_for_each_other_are_put_right() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers += [AnswerLost("끊김"), AnswerLost("끊김")]
        one, other = [
            (await bench.desk.place(draft(venue=venue), bench.gesture())).id for venue in (Venue.SOR, Venue.KRX)
        ]
        await asyncio.sleep(1)
        bench.broker.listed = [listed(n, 1.0, ordered=0).report for n in (100, 101)]
        await bench.reconciler.look()
        await bench.desk.settle(one, ref(101), row(bench, one).candidates)  # wrong: it is 100
        await bench.reconciler.look()
        assert (row(bench, one).ref, row(bench, other).ref) == (ref(101), ref(100))
        await asyncio.sleep(1)
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
