"""The words in which orders are listed. Each TR says the same thing in its own (kiwoom/README.md 3 and 6)."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.model import Order, Side, Venue

SIDE_CODES: Final[dict[Side, str]] = {"sell": "1", "buy": "2"}
SIDE_WORDS: Final[dict[Side, str]] = {"sell": "매도", "buy": "매수"}
VENUE_CODES: Final[dict[Venue, str]] = {"SOR": "0", "KRX": "1", "NXT": "2"}
_SIGNS: Final[dict[Side, str]] = {"sell": "-", "buy": "+"}
_KINDS: Final = {"new": "", "amend": "정정", "cancel": "취소"}

# As pushes (FID 906) and ka10075/ka10076 name the types.
FEED_TYPES: Final[dict[str, str]] = {
    "0": "보통", "3": "시장가", "5": "조건부지정가", "6": "최유리지정가", "7": "최우선지정가", "10": "보통(IOC)",
    "13": "시장가(IOC)", "16": "최유리(IOC)", "20": "보통(FOK)", "23": "시장가(FOK)", "26": "최유리(FOK)",
    "28": "스톱지정가", "29": "중간가", "30": "중간가(IOC)", "31": "중간가(FOK)", "61": "장전시간외",
    "62": "시간외단일가", "81": "장후시간외", "00": "보통",
}  # fmt: skip
# As kt00007 and its relatives name them: what is 보통 elsewhere is 지정가 here.
LEDGER_TYPES: Final[dict[str, str]] = {code: name.replace("보통", "지정가") for code, name in FEED_TYPES.items()}


def signed_kind(order: Order) -> str:
    """'+매수', '-매도정정'; cancels carry no sign (kiwoom/websocket.md 4, FID 905)."""
    words = SIDE_WORDS[order.side] + _KINDS[order.kind]
    return words if order.kind == "cancel" else _SIGNS[order.side] + words


def confirmation(order: Order) -> str:
    """`mdfy_cncl` of kt00007: blank for a plain order."""
    return f"{_KINDS[order.kind]}확인" if order.kind != "new" else ""


def acceptance(order: Order) -> str:
    """`acpt_tp` and `data_send_end_tp`. No source has shown how a row looks that ended with its session, so 만료 is
    settled here (kiwoom/README.md 10.4 and 10.7, docs/decisions.md 22)."""
    if order.expired:
        return "만료"
    return "주문거부" if order.rejected else "접수"


def average(order: Order) -> int:
    """Average fill price in whole won, 0 when nothing was filled."""
    return round(order.value / order.filled) if order.filled else 0
