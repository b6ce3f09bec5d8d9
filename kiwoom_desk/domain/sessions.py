"""What is open at a moment, and how an order type is taken there (market/rules.md 3 and 4).

The clock and the calendar decide; the broker's session feed only corrects them elsewhere. Times are aware; any time
zone is understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiwoom_desk.domain.instruments import SEOUL, Flag, Market, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.rules_model import Allowed, Event, EventRule, Hours, MarketRules, Session, moment

NO_EVENTS: frozenset[Event] = frozenset()
BOOKS = (Venue.KRX, Venue.NXT)
"""The venues that have a book of their own; SOR only reaches them."""

_LOOK_AHEAD = 21
"""Days searched for the next session: longer than any holiday."""

_EVENT_OF_FLAG = {
    Flag.HALTED: Event.HALTED,
    Flag.OVERHEATED: Event.OVERHEATED,
    Flag.LIQUIDATION: Event.LIQUIDATION,
    Flag.ILLIQUID: Event.ILLIQUID,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a type is taken, and a Korean sentence why; the sentence is empty when nothing needs saying."""

    allowed: Allowed
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """One line of the list of order types: how it is taken now, its Korean name, and the reason when not plainly."""

    type: OrderType
    name: str
    allowed: Allowed
    reason: str


def events_of_flags(flags: Iterable[Flag]) -> frozenset[Event]:
    """The lasting events that an issue's designations mean."""
    return frozenset(_EVENT_OF_FLAG[f] for f in flags if f in _EVENT_OF_FLAG)


def open_sessions(rules: MarketRules, market: Market, venue: Venue, now: datetime) -> tuple[Session, ...]:
    """Every session that takes orders or cancels at that moment, in the order of the rules; they may overlap."""
    local = now.astimezone(SEOUL)
    return tuple(
        s
        for s in rules.sessions_of(market, venue)
        if (hours := rules.hours_on(s, local.date())) is not None and local.time() in hours.accept
    )


# --- which types are taken -----------------------------------------------------------------------------------------
def rule_on(
    rules: MarketRules,
    kind: OrderType,
    market: Market,
    venue: Venue,
    now: datetime,
    events: Set[Event] = NO_EVENTS,
    *,
    on_nxt: bool = True,
) -> Ruling:
    """The verdict of the matrix for a new order: overlapping rows combined, then events applied.

    `on_nxt`: whether NXT trades the issue; through SOR one that it does not is simply KRX's (market/rules.md 7.2).
    """
    retired = rules.retired.get(kind)
    if retired is not None and now.astimezone(SEOUL).date() >= retired.since:
        return Ruling(Allowed.NO, retired.reason)
    if kind not in types_of(market):
        return Ruling(Allowed.NO, f"금현물에는 {rules.type_names[kind]} 주문이 없습니다")
    if venue is Venue.SOR and not on_nxt:
        venue = Venue.KRX
    sessions = open_sessions(rules, market, venue, now)
    if not sessions:
        return Ruling(Allowed.NO, closed_sentence(rules, market, venue, now))
    base = _combined(sessions, kind)
    active = _active(rules, market, events)
    found = _routed(rules, kind, now, active, base) if venue is Venue.SOR else _override(sessions, active, kind)
    if found is None:
        return Ruling(base, _reason(rules, kind, market, venue, now, sessions, base))
    allowed, rule = found
    return Ruling(allowed, _during(rules, kind, rule, allowed))


def _active(rules: MarketRules, market: Market, events: Set[Event]) -> list[EventRule]:
    """Gold knows no interruption but a halt of the line itself (market/rules.md 8)."""
    known = (Event.HALTED,) if market is Market.GOLD else tuple(Event)
    return [rules.events[e] for e in known if e in events]


def _combined(sessions: Iterable[Session], kind: OrderType) -> Allowed:
    """The most permissive of all rows; a blank cell says nothing."""
    return max((cell for s in sessions if (cell := s.types[kind]) is not None), default=Allowed.NO)


def _in_scope(rule: EventRule, sessions: Iterable[Session]) -> bool:
    return rule.sessions is None or any(s.id in rule.sessions for s in sessions)


def _override(
    sessions: tuple[Session, ...], active: list[EventRule], kind: OrderType
) -> tuple[Allowed, EventRule] | None:
    """What the events say of the type, the strictest of several; None when none has a word on it."""
    words: list[tuple[Allowed, EventRule]] = []
    for rule in active:
        cell = rule.types[kind]
        if cell is not None and cell is not Allowed.UNKNOWN and _in_scope(rule, sessions):
            words.append((cell, rule))
    return min(words, key=lambda w: w[0], default=None)


def _routed(
    rules: MarketRules, kind: OrderType, now: datetime, active: list[EventRule], base: Allowed
) -> tuple[Allowed, EventRule] | None:
    """SOR goes to the most permissive open book, so an event counts only when every open book has one."""
    found = []
    for venue in BOOKS:
        sessions = open_sessions(rules, Market.STOCK, venue, now)
        if any(s.takes_orders and s.types[kind] is not None for s in sessions):
            found.append(_override(sessions, active, kind))
    words = [w for w in found if w is not None]
    if not words or len(words) < len(found):
        return None
    allowed, rule = max(words, key=lambda w: w[0])
    return min(base, allowed), rule


