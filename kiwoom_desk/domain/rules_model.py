"""The shape of the market's rules once read: frozen values, no behaviour beyond looking something up.

They are data (`resources/market_rules.json`, read by `market_rules.parse_rules`), because hours and closed days change
without a new build. Sources: market/rules.md and rules.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Literal

from kiwoom_desk.domain.instruments import SEOUL, Flag, InstrumentKind, Market, Venue
from kiwoom_desk.domain.order_types import OrderType


class Allowed(IntEnum):
    """How sure we are that an order type is taken; a larger member is more permissive (market/rules.md 4.2)."""

    NO = 0
    LIKELY_NO = 1
    UNKNOWN = 2
    LIKELY_YES = 3
    YES = 4


class Event(Enum):
    """What can interrupt trading of one issue or of the whole market (market/rules.md 4.4)."""

    KRX_VI = "krx_vi"
    NXT_VI = "nxt_vi"
    CIRCUIT_BREAKER = "circuit_breaker"
    CIRCUIT_BREAKER_RESUME = "circuit_breaker_resume"
    CIRCUIT_BREAKER_3 = "circuit_breaker_3"
    HALTED = "halted"
    OVERHEATED = "overheated"
    LIQUIDATION = "liquidation"
    ILLIQUID = "illiquid"


Matching = Literal["auction", "continuous", "fixed", "routed", "none"]
TypeRow = Mapping[OrderType, Allowed | None]
"""One row of the matrix; None: the type belongs to another session that is open at the same moment."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a day, half-open: [start, end)."""

    start: time
    end: time

    def __contains__(self, moment: time) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """When orders are taken and when they match; `match` is None in a break."""

    accept: Window
    match: Window | None


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one venue. `short` is for the status bar, `extended` says thin hours outside the main market.

    `amend`, `cancel`: what may be asked of a resting order; `since`, `until`: the first and last day it exists."""

    id: str
    market: Market
    venue: Venue
    name: str
    short: str
    hours: Hours
    matching: Matching
    types: TypeRow
    amend: bool
    cancel: bool
    extended: bool
    since: date | None
    until: date | None
    excluded_kinds: frozenset[InstrumentKind]
    excluded_flags: frozenset[Flag]

    @property
    def takes_orders(self) -> bool:
        """False in a break, where only cancels are taken."""
        return self.matching != "none"

    def exists_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class EventRule:
    """What an event changes while it lasts. `sessions` None: every session of every venue."""

    event: Event
    name: str
    detail: str
    sessions: frozenset[str] | None
    types: TypeRow
    amend: bool
    cancel: bool


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A trading day with other hours; None as a session's hours: it does not run that day."""

    day: date
    name: str
    note: str
    changes: Mapping[str, Hours | None]


@dataclass(frozen=True, slots=True)
class Retired:
    """An order type the wire still knows and the market no longer takes, from the day `since` on."""

    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Fees:
    """Rates in percent of the amount (market/rules.md 9). `sale_tax_by_board` wins over the kind's rate."""

    commission: Mapping[Venue, Decimal]
    gold_commission: Decimal
    gold_vat: Decimal
    sale_tax: Mapping[InstrumentKind, Decimal]
    sale_tax_by_board: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Guards:
    """Where the desk's own warnings begin (market/rules.md 11.1). Percent are whole numbers."""

    far_percent: int
    far_percent_extended: int
    duplicate_stop_seconds: int
    duplicate_warn_seconds: int
    amount_steps: tuple[int, int, int]
    listed_percent_steps: tuple[int, int, int]
    habit_times: int
    thin_book_ticks: int
    polled_stale_seconds: int


@dataclass(frozen=True, slots=True)
class MarketRules:
    """Everything the desk knows about the market, as of one day. `ticks`: ascending (from price, tick) per kind."""

    as_of: date
    calendar_until: date
    ticks: Mapping[InstrumentKind, tuple[tuple[int, int], ...]]
    lots: Mapping[InstrumentKind, int]
    band_percent: Mapping[InstrumentKind, int | None]
    max_quantity: Mapping[InstrumentKind, int]
    type_names: Mapping[OrderType, str]
    retired: Mapping[OrderType, Retired]
    sessions: tuple[Session, ...]
    events: Mapping[Event, EventRule]
    closed_days: Mapping[date, str]
    special_days: Mapping[date, SpecialDay]
    fees: Fees
    guards: Guards

    def closed_because(self, day: date) -> str | None:
        """Why nothing trades that day, None on a trading day."""
        if day.weekday() >= 5:
            return "주말"
        return self.closed_days.get(day)

    def hours_on(self, session: Session, day: date) -> Hours | None:
        """The session's hours that day; None when it does not run."""
        if self.closed_because(day) is not None or not session.exists_on(day):
            return None
        special = self.special_days.get(day)
        if special is not None and session.id in special.changes:
            return special.changes[session.id]
        return session.hours

    def sessions_of(self, market: Market, venue: Venue) -> tuple[Session, ...]:
        return tuple(s for s in self.sessions if s.market is market and s.venue is venue)


def moment(day: date, at: time) -> datetime:
    """That time of that day in Seoul."""
    return datetime.combine(day, at, tzinfo=SEOUL)
