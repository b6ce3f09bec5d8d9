"""A click takes the price that stood under it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.quotes import BookLevel, OrderBook, Quote
from kiwoom_desk.ui.book.ladder import ROWS, Ladder
from kiwoom_desk.ui.book.view import LEVELS, facts, rungs
from tests.support.qt import app
from tests.ui.blotter.test_model import order

BOOK = OrderBook(
    "005930",
    tuple(BookLevel(71_300 + 100 * n, 10 + n) for n in range(10)),
    tuple(BookLevel(71_200 - 100 * n, 20 + n) for n in range(10)),
)
QUOTE = Quote("005930", last=71_200, base=70_300, upper=91_300, lower=49_300)


def shown(book: OrderBook = BOOK) -> Ladder:
    app()
    ladder = Ladder()
    ladder.resize(480, 480)
    ladder.show_book(rungs(book, QUOTE), facts(QUOTE, book), (), QUOTE.base, QUOTE.last)
    return ladder


@given(st.integers(20, 900), st.integers(0, ROWS - 1))
@settings(max_examples=100, deadline=None)
def test_every_pixel_belongs_to_the_row_that_is_painted_there(height: int, row: int) -> None:
    ladder = shown()
    ladder.resize(480, height)
    rect = ladder.row_rect(row)
    assert all(ladder.row_at(y) == row for y in range(rect.top(), rect.bottom() + 1))
    assert sum(ladder.row_rect(n).height() for n in range(ROWS)) == height


def test_asks_stand_above_from_far_to_near_and_bids_below() -> None:
    prices = [r.level.price for r in rungs(BOOK, QUOTE) if r.level]
    assert prices == sorted(prices, reverse=True)
    sides = [r.side for r in rungs(BOOK, QUOTE)]
    assert sides == [Side.SELL] * LEVELS + [Side.BUY] * LEVELS


def test_a_click_gives_the_price_that_stood_there_when_the_button_went_down() -> None:
    ladder = shown()
    picked: list[int] = []
    ladder.picked.connect(picked.append)
    spot = QPoint(240, ladder.row_rect(9).center().y())
    QTest.mousePress(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    moved = replace(BOOK, asks=tuple(BookLevel(level.price + 500, 1) for level in BOOK.asks))
    ladder.show_book(rungs(moved, QUOTE), (), (), QUOTE.base, QUOTE.last)
    QTest.mouseRelease(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert picked == [71_300]


def test_a_press_that_is_let_go_on_another_row_takes_nothing() -> None:
    ladder = shown()
    picked: list[int] = []
    ladder.picked.connect(picked.append)
    for row in (8, 10):
        begin, end = (QPoint(240, ladder.row_rect(n).center().y()) for n in (9, row))
        QTest.mousePress(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
        QTest.mouseRelease(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert picked == []


def test_an_empty_rung_of_an_auction_book_gives_nothing() -> None:
    ladder = shown(replace(BOOK, asks=BOOK.asks[:3], bids=BOOK.bids[:3]))
    picked: list[int] = []
    ladder.picked.connect(picked.append)
    for row in (0, 6, ROWS - 1):
        spot = QPoint(240, ladder.row_rect(row).center().y())
        QTest.mouseClick(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert picked == []


def test_our_own_open_orders_are_marked_on_their_side_and_price() -> None:
    mine = [order(13), order(13), order(12)]  # sells at 71,300 twice, a buy at 71,200
    marked = {(r.side, r.level.price): r.mine for r in rungs(BOOK, QUOTE, mine) if r.mine and r.level}
    assert marked == {(Side.SELL, 71_300): 20, (Side.BUY, 71_200): 10}


def test_painting_survives_every_kind_of_book() -> None:
    for book in (BOOK, OrderBook("005930"), replace(BOOK, asks=()), replace(BOOK, expected_price=71_000)):
        assert not shown(book).grab().isNull()


def test_a_book_without_a_single_quote_says_so_and_any_other_does_not() -> None:
    assert shown(OrderBook("005930")).note
    assert not shown().note and not shown(replace(BOOK, asks=(), bids=BOOK.bids[:1])).note
