"""An order with everything that amendments made of it: one order to the trader, several numbers to the broker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from kiwoom_desk.domain.facts import (
    Answered,
    Cancelling,
    Fact,
    Judged,
    Looked,
    Matched,
    Noted,
    OrderId,
    Placing,
    Reported,
    RequestId,
    request_of,
)
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.environments import World

WriteEvidence = Callable[[Path, OrderId], Awaitable[None]]
"""Everything known of the order at that moment. Raises OSError with a Korean sentence."""


class Book(Protocol):
    """Where orders and their facts are looked up: a desk, or the ledger of a day that is over."""

    def order(self, order_id: OrderId, /) -> Order | None: ...

    def story(self, order_id: OrderId, /) -> Sequence[Fact]: ...


def chain(book: Book, order: Order) -> Sequence[tuple[Order, int]]:
    """The first original and all that came of it, each with the number of originals above it, originals first."""
    found: list[tuple[Order, int]] = []
    seen: set[OrderId] = set()
    todo = [(_root(book, order), 0)]
    while todo:
        link, depth = todo.pop()
        if link.id in seen:
            continue
        seen.add(link.id)
        found.append((link, depth))
        below = [child for name in link.replaced_by if (child := book.order(name)) is not None]
        todo += [(child, depth + 1) for child in reversed(below)]
    return found


def _root(book: Book, order: Order) -> Order:
    seen = {order.id}
    while order.replaces is not None and order.replaces not in seen:
        above = book.order(order.replaces)
        if above is None:
            break
        seen.add(above.id)
        order = above
    return order


def whole_story(book: Book, order: Order) -> Sequence[Fact]:
    """Every fact about the chain that this order is part of, by time."""
    facts = {id(fact): fact for link, _ in chain(book, order) for fact in book.story(link.id)}
    return sorted(facts.values(), key=lambda fact: fact.at)


@dataclass(frozen=True, slots=True)
class Past:
    """What the journal of one account holds, by trading day.

    It may be read long after that account was left, so whose it is comes with it: its `world`, and `evidence_of`, which
    proves a book of these days by the very journal that they were read from."""

    market: Market
    world: World
    days: Mapping[date, Sequence[Fact]]
    evidence_of: Callable[[Book], WriteEvidence]


def by_day(facts: Iterable[Fact]) -> Mapping[date, Sequence[Fact]]:
    """The facts of each trading day, in the order in which they were written; notes belong to none."""
    days: dict[RequestId, date] = {}
    found: dict[date, list[Fact]] = {}
    for fact in facts:
        if isinstance(fact, Placing | Cancelling):
            days[request_of(fact)] = fact.day
        day = _day(fact, days)
        if day is not None:
            found.setdefault(day, []).append(fact)
    return found


def _day(fact: Fact, days: Mapping[RequestId, date]) -> date | None:
    match fact:
        case Placing() | Cancelling() | Looked():
            return fact.day
        case Reported(report):
            return report.ref.day
        case Answered() | Matched() | Judged():
            return days.get(fact.request)
        case Noted():
            return None
