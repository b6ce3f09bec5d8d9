"""The broker's side of the truth: everything it has said about one number, merged so that arrival order cannot matter.

Totals only grow, what remains only falls, sets only gain members (docs/reliability.md, R6). Where two statements
describe the order differently, the better source holds (day list over open list over stream), then the later word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.reports import BrokerRef, Execution, OrderReport, ReportKind, Source

T = TypeVar("T", int, str, datetime)
V = TypeVar("V")
_RANK = {source: rank for rank, source in enumerate(Source)}


@dataclass(frozen=True, slots=True)
class Told(Generic[V]):
    """One described part with its weight: (rank of the source, when heard). Two that say the same are equal."""

    weight: tuple[int, datetime] = field(compare=False)
    value: V


@dataclass(frozen=True, slots=True)
class BrokerOrder:
    """The merge of all reports about `ref`. `stated` is the smallest remaining quantity a list has shown, `stated_most`
    the largest, `told_stated` the last.

    `sources` tells where it was seen; `first_seen` when we first heard of it; `contradicted` that statements about
    what it is (kind, original) differ, which only a query can settle. Two are equal when they say the same, whenever
    their words were heard."""

    ref: BrokerRef
    kind: ReportKind
    of: BrokerRef | None
    told_draft: Told[OrderDraft] | None
    told_name: Told[str] | None
    told_type: Told[str] | None
    told_text: Told[str] | None
    told_shown: Told[OrderDraft] | None
    first_seen: datetime
    filled_stated: int = 0
    value_stated: int = 0
    executions: frozenset[Execution] = field(default_factory=frozenset)
    stated: int | None = None
    stated_most: int | None = None
    told_stated: Told[int] | None = None
    confirmed: int | None = None
    rejected: str | None = None
    expired: bool = False
    channel: str | None = None
    ordered_at: datetime | None = None
    sources: frozenset[Source] = field(default_factory=frozenset)
    contradicted: bool = False

    @property
    def draft(self) -> OrderDraft | None:
        return None if self.told_draft is None else self.told_draft.value

    @property
    def shown(self) -> OrderDraft | None:
        """The order as it can be put on screen, also where not every word of it is understood."""
        return self.draft or (None if self.told_shown is None else self.told_shown.value)

    @property
    def stated_last(self) -> int | None:
        return None if self.told_stated is None else self.told_stated.value

    @property
    def name(self) -> str:
        return self.told_name.value if self.told_name else ""

    @property
    def type_text(self) -> str:
        return self.told_type.value if self.told_type else ""

    @property
    def text(self) -> str:
        return self.told_text.value if self.told_text else ""

    @property
    def filled(self) -> int:
        """Furthest progress: the largest total stated, or what single fills add up to."""
        return max(self.filled_stated, sum(e.quantity for e in self.executions))

    @property
    def filled_value(self) -> int:
        """Won. Single fills are exact and hold when they tell the whole of it; a list's total may be rounded."""
        if sum(e.quantity for e in self.executions) >= self.filled_stated:
            return sum(e.quantity * e.price for e in self.executions)
        return self.value_stated


def first(report: OrderReport) -> BrokerOrder:
    """What one report alone says. A number that is named as its own original has none."""
    return BrokerOrder(
        ref=report.ref,
        kind=report.kind,
        of=None if report.of == report.ref else report.of,
        told_draft=_told(report, report.draft),
        told_name=_told(report, report.name or None),
        told_type=_told(report, report.type_text or None),
        told_text=_told(report, report.text or None),
        told_shown=_told(report, report.shown),
        first_seen=report.at,
        filled_stated=report.filled,
        value_stated=0 if report.source is Source.STREAM else report.filled_value,
        executions=frozenset(() if report.execution is None else (report.execution,)),
        stated=report.remaining,
        stated_most=report.remaining,
        told_stated=None if report.remaining is None else Told((0, report.at), report.remaining),
        confirmed=report.confirmed,
        rejected=report.rejected,
        expired=report.expired,
        channel=report.channel,
        ordered_at=report.ordered_at,
        sources=frozenset({report.source}),
    )


def merge(known: BrokerOrder | None, report: OrderReport) -> BrokerOrder:
    """`known` and one more report. Commutative, associative, idempotent: tests hold it to that."""
    other = first(report)
    if known is None:
        return other
    assert known.ref == other.ref
    ours, theirs = (known.kind, known.of), (other.kind, other.of)
    kind, of = ours if ours == theirs else max(ours, theirs, key=_kind_weight)
    return BrokerOrder(
        ref=known.ref,
        kind=kind,
        of=of,
        told_draft=_better(known.told_draft, other.told_draft),
        told_name=_better(known.told_name, other.told_name),
        told_type=_better(known.told_type, other.told_type),
        told_text=_better(known.told_text, other.told_text),
        told_shown=_better(known.told_shown, other.told_shown),
        first_seen=min(known.first_seen, other.first_seen),
        filled_stated=max(known.filled_stated, other.filled_stated),
        value_stated=max(known.value_stated, other.value_stated),
        executions=_executions(known.executions | other.executions),
        stated=_least(known.stated, other.stated),
        stated_most=_most(known.stated_most, other.stated_most),
        told_stated=_better(known.told_stated, other.told_stated),
        confirmed=_most(known.confirmed, other.confirmed),
        rejected=_most(known.rejected, other.rejected),
        expired=known.expired or other.expired,
        channel=_most(known.channel, other.channel),
        ordered_at=_least(known.ordered_at, other.ordered_at),
        sources=known.sources | other.sources,
        contradicted=known.contradicted or ours != theirs,
    )


def _told(report: OrderReport, value: V | None) -> Told[V] | None:
    return None if value is None else Told((_RANK[report.source], report.at), value)


def _better(a: Told[V] | None, b: Told[V] | None) -> Told[V] | None:
    if a is None or b is None:
        return b if a is None else a
    if a.weight != b.weight:
        return a if a.weight > b.weight else b
    return max(a, b, key=lambda told: repr(told.value))


def _executions(found: frozenset[Execution]) -> frozenset[Execution]:
    """One execution per number: the same fill told twice with another time stamp is one fill."""
    if len(found) < 2:
        return found
    by_number: dict[str, Execution] = {}
    for execution in sorted(found, key=lambda e: (e.number, e.quantity, e.price, e.at)):
        by_number[execution.number] = execution
    return frozenset(by_number.values())


def _kind_weight(pair: tuple[ReportKind, BrokerRef | None]) -> tuple[int, tuple[str, int]]:
    """A statement that names an original knows more than one that does not."""
    kind, of = pair
    return (list(ReportKind).index(kind), ("", 0) if of is None else (of.day.isoformat(), of.number))


def _least(a: T | None, b: T | None) -> T | None:
    if a is None or b is None:
        return b if a is None else a
    return min(a, b)


def _most(a: T | None, b: T | None) -> T | None:
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)
