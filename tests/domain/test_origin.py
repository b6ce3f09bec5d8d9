"""Whose an order is that nobody here owns: perhaps ours while an answer is out, a stranger's, or nobody's."""

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
    Matched,
    NotSent,
    OrderId,
    Outcome,
    Refused,
    Reported,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import ReportKind
from tests.domain.test_ledger import rows
from tests.support.day import amending, answered, at, cancelling, draft, listed, placing, pushed, ref
from tests.support.faults import fault

A, B = placing("A", 0), placing("B", 1)
STRAY = OrderId("20261123-0000101")
LOST = AnswerLost("8초")


def origin(*facts: Fact) -> tuple[bool, bool]:
    order = rows(list(facts))[STRAY]
    assert not order.own
    return order.perhaps_ours, order.orphan


@fault("W03")
def test_a_push_is_perhaps_ours_while_a_request_that_fits_it_has_no_answer() -> None:
    push = pushed(101, 0.1)
    assert origin(A, push) == (True, False)
    assert origin(A, answered("A", 8, LOST), push) == (True, False)
    absent = Judged(RequestId("A"), at(40), Verdict.ABSENT, "machine", 3)
    assert origin(A, answered("A", 8, LOST), absent, push) == (False, False)
    for other in (pushed(101, -1), pushed(101, 0.1, draft(11)), pushed(101, 0.1, draft(price=71_300))):
        assert origin(A, other) == (False, False)
    assert origin(A, push, listed(101, 1, channel="영웅문4", ordered=0)) == (False, False)


def test_an_amendment_s_push_is_perhaps_ours_too() -> None:
    c = amending("C", 1, A, 100, AmendDraft(None, 71_300), 10)
    push = pushed(101, 1.1, draft(10, 71_300), kind=ReportKind.AMEND, of=100)
    assert origin(A, answered("A", 0.2, Accepted(ref(100))), c, push) == (True, False)
    assert origin(A, c, Reported(replace(push.report, of=ref(99)))) == (False, False)


@fault("N21")
@pytest.mark.parametrize("outcome", [Refused("RC4058", "장종료"), NotSent("닿지 않음"), Accepted(ref(100))])
def test_a_rest_order_with_the_content_of_a_settled_request_is_an_orphan(outcome: Outcome) -> None:
    facts: list[Fact] = [A, answered("A", 1, outcome), listed(101, 2, ordered=0)]
    assert origin(*facts) == (False, True)
    assert origin(*facts[:2], listed(101, 2, ordered=0, channel=None)) == (False, False), "it may be anybody's"
    assert origin(*facts[:2], listed(101, 2, ordered=-30)) == (False, False), "older than the request"
    assert origin(*facts[:2], listed(101, 2, draft(11))) == (False, False), "another program's own business"


def test_while_a_twin_can_still_be_it_nothing_is_an_orphan() -> None:
    facts: list[Fact] = [A, answered("A", 0.5, Accepted(ref(100))), B, listed(101, 2, ordered=1)]
    assert origin(*facts) == (True, False)
    assert origin(*facts, answered("B", 3, Accepted(ref(102)))) == (False, True)
    absent = Judged(RequestId("B"), at(40), Verdict.ABSENT, "machine", 3)
    assert origin(*facts, answered("B", 3, LOST), absent) == (False, False), "the next look binds it"


EVERYTHING: list[Fact] = [
    A,
    B,
    pushed(100, 0.4),
    pushed(101, 1.2),
    listed(100, 9, ordered=0),
    listed(101, 9, ordered=1),
    listed(102, 9, ordered=2),
    answered("A", 0.5, Accepted(ref(100))),
    answered("B", 8, LOST),
    Matched(RequestId("B"), at(9.1), ref(101), "machine"),
]


@given(st.permutations(EVERYTHING), st.lists(st.sampled_from(EVERYTHING), max_size=4))
@settings(max_examples=300, deadline=None)
def test_whose_it_is_ends_the_same_however_facts_arrive(mixed: list[Fact], again: list[Fact]) -> None:
    ledger = Ledger()
    for n, fact in enumerate([*mixed, *again]):
        ledger.add(fact)
        assert {o.id: o for o in ledger.orders()} == rows([*mixed, *again][: n + 1][::-1])
    stray = ledger.order(OrderId("20261123-0000102"))
    assert stray is not None and stray.orphan and len(ledger.orders()) == 3


@given(
    st.permutations(
        [
            placing("P", 0),  # ours, with the same content, still being sent
            cancelling("C", 0.2, placing("X", 0), 50),  # our cancel of another order ...
            answered("C", 0.4, Accepted(ref(100))),  # ... whose reply names 100
            listed(100, 1, ordered=0),  # which the list shows as a new order
            answered("P", 2, NotSent("끊김")),  # P never left: 100 is not perhaps ours any more
        ]
    )
)
def test_a_number_that_a_cancel_claims_by_mistake_is_judged_anew_when_the_order_like_it_ends(mixed: list[Fact]) -> None:
    ledger = Ledger()
    for fact in mixed:
        ledger.add(fact)
    (row,) = [order for order in ledger.orders() if not order.own]
    assert (row.perhaps_ours, row.orphan) == (False, True)


@fault("T01")
def test_what_was_offered_under_a_fast_clock_and_turned_down_is_an_orphan_all_the_same() -> None:
    """Nothing had told the broker's time, so a row that looks too early was a choice."""
    lost = (placing("A", 60), answered("A", 61, LOST))
    row = listed(101, 62, ordered=1)
    none = Judged(RequestId("A"), at(70), Verdict.ABSENT, "trader", 0, (ref(101),))
    assert origin(*lost, row, none) == (False, True)
