from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Flag, InstrumentKind, Side
from kiwoom_desk.domain.quotes import BookLevel
from kiwoom_desk.kiwoom import account, directory, prices
from kiwoom_desk.kiwoom.numbers import Unreadable
from tests.support.day import DAY, at

DATA = Path(__file__).parent / "data"
GUIDE = json.loads((DATA / "guide.json").read_text(encoding="utf-8"))
FRAMES = json.loads((DATA / "frames.json").read_text(encoding="utf-8"))


def response(tr: str) -> dict[str, Any]:
    found: dict[str, Any] = GUIDE[tr]["response"]
    return found


def values(frame: str) -> dict[str, str]:
    found: dict[str, str] = FRAMES[frame]["data"][0]["values"]
    return found


def shaped(row: object, shape: Any) -> Any:
    return msgspec.json.decode(json.dumps(row).encode(), type=shape)


def test_a_glance_drops_the_direction_signs() -> None:
    row = shaped(response("ka10095")["atn_stk_infr"][0], prices.GlanceRow)
    quote = prices.glanced(row, "005930", at(0), live=True)
    assert (quote.last, quote.base, quote.upper, quote.lower) == (71_800, 70_900, 92_100, 49_700)
    assert (quote.low, quote.best_ask, quote.best_bid, quote.volume) == (70_800, 71_900, 71_800, 9_834_120)
    assert quote.change == 900 and quote.feed_live


def test_both_books_are_read_best_level_first() -> None:
    for tr, build in (("ka10004", prices.krx_book), ("ka10007", prices.any_book)):
        book = build(response(tr).get, "005930", DAY, at(0))
        assert len(book.asks) == len(book.bids) == 10
        assert [level.price for level in book.asks] == sorted(level.price for level in book.asks)
        assert [level.price for level in book.bids] == sorted((level.price for level in book.bids), reverse=True)
        assert book.asks[0].price == 71_900 and book.bids[0].price == 71_800


def test_the_best_level_has_a_name_of_its_own() -> None:
    book = prices.krx_book(response("ka10004").get, "005930", DAY, at(0))
    assert (book.asks[0], book.bids[0]) == (BookLevel(71_900, 38_211), BookLevel(71_800, 22_904))
    assert (book.total_ask, book.total_bid) == (451_320, 388_475)


def test_a_book_outside_trading_hours_is_empty() -> None:
    book = prices.krx_book(lambda _: "0", "005930", DAY, at(0))
    assert (book.asks, book.bids) == ((), ())


def test_a_pushed_book() -> None:
    book = prices.pushed_book(values("book"), "005930", DAY, at(0))
    assert (book.asks[0], book.bids[9]) == (BookLevel(71_900, 38_211), BookLevel(70_900, 31_697))
    assert (book.total_ask, book.total_bid, book.expected_price) == (415_005, 273_005, None)


@pytest.mark.parametrize(("quantity", "side"), [("+40", Side.BUY), ("-40", Side.SELL)])
def test_the_sign_of_a_print_is_who_took(quantity: str, side: Side) -> None:
    trade = prices.pushed_trade({**values("trade"), "15": quantity}, "005930", DAY, at(0))
    assert trade is not None
    assert (trade.price, trade.quantity, trade.aggressor) == (71_850, 40, side)


def test_best_prices_alone_say_nothing_about_the_rest() -> None:
    quote = prices.pushed_quote(values("best"), "005930", at(0))
    assert (quote.best_ask, quote.best_bid, quote.last, quote.volume) == (71_900, 71_800, None, None)


def test_gold_without_prints_is_reckoned_from_the_change() -> None:
    day = shaped(response("ka50100"), prices.GoldDay)
    assert prices.gold_quote(day, None, "M04020000", at(0)).last == 198_500
    tick = shaped(response("ka50010")["gold_cntr"][1], prices.GoldTick)
    quote = prices.gold_quote(day, tick, "M04020000", at(0))
    assert (quote.last, quote.base, quote.upper) == (198_520, 197_300, 217_030)


def test_gold_prints_beyond_the_mark_are_new_and_come_oldest_first() -> None:
    ticks = [shaped(row, prices.GoldTick) for row in response("ka50010")["gold_cntr"]]
    assert prices.gold_trades(ticks, "M04020000", DAY, at(0), after=21_385) == []
    assert [t.quantity for t in prices.gold_trades(ticks, "M04020000", DAY, at(0), after=21_375)] == [10]
    both = prices.gold_trades(ticks[:2], "M04020000", DAY, at(0), after=None)
    assert [(t.quantity, t.aggressor) for t in both] == [(9, Side.BUY), (10, Side.SELL)]


@given(st.dictionaries(st.sampled_from(sorted(values("trade"))), st.text(max_size=8)))
def test_any_push_is_a_quote_or_unreadable(changes: dict[str, str]) -> None:
    try:
        quote = prices.pushed_quote({**values("trade"), **changes}, "005930", at(0))
    except Unreadable:
        return
    assert quote.last is None or quote.last > 0


def test_holdings_of_both_accounts() -> None:
    stock = account._stock(shaped(response("kt00018")["acnt_evlt_remn_indv_tot"][0], account._StockHolding))
    assert (stock.code, stock.quantity, stock.sellable, stock.average) == ("005930", 25, 25, 70_000)
    assert (stock.last, stock.profit, stock.profit_rate) == (71_800, 40_890, 2.34)
    gold = account._gold(shaped(response("kt50020")["gold_acnt_evlt_prst"][0], account._GoldHolding))
    assert (gold.code, gold.quantity, gold.average, gold.profit) == ("M04020000", 12, 195_050, 18_011)


def test_an_instrument_of_the_directory() -> None:
    found = directory._instrument(shaped(response("ka10099")["list"][0], directory._Row))
    assert (found.code, found.name, found.kind, found.nxt) == ("005930", "삼성전자", InstrumentKind.SHARE, True)
    assert (found.last_close, found.listed, found.flags) == (70_900, 5_919_637_922, frozenset())


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"orderWarning": "4"}, {Flag.RISK}),
        ({"state": "증거금100%|관리종목|거래정지"}, {Flag.ADMINISTRATIVE, Flag.HALTED}),
        ({"auditInfo": "투자주의환기종목"}, {Flag.ATTENTION}),
        ({"auditInfo": "투자주의"}, {Flag.CAUTION}),
        ({"orderWarning": "3", "state": "단기과열"}, {Flag.OVERHEATED}),
        ({"orderWarning": "x", "state": "", "auditInfo": None}, set()),
    ],
)
def test_flags_come_from_codes_and_words(changes: dict[str, str | None], flags: set[Flag]) -> None:
    row = shaped({**response("ka10099")["list"][0], **changes}, directory._Row)
    assert directory._instrument(row).flags == flags


@pytest.mark.parametrize(
    ("board", "kind"), [("8", InstrumentKind.ETF), ("60", InstrumentKind.ETN), ("3", InstrumentKind.ELW)]
)
def test_the_kind_is_the_row_s_own_board(board: str, kind: InstrumentKind) -> None:
    row = shaped({**response("ka10099")["list"][0], "marketCode": board}, directory._Row)
    assert directory._instrument(row).kind is kind
