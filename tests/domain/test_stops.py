"""A stop limit that waits: how the lists show what remains of it is not documented (kiwoom/README.md 3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.facts import Accepted, Fact, OrderId
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.reports import ReportKind
from tests.domain.test_ledger import rows
from tests.support.day import answered, draft, listed, placing, pushed, ref

STOP = draft(type=OrderType.STOP_LIMIT, trigger=71_000)
A = placing("A", 0, STOP)
SENT: list[Fact] = [A, answered("A", 0.2, Accepted(ref(100)))]


def says(remaining: int, seconds: float, filled: int = 0) -> Fact:
    return listed(100, seconds, STOP, filled=filled, remaining=remaining)


def end(*facts: Fact) -> tuple[OrderState, int]:
    order: Order = rows([*SENT, *facts])[OrderId("A")]
    return order.state, order.remaining


@pytest.mark.parametrize(
    ("told", "state", "remaining"),
    [
        ([says(0, 1)], OrderState.WORKING, 10),
        ([says(0, 1), says(10, 2)], OrderState.WORKING, 10),
        ([says(10, 1), says(0, 2), says(10, 3)], OrderState.WORKING, 10),
        ([says(0, 1), says(10, 2), says(6, 3, 4)], OrderState.WORKING, 6),
        ([says(0, 1), pushed(100, 2, STOP, fill=("1", 4, 71_200))], OrderState.WORKING, 6),
        ([says(10, 1), says(0, 2)], OrderState.CANCELED, 0),
        ([says(6, 1, 4), says(0, 2, 4)], OrderState.CANCELED, 0),
        ([says(0, 1), listed(100, 2, STOP, remaining=0, expired=True)], OrderState.EXPIRED, 0),
        ([says(0, 1), listed(100, 2, STOP, remaining=0, rejected="거부")], OrderState.REJECTED, 0),
    ],
    ids=["waits", "triggered", "one odd row", "then filled", "push", "dropped", "rest dropped", "expired", "rejected"],
)
def test_nothing_left_is_the_end_of_a_stop_only_where_something_was_left_before(
    told: list[Fact], state: OrderState, remaining: int
) -> None:
    assert end(*told) == end(*told[::-1]) == (state, remaining)


def test_a_stop_that_was_cancelled_reads_so_whatever_the_lists_said_before() -> None:
    cancel = listed(101, 3, draft(10, None), kind=ReportKind.CANCEL, of=100, confirmed=10, remaining=0)
    assert end(says(0, 1), cancel) == (OrderState.CANCELED, 0)


def test_of_every_other_type_what_remains_only_falls() -> None:
    plain: list[Fact] = [placing("A", 0), SENT[1], listed(100, 1, remaining=0), listed(100, 2, remaining=10)]
    assert rows(plain)[OrderId("A")].state is OrderState.CANCELED


@given(st.permutations([says(0, 1), says(10, 2), says(0, 3), says(10, 4), says(6, 5, 4), *SENT]))
def test_the_last_word_on_a_stop_is_told_by_its_time(mixed: list[Fact]) -> None:
    assert end(*mixed) == (OrderState.WORKING, 6)
