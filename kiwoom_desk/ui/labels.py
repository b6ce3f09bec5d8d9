"""The words of the interface for everything that has a name in the code: Korean first, English second.

Words: docs/ui.md 7 and market/glossary.md. Complete by test: an enum member without a word fails the build.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

from kiwoom_desk.domain.instruments import Flag, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Doubt, Order, OrderState, Standing
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import Level
from kiwoom_desk.ui.theme import Tone

Language = Literal["ko", "en"]


class Words(NamedTuple):
    ko: str
    en: str


WORDS: dict[Enum, Words] = {
    World.PRACTICE: Words("연습", "Practice"),
    World.MOCK: Words("모의", "Mock"),
    World.LIVE: Words("실전", "Live"),
    Market.STOCK: Words("주식", "Stock"),
    Market.GOLD: Words("금현물", "Gold spot"),
    Venue.KRX: Words("KRX", "KRX"),
    Venue.NXT: Words("NXT", "NXT"),
    Venue.SOR: Words("SOR", "SOR"),
    Side.BUY: Words("매수", "Buy"),
    Side.SELL: Words("매도", "Sell"),
    InstrumentKind.SHARE: Words("주식", "Share"),
    InstrumentKind.ETF: Words("ETF", "ETF"),
    InstrumentKind.ETN: Words("ETN", "ETN"),
    InstrumentKind.ELW: Words("ELW", "ELW"),
    InstrumentKind.GOLD: Words("금", "Gold"),
    OrderType.LIMIT: Words("보통(지정가)", "Limit"),
    OrderType.MARKET: Words("시장가", "Market"),
    OrderType.CONDITIONAL: Words("조건부지정가", "Limit-to-market-on-close"),
    OrderType.BEST_OPPOSITE: Words("최유리지정가", "Best opposite-side limit"),
    OrderType.BEST_SAME: Words("최우선지정가", "Best same-side limit"),
    OrderType.LIMIT_IOC: Words("보통(IOC)", "Limit IOC"),
    OrderType.MARKET_IOC: Words("시장가(IOC)", "Market IOC"),
    OrderType.BEST_OPPOSITE_IOC: Words("최유리(IOC)", "Best opposite-side IOC"),
    OrderType.LIMIT_FOK: Words("보통(FOK)", "Limit FOK"),
    OrderType.MARKET_FOK: Words("시장가(FOK)", "Market FOK"),
    OrderType.BEST_OPPOSITE_FOK: Words("최유리(FOK)", "Best opposite-side FOK"),
    OrderType.STOP_LIMIT: Words("스톱지정가", "Stop limit"),
    OrderType.MID: Words("중간가", "Midpoint"),
    OrderType.MID_IOC: Words("중간가(IOC)", "Midpoint IOC"),
    OrderType.MID_FOK: Words("중간가(FOK)", "Midpoint FOK"),
    OrderType.PRE_OPEN: Words("장시작전시간외", "Pre-open off-hours"),
    OrderType.OFF_HOURS: Words("시간외단일가", "Off-hours single price"),
    OrderType.AFTER_CLOSE: Words("장마감후시간외", "After-close off-hours"),
    OrderState.SENDING: Words("전송중", "Sending"),
    OrderState.UNCONFIRMED: Words("확인필요", "Unconfirmed"),
    OrderState.NOT_PLACED: Words("미전송", "Not sent"),
    OrderState.WORKING: Words("접수", "Working"),
    OrderState.FILLED: Words("체결", "Filled"),
    OrderState.CANCELED: Words("취소", "Cancelled"),
    OrderState.REPLACED: Words("정정확인", "Amended"),
    OrderState.REJECTED: Words("거부", "Rejected"),
    OrderState.EXPIRED: Words("만료", "Expired"),
    Standing.SENDING: Words("전송중", "Sending"),
    Standing.ENTERED: Words("접수", "Entered"),
    Standing.UNCONFIRMED: Words("확인필요", "Unconfirmed"),
    Standing.DONE: Words("확인", "Confirmed"),
    Standing.FAILED: Words("실패", "Failed"),
    Standing.ABSENT: Words("미접수(추정)", "Not received (presumed)"),
    Standing.MOOT: Words("대상 없음", "Nothing left"),
    Doubt.OVERFILLED: Words("체결이 주문보다 많음", "Filled more than ordered"),
    Doubt.SUM_TOO_LARGE: Words("체결·취소·정정 합이 주문보다 많음", "Parts exceed the order"),
    Doubt.DIFFERS: Words("보낸 내용과 다름", "Differs from what was sent"),
    Doubt.FILLED_THOUGH_REJECTED: Words("거부됐는데 체결됨", "Filled though rejected"),
    Doubt.CLAIMED_TWICE: Words("한 번호를 두 주문이 가리킴", "One number, two orders"),
    Doubt.ACCEPTED_THOUGH_REFUSED: Words("거부 응답 뒤 접수됨", "Accepted though refused"),
    Doubt.KIND_UNCLEAR: Words("주문 종류가 불분명함", "Kind unclear"),
    Level.INFO: Words("알림", "Info"),
    Level.GOOD: Words("완료", "Done"),
    Level.WARN: Words("주의", "Warning"),
    Level.ALARM: Words("경보", "Alarm"),
} | {
    flag: Words(flag.value, english)
    for flag, english in {
        Flag.HALTED: "Trading halt",
        Flag.LIQUIDATION: "Liquidation trading",
        Flag.ADMINISTRATIVE: "Administrative issue",
        Flag.RISK: "Investment risk",
        Flag.WARNING: "Investment warning",
        Flag.ATTENTION: "Investment attention issue",
        Flag.CAUTION: "Investment caution",
        Flag.OVERHEATED: "Short-term overheated",
        Flag.ILLIQUID: "Ultra-low liquidity",
        Flag.ETF_CAUTION: "ETF caution",
    }.items()
}

PARTLY_FILLED = Words("일부체결", "Partially filled")
AMENDING = Words("정정중", "Amending")
CANCELLING = Words("취소중", "Cancelling")
ABSENT = Words("미접수(추정)", "Not received (presumed)")
UNRESOLVED = Words("선택필요", "Choose")
SIDE_MARKS = {Side.BUY: "▲", Side.SELL: "▼"}
SHORT_TYPES = {OrderType.LIMIT: Words("보통", "Limit"), OrderType.CONDITIONAL: Words("조건부", "LMOC")}
"""What the blotter has room for; the others' words are short already."""

