from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, NotSent, Outcome, RefusalKind, Refused
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.kiwoom import refusals, requests
from kiwoom_desk.kiwoom.answers import outcome, parse, refusal, statement
from kiwoom_desk.kiwoom.http import BadBody, Exchange, Mark, Reply
from tests.support.day import DAY, draft, ref
from tests.support.faults import fault

PLACE = requests.place(draft())
AMEND = requests.amend(ref(139), draft(), AmendDraft(None, 71_300))
CANCEL = requests.cancel(ref(140), draft(), None)


def exchange(mark: Mark = Mark.NONE, reply: Reply | None = None, error: BaseException | None = None) -> Exchange:
    return Exchange(datetime.now(UTC), 0.0, mark, reply, error)


def answered(
    body: object, status: int = 200, request: requests.OrderRequest = PLACE, headers: dict[str, str] | None = None
) -> Outcome:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return outcome(exchange(Mark.ANSWERING, Reply(status, headers or {}, data)), request, DAY)


def failed(mark: Mark, error: BaseException) -> Outcome:
    return outcome(exchange(mark, error=error), PLACE, DAY)


def said(code: object, text: str, **more: object) -> dict[str, object]:
    return {"return_code": code, "return_msg": text, **more}


# --- accepted --------------------------------------------------------------------------------------------------------
@fault("J02")
@pytest.mark.parametrize("code", [0, "0", "0000"])
def test_code_nought_with_a_number_is_accepted(code: object) -> None:
    assert answered(said(code, "매수주문이 완료되었습니다.", ord_no="0012345")) == Accepted(ref(12345))


@fault("J08")
def test_a_number_is_the_same_with_and_without_its_zeros() -> None:
    assert answered(said(0, "", ord_no="00024")) == answered(said(0, "", ord_no="0000024")) == Accepted(ref(24))


def test_an_amendment_brings_the_root_of_the_chain_and_the_moved_part() -> None:
    body = said(0, "", ord_no="0000140", base_orig_ord_no="0000139", mdfy_qty="000000000010", dmst_stex_tp="KRX")
    assert answered(body, request=AMEND) == Accepted(ref(140), 139, 10)


def test_a_cancel_brings_the_withdrawn_part() -> None:
    body = said(0, "", ord_no="0000141", base_orig_ord_no="0000139", cncl_qty="000000000006")
    assert answered(body, request=CANCEL) == Accepted(ref(141), 139, 6)


def test_an_odd_quantity_does_not_doubt_the_acceptance() -> None:
    assert answered(said(0, "", ord_no="0000141", cncl_qty="1.5"), request=CANCEL) == Accepted(ref(141))


@fault("J03")
@pytest.mark.parametrize("number", [None, "", "0000000", "12a45", 12345, " ", "１２", "-5", ["1"]])
def test_acceptance_without_a_proper_number_is_an_answer_lost(number: object) -> None:
    assert isinstance(answered(said(0, "완료", ord_no=number)), AnswerLost)


@fault("J09")
def test_an_amendment_whose_echo_contradicts_it_is_an_answer_lost() -> None:
    body = said(0, "", ord_no="0000140", base_orig_ord_no="0000139", dmst_stex_tp="NXT")
    assert isinstance(answered(body, request=AMEND), AnswerLost)
    assert isinstance(answered(said(0, "", ord_no="0000140", base_orig_ord_no="140"), request=AMEND), AnswerLost)


GOLD = OrderDraft(Market.GOLD, "M04020000", Venue.KRX, Side.BUY, OrderType.LIMIT, 10, 198_500)


@fault("J04", "J09")
@pytest.mark.parametrize(
    "request_",
    [
        requests.amend(ref(140), draft(), AmendDraft(None, 71_300)),
        requests.cancel(ref(140), draft(), None),
        requests.amend(ref(140), GOLD, AmendDraft(None, 198_700)),
        requests.cancel(ref(140), GOLD, 3),
    ],
    ids=lambda request: request.tr,
)
@pytest.mark.parametrize("number", ["0000140", "00140"])
def test_a_reply_that_names_the_order_to_be_changed_has_named_none(
    request_: requests.OrderRequest, number: str
) -> None:
    """Else the order that still rests would be taken for its own cancellation."""
    end = answered(said(0, "", ord_no=number, base_orig_ord_no="0000139"), request=request_)
    assert isinstance(end, AnswerLost) and "주문번호" in end.reason


@fault("J09")
def test_a_new_order_with_another_venue_echoed_is_accepted_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert answered(said(0, "", ord_no="0000140", dmst_stex_tp="NXT")) == Accepted(ref(140))
    assert "another venue" in caplog.text


