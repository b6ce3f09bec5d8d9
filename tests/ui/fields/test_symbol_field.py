"""One field finds an instrument by code, name, initial consonants or English name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.ui.fields.symbol_field import CODE_ROLE, SymbolField
from tests.support.fake_world import SHARES
from tests.support.qt import dispose, run, until

SINPOONG = tuple(
    Instrument(Market.STOCK, code, name, InstrumentKind.SHARE, "거래소", english)
    for code, name, english in (
        ("019170", "신풍제약", "Shin Poong Pharm"),
        ("019175", "신풍제약우", "Shin Poong Pharm(1P)"),
        ("002870", "신풍제지", "Shin Poong Paper"),
    )
)


@asynccontextmanager
async def in_focus(text: str) -> AsyncIterator[tuple[SymbolField, list[Instrument], list[str]]]:
    """A field that `text` was typed into, and another to go to (`leave`)."""
    window = QWidget()
    book = DirectoryBook((*SHARES, *SINPOONG))
    field, following = SymbolField(lambda: book), QLineEdit()
    following.setObjectName("next")
    box = QVBoxLayout(window)
    box.addWidget(field)
    box.addWidget(following)
    chosen: list[Instrument] = []
    unknown: list[str] = []
    field.chosen.connect(chosen.append)
    field.unknown.connect(unknown.append)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow, "the window in front")
    field.setFocus()
    write(field, text)
    try:
        yield field, chosen, unknown
    finally:
        dispose(window)


def write(field: SymbolField, text: str) -> None:
    """As an input method writes it; `QTest.keyClicks` knows no Hangul."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(field, event)


def leave(field: SymbolField) -> None:
    field._popup.hide()
    following = field.window().findChild(QLineEdit, "next")
    assert isinstance(following, QLineEdit)
    following.setFocus(Qt.FocusReason.MouseFocusReason)


@pytest.mark.parametrize(("text", "count"), [("신풍", 3), ("ㅅㅍㅈ", 3), ("01917", 2), ("shin poong pharm(", 1)])
def test_leaving_the_field_takes_the_only_hit_and_never_one_of_several(text: str, count: int) -> None:
    async def story() -> None:
        async with in_focus(text) as (field, chosen, unknown):
            leave(field)
            if count == 1:
                assert ([i.name for i in chosen], unknown, field.property("wrong")) == (["신풍제약우"], [], False)
            else:
                assert (chosen, unknown, field.text()) == ([], [text], text)
                assert field.property("wrong") and f"{count}개 종목이 있습니다: 고르세요" in field.toolTip()

    run(story())


@pytest.mark.parametrize(
    ("text", "code"), [("019170", "019170"), ("신풍제약", "019170"), ("SHIN POONG pharm", "019170"), ("kt&g", "033780")]
)
def test_leaving_the_field_takes_what_is_named_exactly_though_others_begin_alike(text: str, code: str) -> None:
    async def story() -> None:
        async with in_focus(text) as (field, chosen, unknown):
            leave(field)
            assert [i.code for i in chosen] == [code] and unknown == []

    run(story())


def test_enter_takes_the_first_of_the_list_shown() -> None:
    async def story() -> None:
        async with in_focus("신풍") as (field, chosen, _):
            first = field._model.item(0).data(CODE_ROLE)
            QTest.keyClick(field, Qt.Key.Key_Return)
            assert [i.code for i in chosen] == [first] and not field.property("wrong")
            leave(field)
            assert len(chosen) == 1

    run(story())


def test_coming_back_shows_the_list_again_and_enter_chooses_from_it() -> None:
    async def story() -> None:
        async with in_focus("신풍") as (field, chosen, unknown):
            leave(field)
            field.setFocus(Qt.FocusReason.TabFocusReason)
            await until(field._popup.isVisible, "the list")
            assert "고르세요" in field.toolTip()
            QTest.keyClick(field, Qt.Key.Key_Return)
            assert len(chosen) == 1 and unknown == ["신풍"] and field.toolTip() == ""

    run(story())


def test_after_several_the_same_code_as_before_is_news_again() -> None:
    async def story() -> None:
        async with in_focus("005930") as (field, chosen, unknown):
            leave(field)
            for text in ("신풍", "005930"):
                field.setFocus(Qt.FocusReason.TabFocusReason)
                field.selectAll()
                write(field, text)
                leave(field)
            assert [i.code for i in chosen] == ["005930", "005930"] and unknown == ["신풍"]

    run(story())


def entered(text: str) -> tuple[SymbolField, list[Instrument], list[str]]:
    """What a field makes of `text` and Enter."""
    book = DirectoryBook(SHARES)
    field = SymbolField(lambda: book)
    chosen: list[Instrument] = []
    unknown: list[str] = []
    field.chosen.connect(chosen.append)
    field.unknown.connect(unknown.append)
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return field, chosen, unknown


@pytest.mark.parametrize("text", ["005930", "삼성전자", "ㅅㅅㅈㅈ", " 삼성 "])
def test_every_way_of_naming_it_finds_it(text: str) -> None:
    async def story() -> None:
        field, chosen, unknown = entered(text)
        assert [i.code for i in chosen] == ["005930"] and unknown == []
        assert field.text() == "005930"
        field.deleteLater()

    run(story())


def test_an_english_name_finds_it_and_its_ampersand_is_shown() -> None:
    async def story() -> None:
        field, chosen, _ = entered("kt&g corp")
        assert [i.name for i in chosen] == ["KT&G"]
        field.deleteLater()

    run(story())


@pytest.mark.parametrize("text", ["999999", "없는이름", "00593", "<img src=x>"])
def test_what_means_nothing_stays_in_sight_with_a_sentence(text: str) -> None:
    async def story() -> None:
        field, chosen, unknown = entered(text)
        if text == "00593":
            assert [i.code for i in chosen] == ["005930"], "five digits begin one code alone"
        else:
            assert (chosen, unknown, field.text()) == ([], [text], text)
            assert field.property("wrong") and "찾을 수 없는 종목" in field.toolTip() and "<img" not in field.toolTip()
        field.deleteLater()

    run(story())


def test_the_syllable_under_composition_takes_part_in_the_search() -> None:
    async def story() -> None:
        book = DirectoryBook(SHARES)
        field = SymbolField(lambda: book)
        field.show()
        QApplication.sendEvent(field, QInputMethodEvent("ㅅㅅㅈ", []))
        assert field._model.rowCount() == 1
        field.close()
        field.deleteLater()

    run(story())
