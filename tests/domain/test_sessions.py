"""Market hours and the type × venue × session matrix against an independent transcription."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.advice import Level, advise
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.order_types import GOLD_TYPES, OrderType
from kiwoom_desk.domain.rules_model import Allowed, Event
from kiwoom_desk.domain.sessions import may_amend, may_cancel, next_opening, rule_on, types_by_sense
from tests.support import matrix
from tests.support.market import at, calm, moments, order, rules

CASES = [
    (venue, clock, matrix.expected(table, columns))
    for venue, table, clocks in (
        (Venue.KRX, matrix.KRX, matrix.KRX_MOMENTS),
        (Venue.NXT, matrix.NXT, matrix.NXT_MOMENTS),
        (Venue.SOR, matrix.SOR, matrix.SOR_MOMENTS),
    )
    for clock, columns in clocks.items()
]
LEVELS = {Allowed.NO: Level.STRONG, Allowed.LIKELY_NO: Level.WARN, Allowed.UNKNOWN: Level.INFO}
STOCK = Market.STOCK


def test_the_transcription_is_whole() -> None:
    for _, _, expected in CASES:
        assert set(expected) == set(OrderType)


@pytest.mark.parametrize(("venue", "clock", "expected"), CASES)
def test_every_type_is_ruled_as_the_table_says(venue: Venue, clock: str, expected: dict[OrderType, Allowed]) -> None:
    found = {t: rule_on(rules(), t, STOCK, venue, at(clock)).allowed for t in OrderType}
    assert found == expected


@pytest.mark.parametrize("venues", [frozenset(Venue), frozenset({Venue.KRX})], ids=["all venues", "KRX only"])
@pytest.mark.parametrize(("venue", "clock", "expected"), CASES)
def test_advice_follows_the_table_in_every_environment(
    venue: Venue, clock: str, expected: dict[OrderType, Allowed], venues: frozenset[Venue]
) -> None:
    for kind, allowed in expected.items():
        said = advise(order(kind, venue=venue), rules(), at(clock), calm(at(clock), venues=venues))
        about = {a.code: a.level for a in said if a.code in ("type_not_now", "venue_not_offered")}
        if venue not in venues:
            assert about == {"venue_not_offered": Level.REFUSE}, kind
        else:
            level = LEVELS.get(allowed)
            assert about == ({} if level is None else {"type_not_now": level}), kind
            assert all(a.level is not Level.REFUSE for a in said), (kind, said)


@pytest.mark.parametrize(("venue", "clock", "expected"), CASES)
def test_the_list_of_types_begins_with_the_sensible_ones_and_gives_reasons(
    venue: Venue, clock: str, expected: dict[OrderType, Allowed]
) -> None:
    choices = types_by_sense(rules(), STOCK, venue, at(clock))
    assert {c.type: c.allowed for c in choices} == expected
    assert [c.allowed for c in choices] == sorted((c.allowed for c in choices), reverse=True)
    for allowed in Allowed:
        same = [list(OrderType).index(c.type) for c in choices if c.allowed is allowed]
        assert same == sorted(same), "within one rank the order of the wire's list stays"
    assert all((c.reason == "") == (c.allowed is Allowed.YES) for c in choices)


@pytest.mark.parametrize(
    ("clock", "limit", "others"),
    [
        ("08:29:59", Allowed.NO, Allowed.NO),
        ("08:30:00", Allowed.YES, Allowed.LIKELY_NO),
        ("09:00:00", Allowed.YES, Allowed.YES),
        ("15:20:00", Allowed.YES, Allowed.LIKELY_NO),
        ("15:30:00", Allowed.NO, Allowed.NO),
        ("17:00:00", Allowed.NO, Allowed.NO),
    ],
)
def test_gold_has_three_types_and_no_evening(clock: str, limit: Allowed, others: Allowed) -> None:
    found = {t: rule_on(rules(), t, Market.GOLD, Venue.KRX, at(clock)).allowed for t in OrderType}
    expected = dict.fromkeys(OrderType, Allowed.NO) | dict.fromkeys(GOLD_TYPES, others)
    assert found == expected | {OrderType.LIMIT: limit}


def test_sor_for_an_issue_that_nxt_does_not_trade_is_krx() -> None:
    for clock in matrix.KRX_MOMENTS:
        for kind in OrderType:
            sor = rule_on(rules(), kind, STOCK, Venue.SOR, at(clock), on_nxt=False)
            assert sor == rule_on(rules(), kind, STOCK, Venue.KRX, at(clock))


# --- events --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("event", "venue", "taken", "probably", "amend", "cancel"),
    [
        (Event.KRX_VI, Venue.KRX, {"0", "3"}, {"5"}, True, True),
        (Event.CIRCUIT_BREAKER, Venue.KRX, set(), set(), False, True),
        (Event.CIRCUIT_BREAKER, Venue.NXT, set(), set(), False, True),
        (Event.CIRCUIT_BREAKER, Venue.SOR, set(), set(), False, True),
        (Event.CIRCUIT_BREAKER_RESUME, Venue.KRX, {"0", "3"}, {"5"}, True, True),
        (Event.CIRCUIT_BREAKER_3, Venue.KRX, set(), set(), False, False),
        (Event.CIRCUIT_BREAKER_3, Venue.SOR, set(), set(), False, False),
        (Event.NXT_VI, Venue.NXT, set(), {"0"}, True, True),
        (Event.HALTED, Venue.KRX, set(), set(), False, True),
        (Event.HALTED, Venue.NXT, set(), set(), False, True),
        (Event.OVERHEATED, Venue.KRX, {"0", "3"}, set(), True, True),
        (Event.LIQUIDATION, Venue.KRX, {"0"}, set(), True, True),
        (Event.ILLIQUID, Venue.KRX, {"0", "3"}, set(), True, True),
    ],
)
def test_an_event_leaves_only_what_it_takes(
    event: Event, venue: Venue, taken: set[str], probably: set[str], amend: bool, cancel: bool
) -> None:
    now, events = at("10:00:00"), frozenset({event})
    found = {c: rule_on(rules(), t, STOCK, venue, now, events).allowed for c, t in matrix.TYPES.items()}
    assert {c for c, a in found.items() if a is Allowed.YES} == taken
    assert {c for c, a in found.items() if a is Allowed.LIKELY_YES} == probably
    assert {a for c, a in found.items() if c not in taken | probably} == {Allowed.NO}
    assert may_amend(rules(), STOCK, venue, now, events) is amend
    assert may_cancel(rules(), STOCK, venue, now, events) is cancel


def test_of_several_events_the_strictest_holds() -> None:
    now, events = at("10:00:00"), {Event.KRX_VI, Event.LIQUIDATION}
    taken = {t for t in OrderType if rule_on(rules(), t, STOCK, Venue.KRX, now, events).allowed is Allowed.YES}
    assert taken == {OrderType.LIMIT}


def test_a_break_at_nxt_is_no_way_round_an_event_at_krx() -> None:
    found = rule_on(rules(), OrderType.LIMIT_IOC, STOCK, Venue.SOR, at("15:25:00"), {Event.KRX_VI})
    assert found.allowed is Allowed.NO and "VI" in found.reason


@pytest.mark.parametrize("event", [Event.KRX_VI, Event.NXT_VI, Event.OVERHEATED])
def test_sor_goes_round_an_event_of_one_book(event: Event) -> None:
    now = at("10:00:00")
    for kind in OrderType:
        touched = rule_on(rules(), kind, STOCK, Venue.SOR, now, {event})
        assert touched == rule_on(rules(), kind, STOCK, Venue.SOR, now)


def test_with_both_books_interrupted_sor_takes_what_the_kinder_one_takes() -> None:
    now, both = at("10:00:00"), {Event.KRX_VI, Event.NXT_VI}
    taken = {t for t in OrderType if rule_on(rules(), t, STOCK, Venue.SOR, now, both).allowed >= Allowed.LIKELY_YES}
    assert taken == {OrderType.LIMIT, OrderType.MARKET}


@given(moments, st.sampled_from(OrderType), st.sampled_from(Venue), st.frozensets(st.sampled_from(Event)))
def test_more_events_never_allow_more_than_the_kindest_of_them(
    now: datetime, kind: OrderType, venue: Venue, events: frozenset[Event]
) -> None:
    whole = rule_on(rules(), kind, STOCK, venue, now, events).allowed
    plain = rule_on(rules(), kind, STOCK, venue, now).allowed
    single = [rule_on(rules(), kind, STOCK, venue, now, {e}).allowed for e in events]
    assert whole <= max([plain, *single])


def test_the_halt_of_an_etf_line_says_nothing_of_gold() -> None:
    now = at("10:00:00")
    assert (
        rule_on(rules(), OrderType.LIMIT, Market.GOLD, Venue.KRX, now, {Event.CIRCUIT_BREAKER}).allowed is Allowed.YES
    )
    assert rule_on(rules(), OrderType.LIMIT, Market.GOLD, Venue.KRX, now, {Event.HALTED}).allowed is Allowed.NO


# --- amend and cancel hours ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("venue", "clock", "amend", "cancel"),
    [
        (Venue.NXT, "08:55:00", False, True),
        (Venue.NXT, "15:25:00", False, True),
        (Venue.NXT, "10:00:00", True, True),
        (Venue.KRX, "15:45:00", False, True),
        (Venue.KRX, "08:55:00", True, True),
        (Venue.KRX, "20:00:00", False, False),
        (Venue.SOR, "15:25:00", True, True),
        (Venue.SOR, "21:00:00", False, False),
    ],
)
def test_breaks_and_closing_price_hours_take_cancels_only(venue: Venue, clock: str, amend: bool, cancel: bool) -> None:
    assert may_amend(rules(), STOCK, venue, at(clock)) is amend
    assert may_cancel(rules(), STOCK, venue, at(clock)) is cancel


# --- the calendar --------------------------------------------------------------------------------------------------
CLOSED_2027 = [
    "01-01", "02-08", "02-09", "03-01", "05-05", "05-13", "07-19", "08-16",
    "09-14", "09-15", "09-16", "10-04", "10-11", "12-27", "12-31",
]  # fmt: skip
CLOSED = {date(2026, 12, 25), date(2026, 12, 31)} | {date.fromisoformat(f"2027-{d}") for d in CLOSED_2027}


def test_the_calendar_is_weekends_and_the_listed_days() -> None:
    day = date(2026, 11, 24)
    while day <= date(2027, 12, 31):
        closed = rules().closed_because(day) is not None
        assert closed == (day.weekday() >= 5 or day in CLOSED), day
        day += timedelta(days=1)
    assert rules().calendar_until == date(2027, 12, 31)


@pytest.mark.parametrize("day", sorted(CLOSED))
@pytest.mark.parametrize("venue", Venue)
def test_nothing_is_taken_on_a_closed_day(day: date, venue: Venue) -> None:
    now = at("10:00:00", str(day))
    for market in Market:
        choices = types_by_sense(rules(), market, venue, now)
        assert {c.allowed for c in choices} == {Allowed.NO}
    assert "휴장" in rule_on(rules(), OrderType.LIMIT, STOCK, venue, now).reason


def test_the_after_market_took_the_place_of_the_single_price_session() -> None:
    def taken(day: str) -> set[OrderType]:
        choices = types_by_sense(rules(), STOCK, Venue.KRX, at("17:00:00", day))
        return {c.type for c in choices if c.allowed is Allowed.YES}

    assert taken("2026-09-11") == {OrderType.OFF_HOURS}
    assert taken("2026-09-14") == {OrderType.LIMIT}


def test_on_the_exam_day_everything_moves_by_an_hour_and_nxt_has_no_pre_market() -> None:
    day = "2027-11-18"

    def limit(venue: Venue, clock: str) -> Allowed:
        return rule_on(rules(), OrderType.LIMIT, STOCK, venue, at(clock, day)).allowed

    for venue, table, clocks in (
        (Venue.KRX, matrix.KRX, matrix.KRX_MOMENTS),
        (Venue.NXT, matrix.NXT, matrix.NXT_MOMENTS),
    ):
        for clock, columns in clocks.items():
            hour = at(clock, day) + timedelta(hours=1)
            if venue is Venue.NXT and columns in ((0,), (1,)):
                continue
            if hour.hour >= 20:
                continue
            found = rule_on(rules(), OrderType.LIMIT, STOCK, venue, hour).allowed
            assert found is matrix.expected(table, columns)[OrderType.LIMIT], (venue, clock)
    assert limit(Venue.NXT, "08:30:00") is Allowed.NO
    assert limit(Venue.NXT, "19:59:59") is Allowed.YES
    assert limit(Venue.NXT, "20:00:00") is Allowed.NO
    gold = [
        rule_on(rules(), OrderType.LIMIT, Market.GOLD, Venue.KRX, at(c, day)).allowed for c in ("09:29:59", "09:30:00")
    ]
    assert gold == [Allowed.NO, Allowed.YES]
    assert rule_on(rules(), OrderType.LIMIT, Market.GOLD, Venue.KRX, at("15:30:00", day)).allowed is Allowed.NO


def test_the_first_trading_day_opens_at_ten() -> None:
    day = "2027-01-04"
    market = [
        rule_on(rules(), OrderType.MARKET_IOC, STOCK, Venue.KRX, at(clock, day)).allowed
        for clock in ("09:30:00", "09:59:59", "10:00:00", "15:19:59", "15:20:00")
    ]
    assert market == [Allowed.NO, Allowed.NO, Allowed.YES, Allowed.YES, Allowed.NO]
    assert any(
        a.code == "special_day" for a in advise(order(), rules(), at("11:00:00", day), calm(at("11:00:00", day)))
    )


@given(moments, st.sampled_from(Venue))
def test_the_next_opening_is_in_the_future_and_takes_orders(now: datetime, venue: Venue) -> None:
    opens = next_opening(rules(), STOCK, venue, now)
    assert opens is not None and opens > now
    assert types_by_sense(rules(), STOCK, venue, opens)[0].allowed > Allowed.NO
