"""0B trades, 0C best prices, 0D books, 0H expected auction prices, 0s phases (kiwoom/websocket.md 6 to 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiwoom_desk.simulator.formats import change_code, percent, signed, time6
from kiwoom_desk.simulator.http_api.views import HUNDRED_MILLION, LEVELS, MILLION, View, level, total, trade_quantity
from kiwoom_desk.simulator.http_api.year import Year
from kiwoom_desk.simulator.model import Depth, Level, PhaseEvent, TradeEvent
from kiwoom_desk.simulator.stream.entries import Values


@dataclass(slots=True)
class Flow:
    """Who took today, counted since this exchange was started."""

    bought: int = 0
    sold: int = 0
    buys: int = 0
    sells: int = 0

    def count(self, trade: TradeEvent) -> None:
        if trade.aggressor == "sell":
            self.sold, self.sells = self.sold + trade.quantity, self.sells + 1
        elif trade.aggressor == "buy":
            self.bought, self.buys = self.bought + trade.quantity, self.buys + 1


def trade_values(view: View, trade: TradeEvent, flow: Flow, year: Year, phase: str) -> Values:
    tape, base, seller = view.tape, view.tape.base, trade.aggressor == "sell"
    change = trade.price - base
    return {
        "20": time6(trade.at),
        "10": view.price(trade.price),
        "11": signed(change),
        "12": percent(change, base),
        "27": view.price(view.ask),
        "28": view.price(view.bid),
        "15": trade_quantity(trade.quantity, trade.aggressor),
        "13": str(tape.volume),
        "14": str(tape.turnover // MILLION),
        "16": view.price(tape.open),
        "17": view.price(tape.high),
        "18": view.price(tape.low),
        "25": view.sign,
        "26": signed(tape.volume - year.volume),
        "29": signed(tape.turnover - year.volume * base),
        "30": percent(tape.volume, year.volume),
        "31": percent(tape.volume, view.listing.listed or 1, plus=False),
        "32": "0",
        "228": percent(flow.bought, flow.sold or 1, plus=False),
        "311": str(view.listing.listed * tape.last // HUNDRED_MILLION),
        "290": phase,
        "691": "0",
        "567": "000000",
        "568": "000000",
        "851": "",
        "1890": "",
        "1891": "",
        "1892": "",
        "1030": str(flow.sold),
        "1031": str(flow.bought),
        "1032": percent(flow.bought, flow.bought + flow.sold, plus=False),
        "1071": str(flow.sells),
        "1072": str(flow.buys),
        "1313": str(trade.price * trade.quantity // 1_000),
        "1315": str(trade.quantity if seller else 0),
        "1316": str(0 if seller else trade.quantity),
        "1314": signed(flow.bought - flow.sold),
        "1497": "",
        "1498": "",
        "620": str(tape.turnover // tape.volume if tape.volume else 0),
        "732": "",
        "852": "",
        "9081": trade.venue,
    }


def best_values(view: View) -> Values:
    return {"27": view.price(view.ask), "28": view.price(view.bid)}


def book_values(view: View, before: Depth | None) -> Values:
    """The book and how each level's quantity changed against the book sent before."""
    depth = view.depth
    values = {"21": time6(depth.at)}
    for index in range(1, LEVELS + 1):
        values |= _level_values(view, index, before)
    asks, bids = total(depth.asks), total(depth.bids)
    values |= {
        "121": str(asks),
        "122": signed(asks - total(before.asks)) if before else "0",
        "125": str(bids),
        "126": signed(bids - total(before.bids)) if before else "0",
        "23": view.price(depth.expected_price),
        "24": str(depth.expected_quantity),
        "128": signed(bids - asks),
        "129": percent(bids, asks, plus=False),
        "138": signed(asks - bids),
        "139": percent(asks, bids, plus=False),
    }
    return values | _expected_values(view) | _venue_values(view) | _middle_values(view)


def _level_values(view: View, index: int, before: Depth | None) -> Values:
    ask, bid = level(view.depth.asks, index), level(view.depth.bids, index)
    return {
        str(40 + index): view.price(ask.price),
        str(60 + index): str(ask.quantity),
        str(80 + index): _difference(ask, before.asks if before else ()),
        str(50 + index): view.price(bid.price),
        str(70 + index): str(bid.quantity),
        str(90 + index): _difference(bid, before.bids if before else ()),
    }


def _difference(now: Level, before: Sequence[Level]) -> str:
    return next((signed(now.quantity - old.quantity) for old in before if old.price == now.price), "0")


def _expected_values(view: View) -> Values:
    price = view.depth.expected_price
    change = price - view.tape.base if price else 0
    rate, sign = percent(change, view.tape.base), change_code(change)
    return {
        "200": signed(change),
        "201": rate,
        "238": sign,
        "291": view.price(price),
        "292": str(view.depth.expected_quantity),
        "293": sign,
        "294": signed(change),
        "295": rate,
    }


def _venue_values(view: View) -> Values:
    """The exchanges' parts of each level; meaningful for `_AL`, zeros otherwise."""
    both = view.venue == "SOR"
    asks = view.depth.asks if both else ()
    bids = view.depth.bids if both else ()
    values: Values = {}
    for index in range(1, LEVELS + 1):
        values[str(6043 + index)] = str(level(asks, index).krx)
        values[str(6053 + index)] = str(level(bids, index).krx)
        values[str(6065 + index)] = str(level(asks, index).nxt)
        values[str(6075 + index)] = str(level(bids, index).nxt)
    values["6064"], values["6065"] = str(sum(a.krx for a in asks)), str(sum(b.krx for b in bids))
    values["6086"], values["6087"] = str(sum(a.nxt for a in asks)), str(sum(b.nxt for b in bids))
    return values


def _middle_values(view: View) -> Values:
    """Mid-price quantities are nobody's to see here; the prices themselves follow from the book."""
    values = dict.fromkeys((str(fid) for fid in range(6100, 6110)), "0")
    for venue, price, first in (("KRX", "6102", 6110), ("NXT", "6107", 6113)):
        shown = view.venue in (venue, "SOR") and (venue == "KRX" or view.listing.nxt) and view.ask and view.bid
        middle = (view.ask + view.bid) // 2 if shown else 0
        change = middle - view.tape.base if middle else 0
        values[price] = view.price(middle)
        values[str(first)] = signed(change)
        values[str(first + 1)] = change_code(change)
        values[str(first + 2)] = percent(change, view.tape.base)
    return values


def expected_values(view: View, before: int) -> Values:
    """0H: 15 is how much the expected quantity changed by this update."""
    price, quantity = view.depth.expected_price, view.depth.expected_quantity
    change = price - view.tape.base
    return {
        "20": time6(view.depth.at),
        "10": view.price(price),
        "11": signed(change),
        "12": percent(change, view.tape.base),
        "15": signed(quantity - before),
        "13": str(quantity),
        "25": change_code(change),
    }


def phase_values(event: PhaseEvent) -> Values:
    return {"215": event.code, "20": time6(event.at), "214": "000000"}
