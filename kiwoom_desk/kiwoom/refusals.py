"""The whitelist: which answers prove that an order was NOT taken. Data, not logic; one test per entry.

Source: docs/reliability.md 2.6 and kiwoom/errors.md 2 to 4. Everything that is not here is an answer lost. An entry is
added only after it was reproduced on the broker's mock and a look at the order list showed no order.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiwoom_desk.domain.facts import RefusalKind

LIMIT_CLASS = 5
BUSINESS_CLASSES = frozenset({20, 2000})
"""`return_code` of a refusal by the back office; its text wraps `[2000](CODE:...)` and any such code is a refusal."""

GATEWAY_CLASSES = frozenset({3, LIMIT_CLASS})
"""Sign-in and limits: nothing of what was asked for has been answered."""

BACK_OFFICE = "2000"
"""Stands where a code of the gateway would, before one of the back office that may be too odd to be read."""

LIMITS = frozenset({"1700", "1701", "1702"})
"""Per TR, total, per group. Proof only together with class 5, at HTTP 200 or 429."""

SIGN_IN = frozenset(
    {
        "1512",
        "1513",
        "1514",
        "1515",
        "1516",
        "8001",
        "8002",
        "8003",
        "8005",
        "8006",
        "8009",
        "8010",
        "8011",
        "8012",
        "8020",
        "8040",
        "8050",
        "8103",
    }
)
WRONG_ENVIRONMENT = frozenset({"8030", "8031"})
INPUT = frozenset({"1501", "1504", "1505", "1511", "1517", "1687", "1901", "1902", "1903", "8104", "8200"})

GATEWAY: Mapping[str, RefusalKind] = {
    **dict.fromkeys(sorted(SIGN_IN), RefusalKind.SIGN_IN),
    **dict.fromkeys(sorted(WRONG_ENVIRONMENT), RefusalKind.WRONG_ENVIRONMENT),
    **dict.fromkeys(sorted(INPUT), RefusalKind.INPUT),
}
"""Codes of the gateway in front of the back office, whatever the class they come in."""

RENEW = frozenset({"8003", "8005", "8010", "8031", "8103"})
"""The token is the trouble: another one may help (errors.md 2, action reissue)."""

NO_STATEMENT = frozenset({408, 409, 425, 499})
"""HTTP statuses whose body proves nothing."""

EMPTY = frozenset({"501724", "571758"})
EMPTY_WORDS = ("내역이 없", "내역이없", "자료가없", "자료가 없")
"""Queries with nothing to list answer with an error (errors.md 3)."""

NOT_OFFERED = frozenset({"RC9000", "RC7006", "503721", "8104", "8200"})
WRONG_ACCOUNT = frozenset({"508540", "840038", "999999"})

SENTENCES: Mapping[str, str] = {
    "1512": "요청 머리글이 올바르지 않다고 합니다.",
    "1687": "같은 요청이 반복되어 키움이 API 호출을 제한했습니다.",
    "8001": "앱키 또는 시크릿키가 올바르지 않습니다. 키를 다시 확인하세요.",
    "8002": "앱키 또는 시크릿키가 올바르지 않습니다. 키를 다시 확인하세요.",
    "8003": "로그인 정보를 확인하지 못했습니다. 다시 로그인합니다.",
    "8005": "로그인이 만료되었거나 다른 프로그램이 같은 키로 로그인했습니다.",
    "8006": "로그인 토큰을 만들지 못했습니다. 잠시 후 다시 시도하세요.",
    "8009": "로그인 토큰을 받지 못했습니다. 잠시 후 다시 시도하세요.",
    "8010": "로그인한 IP와 지금 IP가 다릅니다. 이 컴퓨터의 인터넷 주소가 바뀌었습니다.",
    "8020": "앱키 또는 시크릿키가 비어 있습니다.",
    "8030": "다른 환경(실전/모의)의 앱키입니다. 이 환경의 앱키를 등록하세요.",
    "8031": "다른 환경(실전/모의)의 로그인입니다. 이 환경의 앱키를 등록하세요.",
    "8040": "단말기 인증에 실패했습니다. 키움 API 포털의 설정을 확인하세요.",
    "8050": "이 컴퓨터의 공인 IP가 키움 API 포털에 등록되어 있지 않습니다. 포털에서 IP를 등록하세요.",
    "8103": "로그인 또는 단말기 인증에 실패했습니다.",
    "8104": "모의투자에서는 제공하지 않는 기능입니다.",
    "8200": "법인 계좌에는 제공하지 않는 기능입니다.",
    "RC7006": "모의투자에서는 제공하지 않는 조회입니다.",
    "RC9000": "모의투자에서는 제공하지 않는 서비스입니다.",
    "503721": "신용 계좌만 쓸 수 있는 조회입니다.",
    "508540": "이 앱키의 계좌로는 쓸 수 없는 조회입니다.",
    "840038": "금현물 계좌의 앱키가 아닙니다. 금현물 계좌에서 발급한 앱키를 등록하세요.",
    "999999": "금현물 계좌의 앱키가 아닙니다. 금현물 계좌에서 발급한 앱키를 등록하세요.",
    "1902": "없는 종목코드입니다.",
    "1903": "그 거래소에서 거래하지 않는 종목입니다.",
}
"""What a code means for the trader, where the broker's own text is not clear enough by itself."""
