"""Amendments and cancels: one at a time, of what remains, by the newest number."""

from __future__ import annotations

import asyncio

import pytest

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Cancelling, Matched, NotSent, OrderId, RequestId
from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.intents import MACHINE
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.safety import Denied
from tests.support.day import at, draft, listed, pushed, ref
from tests.support.fakes import Bench
from tests.support.faults import fault
from tests.support.stories import on_bench


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
            bench.desk.waiting.withdraw_all()
            with pytest.raises(Denied, match="철회"):
                await waiting
            await change()
        assert [verb for verb, _ in bench.broker.posts] == ["place", "cancel", "amend"]

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


@pytest.mark.parametrize("verb", ["cancel", "amend"])
@pytest.mark.parametrize("pressed", ["before the rest is filled", "after it"])
def test_a_change_of_the_rest_never_goes_to_the_part_that_was_amended_before(verb: str, pressed: str) -> None:
    async def story(bench: Bench) -> None:
        row = await with_part_amended(bench)
        if pressed == "after it":
            bench.desk.take(listed(100, 1, filled=6, remaining=0).report)
        bench.broker.turn_takes = 1.0
        waiting = asyncio.ensure_future(change_of(bench, verb, row))
        await asyncio.sleep(0.5)
        bench.desk.take(listed(100, 1, filled=6, remaining=0).report)
        with pytest.raises(Denied, match="잔량이 없습니다"):
            await waiting
        assert [what for what, _ in bench.broker.posts] == ["place"]

    on_bench(story)


@pytest.mark.parametrize("refused", [False, True], ids=["the last amendment", "before one that was refused"])
@pytest.mark.parametrize("verb", ["cancel", "amend"])
def test_a_change_of_the_rest_goes_on_to_what_it_is_amended_to_while_it_waits(verb: str, refused: bool) -> None:
    async def story(bench: Bench) -> None:
        row = await with_part_amended(bench)
        bench.broker.turn_takes = 1.0
        waiting = asyncio.ensure_future(change_of(bench, verb, row))
        await asyncio.sleep(0.5)
        bench.desk.take(listed(104, 1, draft(6, 71_500), kind=ReportKind.AMEND, of=100, confirmed=6).report)
        if refused:
            bench.desk.take(listed(105, 1, draft(6, 71_600), kind=ReportKind.AMEND, of=100, rejected="없음").report)
        await waiting
        what, named = bench.broker.posts[-1]
        assert (what, named[0]) == (verb, ref(104))  # type: ignore[index]

    on_bench(story)


def test_a_cancel_pressed_while_an_amendment_is_entered_goes_on_to_it() -> None:
    """It had not moved anything when the trader looked: he means all of it."""

    async def story(bench: Bench) -> None:
        bench.broker.answers.append(Accepted(ref(100)))
        row = await bench.desk.place(draft(), bench.gesture())
        bench.desk.take(listed(100, 1, filled=3).report)
        bench.desk.take(pushed(103, 1, draft(7, 71_400), kind=ReportKind.AMEND, of=100).report)
        bench.broker.turn_takes = 1.0
        waiting = asyncio.ensure_future(bench.desk.cancel(row.id, None, bench.gesture()))
        await asyncio.sleep(0.5)
        bench.desk.take(listed(103, 2, draft(7, 71_400), kind=ReportKind.AMEND, of=100, confirmed=7).report)
        await waiting
        assert bench.broker.posts[-1] == ("cancel", (ref(103), Venue.KRX, None))

    on_bench(story)


@pytest.mark.parametrize("verb", ["cancel", "amend"])
def test_who_presses_on_what_the_screen_still_shows_means_what_it_has_become(verb: str) -> None:
    """Of an order that was filled in part it can only be told by what he saw that the amendment took the rest."""

    async def story(bench: Bench) -> None:
        bench.broker.answers.append(Accepted(ref(100)))
        made = await bench.desk.place(draft(), bench.gesture())
        bench.desk.take(listed(100, 1, filled=3).report)
        shown = bench.desk.order(made.id)
        assert shown is not None
        bench.desk.take(listed(103, 1, draft(7, 71_400), kind=ReportKind.AMEND, of=100, confirmed=7).report)
        await change_of(bench, verb, shown, shown)
        what, named = bench.broker.posts[-1]
        assert (what, named[0]) == (verb, ref(103))  # type: ignore[index]
        with pytest.raises(Denied, match="잔량이 없습니다"):
            await change_of(bench, verb, shown)

    on_bench(story)


def test_a_press_on_a_stranger_s_row_reaches_the_order_that_it_proved_to_be() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(AnswerLost("끊김"))
        lost = (await bench.desk.place(draft(), bench.gesture())).id
        bench.desk.take(listed(100, 1).report)
        shown = bench.desk.order(bench.desk.ledger.row_id(ref(100)))
        assert shown is not None and not shown.own
        await bench.desk.judge(Matched(RequestId(lost), bench.clock.now(), ref(100), MACHINE))
        assert bench.desk.order(shown.id) is None
        await bench.desk.cancel(shown.id, None, bench.gesture(), shown)
        assert bench.broker.posts[-1] == ("cancel", (ref(100), Venue.KRX, None))

    on_bench(story)


