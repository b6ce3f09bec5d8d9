"""Which order type each session takes (market/rules.md 4.2): one letter per type.

Y yes, y probably, ? not known, n probably not, - no, . the type belongs to another session of the same moment.
"""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.calendar import Window
from kiwoom_desk.simulator.order_types import GOLD_TYPES, STOCK_TYPES

_STOCK_ROWS: Final = {
    # 0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62 81
    "KRX_OPEN_AUCTION": "YYy---------------",
    "KRX_PRE_CLOSE_PRICE": "...............Y..",
    "KRX_REGULAR": "YYYYYYYYYYYYYyy---",
    "KRX_CLOSE_AUCTION": "YYn---------------",
    "KRX_AFTER_CLOSE_PRICE": "-----------------Y",
    "KRX_AFTER_MARKET": "Y--yyy-yy-y-------",
    "NXT_PRE": "Y--YYy-yy-y-------",
    "NXT_BREAK_AM": "------------------",
    "NXT_MAIN": "Yn-YYYyYYyYYYYY---",
    "NXT_BREAK_PM": "------------------",
    "NXT_AFTER_PREP": "Y--nn-------------",
    "NXT_AFTER": "Y--YYy-yy-y-------",
    "NXT_CLOSE_PRICE": ".................Y",
    "SOR_PRE": "Yn-yy?-??-?-------",
    "SOR_GAP_AM": "yynnnnnnnnnnnnnn-n",
    "SOR_MAIN": "YYnYYYYYYYYnnnn---",
    "SOR_CLOSE": "yynnnnnnnnnnnnnn-n",
    "SOR_AFTER_PREP": "y-----------------",
    "SOR_AFTER_NXT": "Y--yy?-??-?-------",
    "SOR_AFTER_BOTH": "y--???-??-?-------",
    "SOR_CLOSE_PRICE": ".................Y",
}
_GOLD_ROWS: Final = {
    # 00 10 20; IOC and FOK in auctions are presumed refused (market/rules.md 8)
    "GOLD_OPEN_AUCTION": "Ynn",
    "GOLD_REGULAR": "YYY",
    "GOLD_CLOSE_AUCTION": "Ynn",
}
MATRIX: Final[dict[str, dict[str, str]]] = {
    **{id: dict(zip(STOCK_TYPES, row, strict=True)) for id, row in _STOCK_ROWS.items()},
    **{id: dict(zip(GOLD_TYPES, row, strict=True)) for id, row in _GOLD_ROWS.items()},
}
_TAKEN: Final = frozenset("Yy?")


def taken_by(windows: list[Window], type: str) -> list[Window]:
    """The windows whose session takes this type: yes, probably and not known count as taken (market/rules.md 13)."""
    return [window for window in windows if MATRIX[window.session.id][type] in _TAKEN]