@pytest.mark.parametrize("status", [201, 202, 204, 301, 302, 400, 500])
def test_only_http_200_accepts(status: int) -> None:
    assert isinstance(answered(said(0, "", ord_no="0000140"), status), AnswerLost)


# --- refused: one test per entry of the whitelist --------------------------------------------------------------------
@fault("H14", "N23", "X04")
@pytest.mark.parametrize(("code", "kind"), sorted(refusals.GATEWAY.items()))
@pytest.mark.parametrize("klass", [2, "3"])
@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_each_code_of_the_gateway_is_a_refusal(code: str, kind: RefusalKind, klass: object, status: int) -> None:
    text = f"인증에 실패했습니다[{code}:이유]"
    assert answered(said(klass, text), status) == Refused(code, text, kind)


@fault("H15")
@pytest.mark.parametrize("code", sorted(refusals.LIMITS))
@pytest.mark.parametrize("status", [200, 429])
def test_each_limit_is_a_refusal(code: str, status: int) -> None:
    text = f"허용된 요청 개수를 초과하였습니다[{code}:API ID=kt10000, 유량=5]"
    assert answered(said(5, text), status) == Refused(code, text, RefusalKind.TOO_MANY)


@fault("J05")
@pytest.mark.parametrize("klass", sorted(refusals.BUSINESS_CLASSES))
@pytest.mark.parametrize("code", ["RC4003", "RC4058", "RC9000", "800033", "855056", "571412", "999999", "123456"])
def test_every_refusal_of_the_back_office_is_one(klass: int, code: str) -> None:
    text = f"[2000]({code}:주문을 할 수 없습니다)"
    assert answered(said(klass, text)) == Refused(code, text, RefusalKind.BUSINESS)


def test_the_whitelist_is_the_one_of_the_law() -> None:
    """docs/reliability.md 2.6, written out a second time so that a slip in the table shows."""
    auth = [8001, 8002, 8003, 8005, 8006, 8009, 8010, 8011, 8012, 8020, 8040, 8050, 8103, *range(1512, 1517)]
    entries = [1501, 1504, 1505, 1511, 1517, 1687, 1901, 1902, 1903, 8104, 8200]
    assert {str(code) for code in auth} == refusals.SIGN_IN
    assert {str(code) for code in entries} == refusals.INPUT
    assert {"8030", "8031"} == refusals.WRONG_ENVIRONMENT
    assert {"1700", "1701", "1702"} == refusals.LIMITS


def test_the_text_of_a_refusal_is_plain_and_short() -> None:
    refused = answered(said(20, "[2000](RC4058:" + "\u202e장\n종료" * 200 + ")"))
    assert isinstance(refused, Refused)
    assert len(refused.text) <= 200 and "\u202e" not in refused.text and "\n" not in refused.text


# --- everything else is an answer lost -------------------------------------------------------------------------------
@fault("J02", "J06", "J07")
@pytest.mark.parametrize(
    ("klass", "text"),
    [
        (20, "[1999:예상치 못한 오류]"),
        (1999, "예상치 못한 오류[1999]"),
        (20, "[2000](장종료)"),
        (20, "장이 종료되었습니다"),
        (2, "[2000](RC4058:장종료)"),
        (5, "종목이 너무 많습니다[1634]"),
        (3, "허용된 요청 개수를 초과하였습니다[1700:유량=5]"),
        (7, "새로운 오류[4711:무엇]"),
        (2, "입력 값 오류입니다"),
        (None, "인증에 실패했습니다[8005:x]"),
        (True, "인증에 실패했습니다[8005:x]"),
        (3.0, "인증에 실패했습니다[8005:x]"),
        ("three", "인증에 실패했습니다[8005:x]"),
        (-3, "인증에 실패했습니다[8005:x]"),
    ],
)
def test_whatever_is_not_listed_is_an_answer_lost(klass: object, text: str) -> None:
    assert isinstance(answered(said(klass, text)), AnswerLost)


@fault("H11", "H13", "H16")
@pytest.mark.parametrize("status", [408, 409, 425, 499, 500, 502, 503, 504, 301, 307])
@pytest.mark.parametrize("text", ["[2000](RC4058:장종료)", "인증에 실패했습니다[8005:x]", "[1700:유량=5]"])
def test_some_statuses_prove_nothing_whatever_the_body(status: int, text: str) -> None:
    for klass in (3, 5, 20):
        assert isinstance(answered(said(klass, text), status), AnswerLost)


