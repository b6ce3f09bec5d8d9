"""Amendments make chains, whatever the broker says of its originals: a chain never leads back to where it began."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, Fact, OrderId, Reported
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.domain.reports import ReportKind
from tests.domain.test_ledger import rows
from tests.support.day import amending, answered, draft, listed, placing, ref

A = placing("A", 0)
OURS: list[Fact] = [
    A,
    answered("A", 0.1, Accepted(ref(1))),
    amending("C", 1, A, 1, AmendDraft(None, 71_300), 10),
    answered("C", 1.1, Accepted(ref(2))),
]


def says(number: int, of: int | None, kind: ReportKind = ReportKind.AMEND, seconds: float = 2) -> Reported:
    kind = ReportKind.NEW if of is None else kind
    return listed(number, seconds, kind=kind, of=of, confirmed=None if of is None else 10)


def leads_back(ledger: Ledger) -> bool:
    def follow(order_id: OrderId, above: tuple[OrderId, ...]) -> bool:
        order = ledger.order(order_id)
        if order_id in above or order is None:
            return order_id in above
        return any(follow(child, (*above, order_id)) for child in order.replaced_by)

    return any(follow(order.id, ()) for order in ledger.orders())


LINKS = st.tuples(st.integers(1, 5), st.none() | st.integers(1, 5), st.sampled_from(ReportKind))
"""(number, its original, kind); a small world makes circles likely."""


@given(st.lists(LINKS, max_size=12), st.sampled_from([[], OURS]), st.data())
@settings(max_examples=400, deadline=None)
def test_no_chain_leads_back_and_its_rows_are_the_same_however_it_was_told(
    links: list[tuple[int, int | None, ReportKind]], ours: list[Fact], data: st.DataObject
) -> None:
    facts = [*ours, *(says(number, of, kind, 2 + n / 10) for n, (number, of, kind) in enumerate(links))]
    ledger = Ledger()
    for fact in facts:
        ledger.add(fact)
        assert not leads_back(ledger)
    assert rows(data.draw(st.permutations(facts))) == {o.id: o for o in ledger.orders()}


@pytest.mark.parametrize("circle", [[1], [1, 2], [1, 2, 3], [2, 1, 4, 3]])
def test_who_amends_themselves_in_a_circle_are_orders_of_their_own(circle: list[int]) -> None:
    facts: list[Fact] = [says(n, circle[k - 1]) for k, n in enumerate(circle)]
    for order in rows(facts).values():
        assert (order.replaced_by, order.replaces, order.changes) == ((), None, ())
        assert (order.state, order.remaining) == (OrderState.WORKING, 10)


def test_a_chain_that_ends_in_a_circle_keeps_what_is_not_part_of_it() -> None:
    end = rows([says(1, 2), says(2, 1), says(3, 2)])
    assert end[OrderId("20261123-0000002")].replaced_by == ("20261123-0000003",)
    assert end[OrderId("20261123-0000003")].replaces == "20261123-0000002"


def test_a_new_order_of_ours_replaces_nothing_whatever_the_broker_says_it_amends() -> None:
    end = rows([*OURS, says(1, 2)])
    assert end[OrderId("A")].replaces is None and end[OrderId("C")].replaces == "A"


@pytest.mark.parametrize("confirmed", [0, None, 6])
def test_an_original_is_replaced_though_the_list_leaves_out_how_much_moved(confirmed: int | None) -> None:
    """kiwoom/README.md 3: the new row's own quantity tells it; whether `cnfm_qty` does is not documented."""
    made = listed(101, 2, draft(6, 71_300), kind=ReportKind.AMEND, of=100, confirmed=confirmed, channel="영웅문4")
    end = rows([listed(100, 2, filled=4, remaining=0, channel="영웅문4"), made])
    first, child = end[OrderId("20261123-0000100")], end[OrderId("20261123-0000101")]
    assert (first.state, first.filled, first.moved) == (OrderState.REPLACED, 4, 6)
    assert (child.state, child.remaining) == (OrderState.WORKING, 6)
    assert [c.quantity for c in first.changes] == [6]
    unread = Reported(replace(made.report, draft=None, shown=made.report.draft))
    again = rows([listed(100, 2, filled=4, remaining=0, channel="영웅문4"), unread])[OrderId("20261123-0000100")]
    assert (again.state, again.moved) == (OrderState.REPLACED, 6)
