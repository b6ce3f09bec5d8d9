from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.kiwoom.server_clock import FARTHEST, ServerClock
from tests.support.fake_clock import FakeClock
from tests.support.faults import fault

TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)


class Wall(FakeClock):
    """A clock whose wall can be set, as `SystemClock.reset` does."""

    def at(self, seconds: float) -> None:
        self._now = seconds

    def set_by(self, seconds: float) -> None:
        self._start += timedelta(seconds=seconds)


def header(server: datetime) -> str:
    return format_datetime(server.replace(microsecond=0))


def hears(clock: ServerClock, offset: float, wall: Wall, times: int = 1) -> None:
    for _ in range(times):
        clock.hear(header(wall.now() + timedelta(seconds=offset)), 0.0)


def test_nothing_is_known_before_a_header() -> None:
    clock = ServerClock(Wall())
    clock.hear(None, 0.0)
    clock.hear("yesterday", 0.0)
    assert clock.offset is None


@fault("J01")
@pytest.mark.parametrize(
    "odd",
    [
        "Mon, 23 Nov 2026 01:00:00 +99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0200 00:00:00 +2359",
    ],
)
def test_a_time_that_no_calendar_holds_is_none(odd: str) -> None:
    clock = ServerClock(Wall())
    clock.hear(odd, 0.0)
    clock.hear(odd, 0.0)
    assert clock.offset is None


@fault("J01")
@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, ?[0-9]{1,4} [A-Z][a-z]{2} [0-9]{1,5} [0-9:]{1,9} .{0,9}")))
def test_any_header_leaves_a_time_that_can_be_shown(odd: str) -> None:
    clock = ServerClock(Wall())
    for _ in range(2):
        clock.hear(odd, 0.0)
    assert clock.offset is None or abs(clock.offset) <= FARTHEST + 1
    TEN + timedelta(seconds=clock.offset or 0.0)


@given(
    offset=st.floats(-3600, 3600),
    trips=st.lists(st.tuples(st.floats(0, 600), st.floats(0.001, 2)), min_size=2, max_size=20),
)
def test_the_true_offset_is_never_further_away_than_the_second_that_headers_cut_off(
    offset: float, trips: list[tuple[float, float]]
) -> None:
    wall = Wall()
    clock = ServerClock(wall)
    for begin, lasted in trips:
        wall.at(begin + lasted)
        clock.hear(header(TEN + timedelta(seconds=begin + lasted / 2 + offset)), lasted)
    assert clock.offset is not None
    assert abs(clock.offset - offset) <= (1 + max(lasted for _, lasted in trips)) / 2 + 0.01


def test_a_clock_that_was_moved_is_believed_when_two_answers_agree() -> None:
    wall = Wall()
    clock = ServerClock(wall)
    hears(clock, 0, wall)
    hears(clock, 3600, wall, times=2)
    assert clock.offset == pytest.approx(3600.5)


@fault("T04")
@pytest.mark.parametrize("known", [True, False])
def test_one_odd_header_does_not_move_the_trading_day(known: bool) -> None:
    wall = Wall()
    clock = ServerClock(wall)
    hears(clock, 0, wall, times=int(known))
    hears(clock, 86_400, wall)
    assert clock.offset == (pytest.approx(0.5) if known else None)
    hears(clock, 0, wall)
    hears(clock, 86_400, wall)
    assert clock.offset == pytest.approx(0.5)


@fault("T01", "T03")
def test_once_our_own_clock_was_set_nothing_is_known_until_the_next_header() -> None:
    """Else a row of the broker seems a minute too early for the order it is (a wrong ABSENT)."""
    wall = Wall()
    clock = ServerClock(wall)
    hears(clock, 60, wall, times=2)
    wall.set_by(60)
    assert clock.offset is None
    hears(clock, 0, wall)
    assert clock.offset == pytest.approx(0.5)


@fault("T03")
def test_after_a_sleep_the_broker_is_as_far_off_as_before() -> None:
    wall = Wall()
    clock = ServerClock(wall)
    hears(clock, 86_400, wall, times=2)
    wall.set_by(600)
    assert clock.offset is None
    hears(clock, 86_400, wall)
    assert clock.offset == pytest.approx(86_400.5)