def types_by_sense(
    rules: MarketRules,
    market: Market,
    venue: Venue,
    now: datetime,
    events: Set[Event] = NO_EVENTS,
    *,
    on_nxt: bool = True,
) -> tuple[TypeChoice, ...]:
    """Every type of the market, those that make sense now first, each other with its reason."""
    choices = []
    for kind in types_of(market):
        ruling = rule_on(rules, kind, market, venue, now, events, on_nxt=on_nxt)
        choices.append(TypeChoice(kind, rules.type_names[kind], ruling.allowed, ruling.reason))
    return tuple(sorted(choices, key=lambda c: -c.allowed))


def may_amend(rules: MarketRules, market: Market, venue: Venue, now: datetime, events: Set[Event] = NO_EVENTS) -> bool:
    """Whether a resting order can be given a new price now. A SOR order may rest on either book."""
    active = _active(rules, market, events)
    return any(
        s.amend and s.takes_orders and all(r.amend for r in active if _in_scope(r, (s,)))
        for s in _where_it_rests(rules, market, venue, now)
    )


def may_cancel(rules: MarketRules, market: Market, venue: Venue, now: datetime, events: Set[Event] = NO_EVENTS) -> bool:
    """Whether a resting order can be withdrawn now."""
    active = _active(rules, market, events)
    return any(
        s.cancel and all(r.cancel for r in active if _in_scope(r, (s,)))
        for s in _where_it_rests(rules, market, venue, now)
    )


def _where_it_rests(rules: MarketRules, market: Market, venue: Venue, now: datetime) -> Iterator[Session]:
    for book in BOOKS if venue is Venue.SOR else (venue,):
        yield from open_sessions(rules, market, book, now)


# --- sentences -----------------------------------------------------------------------------------------------------
def venue_word(market: Market, venue: Venue) -> str:
    return "금현물" if market is Market.GOLD else venue.value


def closed_sentence(rules: MarketRules, market: Market, venue: Venue, now: datetime) -> str:
    """Why no order is taken now, and when the next one is."""
    local = now.astimezone(SEOUL)
    because = rules.closed_because(local.date())
    opens = next_opening(rules, market, venue, now)
    when = "" if opens is None else f" (다음 접수 {_clock(opens, local.date())})"
    if because is not None:
        return f"오늘은 휴장입니다: {because}{when}"
    return f"지금은 {venue_word(market, venue)} 주문 접수 시간이 아닙니다{when}"


def _clock(at: datetime, today: date) -> str:
    return f"{at:%H:%M}" if at.date() == today else f"{at.month}월 {at.day}일 {at:%H:%M}"


def _during(rules: MarketRules, kind: OrderType, rule: EventRule, allowed: Allowed) -> str:
    if allowed >= Allowed.LIKELY_YES:
        return ""
    verb = "받지 않습니다" if allowed is Allowed.NO else "받지 않을 수 있습니다"
    return f"{rule.name}({rule.detail}) 중에는 {rules.type_names[kind]} 주문을 {verb}"


_VERBS = {
    Allowed.NO: "받지 않습니다",
    Allowed.LIKELY_NO: "받지 않을 가능성이 큽니다",
    Allowed.UNKNOWN: "받는지 확인되지 않았습니다",
    Allowed.LIKELY_YES: "받는 것으로 보입니다",
}


def _reason(
    rules: MarketRules,
    kind: OrderType,
    market: Market,
    venue: Venue,
    now: datetime,
    sessions: tuple[Session, ...],
    allowed: Allowed,
) -> str:
    if allowed is Allowed.YES:
        return ""
    place = next((s for s in sessions if s.takes_orders), sessions[0])
    sentence = f"{venue_word(market, venue)} {place.name}에서는 {rules.type_names[kind]} 주문을 {_VERBS[allowed]}"
    hours = _hours_when(rules, kind, market, venue, now) if allowed <= Allowed.LIKELY_NO else ""
    return f"{sentence} (가능 시간 {hours})" if hours else sentence


def _hours_when(rules: MarketRules, kind: OrderType, market: Market, venue: Venue, now: datetime) -> str:
    """The next window today in which the type is taken, else the first of the day; empty when there is none."""
    local = now.astimezone(SEOUL)
    windows = [
        hours.accept
        for s in rules.sessions_of(market, venue)
        if (s.types[kind] or Allowed.NO) >= Allowed.LIKELY_YES
        and (hours := rules.hours_on(s, local.date())) is not None
    ]
    windows.sort(key=lambda w: (w.end <= local.time(), w.start))
    return f"{windows[0].start:%H:%M}–{windows[0].end:%H:%M}" if windows else ""


# --- the calendar ---------------------------------------------------------------------------------------------------
def running(rules: MarketRules, market: Market, venue: Venue, day: date) -> Iterator[tuple[Session, Hours]]:
    """The venue's sessions of that day with their hours."""
    for session in rules.sessions_of(market, venue):
        hours = rules.hours_on(session, day)
        if hours is not None:
            yield session, hours


def next_opening(rules: MarketRules, market: Market, venue: Venue, now: datetime) -> datetime | None:
    """When the venue next begins to take orders; None when the calendar shows nothing within three weeks."""
    local = now.astimezone(SEOUL)
    for day in days_from(local.date()):
        starts = [moment(day, hours.accept.start) for s, hours in running(rules, market, venue, day) if s.takes_orders]
        later = [m for m in starts if m > local]
        if later:
            return min(later)
    return None


def days_from(day: date) -> Iterator[date]:
    """That day and those after it, as far as it makes sense to look for a session."""
    try:
        for ahead in range(_LOOK_AHEAD):
            yield day + timedelta(days=ahead)
    except OverflowError:
        return
