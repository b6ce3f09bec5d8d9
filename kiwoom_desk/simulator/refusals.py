"""What a refusal of the exchange is called on the wire, per environment (errors.md 2 and 3).

Live numbers come from the live back office, RC codes from the mock system. Where no code is published for a reason the
nearest published one speaks with a text of its own, and OWN codes (marked so) fill the rest: a client can only show
them.
The practice world speaks like live.
"""

from __future__ import annotations

from typing import Final, Literal

from kiwoom_desk.simulator.envelope import Denied, bad_input, business
from kiwoom_desk.simulator.model import Reason, Refused
from kiwoom_desk.simulator.profiles import Environment

World = Literal["live", "mock"]
Wording = tuple[str, str]

_LIVE: Final[dict[Reason, Wording]] = {
    Reason.OFF_TICK: ("571557", "주문단가가 호가단위에 맞지 않습니다."),
    Reason.OUT_OF_BAND: ("571557", "주문단가가 상하한가 범위를 벗어났습니다."),
    Reason.PRICE_MISSING: ("308003", "주문단가를 입력하십시오."),
    Reason.PRICE_FORBIDDEN: ("502048", "해당 매매구분은 주문단가를 입력할 수 없습니다."),
    Reason.CLOSING_PRICE_FORBIDDEN: ("571357", "시간외종가 주문은 단가를 입력할 수 없습니다."),
    Reason.TYPE_NOT_NOW: ("521790", "해당 시간에는 처리할 수 없는 매매구분입니다."),
    Reason.BREAK_CANCEL_ONLY: ("505217", "휴장시간입니다. 취소주문만 가능합니다."),
    Reason.BEFORE_OPEN: ("521790", "장 시작 전입니다. 주문 가능 시간이 아닙니다."),
    Reason.CLOSED: ("521790", "장이 종료되었습니다. 주문 가능 시간이 아닙니다."),
    Reason.NOT_A_TRADING_DAY: ("571489", "금일은 장이 열리지 않는 날입니다."),
    Reason.NO_CASH: ("855056", "매수증거금이 부족합니다. {number}주 매수가능"),
    Reason.NO_SHARES: ("800033", "매도가능수량이 부족합니다. {number}주 매도가능"),
    Reason.NO_ORIGINAL: ("506551", "원주문번호가 존재하지 않습니다."),  # OWN
    Reason.NOTHING_LEFT: ("506550", "정정/취소 가능수량이 없습니다."),
    Reason.ORIGINAL_IS_CANCEL: ("571435", "원주문이 취소주문입니다."),
    Reason.WRONG_ROUTING: ("571412", "원주문의 거래소구분과 다릅니다. 거래소구분을 확인하십시오."),
    Reason.SAME_PRICE: ("571558", "정정단가가 원주문 단가와 같습니다."),  # OWN
    Reason.NOT_AMENDABLE: ("571413", "정정할 수 없는 주문입니다."),  # OWN
    Reason.TOO_MANY: ("571560", "1회 주문 한도를 초과하였습니다."),  # OWN
    Reason.HALTED: ("571242", "매매거래가 정지된 종목입니다."),
    Reason.BAD_QUANTITY: ("571561", "주문수량이 올바르지 않습니다."),  # OWN
}
_MOCK_ONLY: Final[dict[Reason, Wording]] = {
    Reason.OFF_TICK: ("RC4003", "모의투자 주문처리가 안되었습니다. 호가단위를 확인하십시오."),
    Reason.OUT_OF_BAND: ("RC4027", "모의투자 상한가/하한가를 벗어난 가격입니다."),
    Reason.BEFORE_OPEN: ("RC4057", "모의투자 장시작전입니다."),
    Reason.CLOSED: ("RC4058", "모의투자 장종료되었습니다."),
    Reason.NOT_A_TRADING_DAY: ("RC4010", "모의투자 영업일이 아닙니다."),
    Reason.VENUE_NOT_OFFERED: ("RC9000", "모의투자에서는 해당업무가 제공되지 않습니다."),
    Reason.NO_ORIGINAL: ("RC4032", "모의투자 원주문번호가 존재하지 않습니다."),
    Reason.NOTHING_LEFT: ("RC4033", "모의투자 정정/취소할 수량이 없습니다."),
    Reason.ORIGINAL_IS_CANCEL: ("RC4061", "모의투자 주문번호를 확인하십시오."),
    Reason.HALTED: ("RC4007", "모의투자 매매제한 종목입니다."),
}
_TABLES: Final[dict[World, dict[Reason, Wording]]] = {"live": _LIVE, "mock": {**_LIVE, **_MOCK_ONLY}}


def denial(refused: Refused, environment: Environment) -> Denied:
    """How `refused` reads in this environment. Unknown instruments are the gateway's to refuse (1902, 1903)."""
    if refused.reason is Reason.UNKNOWN_CODE:
        return bad_input(1902, "종목 정보가 없습니다. 입력한 종목코드 값을 확인바랍니다")
    table = _TABLES["mock" if environment == "mock" else "live"]
    if refused.reason not in table:
        return bad_input(1903, "거래소구분과 종목코드의 조합이 올바르지 않습니다")
    code, text = table[refused.reason]
    return business(code, text.format(number=refused.number or 0))


def wrong_account() -> Denied:
    return business("508540", "해당 업무를 처리할 수 없는 계좌입니다.")


def not_gold() -> Denied:
    return business("999999", "금현물 계좌만 사용 가능한 서비스입니다.")


def not_credit() -> Denied:
    return business("503721", "신용계좌만 사용 가능합니다.")


def bad_venue_filter() -> Denied:
    return business("501307", "거래소구분을 확인하십시오.")
