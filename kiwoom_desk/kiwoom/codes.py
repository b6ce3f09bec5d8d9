"""Our words and the wire's codes, each in one table and nowhere else.

Codes: kiwoom/trs.json `stock_order_types`, `gold_order_types` (stocks without leading zero, gold with two digits: two
tables that must never be shared). Answers name the type in Korean whose wording differs per TR (보통 in ka10075, 지정가
in kt00007), so texts are understood by what they contain (kiwoom/README.md 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.reports import OUR_CHANNEL, ReportKind
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.trading.ports import Call

STOCK_TYPES: Mapping[OrderType, str] = {
    OrderType.LIMIT: "0",
    OrderType.MARKET: "3",
    OrderType.CONDITIONAL: "5",
    OrderType.BEST_OPPOSITE: "6",
    OrderType.BEST_SAME: "7",
    OrderType.LIMIT_IOC: "10",
    OrderType.MARKET_IOC: "13",
    OrderType.BEST_OPPOSITE_IOC: "16",
    OrderType.LIMIT_FOK: "20",
    OrderType.MARKET_FOK: "23",
    OrderType.BEST_OPPOSITE_FOK: "26",
    OrderType.STOP_LIMIT: "28",
    OrderType.MID: "29",
    OrderType.MID_IOC: "30",
    OrderType.MID_FOK: "31",
    OrderType.PRE_OPEN: "61",
    OrderType.OFF_HOURS: "62",
    OrderType.AFTER_CLOSE: "81",
}
GOLD_TYPES: Mapping[OrderType, str] = {
    OrderType.LIMIT: "00",
    OrderType.LIMIT_IOC: "10",
    OrderType.LIMIT_FOK: "20",
}
TYPES: Mapping[Market, Mapping[OrderType, str]] = {Market.STOCK: STOCK_TYPES, Market.GOLD: GOLD_TYPES}

ORDER_TRS: Mapping[tuple[Market, Call, Side], str] = {
    (Market.STOCK, Call.PLACE, Side.BUY): "kt10000",
    (Market.STOCK, Call.PLACE, Side.SELL): "kt10001",
    (Market.STOCK, Call.AMEND, Side.BUY): "kt10002",
    (Market.STOCK, Call.AMEND, Side.SELL): "kt10002",
    (Market.STOCK, Call.CANCEL, Side.BUY): "kt10003",
    (Market.STOCK, Call.CANCEL, Side.SELL): "kt10003",
    (Market.GOLD, Call.PLACE, Side.BUY): "kt50000",
    (Market.GOLD, Call.PLACE, Side.SELL): "kt50001",
    (Market.GOLD, Call.AMEND, Side.BUY): "kt50002",
    (Market.GOLD, Call.AMEND, Side.SELL): "kt50002",
    (Market.GOLD, Call.CANCEL, Side.BUY): "kt50003",
    (Market.GOLD, Call.CANCEL, Side.SELL): "kt50003",
}

SUFFIXES: Mapping[Venue, str] = {Venue.KRX: "", Venue.NXT: "_NX", Venue.SOR: "_AL"}
"""How a quote or a push names the view of an instrument (kiwoom/README.md 8)."""


class _Word(NamedTuple):
    """Any of `words` in a type text means `day`, or `ioc` / `fok` when it also says so; None where there is none."""

    words: tuple[str, ...]
    day: OrderType | None
    ioc: OrderType | None = None
    fok: OrderType | None = None


_WORDS = (
    # The first match wins: 최유리지정가 also contains 지정가, and 시간외 alone is a kind of trade we do not know.
    _Word(("스톱", "스톰"), OrderType.STOP_LIMIT),
    _Word(("조건부",), OrderType.CONDITIONAL),
    _Word(("단일가",), OrderType.OFF_HOURS),
    _Word(("장전", "장시작전"), OrderType.PRE_OPEN),
    _Word(("장후", "장마감후"), OrderType.AFTER_CLOSE),
    _Word(("시간외", "대량", "바스켓", "자사주", "경매"), None),
    _Word(("최유리",), OrderType.BEST_OPPOSITE, OrderType.BEST_OPPOSITE_IOC, OrderType.BEST_OPPOSITE_FOK),
    _Word(("최우선",), OrderType.BEST_SAME),
    _Word(("중간가",), OrderType.MID, OrderType.MID_IOC, OrderType.MID_FOK),
    _Word(("시장가",), OrderType.MARKET, OrderType.MARKET_IOC, OrderType.MARKET_FOK),
    _Word(("보통", "지정가"), OrderType.LIMIT, OrderType.LIMIT_IOC, OrderType.LIMIT_FOK),
)
_STOCK_CODE = re.compile(r"[AJQ]?([0-9A-Z]{6})(_NX|_AL)?")
_GOLD_CODE = re.compile(r"M[0-9]{8}")
_VIEWS = {suffix: venue for venue, suffix in SUFFIXES.items()}


def type_from_text(market: Market, text: str) -> OrderType | None:
    """The order type a Korean text names; None for one we do not know, which the row then shows as it came."""
    word = next((w for w in _WORDS if any(part in text for part in w.words)), None)
    if word is None:
        return None
    found = word.ioc if "IOC" in text else word.fok if "FOK" in text else word.day
    return found if found in types_of(market) else None


def side_from_text(text: str) -> Side:
    """매수 or 매도 by containment; the sign before it is decoration (ka10075 note). Raises Unreadable."""
    buy, sell = "매수" in text, "매도" in text
    if buy == sell:
        raise Unreadable(f"no side in {plain(text, 40)!r}")
    return Side.BUY if buy else Side.SELL


def kind_from_text(text: str, original: int | None, price: int | None) -> ReportKind:
    """What a number stands for: by 정정 / 취소 in its texts; else a named original without a price is a cancel."""
    if "취소" in text and original is not None:
        return ReportKind.CANCEL
    if "정정" in text and original is not None:
        return ReportKind.AMEND
    if original is None:
        return ReportKind.NEW
    return ReportKind.CANCEL if price is None else ReportKind.AMEND


def channel(text: str) -> str:
    """Through what an order came: REST in any wording is this API, everything else stays as received.

    The broker publishes no list of these texts (kiwoom/README.md 10.7)."""
    shown = plain(text)
    return OUR_CHANNEL if "REST" in shown.upper() else shown


def bare_code(text: str) -> tuple[Market, str]:
    """An instrument without prefix letter and venue suffix. Raises Unreadable for any other form (J12)."""
    return item_code(text)[:2]


def item_code(text: str) -> tuple[Market, str, Venue]:
    """Instrument and view of a quote row or push item: 005930, 005930_NX, 005930_AL, A005930, M04020000."""
    stripped = text.strip(" ")
    if _GOLD_CODE.fullmatch(stripped):
        return Market.GOLD, stripped, Venue.KRX
    found = _STOCK_CODE.fullmatch(stripped)
    if found is None:
        raise Unreadable(f"not an instrument code: {plain(stripped, 40)!r}")
    return Market.STOCK, found[1], _VIEWS[found[2] or ""]


def item(code: str, view: Venue) -> str:
    return code + SUFFIXES[view]


def routing(text: str) -> Venue | None:
    """`dmst_stex_tp` of an answer; None for a venue we do not know."""
    stripped = text.strip(" ")
    return Venue(stripped) if stripped in Venue.__members__ else None


def listed_venue(exchange: str, sor: str, text: str = "") -> Venue | None:
    """Routing of an open order (stex_tp, sor_yn) or a push (2134, 2136): SOR whenever the flag says so."""
    if sor == "Y" or text.startswith(("SOR", "S-")):
        return Venue.SOR
    return {"1": Venue.KRX, "2": Venue.NXT}.get(exchange.strip(" "))