_language: Language = "ko"


def use(language: Language) -> None:
    global _language
    _language = language


def word(member: Enum) -> str:
    """The name of `member` in the language in use."""
    return _pick(WORDS[member])


def _pick(words: Words) -> str:
    return words.ko if _language == "ko" else words.en


def side(of: Side) -> str:
    """▲ 매수 / ▼ 매도: a mark beside the colour."""
    return f"{SIDE_MARKS[of]} {word(of)}"


def short_type(of: OrderType) -> str:
    return _pick(SHORT_TYPES.get(of, WORDS[of]))


def status(order: Order) -> str:
    """The state of a row in one word, the most urgent first (docs/ui.md 7, docs/decisions.md 21)."""
    if order.candidates and order.ref is None:
        return _pick(UNRESOLVED)
    if order.lost_cancel is not None:
        return word(OrderState.UNCONFIRMED)
    if order.state is OrderState.NOT_PLACED and order.absent:
        return _pick(ABSENT)
    if order.state is not OrderState.WORKING:
        return word(order.state)
    if order.cancelling:
        return _pick(CANCELLING)
    if order.amending:
        return _pick(AMENDING)
    return _pick(PARTLY_FILLED) if order.partly_filled else word(OrderState.WORKING)


STATE_ICONS = {
    OrderState.SENDING: "↗",
    OrderState.UNCONFIRMED: "?",
    OrderState.NOT_PLACED: "⊘",
    OrderState.WORKING: "○",
    OrderState.FILLED: "●",
    OrderState.CANCELED: "×",
    OrderState.REPLACED: "↻",
    OrderState.REJECTED: "!",
    OrderState.EXPIRED: "◌",
}
"""A shape for each state, so that it is never told by colour or word alone."""

STATE_TONES: dict[OrderState, Tone] = {
    OrderState.SENDING: "muted",
    OrderState.UNCONFIRMED: "alarm",
    OrderState.NOT_PLACED: "warn",
    OrderState.WORKING: "",
    OrderState.FILLED: "good",
    OrderState.CANCELED: "muted",
    OrderState.REPLACED: "muted",
    OrderState.REJECTED: "warn",
    OrderState.EXPIRED: "muted",
}


def status_tone(order: Order) -> Tone:
    """How the theme paints the state's word; `alarm` is the loudest thing on the screen."""
    if order.lost_cancel is not None or (order.candidates and order.ref is None):
        return "alarm"
    return STATE_TONES[order.state]
