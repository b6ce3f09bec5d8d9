from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.kiwoom.texts import LIMIT, plain
from tests.support.faults import fault


@fault("J13")
@given(st.text())
def test_a_text_is_one_short_line_of_visible_characters(text: str) -> None:
    shown = plain(text)
    assert len(shown) <= LIMIT
    assert not any(unicodedata.category(char).startswith("C") for char in shown)


@fault("J13")
def test_marks_that_turn_the_line_are_gone() -> None:
    assert plain("삼성\u202e전자\x00\r\n보통주") == "삼성전자 보통주"


@fault("J13")
def test_ten_thousand_characters_are_cut() -> None:
    assert plain("가" * 10_000) == "가" * LIMIT


def test_what_is_no_text_shows_nothing() -> None:
    assert plain(None) == plain(5) == ""
