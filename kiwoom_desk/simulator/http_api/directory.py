"""What is listed: ka10099 (by market) and ka10100 (one instrument)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.envelope import Answer, Body, Rows, accepted
from kiwoom_desk.simulator.formats import is_gold, padded
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, choice, listing_of, text
from kiwoom_desk.simulator.listings import ETF, KOSDAQ, KOSPI
from kiwoom_desk.simulator.model import Listing

_INFO: Final = "/api/dostk/stkinfo"
_OK: Final = "정상적으로 처리되었습니다"
_MARKETS: Final = {KOSPI: "거래소", KOSDAQ: "코스닥", ETF: "ETF"}
# One question delivers several markets: the KOSPI list has the funds in it (trs.json ka10099, notes).
_ASKED: Final = {KOSPI: (KOSPI, ETF), KOSDAQ: (KOSDAQ,), ETF: (ETF,)}
_LARGE: Final = 100_000_000
_COLUMNS: Final = (
    "code", "name", "listCount", "auditInfo", "regDay", "lastPrice", "state", "marketCode", "marketName", "upName",
    "upSizeName", "companyClassName", "orderWarning", "nxtEnable", "kind",
)  # fmt: skip


def _row(listing: Listing) -> Body:
    fund = listing.market == ETF
    return {
        "code": listing.code,
        "name": listing.name,
        "listCount": padded(listing.listed, 16),
        "auditInfo": "정상",
        "regDay": "20020103",
        "lastPrice": padded(listing.base, 8),
        "state": listing.state,
        "marketCode": listing.market,
        "marketName": _MARKETS[listing.market],
        "upName": "",
        "upSizeName": "" if fund else "대형주" if listing.listed > _LARGE else "중형주",
        "companyClassName": "우량기업" if listing.market == KOSDAQ else "",
        "orderWarning": listing.warning,
        "nxtEnable": "Y" if listing.nxt else "N",
        "kind": "A",
    }


def _list(office: Office, call: Call) -> Rows:
    markets = _ASKED.get(call.get("mrkt_tp"), ())
    listings = [listing for listing in office.core.listings.values() if listing.market in markets]
    return Rows("list", [(index, _row(listing)) for index, listing in enumerate(listings)], message=_OK)


def _one(office: Office, call: Call) -> Answer:
    """Blank fields for an unknown code; gold is not in this directory."""
    listing = listing_of(office, call.get("stk_cd"))
    return accepted(dict.fromkeys(_COLUMNS, "") if listing is None or is_gold(listing) else _row(listing))


_ALL_MARKETS: Final = ("0", "10", "30", "50", "60", "70", "80", "90", "2", "3", "4", "5", "6", "7", "8", "9")
TRS: Final = [
    Tr("ka10099", _INFO, _list, (choice("mrkt_tp", *_ALL_MARKETS),)),
    Tr("ka10100", _INFO, _one, (text("stk_cd", longest=6),)),
]
