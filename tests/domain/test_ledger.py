"""The law of the ledger: facts commute. Plus what each little story must end as."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Fact,
    Judged,
    Looked,
    Matched,
    NotSent,
    OrderId,
    Refused,
    Reported,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Doubt, Order, OrderState, Standing
from kiwoom_desk.domain.reports import OUR_CHANNEL, ReportKind
from tests.support.day import DAY, amending, answered, at, cancelling, draft, listed, placing, pushed, ref
from tests.support.faults import fault

A = placing("A", 0)
B = placing("B", 1)
ALL_AT_71300 = AmendDraft(None, 71_300)
C = amending("C", 5, A, 100, ALL_AT_71300, 6)
CHILD = draft(6, 71_300)
X = cancelling("X", 9, C, 140)

STORIES: dict[str, list[Fact]] = {
    "partial fill, amend, cancel of the rest": [
        A,
        answered("A", 0.2, Accepted(ref(100))),
        pushed(100, 0.3),
        pushed(100, 2, fill=("1", 4, 71_200), value=284_800),
        listed(100, 3, filled=4),
        C,
        answered("C", 5.2, Accepted(ref(140), base=100, quantity=6)),
        pushed(140, 5.3, CHILD, kind=ReportKind.AMEND, of=100),
        pushed(140, 5.4, CHILD, kind=ReportKind.AMEND, of=100, confirmed=6),
        listed(100, 6, filled=4, remaining=0),
        listed(140, 6, CHILD, kind=ReportKind.AMEND, of=100, confirmed=6),
        X,
        answered("X", 9.2, Accepted(ref(150), base=100, quantity=6)),
        pushed(150, 9.3, CHILD, kind=ReportKind.CANCEL, of=140, confirmed=6),
        listed(140, 10, CHILD, kind=ReportKind.AMEND, of=100, confirmed=6, remaining=0),
    ],
    "lost answer, found by look, then filled": [
        A,
        answered("A", 8, AnswerLost("8초")),
        listed(100, 9),
        Matched(RequestId("A"), at(9.1), ref(100), "machine"),
        Looked(at(9.1), DAY, at(8.7), True, 1),
        pushed(100, 12, fill=("7", 10, 71_200)),
    ],
    "judged absent, then it appears": [
        A,
        answered("A", 8, AnswerLost("8초")),
        *(Looked(at(t + 0.2), DAY, at(t), True, 0) for t in (9.0, 15.0, 39.0)),
        Judged(RequestId("A"), at(39.3), Verdict.ABSENT, "machine", 3),
        listed(100, 60, ordered=1),
        Matched(RequestId("A"), at(60.2), ref(100), "machine"),
    ],
    "a match that an own reply takes away": [
        A,
        B,
        answered("A", 8, AnswerLost("8초")),
        listed(100, 9),
        Matched(RequestId("A"), at(9.1), ref(100), "machine"),
        answered("B", 10, Accepted(ref(100))),
    ],
    "an order from the phone, cancelled there": [
        pushed(200, 1),
        listed(200, 2, channel="영웅문S#"),
        pushed(210, 3, kind=ReportKind.CANCEL, of=200, confirmed=10),
        listed(200, 4, channel="영웅문S#", remaining=0),
    ],
    "refused after acceptance": [A, answered("A", 0.1, Accepted(ref(100))), pushed(100, 0.4, rejected="증거금 부족")],
}


def rows(facts: list[Fact]) -> dict[OrderId, Order]:
    return {order.id: order for order in Ledger(facts).orders()}


def one_by_one(facts: list[Fact]) -> dict[OrderId, Order]:
    ledger = Ledger()
    for fact in facts:
        ledger.add(fact)
    return {order.id: order for order in ledger.orders()}


@fault("W03", "W04", "W05")
@given(st.sampled_from(sorted(STORIES)), st.data())
@settings(max_examples=600, deadline=None)
def test_orders_end_the_same_however_facts_arrive_and_repeat(story: str, data: st.DataObject) -> None:
    facts = STORIES[story]
    again = data.draw(st.lists(st.sampled_from(facts), max_size=5))
    shuffled = data.draw(st.permutations([*facts, *again]))
    assert rows(shuffled) == rows(facts) == one_by_one(shuffled)


@given(st.sampled_from(sorted(STORIES)), st.data())
@settings(max_examples=200, deadline=None)
def test_figures_only_move_forward_and_each_change_is_announced(story: str, data: st.DataObject) -> None:
    ledger = Ledger()
    shown: dict[OrderId, Order] = {}
    for fact in data.draw(st.permutations(STORIES[story])):
        before = dict(shown)
        for order_id in ledger.add(fact):
            order = ledger.order(order_id)
            if order is None:
                shown.pop(order_id, None)
            else:
                shown[order_id] = order
        assert shown == {o.id: o for o in ledger.orders()}
        for order_id, was in before.items():
            if (now := shown.get(order_id)) is not None and now.ref == was.ref:
                assert (now.filled, now.cancelled, now.moved) >= (was.filled, was.cancelled, was.moved)


@fault("C02")
def test_a_partial_fill_stays_with_the_number_that_had_it_when_the_rest_is_amended_and_cancelled() -> None:
    end = rows(STORIES["partial fill, amend, cancel of the rest"])
    first, child = end[OrderId("A")], end[OrderId("C")]
    assert (first.state, first.filled, first.moved, first.remaining) == (OrderState.REPLACED, 4, 6, 0)
    assert (first.average, first.replaced_by) == (71_200, ("C",))
    assert (child.state, child.cancelled, child.remaining, child.replaces) == (OrderState.CANCELED, 6, 0, "A")
    assert [c.standing for c in child.changes] == [Standing.DONE]
    assert set(end) == {"A", "C"}, "the cancel instruction is no row of its own"


def test_a_lost_answer_found_by_a_look_is_the_same_order_from_then_on() -> None:
    (order,) = rows(STORIES["lost answer, found by look, then filled"]).values()
    assert (order.id, order.state, order.ref, order.confirmed_by_look) == ("A", OrderState.FILLED, ref(100), True)


def test_absence_is_a_verdict_that_a_late_row_revives() -> None:
    story = STORIES["judged absent, then it appears"]
    before = rows(story[:-2])[OrderId("A")]
    assert (before.state, before.absent, before.looks) == (OrderState.NOT_PLACED, True, 3)
    after = rows(story)[OrderId("A")]
    assert (after.state, after.absent) == (OrderState.WORKING, False)


def test_an_own_reply_evicts_a_match_and_the_evicted_order_is_unconfirmed_again() -> None:
    end = rows(STORIES["a match that an own reply takes away"])
    assert end[OrderId("A")].state is OrderState.UNCONFIRMED
    assert (end[OrderId("B")].state, end[OrderId("B")].ref) == (OrderState.WORKING, ref(100))


@fault("W03")
def test_a_push_that_overtakes_the_answer_is_shown_at_once_and_joined_later() -> None:
    ledger = Ledger([A, pushed(100, 0.1, fill=("1", 3, 71_200))])
    assert {o.id: o.filled for o in ledger.orders()} == {"A": 0, "20261123-0000100": 3}
    changed = ledger.add(answered("A", 0.2, Accepted(ref(100))))
    assert changed == {"A", "20261123-0000100"}
    assert {o.id: o.filled for o in ledger.orders()} == {"A": 3}


@fault("C01")
def test_a_lost_cancel_of_an_order_that_filled_meanwhile_is_moot() -> None:
    facts: list[Fact] = [
        A,
        answered("A", 0.1, Accepted(ref(100))),
        cancelling("X", 1, A, 100),
        answered("X", 9, AnswerLost("8초")),
    ]
    order = rows(facts)[OrderId("A")]
    assert order.cancelling and order.lost_cancel == order.changes[0]
    filled = rows([*facts, listed(100, 10, filled=10)])[OrderId("A")]
    assert filled.state is OrderState.FILLED and filled.lost_cancel is None
    assert [c.standing for c in filled.changes] == [Standing.MOOT]


def test_an_accepted_cancel_is_under_way_until_a_report_moves_quantity() -> None:
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), cancelling("X", 1, A, 100, 4)]
    facts.append(answered("X", 1.1, Accepted(ref(120), quantity=4)))
    order = rows(facts)[OrderId("A")]
    assert order.cancelling and order.remaining == 10
    confirmed = rows([*facts, pushed(120, 1.4, draft(4), kind=ReportKind.CANCEL, of=100, confirmed=4)])[OrderId("A")]
    assert not confirmed.cancelling
    assert (confirmed.state, confirmed.remaining, confirmed.cancelled) == (OrderState.WORKING, 6, 4)


def test_a_change_that_the_exchange_refuses_leaves_the_order_as_it_was() -> None:
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), amending("C", 1, A, 100, ALL_AT_71300, 10)]
    facts.append(answered("C", 1.1, Accepted(ref(120), quantity=10)))
    refused = listed(120, 2, draft(10, 71_300), kind=ReportKind.AMEND, of=100, remaining=0, rejected="정정불가")
    end = rows([*facts, refused])
    order, child = end[OrderId("A")], end[OrderId("C")]
    assert (order.state, order.remaining, order.moved) == (OrderState.WORKING, 10, 0)
    assert [c.standing for c in order.changes] == [Standing.FAILED]
    assert (child.state, child.reason) == (OrderState.REJECTED, "정정불가")


def test_an_amendment_is_as_large_as_what_it_moved_whatever_an_older_word_says() -> None:
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), amending("C", 1, A, 100, ALL_AT_71300, 10)]
    moved = pushed(120, 2, draft(4, 71_300), kind=ReportKind.AMEND, of=100, confirmed=4)
    late = pushed(120, 3, draft(10, 71_300), kind=ReportKind.AMEND, of=100)
    end = rows([*facts, answered("C", 1.1, Accepted(ref(120))), moved, late])
    assert (end[OrderId("C")].draft.quantity, end[OrderId("A")].remaining) == (4, 6)
    stranger = rows([*facts[:2], moved, late])[OrderId("20261123-0000120")]
    assert (stranger.draft.quantity, stranger.remaining) == (4, 4)


def test_an_ioc_remainder_that_the_exchange_dropped_reads_as_cancelled() -> None:
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), listed(100, 1, filled=4, remaining=0)]
    order = rows(facts)[OrderId("A")]
    assert (order.state, order.filled, order.remaining) == (OrderState.CANCELED, 4, 0)


@pytest.mark.parametrize("kind", [ReportKind.CANCEL, ReportKind.AMEND])
def test_what_the_day_s_end_left_of_a_partly_changed_order_reads_as_expired(kind: ReportKind) -> None:
    def state(moved: int) -> OrderState:
        change = listed(101, 3, draft(moved), kind=kind, of=100, confirmed=moved)
        over = listed(100, 9, remaining=0, expired=True)
        return rows([listed(100, 1), change, over])[OrderId("20261123-0000100")].state

    assert state(4) is OrderState.EXPIRED
    assert state(10) is (OrderState.CANCELED if kind is ReportKind.CANCEL else OrderState.REPLACED)


@fault("C04")
def test_a_late_fill_turns_a_cancelled_order_into_a_filled_one() -> None:
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), listed(100, 1, remaining=0)]
    assert rows(facts)[OrderId("A")].state is OrderState.CANCELED
    assert rows([*facts, pushed(100, 2, fill=("9", 10, 71_200))])[OrderId("A")].state is OrderState.FILLED


@fault("J11")
def test_contradictions_mark_the_order_doubtful_and_figures_stay_as_received() -> None:
    base: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100)))]
    over = rows([*base, listed(100, 1, filled=12, remaining=0)])[OrderId("A")]
    assert over.filled == 12 and over.doubts == {Doubt.OVERFILLED}
    differs = rows([*base, listed(100, 1, draft(20))])[OrderId("A")]
    assert differs.draft.quantity == 10 and Doubt.DIFFERS in differs.doubts
    both = rows([*base, answered("A", 0.2, Refused("RC4058", "장종료"))])[OrderId("A")]
    assert both.state is OrderState.WORKING and both.doubts == {Doubt.ACCEPTED_THOUGH_REFUSED}


def test_an_order_of_a_type_we_do_not_know_is_shown_as_received_and_never_matched() -> None:
    strange = replace(listed(300, 9, channel=OUR_CHANNEL).report, draft=None, shown=draft(), type_text="경매매")
    (row,) = rows([Reported(strange)]).values()
    assert (row.draft, row.type_text, row.state) == (draft(), "경매매", OrderState.WORKING)
    number = Ledger([Reported(strange)]).number(ref(300))
    assert number is not None and number.draft is None


def test_the_average_is_exact_where_single_fills_tell_it_and_rounded_where_only_a_list_does() -> None:
    base: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100)))]
    one, two = pushed(100, 1, fill=("1", 1, 71_200), value=71_200), pushed(100, 2, fill=("2", 2, 71_100), value=213_400)
    both = rows([*base, one, two, listed(100, 3, filled=3, value=3 * 71_133)])[OrderId("A")]
    assert (both.filled, both.filled_value) == (3, 213_400)
    missed = rows([*base, two, listed(100, 3, filled=3, value=3 * 71_133)])[OrderId("A")]
    assert (missed.filled, missed.filled_value) == (3, 3 * 71_133)


def test_what_never_left_and_what_was_refused_say_why() -> None:
    assert rows([A, answered("A", 1, NotSent("서버에 닿지 않음"))])[OrderId("A")].reason == "서버에 닿지 않음"
    refused = rows([A, answered("A", 1, Refused("RC4058", "장종료되었습니다"))])[OrderId("A")]
    assert (refused.state, refused.code, refused.reason) == (OrderState.REJECTED, "RC4058", "장종료되었습니다")


def test_the_story_of_an_order_has_its_changes_in_it_by_time() -> None:
    ledger = Ledger(STORIES["partial fill, amend, cancel of the rest"])
    story = ledger.story(OrderId("C"))
    assert X in story and C in story and A not in story
    assert [fact.at for fact in story] == sorted(fact.at for fact in story)
    assert C in ledger.story(OrderId("A"))


@fault("C01")
def test_a_lost_cancel_tells_when_it_ended_and_how_often_it_was_looked_for() -> None:
    facts: list[Fact] = [
        A,
        answered("A", 0.1, Accepted(ref(100))),
        listed(100, 0.5),
        cancelling("X", 1, A, 100),
        answered("X", 9, AnswerLost("8초")),
        *(Looked(at(n + 1), DAY, at(n), True, 1) for n in (8, 10, 12)),
    ]
    lost = rows(facts)[OrderId("A")].lost_cancel
    assert lost is not None and (lost.ended_at, lost.looks) == (at(9), 2)


def test_a_lost_amendment_is_unsettled_in_its_own_row_only() -> None:
    amend = amending("B", 1, A, 100, AmendDraft(None, 71_300), 10)
    facts: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), amend, answered("B", 9, AnswerLost("8초"))]
    end = rows(facts)
    assert (end[OrderId("A")].amending, end[OrderId("A")].unsettled, end[OrderId("B")].unsettled) == (True, False, True)


def test_what_the_trader_turned_down_can_still_be_chosen_until_it_is() -> None:
    both = (ref(100), ref(101))
    none = Judged(RequestId("A"), at(9), Verdict.ABSENT, TRADER, 3, both)
    facts: list[Fact] = [
        A,
        answered("A", 0.3, AnswerLost("끊김")),
        *(listed(n, 1, ordered=0) for n in (100, 101)),
        Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=both),
    ]
    assert rows([*facts, none])[OrderId("A")].turned_down == both
    assert [o.orphan for o in rows([*facts, none]).values() if not o.own] == [True, True]
    chosen = rows([*facts, none, Matched(RequestId("A"), at(12), ref(100), TRADER)])
    assert (chosen[OrderId("A")].ref, chosen[OrderId("A")].turned_down) == (ref(100), ())
    assert rows([*facts, replace(none, by=MACHINE)])[OrderId("A")].turned_down == (), "nobody has turned down anything"


@given(st.data())
def test_the_later_of_two_picks_holds_however_they_arrive_and_what_was_passed_over_is_told(data: st.DataObject) -> None:
    both = (ref(100), ref(101))
    facts: list[Fact] = [
        A,
        answered("A", 0.3, AnswerLost("끊김")),
        *(listed(n, 1, ordered=0) for n in (100, 101)),
        Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=both),
        Matched(RequestId("A"), at(5), ref(100), TRADER),
    ]
    first = rows(facts)
    assert (first[OrderId("A")].ref, first[OrderId("A")].passed_over) == (ref(100), (ref(101),))
    mixed = data.draw(st.permutations([*facts, Matched(RequestId("A"), at(9), ref(101), TRADER)]))
    for end in (rows(mixed), one_by_one(mixed)):
        assert (end[OrderId("A")].ref, end[OrderId("A")].passed_over) == (ref(101), (ref(100),))
        assert [o.ref for o in end.values() if not o.own] == [ref(100)] and len(end) == 2
    assert rows([*facts[:-1], Matched(RequestId("A"), at(5), ref(100), MACHINE)])[OrderId("A")].passed_over == ()
