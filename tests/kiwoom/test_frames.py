from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.kiwoom import frames
from tests.support.faults import fault

FRAMES = json.loads((Path(__file__).parent / "data" / "frames.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_every_frame_of_the_guide_is_pushes(name: str) -> None:
    frame = frames.read(json.dumps(FRAMES[name], ensure_ascii=False))
    assert isinstance(frame, frames.Real) and not frame.odd
    assert frame.pushes[0].type == FRAMES[name]["data"][0]["type"]


@pytest.mark.parametrize("text", ["PING", '{"trnm": "PING"}', '{"trnm":"PING","x":1}'])
def test_a_ping_keeps_its_exact_text(text: str) -> None:
    assert frames.read(text) == frames.Ping(text)


def test_answers_and_system_messages() -> None:
    answer = frames.read('{"trnm":"LOGIN","return_code":805004,"return_msg":"실패 [CODE=8005, MESSAGE=x]"}')
    assert isinstance(answer, frames.Answer) and (answer.to, answer.said.code) == ("LOGIN", "8005")
    assert frames.read('{"trnm":"SYSTEM","code":"R10001","message":"동일한 App key"}') == frames.System(
        "R10001", "동일한 App key"
    )


@fault("W07")
def test_w07_one_bad_entry_does_not_take_its_neighbours_with_it() -> None:
    good = FRAMES["trade"]["data"][0]
    frame = frames.read(json.dumps({"trnm": "REAL", "data": [good, {"type": "00", "values": {"900": 10}}, good]}))
    assert isinstance(frame, frames.Real)
    assert (len(frame.pushes), len(frame.odd)) == (2, 1)


@fault("W07")
@pytest.mark.parametrize(
    "raw",
    [b"\x00\x01", "", "{", "[]", "null", '{"trnm": "NEWS"}', '{"trnm": 5}', '{"trnm":"REAL","data":{}}', "[" * 9000],
)
def test_anything_else_is_odd(raw: str | bytes) -> None:
    assert isinstance(frames.read(raw), frames.Odd)


@given(st.one_of(st.text(), st.binary()))
def test_reading_never_raises(raw: str | bytes) -> None:
    frames.read(raw)
