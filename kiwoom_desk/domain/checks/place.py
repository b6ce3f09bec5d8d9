"""Whether the venue, the moment and what happens there take such an order (market/rules.md 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_desk.domain.checks.model import Advice, Level, Situation
from kiwoom_desk.domain.costs import worth_each
from kiwoom_desk.domain.forms import Change, Field, Fix, toward
from kiwoom_desk.domain.instruments import SEOUL, Market, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.rules_model import Allowed, Event, Session
from kiwoom_desk.domain.sessions import open_sessions, rule_on

_LEVELS = {Allowed.NO: Level.STRONG, Allowed.LIKELY_NO: Level.WARN, Allowed.UNKNOWN: Level.INFO}
"""market/rules.json `policy.ui_action`."""


def check(s: Situation) -> Iterator[Advice]:
    offered = s.draft.market is Market.GOLD or s.draft.venue in s.context.venues
    if not offered:
        yield _not_offered(s)
    elif s.draft.market is Market.STOCK and s.draft.venue is Venue.NXT and not s.on_nxt:
        yield _not_on_nxt(s)
    else:
        yield from _session(s)
        yield from _excluded(s)
        yield from _carried(s)
    yield from check_events(s)
    yield from _day(s)


def _not_offered(s: Situation) -> Advice:
    words = ", ".join(v.value for v in Venue if v in s.context.venues)
    fixes = tuple(Fix(f"{toward(v.value)} 바꾸기", Change(venue=v)) for v in Venue if v in s.context.venues)
    return Advice(
        Level.REFUSE,
        "venue_not_offered",
        f"이 환경에서는 {s.draft.venue.value} 주문을 할 수 없습니다 ({words}만 가능)",
        Field.VENUE,
        fixes[:1],
        s.draft.venue.value,
        words,
    )


def _not_on_nxt(s: Situation) -> Advice:
    name = "" if s.context.instrument is None else f"{s.context.instrument.name}: "
    fixes = tuple(
        Fix(f"{toward(v.value)} 바꾸기", Change(venue=v)) for v in (Venue.KRX, Venue.SOR) if v in s.context.venues
    )
    sentence = f"{name}오늘 NXT에서 거래하지 않는 종목입니다"
    return Advice(Level.STRONG, "not_on_nxt", sentence, Field.VENUE, fixes[:1], "NXT", "KRX")


def _allowed(s: Situation, kind: OrderType, venue: Venue) -> tuple[Allowed, str]:
    """Without the halt, which gets a line of its own: otherwise it would hide every other reason."""
    events = s.events - {Event.HALTED}
    ruling = rule_on(s.rules, kind, s.draft.market, venue, s.now, events, on_nxt=s.on_nxt)
    return ruling.allowed, ruling.reason


def _session(s: Situation) -> Iterator[Advice]:
    if s.draft.type not in types_of(s.draft.market):
        return
    venue = Venue.KRX if s.draft.market is Market.GOLD else s.draft.venue
    allowed, reason = _allowed(s, s.draft.type, venue)
    level = _LEVELS.get(allowed)
    if level is not None:
        name = s.rules.type_names[s.draft.type]
        shown = name if name in reason else ""
        yield Advice(level, "type_not_now", reason, Field.TYPE, tuple(_ways(s, venue)), shown)


def _ways(s: Situation, venue: Venue) -> Iterator[Fix]:
    """A limit at the same venue if that is taken, else the same type at another venue."""
    if s.draft.type is not OrderType.LIMIT and _allowed(s, OrderType.LIMIT, venue)[0] is Allowed.YES:
        touch = worth_each(OrderType.BEST_OPPOSITE, s.draft.side, None, s.context.quote)
        price = s.draft.price if s.draft.type.needs_price else touch
        change = Change(type=OrderType.LIMIT, price=price, trigger=None)
        yield Fix(f"{toward(s.rules.type_names[OrderType.LIMIT])} 바꾸기", change)
    if s.draft.market is Market.GOLD:
        return
    for other in (Venue.SOR, Venue.KRX, Venue.NXT):
        usable = other in s.context.venues and other is not venue and (other is not Venue.NXT or s.on_nxt)
        if usable and _allowed(s, s.draft.type, other)[0] is Allowed.YES:
            yield Fix(f"{toward(other.value)} 바꾸기", Change(venue=other))


def _taking(s: Situation, venue: Venue) -> list[Session]:
    return [x for x in open_sessions(s.rules, s.draft.market, venue, s.now) if x.takes_orders]


def _excluded(s: Situation) -> Iterator[Advice]:
    """Issues that the session open now leaves out, such as ETFs in the KRX after-market (market/rules.md 3.1)."""
    instrument = s.context.instrument
    sessions = _taking(s, s.venue)
    if instrument is None or not sessions:
        return
    if all(instrument.kind in x.excluded_kinds or instrument.flags & x.excluded_flags for x in sessions):
        flags = [f.value for f in sorted(instrument.flags, key=lambda f: f.name) if f in sessions[0].excluded_flags]
        what = flags[0] if flags else instrument.kind.value.upper()
        place = f"{s.venue.value} {sessions[0].name}"
        yield Advice(Level.WARN, "excluded", f"{what} 종목은 {place}에서 거래하지 않습니다", Field.VENUE, shown=what)


def _carried(s: Situation) -> Iterator[Advice]:
    """An order of the NXT pre-market lives on through the day (market/rules.md 3.2)."""
    if s.draft.market is Market.GOLD or s.venue is Venue.KRX or s.draft.type.lasting != "day":
        return
    open_now = _taking(s, Venue.NXT)
    local = s.now.astimezone(SEOUL)
    times = [(x, h) for x in s.rules.sessions_of(Market.STOCK, Venue.NXT) if (h := s.rules.hours_on(x, local.date()))]
    later = [h for x, h in times if x.takes_orders and not x.extended and h.accept.start > local.time()]
    if open_now and all(x.extended for x in open_now) and later and s.draft.type is OrderType.LIMIT:
        end = max(h.accept.end for _, h in times)
        sentence = f"체결되지 않은 NXT {open_now[0].name} 주문은 메인마켓으로 이어져 {end:%H:%M}까지 남습니다"
        yield Advice(Level.INFO, "nxt_carry", sentence, Field.VENUE)


def check_events(s: Situation) -> Iterator[Advice]:
    """A line for the halt, and one for each interruption that touches a venue this order can reach."""
    for event in Event:
        if event not in s.context.events and not (event is Event.HALTED and event in s.events):
            continue
        rule = s.rules.events[event]
        if event is Event.HALTED:
            name = s.draft.code if s.context.instrument is None else s.context.instrument.name
            sentence = f"{name}: 거래정지 종목입니다 ({rule.detail})"
            yield Advice(Level.STRONG, "halted", sentence, Field.CODE, shown="거래정지", normal="정상")
        elif _touches(s, event):
            yield Advice(Level.INFO, f"event_{event.value}", f"{rule.name}: {rule.detail}", shown=rule.name)


def _touches(s: Situation, event: Event) -> bool:
    if s.draft.market is Market.GOLD:
        return False
    scope = s.rules.events[event].sessions
    venues = (Venue.KRX, Venue.NXT) if s.venue is Venue.SOR else (s.venue,)
    return scope is None or any(x.id in scope for v in venues for x in s.rules.sessions_of(Market.STOCK, v))


def _day(s: Situation) -> Iterator[Advice]:
    day = s.now.astimezone(SEOUL).date()
    special = s.rules.special_days.get(day)
    if special is not None:
        yield Advice(Level.INFO, "special_day", f"오늘은 {special.name}입니다: {special.note}")
    if day > s.rules.calendar_until:
        sentence = f"휴장일 자료가 {s.rules.calendar_until}까지입니다: 오늘({day})이 휴장일인지 확인하십시오"
        yield Advice(Level.INFO, "calendar_ended", sentence, shown=str(day), normal=str(s.rules.calendar_until))