async def with_part_amended(bench: Bench) -> Order:
    """Ten as number 100, four of which were amended to number 103."""
    bench.broker.answers.append(Accepted(ref(100)))
    row = await bench.desk.place(draft(), bench.gesture())
    bench.desk.take(listed(103, 1, draft(4, 71_400), kind=ReportKind.AMEND, of=100, confirmed=4).report)
    now = bench.desk.order(row.id)
    assert now is not None and (now.remaining, now.moved) == (6, 4)
    return now


async def change_of(bench: Bench, verb: str, row: Order, shown: Order | None = None) -> object:
    if verb == "amend":
        return await bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture(), shown)
    return await bench.desk.cancel(row.id, None, bench.gesture(), shown)


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


def test_what_never_was_sent_has_no_cancel_fact() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(NotSent("닿지 않음"))
        row = await bench.desk.place(draft(), bench.gesture())
        with pytest.raises(Denied, match="잔량이 없습니다"):
            await bench.desk.cancel(row.id, None, bench.gesture())
        assert not any(isinstance(f, Cancelling) for f in bench.journal.facts)
        assert at(0) <= row.at

    on_bench(story)


@fault("C05")
@pytest.mark.parametrize("verb", ["amend", "cancel"])
def test_a_change_of_an_order_that_proves_to_be_our_lost_one_counts_for_it(verb: str) -> None:
    """It was named by its number while the answer was missing; then the look finds whose it is."""

    async def story(bench: Bench) -> None:
        bench.broker.answers.append(AnswerLost("끊김"))
        lost = (await bench.desk.place(draft(), bench.gesture())).id
        bench.desk.take(listed(100, 1).report)
        strange = bench.desk.ledger.row_id(ref(100))
        assert strange != lost

        async def change(order_id: OrderId) -> object:
            if verb == "amend":
                return await bench.desk.amend(order_id, AmendDraft(None, 71_300), bench.gesture())
            return await bench.desk.cancel(order_id, 4, bench.gesture())

        bench.journal.takes = 1.0
        first = asyncio.ensure_future(change(strange))
        await asyncio.sleep(0.1)
        bench.journal.takes = 0.0
        await bench.desk.judge(Matched(RequestId(lost), bench.clock.now(), ref(100), MACHINE))
        assert bench.desk.ledger.row_id(ref(100)) == lost
        with pytest.raises(Denied, match="아직 확인되지"):
            await change(lost)
        await first
        assert len(bench.broker.posts) == 2

    on_bench(story)


@fault("C05")
@pytest.mark.parametrize(
    "pressed_after, sent", [(0.1, 71_500), (1.1, 71_300)], ids=["both in the queue", "one on disk"]
)
def test_changes_that_come_to_name_the_same_number_are_one(pressed_after: float, sent: int) -> None:
    """While the first waits, the trader's phone amends the order; the second is pressed on what came of it."""

    async def story(bench: Bench) -> None:
        bench.broker.answers.append(Accepted(ref(100)))
        row = await bench.desk.place(draft(), bench.gesture())
        bench.broker.turn_takes, bench.journal.takes = 1.0, 0.4
        first = asyncio.ensure_future(bench.desk.amend(row.id, AmendDraft(None, 71_300), bench.gesture()))
        await asyncio.sleep(0.1)
        bench.desk.take(listed(103, 1, draft(10, 71_400), kind=ReportKind.AMEND, of=100, confirmed=10).report)
        bench.desk.take(listed(100, 1, remaining=0).report)
        newest = bench.desk.ledger.row_id(ref(103))
        await asyncio.sleep(pressed_after)
        second = asyncio.ensure_future(bench.desk.amend(newest, AmendDraft(None, 71_500), bench.gesture()))
        ends = await asyncio.gather(first, second, return_exceptions=True)
        assert sorted(isinstance(end, Denied) for end in ends) == [False, True]
        amended = [what for verb, what in bench.broker.posts if verb == "amend"]
        assert amended == [(ref(103), Venue.KRX, AmendDraft(None, sent))]

    on_bench(story)


def test_a_cancel_that_waits_follows_its_number_to_the_order_that_it_proves_to_be() -> None:
    async def story(bench: Bench) -> None:
        bench.broker.answers.append(AnswerLost("끊김"))
        lost = (await bench.desk.place(draft(), bench.gesture())).id
        bench.desk.take(listed(100, 1).report)
        bench.broker.turn_takes = 1.0
        waiting = asyncio.ensure_future(bench.desk.cancel(bench.desk.ledger.row_id(ref(100)), None, bench.gesture()))
        await asyncio.sleep(0.1)
        await bench.desk.judge(Matched(RequestId(lost), bench.clock.now(), ref(100), MACHINE))
        await waiting
        assert bench.broker.posts[-1] == ("cancel", (ref(100), Venue.KRX, None))

    on_bench(story)
