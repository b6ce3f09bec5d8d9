"""The rows that are the desk's business now: what a walk over the whole ledger would find, without the walk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.facts import Accepted, AnswerLost, Fact
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.context import advice_context
from kiwoom_desk.trading.current import Current
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.environments import PRACTICE
from tests.domain.test_cost import steps
from tests.support.day import DAY, answered, at, draft, listed, placing, ref

FACTS: list[Fact] = [
    placing("A", 0),
    answered("A", 1, AnswerLost("끊김")),
    listed(100, 2, draft(code="000660"), filled=10),
    placing("B", 3, draft(code="000660")),
    answered("B", 4, Accepted(ref(101))),
    listed(101, 5, draft(code="000660"), filled=10),
    listed(102, 6, draft(7)),
    answered("A", 7, Accepted(ref(103))),
    listed(103, 8, filled=10),
]


@given(st.permutations(FACTS), st.sampled_from((DAY, DAY + timedelta(days=1))))
def test_it_is_what_a_walk_over_the_ledger_finds(facts: list[Fact], day: date) -> None:
    ledger, current = Ledger(), Current((), day)
    for fact in facts:
        for order_id in ledger.add(fact):
            current.put(order_id, ledger.order(order_id))
        rows = [o for o in ledger.orders() if o.day == current.day or o.alive or o.candidates]
        assert by_id(current.rows) == by_id(rows)
        assert by_id(current.alive) == by_id(o for o in rows if o.alive)
        assert by_id(current.carried) == by_id(o for o in rows if o.day != current.day)
        assert by_id(current.latest_own()) == by_id(o for o in ledger.orders() if o.own)
        assert by_id(current.latest_own("000660")) == by_id(
            o for o in ledger.orders() if o.own and o.draft.code == "000660"
        )


def by_id(rows: Iterable[Order]) -> list[Order]:
    return sorted(rows, key=lambda row: row.id)


def test_the_last_own_order_comes_first() -> None:
    current = Current(Ledger([placing("B", 1), placing("A", 2)]).orders(), DAY)
    assert [order.id for order in current.latest_own()] == ["A", "B"]


@pytest.mark.parametrize("over", [10, 600])
def test_a_key_in_the_ticket_costs_what_is_open_not_what_the_week_holds(over: int) -> None:
    """The count of orders that are over makes no difference."""
    assert key_costs(over) < 1.1 * key_costs(1)


def key_costs(over: int) -> int:
    facts: list[Fact] = [placing("Z", 0), answered("Z", 1, Accepted(ref(1)))]
    for n in range(over):
        facts += [
            placing(f"A{n}", -4000 + n),
            answered(f"A{n}", 0, Accepted(ref(10 + n))),
            listed(10 + n, 1, filled=10),
        ]
    desk = SimpleNamespace(current=Current(Ledger(facts).orders(), DAY))
    lane = SimpleNamespace(data=None, holdings=None, desk=desk)
    connection = cast(
        Connection,
        SimpleNamespace(
            environment=PRACTICE, lanes={Market.STOCK: lane}, now=lambda: at(9000), apart=lambda: timedelta()
        ),
    )
    return steps(lambda: advice_context(connection, DirectoryBook(), None, Market.STOCK, "000660", Venue.KRX))
