"""A number that a reply names by mistake: nothing disappears for it, and what it was said of is looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Fact, Judged, Matched, OrderId, RequestId, Verdict
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.matching import Found, match
from kiwoom_desk.domain.orders import Doubt, OrderState, Standing
from kiwoom_desk.domain.reports import ReportKind
from tests.domain.test_ledger import rows
from tests.support.day import amending, answered, at, cancelling, draft, listed, placing, ref

A = placing("A", 0)
PHONE = OrderId("20261123-0000007")
X = cancelling("X", 1, A, 7)


@pytest.mark.parametrize("named", [7, 8])
def test_an_order_stays_on_screen_though_the_reply_to_a_cancel_names_its_number(named: int) -> None:
    facts: list[Fact] = [listed(7, 0), listed(8, 0), X, answered("X", 1.2, Accepted(ref(named), quantity=10))]
    shown = rows(facts)
    assert set(shown) == {PHONE, "20261123-0000008"}
    assert all(o.state is OrderState.WORKING and not o.own for o in shown.values())
    (change,) = shown[PHONE].changes
    assert change.standing is (Standing.UNCONFIRMED if named == 7 else Standing.ENTERED)


def test_a_reply_that_names_the_original_itself_proves_nothing_and_the_cancel_is_looked_for() -> None:
    ledger = Ledger([listed(7, 0), X, answered("X", 1.2, Accepted(ref(7), quantity=10))])
    intent = ledger.intent(RequestId("X"))
    assert intent is not None and intent.lost and intent.own_ref is None
    made = listed(9, 5, draft(10, None), kind=ReportKind.CANCEL, of=7, confirmed=10, remaining=0, ordered=1)
    ledger.add(made)
    rest = [n for n in ledger.numbers() if n.ref not in ledger.bindings.owner]
    assert match([intent], rest, began=at(5), server_offset=None) == [Found(intent.request, ref(9))]
    ledger.add(Matched(intent.request, at(5.1), ref(9), "machine"))
    order = ledger.order(PHONE)
    assert order is not None and [(c.request, c.standing) for c in order.changes] == [("X", Standing.DONE)]


def test_an_amendment_whose_reply_names_its_original_is_unconfirmed() -> None:
    c = amending("C", 1, A, 7, AmendDraft(None, 71_300), 10)
    shown = rows([listed(7, 0), c, answered("C", 1.2, Accepted(ref(7)))])
    assert set(shown) == {PHONE, "C"}
    assert (shown[OrderId("C")].state, shown[OrderId("C")].doubts) == (
        OrderState.UNCONFIRMED,
        frozenset({Doubt.CLAIMED_TWICE}),
    )


B = placing("B", 3)
TWICE: list[Fact] = [
    A,
    B,
    answered("A", 1, Accepted(ref(5))),
    answered("B", 4, Accepted(ref(5))),
    listed(6, 9, ordered=3),
]


def test_of_two_replies_with_one_number_the_later_order_is_looked_for() -> None:
    ledger = Ledger(TWICE)
    intent = ledger.intent(RequestId("B"))
    assert intent is not None and intent.lost and intent.contested
    rest = [n for n in ledger.numbers() if n.ref not in ledger.bindings.owner]
    assert match([intent], rest, began=at(9), server_offset=None) == [Found(intent.request, ref(6))]
    absent = rows([*TWICE, Judged(RequestId("B"), at(40), Verdict.ABSENT, "machine", 3)])[OrderId("B")]
    assert (absent.state, absent.absent) == (OrderState.NOT_PLACED, True)


@given(st.permutations([*TWICE, Matched(RequestId("B"), at(9.1), ref(6), "machine"), listed(5, 2), X, listed(7, 0)]))
def test_what_is_claimed_twice_ends_the_same_however_facts_arrive(mixed: list[Fact]) -> None:
    end = rows(mixed)
    assert (end[OrderId("A")].ref, end[OrderId("B")].ref) == (ref(5), ref(6))
    assert (end[OrderId("B")].state, end[OrderId("B")].doubts) == (OrderState.WORKING, frozenset({Doubt.CLAIMED_TWICE}))
    assert set(end) == {"A", "B", PHONE}
