from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.kiwoom import requests
from kiwoom_desk.kiwoom.codes import TYPES
from tests.support.day import draft, ref

GUIDE = json.loads((Path(__file__).parent / "data" / "guide.json").read_text(encoding="utf-8"))
GOLD = draft(10, 198_500, code="M04020000", market=Market.GOLD)


def example(tr: str) -> dict[str, Any]:
    found: dict[str, Any] = GUIDE[tr]["request"]
    return found


def of_type(market: Market, kind: OrderType) -> OrderDraft:
    price, trigger = 71_500 if kind.needs_price else None, 71_600 if kind.needs_trigger else None
    code = "M04020000" if market is Market.GOLD else "005930"
    return draft(10, price, code=code, market=market, type=kind, trigger=trigger)


def test_a_stock_order_is_written_as_the_guide_prints_it() -> None:
    written = requests.place(draft(10, 71_500))
    assert (written.tr, written.body) == ("kt10000", example("kt10000"))


def test_a_gold_order_is_written_as_the_guide_prints_it() -> None:
    written = requests.place(GOLD)
    assert (written.tr, written.body) == ("kt50000", example("kt50000"))


def test_an_amendment_is_written_as_the_guide_prints_it() -> None:
    written = requests.amend(ref(12345), draft(10, 71_500), AmendDraft(10, 71_600))
    assert (written.tr, written.body) == ("kt10002", example("kt10002"))
    gold = requests.amend(ref(231), GOLD, AmendDraft(10, 198_700))
    assert (gold.tr, gold.body) == ("kt50002", example("kt50002"))


def test_a_cancel_of_all_is_written_as_the_guide_prints_it() -> None:
    written = requests.cancel(ref(12401), draft(10, 71_600), None)
    assert (written.tr, written.body) == ("kt10003", example("kt10003"))
    gold = requests.cancel(ref(252), GOLD, None)
    assert (gold.tr, gold.body) == ("kt50003", example("kt50003"))


def test_a_sale_is_another_tr_with_the_same_body() -> None:
    buy, sell = requests.place(draft()), requests.place(draft(side=Side.SELL))
    assert (buy.tr, sell.tr, buy.body) == ("kt10000", "kt10001", sell.body)


@pytest.mark.parametrize(("market", "kind"), [(m, t) for m in Market for t in types_of(m)])
def test_each_type_sends_exactly_the_prices_it_carries(market: Market, kind: OrderType) -> None:
    body = requests.place(of_type(market, kind)).body
    assert body["trde_tp"] == TYPES[market][kind]
    assert body["ord_uv"] == ("71500" if kind.needs_price else "")
    assert body.get("cond_uv") == (None if market is Market.GOLD else "71600" if kind.needs_trigger else "")
    assert all(isinstance(value, str) for value in body.values())


@pytest.mark.parametrize("venue", Venue)
def test_amend_and_cancel_repeat_the_venue_of_the_order(venue: Venue) -> None:
    order = draft(venue=venue)
    assert requests.amend(ref(1), order, AmendDraft(None, 100)).body["dmst_stex_tp"] == venue.value
    assert requests.cancel(ref(1), order, 3).body["dmst_stex_tp"] == venue.value


def test_a_part_is_its_number_and_all_is_zero() -> None:
    assert requests.cancel(ref(1), draft(), 3).body["cncl_qty"] == "3"
    assert requests.amend(ref(1), draft(), AmendDraft(None, 100)).body["mdfy_qty"] == "0"


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_part_of_nothing_is_never_written_as_all(quantity: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        requests.cancel(ref(1), draft(), quantity)


@pytest.mark.parametrize(
    "bad",
    [
        draft(0),
        draft(10, None),
        draft(10, 0),
        draft(10, 71_500, type=OrderType.MARKET),
        draft(10, 71_500, trigger=71_600),
        draft(10, 71_500, type=OrderType.STOP_LIMIT),
    ],
)
def test_a_draft_with_the_wrong_prices_is_not_written(bad: OrderDraft) -> None:
    with pytest.raises(ValueError, match=r"quantity|price"):
        requests.place(bad)
