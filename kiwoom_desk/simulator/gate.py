"""What the exchange refuses at the door: form, time and price grid. Pure questions, raised as `Refused`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kiwoom_desk.simulator import ticks
from kiwoom_desk.simulator.calendar import Market, Timetable, Window, is_trading_day
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.listings import Kind
from kiwoom_desk.simulator.matrix import taken_by
from kiwoom_desk.simulator.model import Reason, Refused
from kiwoom_desk.simulator.order_types import TypeRule

_MOST_GRAMS: Final = 5_000
_IN_INTERRUPTIONS: Final = ("0", "3", "5")


def check_form(rule: TypeRule, price: int, trigger: int) -> None:
    """A price where one belongs and none where it does not (market/rules.md 4.1)."""
    if rule.priced and price <= 0:
        raise Refused(Reason.PRICE_MISSING)
    if not rule.priced and price:
        raise Refused(Reason.CLOSING_PRICE_FORBIDDEN if rule.base == "fixed" else Reason.PRICE_FORBIDDEN)
    if rule.base == "stop" and trigger <= 0:
        raise Refused(Reason.PRICE_MISSING)
    if rule.base != "stop" and trigger:
        raise Refused(Reason.PRICE_FORBIDDEN)


def check_quantity(kind: Kind, listed: int, quantity: int) -> None:
    """At least one; gold at most 5,000 g; shares at most about 5 % of what is listed (market/rules.md 1.3)."""
    most = _MOST_GRAMS if kind == "gold" else max(1, listed // 20)
    if not 1 <= quantity <= most:
        raise Refused(Reason.BAD_QUANTITY)


def check_grid(floor: Floor, prices: Sequence[int]) -> None:
    for price in prices:
        if not ticks.on_tick(floor.kind, price):
            raise Refused(Reason.OFF_TICK)
        if not floor.lower <= price <= floor.upper:
            raise Refused(Reason.OUT_OF_BAND)


def open_windows(table: Timetable, market: Market, kind: Kind, at: datetime) -> list[Window]:
    """The sessions that hold; refused when there is none."""
    if not is_trading_day(at.date()):
        raise Refused(Reason.NOT_A_TRADING_DAY)
    windows = table.open(market, at, kind)
    if not windows:
        raise Refused(Reason.BEFORE_OPEN if at < table.first(market, kind) else Reason.CLOSED)
    return windows


def check_interruption(floor: Floor, type: str) -> None:
    """A volatility interruption takes what a call auction takes (market/rules.md 4.4)."""
    if floor.interruption is not None and type not in _IN_INTERRUPTIONS:
        raise Refused(Reason.TYPE_NOT_NOW)


def check_type(windows: list[Window], type: str) -> None:
    if taken_by(windows, type):
        return
    if any(window.session.cancel_only for window in windows):
        raise Refused(Reason.BREAK_CANCEL_ONLY)
    raise Refused(Reason.TYPE_NOT_NOW)
