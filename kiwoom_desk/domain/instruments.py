"""What can be traded, where, and on which side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from enum import Enum

SEOUL = timezone(timedelta(hours=9), "KST")
"""Korean time. The country keeps no daylight saving time, so a fixed offset needs no time zone data on Windows."""


class Market(Enum):
    """The two kinds of account and wire: stocks, and KRX gold spot (금현물). The value is what journals store."""

    STOCK = "stock"
    GOLD = "gold"


class Venue(Enum):
    """Where an order is routed. Gold has no venue on the wire; here it is always KRX."""

    KRX = "KRX"
    NXT = "NXT"
    SOR = "SOR"


class Side(Enum):
    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class InstrumentKind(Enum):
    """What decides tick table, price band, tax and sessions."""

    SHARE = "share"
    ETF = "etf"
    ETN = "etn"
    ELW = "elw"
    GOLD = "gold"


class Flag(Enum):
    """Designations that the ticket shows (market/rules.md 10.4)."""

    HALTED = "거래정지"
    LIQUIDATION = "정리매매"
    ADMINISTRATIVE = "관리종목"
    RISK = "투자위험"
    WARNING = "투자경고"
    ATTENTION = "투자주의환기"
    CAUTION = "투자주의"
    OVERHEATED = "단기과열"
    ILLIQUID = "초저유동성"
    ETF_CAUTION = "ETF투자유의"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One listed instrument as the directory knows it (ka10099).

    `code` is the bare six characters (letters allowed) or the gold code with its M. `last_close` is yesterday's close
    in won, `listed` the number of listed shares; both None when the broker did not say. `nxt` is per day.
    """

    market: Market
    code: str
    name: str
    kind: InstrumentKind
    board: str = ""
    english: str = ""
    nxt: bool = False
    last_close: int | None = None
    listed: int | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)
    state: str = ""


GOLD_1KG = Instrument(Market.GOLD, "M04020000", "금 99.99_1Kg", InstrumentKind.GOLD, "금현물", "Gold 99.99% 1 kg")
GOLD_100G = Instrument(
    Market.GOLD, "M04020100", "미니금 99.99_100g", InstrumentKind.GOLD, "금현물", "Mini gold 99.99% 100 g"
)
GOLD = (GOLD_1KG, GOLD_100G)
"""KRX gold spot has these two lines only (kiwoom/README.md 8)."""
