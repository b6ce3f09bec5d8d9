"""The line of a fact: decode(encode(fact)) == fact for every kind, and nothing unknown is ever read."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain import facts as f
from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.storage.codec import KINDS, OUTCOMES, CodecError, decode, encode, kind_of, rule_of
from tests.support import facts as some


@given(some.facts)
def test_what_is_decoded_is_what_was_encoded(fact: f.Fact) -> None:
    line = encode(fact)
    assert decode(line) == fact
    assert "\n" not in line and "\r" not in line
    line.encode()


def test_every_kind_of_fact_and_outcome_has_a_name_and_a_strategy() -> None:
    assert set(KINDS.values()) == set(get_args(f.Fact)) == set(some.by_kind)
    assert set(OUTCOMES.values()) == set(get_args(f.Outcome))


@given(some.facts)
def test_times_come_back_in_korean_time(fact: f.Fact) -> None:
    assert decode(encode(fact)).at.tzinfo is SEOUL


@given(some.facts, st.data())
def test_an_unknown_field_anywhere_is_refused(fact: f.Fact, data: st.DataObject) -> None:
    value = json.loads(encode(fact))
    data.draw(st.sampled_from(list(_objects(value))))["surprise"] = 1
    with pytest.raises(CodecError):
        decode(json.dumps(value))


@given(some.facts)
def test_a_missing_required_field_is_refused(fact: f.Fact) -> None:
    value = json.loads(encode(fact))
    for name in [field.name for field in fields(fact)][:1]:
        del value[name]
    with pytest.raises(CodecError):
        decode(json.dumps(value))


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    with pytest.raises(CodecError):
        decode(text)


@given(some.facts, st.data())
def test_a_changed_line_is_another_fact_or_refused(fact: f.Fact, data: st.DataObject) -> None:
    line = encode(fact)
    at = data.draw(st.integers(0, len(line) - 1))
    changed = line[:at] + data.draw(st.characters()) + line[at + 1 :]
    with suppress(CodecError):
        assert encode(decode(changed)), "a fact can be written again"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "null",
        '{"v":2,"@":"noted","at":"2026-11-24T09:00:00+09:00","what":"a","text":"b"}',
        '{"v":true,"@":"noted","at":"2026-11-24T09:00:00+09:00","what":"a","text":"b"}',
        '{"@":"noted","at":"2026-11-24T09:00:00+09:00","what":"a","text":"b"}',
        '{"v":1,"@":"adopted","at":"2026-11-24T09:00:00+09:00","what":"a","text":"b"}',
        '{"v":1,"@":["noted"],"at":"2026-11-24T09:00:00+09:00","what":"a","text":"b"}',
        '{"v":1,"@":"noted","at":"2026-11-24T09:00:00","what":"a","text":"b"}',
        '{"v":1,"@":"noted","at":"2026-11-24T09:00:00+09:00","what":"a","what":"a","text":"b"}',
        '{"v":1,"@":"noted","at":"2026-11-24T09:00:00+09:00","what":1,"text":"b"}',
        '{"v":1,"@":"noted","at":NaN,"what":"a","text":"b"}',
        '{"v":1,"@":"accepted","ref":{"day":"2026-11-24","number":1}}',
        "[" * 100_000,
        '{"v":1' + "0" * 5000 + "}",
    ],
)
def test_lines_that_are_no_fact(line: str) -> None:
    with pytest.raises(CodecError):
        decode(line)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": datetime(2026, 11, 24, 9)},  # noqa: DTZ001
        {"at": "2026-11-24"},
        {"what": None},
        {"text": b"bytes"},
    ],
)
def test_a_fact_that_its_own_type_forbids_is_not_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(CodecError):
        encode(replace(f.Noted(some.MORNING, "armed", ""), **wrong))


def test_a_number_is_not_a_truth_value() -> None:
    looked = f.Looked(some.MORNING, some.MORNING.date(), some.MORNING, complete=True, rows=True)
    with pytest.raises(CodecError):
        encode(looked)


def test_a_type_without_a_rule_stops_the_program_at_once() -> None:
    with pytest.raises(TypeError):
        rule_of(dict[str, int])
    with pytest.raises(TypeError):
        rule_of(int | str)


def test_the_format_on_disk_stays_what_it_was() -> None:
    """A journal of today must be readable for years: this line is a promise, not an example."""
    line = (
        '{"v":1,"@":"placing","order_id":"01ORDER0000000000000000007","at":"2026-11-24T09:00:00.007000+09:00",'
        '"day":"2026-11-24","draft":{"market":"stock","code":"005930","venue":"KRX","side":"buy","type":"limit","quantity":10,'
        '"price":70000},"gesture_at":"2026-11-24T09:00:00.007000+09:00","name":"삼성전자"}'
    )
    assert encode(some.placing(7)) == line
    assert kind_of(decode(line)) == "placing"
    assert decode(line) == some.placing(7), "a line from before `there` and `value` were kept"
    worth = replace(some.placing(7), value=700_000)
    assert encode(worth) == line[:-1] + ',"value":700000}' and decode(encode(worth)) == worth
    answer = (
        '{"v":1,"@":"answered","request":"01ORDER0000000000000000007","at":"2026-11-24T09:00:00.007000+09:00",'
        '"outcome":{"@":"accepted","ref":{"day":"2026-11-24","number":8}}}'
    )
    assert encode(some.accepted(7)) == answer
    assert decode(answer) == some.accepted(7)


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [o for part in value for o in _objects(part)]
    if isinstance(value, dict):
        return [value, *(o for part in value.values() for o in _objects(part))]
    return []
