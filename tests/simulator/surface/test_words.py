"""Number formats, paging, limits and registrations as laws, without a server."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.simulator import formats
from kiwoom_desk.simulator.calendar import SEOUL
from kiwoom_desk.simulator.clock import MarketClock, default_start
from kiwoom_desk.simulator.envelope import Rows, page
from kiwoom_desk.simulator.limits import Limiter
from kiwoom_desk.simulator.model import Reason, Refused
from kiwoom_desk.simulator.profiles import PROFILES, Environment
from kiwoom_desk.simulator.refusals import denial
from kiwoom_desk.simulator.stream.registrations import Registrations, Rejected

_WON = st.integers(-(10**11), 10**11)


@given(_WON)
def test_a_padded_number_keeps_its_width_and_value(value: int) -> None:
    text = formats.padded(value, 15)
    assert (len(text), int(text)) == (15, value)


def test_a_minus_takes_the_first_place() -> None:
    assert formats.padded(-163_958, 12) == "-00000163958"


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_price_shows_its_direction_and_is_its_absolute_value(price: int, base: int) -> None:
    text = formats.direction(price, base)
    assert abs(int(text)) == price
    if price:
        assert text.startswith("+") == (price > base) and text.startswith("-") == (price < base)


@given(_WON, st.integers(1, 10**11))
def test_a_rate_is_near_and_has_its_places(part: int, whole: int) -> None:
    text = formats.percent(part, whole)
    assert abs(float(text) - part * 100 / whole) <= 0.006 + abs(part / whole) * 1e-9
    assert (len(text.partition(".")[2]) == 2 and text.lstrip("+-0.") != "") or float(text) == 0


@given(st.sampled_from(["005930", "0156T0", "M04020000"]), st.sampled_from(["", "_NX", "_AL"]))
def test_codes_and_suffixes_come_apart_again(code: str, suffix: str) -> None:
    found, venue = formats.split_code(code + suffix)
    assert (found, formats.VENUE_SUFFIXES[venue]) == (code, suffix)


@given(st.sets(st.integers(1, 10**7), max_size=80), st.integers(1, 25), st.booleans())
def test_pages_make_up_the_whole_list_once(marks: set[int], size: int, descending: bool) -> None:
    ordered = sorted(marks, reverse=descending)
    rows = Rows("list", [(mark, {"ord_no": str(mark)}) for mark in ordered], descending=descending)
    seen, after = [], ""
    while True:
        answer = page(rows, size, after)
        seen += [int(row["ord_no"]) for row in answer.body["list"]]
        after = answer.next_key
        if not after:
            break
    assert seen == ordered


@given(st.lists(st.floats(0.001, 0.6), min_size=1, max_size=60), st.integers(1, 6))
def test_no_second_sees_more_calls_than_allowed(gaps: list[float], allowed: int) -> None:
    now = 0.0
    limiter, granted = Limiter(allowed, lambda: now), []
    for gap in gaps:
        now += gap
        if limiter.take("key", "ka10001"):
            granted.append(now)
    assert all(sum(1 for other in granted if at - 1 < other <= at) <= allowed for at in granted)
    assert granted and granted[0] == gaps[0]


def test_keys_and_trs_have_limits_of_their_own() -> None:
    limiter = Limiter(1, lambda: 0.0)
    assert limiter.take("a", "ka10001") and limiter.take("b", "ka10001") and limiter.take("a", "ka10004")
    assert not limiter.take("a", "ka10001")


@pytest.mark.parametrize("environment", sorted(PROFILES))
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_in_every_environment(reason: Reason, environment: Environment) -> None:
    denied = denial(Refused(reason, 3), environment)
    assert denied.return_code in (2, 20) and denied.status == 200
    assert "{" not in denied.message


def test_the_clock_starts_on_a_trading_day_and_never_runs_back() -> None:
    assert default_start(date(2026, 11, 22)) == datetime(2026, 11, 20, 10, 0, tzinfo=SEOUL)
    clock = MarketClock(datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001 - naive times are taken as Korean
    first = clock.now()
    clock.skip(timedelta(hours=1))
    assert clock.now() - first >= timedelta(hours=1) and first.utcoffset() == timedelta(hours=9)
    with pytest.raises(ValueError, match="backwards"):
        clock.skip(timedelta(seconds=-1))


def _reg(items: list[str], types: list[str], group: str = "1", refresh: str = "1") -> dict[str, object]:
    return {"grp_no": group, "refresh": refresh, "data": [{"item": items, "type": types}]}


_ITEMS = st.lists(st.sampled_from(["005930", "005930_NX", "000660_AL"]), min_size=1, max_size=3)
_TYPES = st.lists(st.sampled_from(["0B", "0D", "0C"]), min_size=1, max_size=3)


@given(_ITEMS, _TYPES, st.sampled_from(["1", "2"]))
def test_what_is_registered_and_removed_is_gone(items: list[str], types: list[str], group: str) -> None:
    held = Registrations()
    held.register(_reg(items, types, group))
    for item in items:
        for type in types:
            assert held.item(type, *formats.split_code(item)) == item
    held.remove({"grp_no": group, "data": [{"item": items, "type": types}]})
    assert not any(held.wants(type) for type in types)


def test_a_group_can_be_removed_without_naming_its_items_and_others_stay() -> None:
    held = Registrations()
    held.register(_reg(["005930"], ["0B"], "1"))
    held.register(_reg(["005930"], ["0B", "0D"], "2"))
    held.remove({"grp_no": "2"})
    assert held.item("0B", "005930", "KRX") == "005930" and held.item("0D", "005930", "KRX") is None


def test_a_rejected_request_changes_nothing() -> None:
    held = Registrations()
    held.register(_reg(["005930"], ["0B"]))
    with pytest.raises(Rejected):
        held.register(_reg([f"{n:06d}" for n in range(200)], ["0B"]))
    assert held.item("0B", "005930", "KRX") == "005930" and held.item("0B", "000001", "KRX") is None
