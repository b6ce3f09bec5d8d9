"""One entry of a REAL frame's `data`: type, name, item and the values by FID, all of them text."""

from __future__ import annotations

from typing import Any, Final

Values = dict[str, str]
Entry = dict[str, Any]

NAMES: Final = {
    "00": "주문체결",
    "04": "현물잔고",
    "0B": "주식체결",
    "0C": "주식우선호가",
    "0D": "주식호가잔량",
    "0H": "주식예상체결",
    "0s": "장시작시간",
    "1h": "VI발동/해제",
}


def entry(type: str, item: str, values: Values) -> Entry:
    return {"type": type, "name": NAMES[type], "item": item, "values": values}
