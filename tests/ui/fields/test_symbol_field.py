"""One field finds an instrument by code, name, initial consonants or English name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.ui.fields.symbol_field import SymbolField
from tests.support.fake_world import SHARES
from tests.support.qt import run

PHARMA = Instrument(Market.STOCK, "019170", "신풍제약", InstrumentKind.SHARE)
PHARMA_PREFERRED = Instrument(Market.STOCK, "019175", "신풍제약우", InstrumentKind.SHARE)
PAPER = Instrument(Market.STOCK, "002870", "신풍제지", InstrumentKind.SHARE)


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


def left(text: str) -> tuple[SymbolField, list[Instrument], list[str]]:
    """What a field makes of `text` when the trader merely goes on to another one."""
    book = DirectoryBook((*SHARES, PHARMA, PAPER, PHARMA_PREFERRED))
    field = SymbolField(lambda: book)
    chosen: list[Instrument] = []
    unknown: list[str] = []
    field.chosen.connect(chosen.append)
    field.unknown.connect(unknown.append)
    field.setText(text)
    field.editingFinished.emit()
    return field, chosen, unknown


@pytest.mark.parametrize("text", ["신풍", "k", "ㅅㅍㅈ"])
def test_leaving_the_field_chooses_nothing_among_several(text: str) -> None:
    async def story() -> None:
        field, chosen, unknown = left(text)
        assert (chosen, unknown, field.text()) == ([], [text], text)
        assert field.property("wrong") and "여럿입니다" in field.toolTip()
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert len(chosen) == 1, "Enter takes the first of the list that stands under it"
        field.deleteLater()

    run(story())


@pytest.mark.parametrize(("text", "code"), [("신풍제약", "019170"), ("신풍제지", "002870"), ("019175", "019175")])
def test_leaving_it_takes_an_exact_name_also_where_others_begin_with_it(text: str, code: str) -> None:
    async def story() -> None:
        field, chosen, unknown = left(text)
        assert [i.code for i in chosen] == [code] and unknown == []
        field.deleteLater()

    run(story())
