"""Text is shown as text, whatever it holds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from kiwoom_desk.ui import plain
from tests.support.qt import loop

HOSTILE = ["<img src='file://a/b'>", "<b>굵게</b>", "&lt;", "a\u202egnp", "줄\x00바꿈", "KT&G", "<qt>", "x\u200bx"]


@given(st.text())
def test_nothing_invisible_or_turning_is_left(text: str) -> None:
    cleaned = plain.clean(text)
    assert all(c in "\n\t" or unicodedata.category(c)[0] != "C" for c in cleaned)
    assert plain.clean(cleaned) == cleaned


@given(st.text(), st.integers(2, 300))
def test_one_line_is_one_line_of_that_length(text: str, length: int) -> None:
    line = plain.one_line(text, length)
    assert len(line) <= length and "\n" not in line


@given(st.text())
def test_a_sentence_of_the_broker_is_marked(text: str) -> None:
    assert plain.broker_says(text).startswith("키움 메시지: ")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_shows_its_text_literally(text: str) -> None:
    loop()
    label = plain.PlainLabel(text)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == plain.clean(text)
    label.deleteLater()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tip_reads_as_the_text_it_was_given(text: str) -> None:
    loop()
    shown = QTextDocument()
    shown.setHtml(plain.tip_text(text))
    assert shown.toPlainText() == plain.clean(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_caption_keeps_its_ampersands(text: str) -> None:
    assert plain.caption(text).replace("&&", "&") == plain.clean(text)
    assert plain.caption(text).count("&") == 2 * plain.clean(text).count("&")
