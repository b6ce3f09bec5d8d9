"""1h volatility interruptions (kiwoom/websocket.md 11).

9068 and 9075 have no list of codes: 1 is what was seen, of a beginning and of the regular market, and 9068 stays blank
at an end, which 1224 tells. 9008 and 9069 use the numbers of ka10054.
"""

from __future__ import annotations

from kiwoom_desk.simulator.formats import percent, time6
from kiwoom_desk.simulator.http_api.interruptions import DIRECTIONS, STATIC, market_code
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.http_api.views import MILLION
from kiwoom_desk.simulator.model import InterruptionEvent
from kiwoom_desk.simulator.stream.entries import Values


def interruption_values(office: Office, event: InterruptionEvent) -> Values:
    one = event.interruption
    listing, tape = office.core.listings[one.code], office.core.tape(one.code, "KRX")
    return {
        "9001": one.code,
        "302": listing.name,
        "13": str(tape.volume),
        "14": str(tape.turnover // MILLION),
        "9068": "" if event.ended else "1",
        "9008": market_code(listing),
        "9075": "1",
        "1221": str(one.price),
        "1223": time6(one.at),
        "1224": time6(one.released),
        "1225": STATIC,
        "1236": str(one.reference),
        "1237": "0",
        "1238": percent(one.price - one.reference, one.reference),
        "1239": "0.00",
        "1489": percent(one.price - tape.base, tape.base),
        "1490": str(one.count),
        "9069": DIRECTIONS[one.side],
        "1279": ("+" if one.side == "buy" else "-") + STATIC,
    }
