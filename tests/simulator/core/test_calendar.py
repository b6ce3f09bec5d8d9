from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiwoom_desk.simulator.calendar import is_trading_day, next_trading_day, timetable
from kiwoom_desk.simulator.model import PhaseEvent, Reason, Refused
from tests.simulator.core.market import at, open_market


@pytest.mark.parametrize("day", ["2026-11-28", "2026-11-29", "2026-12-25", "2026-12-31", "2027-01-01", "2027-05-13"])
def test_nothing_is_taken_on_a_day_off(day: str) -> None:
    market = open_market(day=day)
    with pytest.raises(Refused) as refusal:
        market.place("buy", 1, market.core.tape("005930", "KRX").base)
    assert refusal.value.reason is Reason.NOT_A_TRADING_DAY
    assert market.core.phase(market.core.now) == "9"


def test_the_year_ends_with_its_days_off() -> None:
    assert next_trading_day(date(2026, 12, 30)) == date(2027, 1, 4)
    assert is_trading_day(date(2026, 12, 24))


def test_an_auction_ends_within_thirty_seconds_and_the_seed_decides_when() -> None:
    ends = [timetable(date(2026, 11, 23), seed).windows["KRX_OPEN_AUCTION"].end for seed in range(50)]
    assert len(set(ends)) > 30
    assert all(at("09:00:00") <= end <= at("09:00:30") for end in ends)


def test_no_moment_lies_between_an_auction_and_what_follows_it() -> None:
    for seed in range(20):
        windows = timetable(date(2026, 11, 23), seed).windows
        assert windows["KRX_OPEN_AUCTION"].end == windows["KRX_REGULAR"].start
        assert windows["GOLD_OPEN_AUCTION"].end == windows["GOLD_REGULAR"].start


def test_the_exam_day_moves_the_day_but_not_the_evenings_end() -> None:
    day = "2027-11-18"
    windows = timetable(date(2027, 11, 18), 1).windows
    assert "NXT_PRE" not in windows
    assert windows["KRX_OPEN_AUCTION"].start == at("09:30:00", day)
    assert windows["KRX_CLOSE_AUCTION"].start == at("16:20:00", day)
    assert windows["KRX_AFTER_MARKET"].end == windows["NXT_AFTER"].end == at("20:00:00", day)
    assert windows["GOLD_CLOSE_AUCTION"].start == at("15:20:00", day)
    assert at("10:00:00", day) <= windows["GOLD_REGULAR"].start <= at("10:00:30", day)


def test_the_first_day_of_the_year_opens_at_ten_and_closes_as_usual() -> None:
    day = "2027-01-04"
    windows = timetable(date(2027, 1, 4), 1).windows
    assert at("10:00:00", day) <= windows["KRX_REGULAR"].start <= at("10:00:30", day)
    assert windows["KRX_REGULAR"].end == at("15:20:00", day)
    assert windows["NXT_PRE"].end == windows["NXT_BREAK_AM"].start == at("08:50:00", day)
    assert windows["NXT_MAIN"].start == at("10:00:30", day)


@pytest.mark.parametrize(
    ("clock", "code"),
    [
        ("07:00:00", "0"), ("08:10:00", "P"), ("09:10:00", "3"), ("15:25:00", "2"), ("15:35:00", "T"),
        ("15:45:00", "U"), ("19:59:00", "U"), ("20:00:00", "9"),
    ],
)  # fmt: skip
def test_the_phase_follows_the_clock(clock: str, code: str) -> None:
    assert open_market("07:00:00").core.phase(at(clock)) == code


def test_a_day_announces_every_phase_once_and_in_order() -> None:
    market = open_market("07:00:00")
    market.go("21:00:00")
    phases = [event for event in market.events if isinstance(event, PhaseEvent)]
    assert "".join(event.code for event in phases) == "P0Q3RS2T4aUbV9"
    assert [event.at for event in phases] == sorted(event.at for event in phases)


def test_the_next_day_starts_from_the_regular_close() -> None:
    market = open_market("15:00:00", quiet=False)
    market.go("15:35:00")
    close = market.core.tape("005930", "KRX").last
    market.go("21:00:00")
    market.go("08:00:00", "2026-11-24")
    tape = market.core.tape("005930", "KRX")
    assert (tape.base, tape.last, tape.volume) == (close, close, 0)
    market.core.advance(at("10:00:00", "2026-11-24") + timedelta(days=0))
    assert market.core.tape("005930", "KRX").volume > 0
