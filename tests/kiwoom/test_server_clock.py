from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.kiwoom.server_clock import ServerClock

TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)


def header(server: datetime) -> str:
    return format_datetime(server.replace(microsecond=0))


def test_nothing_is_known_before_a_header() -> None:
    clock = ServerClock()
    clock.hear(None, TEN, TEN)
    clock.hear("yesterday", TEN, TEN)
    assert clock.offset is None


@given(
    offset=st.floats(-3600, 3600),
    trips=st.lists(st.tuples(st.floats(0, 600), st.floats(0.001, 2)), min_size=1, max_size=20),
)
def test_the_true_offset_is_never_further_away_than_the_second_that_headers_cut_off(
    offset: float, trips: list[tuple[float, float]]
) -> None:
    clock = ServerClock()
    for begin, lasted in trips:
        sent = TEN + timedelta(seconds=begin)
        received = sent + timedelta(seconds=lasted)
        clock.hear(header(sent + timedelta(seconds=lasted / 2 + offset)), sent, received)
    assert clock.offset is not None
    assert abs(clock.offset - offset) <= (1 + min(lasted for _, lasted in trips)) / 2 + 0.01


def test_a_clock_that_was_moved_is_believed() -> None:
    clock = ServerClock()
    clock.hear(header(TEN), TEN, TEN)
    clock.hear(header(TEN + timedelta(hours=1)), TEN, TEN)
    assert clock.offset == pytest.approx(3600.5)
