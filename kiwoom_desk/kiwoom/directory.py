"""Every instrument of the account's market: ka10099 for shares and funds, two fixed lines for gold."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec

from kiwoom_desk.domain.instruments import GOLD, Flag, Instrument, InstrumentKind, Market
from kiwoom_desk.kiwoom import codes
from kiwoom_desk.kiwoom.client import INSTRUMENTS, Client, rows_of
from kiwoom_desk.kiwoom.numbers import Text, count, price
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.trading.ports import NotOffered, Urgency

log = logging.getLogger(__name__)

PAGES = 200
BOARDS = ("0", "10", "8", "60", "6", "50", "3")
"""mrkt_tp asked for: KOSPI, KOSDAQ, ETF, ETN, REIT, KONEX, ELW. One answer may hold rows of several boards."""

_KINDS = {
    "8": InstrumentKind.ETF,
    "60": InstrumentKind.ETN,
    "70": InstrumentKind.ETN,
    "90": InstrumentKind.ETN,
    "3": InstrumentKind.ELW,
}
_WARNINGS = {
    "1": Flag.ETF_CAUTION,
    "2": Flag.LIQUIDATION,
    "3": Flag.OVERHEATED,
    "4": Flag.RISK,
    "5": Flag.WARNING,
}
_WORDS = (
    # The longer word first: 투자주의환기 is not 투자주의.
    ("거래정지", Flag.HALTED),
    ("정리매매", Flag.LIQUIDATION),
    ("관리종목", Flag.ADMINISTRATIVE),
    ("투자위험", Flag.RISK),
    ("투자경고", Flag.WARNING),
    ("투자주의환기", Flag.ATTENTION),
    ("투자주의", Flag.CAUTION),
    ("단기과열", Flag.OVERHEATED),
    ("초저유동성", Flag.ILLIQUID),
)


class _Row(msgspec.Struct, rename="camel"):
    code: Text = None
    name: Text = None
    list_count: Text = None
    audit_info: Text = None
    last_price: Text = None
    state: Text = None
    market_code: Text = None
    market_name: Text = None
    order_warning: Text = None
    nxt_enable: Text = None


_ROW = msgspec.json.Decoder(_Row)


class KiwoomDirectory:
    """`trading.ports.Directory`."""

    def __init__(self, market: Market, client: Client) -> None:
        self._market, self._client = market, client

    async def instruments(self) -> Sequence[Instrument]:
        """Each code once, in the order of the boards. Raises QueryFailed."""
        if self._market is Market.GOLD:
            return GOLD
        found: dict[str, Instrument] = {}
        for board in BOARDS:
            try:
                for instrument in await self._board(board):
                    found.setdefault(instrument.code, instrument)
            except NotOffered as error:
                log.info("board not offered", extra={"board": board, "code": error.code})
        return tuple(found.values())

    async def _board(self, board: str) -> Sequence[Instrument]:
        found: list[Instrument] = []
        body = {"mrkt_tp": board}
        async for page in self._client.pages("ka10099", INSTRUMENTS, body, Urgency.BACKGROUND, most=PAGES):
            found += rows_of(page, "list", lambda raw: _instrument(_ROW.decode(raw)))
        return found


def _instrument(row: _Row) -> Instrument:
    """Raises Unreadable. A flag word in `state` or `auditInfo` counts wherever it stands."""
    return Instrument(
        market=Market.STOCK,
        code=codes.bare_code(row.code or "")[1],
        name=plain(row.name, 60),
        kind=_KINDS.get((row.market_code or "").strip(), InstrumentKind.SHARE),
        board=plain(row.market_name, 20),
        nxt=(row.nxt_enable or "").strip() == "Y",
        last_close=price(row.last_price),
        listed=count(row.list_count) or None,
        flags=_flags(row),
        state=plain(row.state),
    )


def _flags(row: _Row) -> frozenset[Flag]:
    remarks = f"{row.state or ''}|{row.audit_info or ''}".split("|")
    said = [next((flag for word, flag in _WORDS if word in remark), None) for remark in remarks]
    said.append(_WARNINGS.get((row.order_warning or "").strip()))
    return frozenset(flag for flag in said if flag is not None)