@fault("H12", "H14")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415, 429])
@pytest.mark.parametrize("body", [b"", b"<html>Request Blocked</html>", b"{}", b'{"return_code": 3}'])
def test_a_bare_4xx_is_an_answer_lost(status: int, body: bytes) -> None:
    assert isinstance(answered(body, status), AnswerLost)


@fault("H15")
def test_http_429_proves_only_the_limit() -> None:
    assert isinstance(answered(said(20, "[2000](RC4058:장종료)"), 429), AnswerLost)
    assert isinstance(answered(said(3, "[8005:x]"), 429), AnswerLost)


@fault("J01", "H08", "H09", "H10")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"return_code": 0, "ord_no": "0000001"',
        b'{"return_code": NaN, "ord_no": "0000001"}',
        b'{"return_code": 0, "ord_no": "0000001", "ord_no": "0000002"}',
        b'{"return_code": 20, "return_code": 0, "ord_no": "0000001"}',
        '{"return_code": 0, "ord_no": "0000001", "return_msg": "완료"}'.encode("euc-kr"),
        b'\xef\xbb\xbf{"return_code": 0, "ord_no": "0000001"}',
        b"<html>" + b"x" * 100,
        b'{"a":' * 20_000,
        b"[" * 30_000,
    ],
)
def test_a_body_that_is_not_one_proper_object_is_an_answer_lost(body: bytes) -> None:
    assert isinstance(answered(body), AnswerLost)


@given(st.binary(max_size=200), st.sampled_from([200, 400, 401, 429, 500]))
def test_no_answer_makes_it_raise_and_noise_never_proves_anything(body: bytes, status: int) -> None:
    assert isinstance(answered(body, status), AnswerLost)


@given(st.dictionaries(st.sampled_from(["return_code", "return_msg", "ord_no"]), st.one_of(st.none(), st.integers())))
def test_figures_in_the_wrong_places_prove_nothing(body: dict[str, object]) -> None:
    assert isinstance(answered(body), AnswerLost)


# --- no answer -------------------------------------------------------------------------------------------------------
CONNECTING = [
    httpx.ConnectError("x"),
    httpx.ConnectTimeout("x"),
    httpx.PoolTimeout("x"),
    httpx.ProxyError("x"),
    httpx.UnsupportedProtocol("x"),
    httpx.InvalidURL("x"),
    TimeoutError(),
    OSError("x"),
]
LATER = [
    httpx.WriteError("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadTimeout("x"),
    httpx.ReadError("x"),
    httpx.RemoteProtocolError("x"),
    httpx.CloseError("x"),
    httpx.DecodingError("x"),
    BadBody("응답이 너무 큼"),
    asyncio.CancelledError(),
    TimeoutError(),
    OSError("x"),
    RuntimeError("something new"),
]


@pytest.mark.parametrize("error", CONNECTING, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("mark", [Mark.NONE, Mark.CONNECT])
def test_below_the_watermark_nothing_was_sent(mark: Mark, error: BaseException) -> None:
    assert isinstance(failed(mark, error), NotSent)


@pytest.mark.parametrize("error", [*CONNECTING, *LATER], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("mark", [Mark.SEND_STARTED, Mark.HEADERS_SENT, Mark.ANSWERING])
def test_from_the_watermark_on_any_error_is_an_answer_lost(mark: Mark, error: BaseException) -> None:
    assert isinstance(failed(mark, error), AnswerLost)


def test_headers_that_could_not_be_built_were_not_sent_but_a_broken_body_may_have_been() -> None:
    assert isinstance(failed(Mark.SEND_STARTED, httpx.LocalProtocolError("x")), NotSent)
    assert isinstance(failed(Mark.HEADERS_SENT, httpx.LocalProtocolError("x")), AnswerLost)


# --- reading codes ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "code", "back_office"),
    [
        ("인증에 실패했습니다[8005:Token이 유효하지 않습니다]", "8005", False),
        ("[1634]", "1634", False),
        ("[2000](RC4058:모의투자 장종료)", "RC4058", True),
        ("[2000]( 800033:매도가능수량이 부족합니다. 3주)", "800033", True),
        ("토큰 인증에 실패했습니다 [CODE=8005, MESSAGE=...]", "8005", False),
        ("조회가 완료되었습니다", "", False),
    ],
)
def test_the_code_is_found_in_the_text(text: str, code: str, back_office: bool) -> None:
    found = statement(20, text)
    assert (found.code, found.back_office) == (code, back_office)


def test_a_refusal_needs_a_class() -> None:
    assert refusal(200, statement(0, "[8005:x]")) is None


def test_a_plain_object_is_read() -> None:
    assert parse(b'{"a": 1}') == {"a": 1}
