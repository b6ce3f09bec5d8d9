"""The rules file: what ships is whole, and every mistake in an edited copy is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import InstrumentKind, Market, Venue
from kiwoom_desk.domain.market_rules import parse_rules
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import Event
from tests.support.market import RULES_FILE, rules

TEXT = RULES_FILE.read_text(encoding="utf-8")


def edited(change: Callable[[Any], object]) -> str:
    data = json.loads(TEXT)
    change(data)
    return json.dumps(data, ensure_ascii=False)


def test_what_ships_knows_every_type_kind_event_and_venue() -> None:
    assert set(rules().type_names) == set(OrderType)
    assert set(rules().ticks) == set(InstrumentKind)
    assert set(rules().events) == set(Event)
    assert {(s.market, s.venue) for s in rules().sessions} == {(Market.STOCK, v) for v in Venue} | {
        (Market.GOLD, Venue.KRX)
    }
    assert len(set(rules().type_names.values())) == len(OrderType)
    assert rules().as_of == date(2026, 11, 24)


def test_an_edited_copy_counts() -> None:
    text = edited(lambda d: d["closed_days"].update({"2026-11-25": "임시공휴일"}))
    assert parse_rules(text).closed_because(date(2026, 11, 25)) == "임시공휴일"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.pop("sessions"), "'sessions'"),
        (lambda d: d.update(tikcs={}), "'tikcs'"),
        (lambda d: d.update(format=2), "format"),
        (lambda d: d.update(as_of="오늘"), "as_of"),
        (lambda d: d["ticks"].pop("elw"), "'elw'"),
        (lambda d: d["ticks"].update(share=[[1, 1]]), "ticks.share"),
        (lambda d: d["ticks"].update(share=[[0, 1], [2003, 5]]), "2003"),
        (lambda d: d["ticks"].update(share=[[0, 10], [2005, 5]]), "2005"),
        (lambda d: d["ticks"].update(share=[[0, 0]]), "ticks.share[0][1]"),
        (lambda d: d["lots"].update(share=True), "lots.share"),
        (lambda d: d["band_percent"].update(share=100), "band_percent.share"),
        (lambda d: d["sessions"][0].update(accept=["9시", "10:00"]), "sessions[0].accept[0]"),
        (lambda d: d["sessions"][0].update(accept=["10:00", "09:00"]), "sessions[0].accept"),
        (lambda d: d["sessions"][0].update(accept=["10:00+01:00", "11:00"]), "sessions[0].accept[0]"),
        (lambda d: d["sessions"][0].update(venue="NYSE"), "sessions[0].venue"),
        (lambda d: d["sessions"][0].update(matching="quick"), "sessions[0].matching"),
        (lambda d: d["sessions"][0].update(amend="yes"), "sessions[0].amend"),
        (lambda d: d["sessions"][0]["types"].update(maybe=["limit"]), "'maybe'"),
        (lambda d: d["sessions"][0]["types"].update(others="yes"), "sessions[0].types.others"),
        (lambda d: d["sessions"][0]["types"].update(unknown=["limit"]), "'limit'"),
        (lambda d: d["sessions"][1].update(id=d["sessions"][0]["id"]), "sessions[1]"),
        (lambda d: d["events"].pop(), "'illiquid'"),
        (lambda d: d["events"][0].update(sessions=["nowhere"]), "'nowhere'"),
        (lambda d: d["closed_days"].update({"2027-02-30": "없는 날"}), "closed_days.2027-02-30"),
        (lambda d: d["special_days"][0]["changes"].update(nowhere=None), "'nowhere'"),
        (lambda d: d["fees"]["commission_percent"].update(KRX=0.015), "fees.commission_percent.KRX"),
        (lambda d: d["fees"]["commission_percent"].update(KRX="NaN"), "fees.commission_percent.KRX"),
        (lambda d: d["guards"].update(amount_steps=[3, 2, 1]), "guards.amount_steps"),
        (lambda d: d["guards"].update(far_percent=0), "guards.far_percent"),
    ],
)
def test_a_mistake_is_named_by_its_place(change: Callable[[Any], object], place: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse_rules(edited(change))
    assert place in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("[]", "파일"),
        ("null", "파일"),
        ('{"format": 1, "format": 1}', "'format'"),
        ('{"format": NaN}', "NaN"),
        ("[" * 100_000, "깊게"),
    ],
)
def test_a_text_that_is_no_rules_file_is_refused_with_a_sentence(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_rules(text)


_leaves: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
)


@given(st.data())
def test_no_single_damaged_value_gets_through_as_another_kind_of_error(data: st.DataObject) -> None:
    """Any one value replaced by any other: either it still is a rules file, or ValueError says where it is not."""
    document = json.loads(TEXT)
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.integers(0, 3)) == 0:
            break
        node = node[key]
    node[key] = data.draw(_leaves)
    try:
        parse_rules(json.dumps(document))
    except ValueError as e:
        assert str(e).startswith("시장 규칙")
