"""What a fact costs does not depend on how many orders the day has: counted in Python's own steps, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from kiwoom_desk.domain.broker_orders import merge
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Fact, Matched, RequestId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import ReportKind
from tests.support.day import answered, at, cancelling, draft, listed, placing, pushed, ref

MANY = 400


def steps(act: Callable[[], object]) -> int:
    """Bytecode instructions that `act` executes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def life(n: int, what: OrderDraft) -> list[Fact]:
    """Placed, heard of, answered, listed, cancelled; every tenth answer is lost and found by a look."""
    begun, number = placing(f"O{n}", n, what), 1_000 + n
    lost = n % 10 == 9
    return [
        begun,
        pushed(number, n + 0.1, what),
        answered(f"O{n}", n + 0.2, AnswerLost("x") if lost else Accepted(ref(number))),
        *([Matched(RequestId(f"O{n}"), at(n + 0.3), ref(number), "machine")] if lost else []),
        listed(number, n + 0.4, what),
        cancelling(f"C{n}", n + 0.5, begun, number),
        answered(f"C{n}", n + 0.6, Accepted(ref(number + 5_000), quantity=10)),
        listed(number + 5_000, n + 0.7, what, kind=ReportKind.CANCEL, of=number, confirmed=10, remaining=0),
    ]


@pytest.mark.parametrize("alike", [True, False], ids=["always the same order", "each at its own price and quantity"])
def test_a_fact_late_in_a_busy_day_costs_what_an_early_one_did(alike: bool) -> None:
    def what(n: int) -> OrderDraft:
        return draft() if alike else draft(10 + n, 70_000 + 100 * n)

    ledger, costs = Ledger(), list[int]()
    for n in range(MANY):
        facts = life(n, what(n))
        if n in {8, 9, MANY - 2, MANY - 1}:
            costs.append(steps(lambda facts=facts: [ledger.add(fact) for fact in facts]))  # type: ignore[misc]
        else:
            ledger.add(*facts)
    answered_early, lost_early, answered_late, lost_late = costs
    assert answered_late < 1.5 * answered_early
    assert lost_late < 1.5 * lost_early + 60 * MANY // 10, "matches are weighed together: each found one counts"


def test_a_list_that_repeats_itself_costs_little() -> None:
    """Every look tells every row of the day again."""
    ledger, again = Ledger([listed(7, 0)]), listed(7, 1).report
    assert not ledger.says_news(again)
    repeated = steps(lambda: ledger.says_news(replace(again, at=at(2))))
    full = steps(lambda: merge(ledger.number(ref(7)), again))
    assert 3 * (repeated - steps(lambda: replace(again, at=at(2)))) < full


def test_an_order_of_another_program_costs_those_that_came_after_it_nothing() -> None:
    """It came through our key and looks like ours, but it was there before them."""
    ledger, costs = Ledger([listed(7, -10)]), list[int]()
    for n in range(MANY):
        facts = life(n, draft())
        if n in {8, MANY - 2}:
            costs.append(steps(lambda facts=facts: [ledger.add(fact) for fact in facts]))  # type: ignore[misc]
        else:
            ledger.add(*facts)
    early, late = costs
    assert late < 1.5 * early
