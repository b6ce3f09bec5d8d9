"""Whatever the broker writes: no decoder fails otherwise than it says, and nothing reads as accepted that is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Refused, Reported
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import OrderReport
from kiwoom_desk.kiwoom import events, frames, numbers, requests, rows
from kiwoom_desk.kiwoom.answers import outcome
from kiwoom_desk.kiwoom.client import read, rows_of
from kiwoom_desk.kiwoom.http import Exchange, Mark, Reply
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.kiwoom.queries import Passing, Renewable, TooFast, page
from kiwoom_desk.kiwoom.quotes import read_texts
from kiwoom_desk.trading.ports import QueryFailed
from tests.support.day import DAY, at, draft, ref
from tests.support.faults import fault

DATA = Path(__file__).parent / "data"
GUIDE = json.loads((DATA / "guide.json").read_text(encoding="utf-8"))
FRAMES = json.loads((DATA / "frames.json").read_text(encoding="utf-8"))

REQUESTS = (
    requests.place(draft()),
    requests.amend(ref(139), draft(), AmendDraft(None, 71_300)),
    requests.cancel(ref(140), draft(), None),
)
STRINGS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["0", "00", "-0", "0000000", "0000024", " 24 ", "２４", "24.0", "1_0", "+7", "9" * 11, "[8005:x]"]),
    st.from_regex(r"[0-9]{1,10}", fullmatch=True),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    STRINGS,
)
ODD = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 302, 400, 401, 404, 408, 409, 425, 429, 499, 500, 502, 503, 504])
CODES = st.one_of(st.sampled_from([0, "0", "0000", 1, 3, 5, 20, "20", False, True, 0.0, None, -0.0]), ODD)
TEXTS = ["", "[1700:요청 개수 초과]", "[8005:유효하지 않은 토큰]", "[2000](RC4058:장종료)", "[1999:오류]"]
MESSAGES = st.one_of(st.sampled_from(TEXTS), ODD)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "return_code": CODES,
        "return_msg": MESSAGES,
        "ord_no": ODD,
        "base_orig_ord_no": ODD,
        "mdfy_qty": ODD,
        "cncl_qty": ODD,
        "dmst_stex_tp": ODD,
        "x": ODD,
    },
)


def judged(status: int, body: bytes, request: requests.OrderRequest) -> object:
    return outcome(Exchange(datetime.now(UTC), 0.0, Mark.ANSWERING, Reply(status, {}, body), None), request, DAY)


def proves_acceptance(status: int, body: bytes) -> bool:
    """The rule of docs/reliability.md 2.6, written anew: status 200, code 0 (int or digits), a number of digits."""
    said = json.loads(body)
    code, number = said.get("return_code"), said.get("ord_no")
    nought = (type(code) is int and code == 0) or (isinstance(code, str) and re.fullmatch(r"\s*0+\s*", code, re.ASCII))
    named = isinstance(number, str) and re.fullmatch(r" *[0-9]{1,10} *", number) and int(number)
    return status == 200 and bool(nought and named)


def checked(status: int, body: bytes, request: requests.OrderRequest) -> None:
    """An outcome whatever comes; accepted, under the number that stands there, only where it is proven."""
    end = judged(status, body, request)
    assert isinstance(end, Accepted | AnswerLost | Refused)
    if isinstance(end, Accepted):
        assert proves_acceptance(status, body)
        assert (end.ref.day, end.ref.number) == (DAY, int(json.loads(body)["ord_no"]))


@fault("J01", "J02", "J03")
@given(STATUSES, BODIES, st.sampled_from(REQUESTS))
def test_only_a_proven_acceptance_is_one(status: int, body: dict[str, Any], request: requests.OrderRequest) -> None:
    checked(status, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), request)


@given(CODES, st.from_regex(r"[0-9]{1,7}", fullmatch=True), MESSAGES)
def test_every_proven_acceptance_of_a_new_order_is_one(code: object, number: str, message: object) -> None:
    body = json.dumps({"return_code": code, "return_msg": message, "ord_no": number}).encode()
    assert isinstance(judged(200, body, REQUESTS[0]), Accepted) is proves_acceptance(200, body)


PIECES = st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"{", b"}", b"0", b",", b":", b"\\", b"null", b"-"]))


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Cut, overwritten or grown in up to three places."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(whole)))
        whole = whole[:start] + data.draw(PIECES) + whole[start + data.draw(st.integers(0, 6)) :]
    return whole


@fault("H01", "H09", "J01")
@given(STATUSES, st.sampled_from(REQUESTS), st.data())
def test_a_damaged_acceptance_names_no_other_number(
    status: int, request: requests.OrderRequest, data: st.DataObject
) -> None:
    whole = '{"ord_no":"0000024","dmst_stex_tp":"KRX","return_code":0,"return_msg":"매수주문이 완료되었습니다."}'
    checked(status, damaged(data, whole.encode()), request)


LISTS: Mapping[str, tuple[Callable[[msgspec.Raw, rows.Sweep], OrderReport], dict[str, Any]]] = {
    "kt00007": (rows.day_row, GUIDE["kt00007"]["response"]["acnt_ord_cntr_prps_dtl"][0]),
    "ka10075": (rows.open_row, GUIDE["ka10075"]["response"]["oso"][0]),
}
SWEEP = rows.Sweep(Market.STOCK, DAY, at(0))
STATES = st.sampled_from(
    ["정정", "취소", "거부", "확인", "매도", "매수", "KRX", "SOR", "NXT", "시장가", "10:02:11"],
)
WORDS = st.one_of(SCALARS, STATES)


@fault("J10", "J11", "J12", "J13")
@pytest.mark.parametrize("tr", sorted(LISTS))
@given(st.data())
def test_a_row_is_a_report_that_the_ledger_takes_or_it_is_unreadable(tr: str, data: st.DataObject) -> None:
    read, whole = LISTS[tr]
    fields = data.draw(st.lists(st.sampled_from(sorted(whole)), max_size=4))
    row = {**whole, **{field: data.draw(WORDS) for field in fields}}
    with suppress(Unreadable, msgspec.DecodeError):
        _taken(read(msgspec.Raw(json.dumps(row).encode()), SWEEP))


@pytest.mark.parametrize("tr", sorted(LISTS))
@given(st.data())
def test_a_damaged_row_is_nothing_worse_than_unreadable(tr: str, data: st.DataObject) -> None:
    read, whole = LISTS[tr]
    with suppress(Unreadable, msgspec.DecodeError, UnicodeDecodeError):
        _taken(read(msgspec.Raw(damaged(data, json.dumps(whole, ensure_ascii=False).encode())), SWEEP))


NESTED = b"[" * 20_000 + b"]" * 20_000
DAY_LIST = "acnt_ord_cntr_prps_dtl"
LIST_BODIES = st.one_of(
    st.binary(max_size=40),
    ODD.map(lambda odd: json.dumps({"return_code": 0, "return_msg": "", DAY_LIST: odd}).encode("utf-8", "replace")),
    BODIES.map(lambda body: json.dumps(body).encode("utf-8", "replace")),
)
NAMES = st.sampled_from(["cont-yn", "next-key", "date", "content-type"])
HEADERS = st.dictionaries(NAMES, st.one_of(st.just("Y"), st.text(max_size=20)))


def listed(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """A list answer read as a look reads it; raises nothing but what `Client` knows."""
    exchange = Exchange(datetime.now(UTC), 0.0, Mark.ANSWERING, Reply(status, headers, body), None)
    with suppress(QueryFailed, Renewable, TooFast, Passing):
        found = page(exchange)
        rows_of(found, DAY_LIST, lambda raw: rows.day_row(raw, SWEEP))
        read(found, rows.DayRow)
        read_texts(found.body)


@fault("J01", "Q02")
@given(STATUSES, HEADERS, LIST_BODIES)
def test_a_list_answer_is_read_or_fails_as_a_query_fails(status: int, headers: dict[str, str], body: bytes) -> None:
    listed(status, headers, body)


@fault("J01")
@pytest.mark.parametrize(
    "body",
    [
        b'{"return_code":0,"x":' + NESTED + b',"acnt_ord_cntr_prps_dtl":[]}',
        b'{"return_code":0,"acnt_ord_cntr_prps_dtl":' + NESTED + b"}",
        b'{"return_code":0,"acnt_ord_cntr_prps_dtl":[{"ord_no":"1","x":' + NESTED + b"}]}",
        b'{"return_code":' + NESTED + b"}",
    ],
    ids=["beside", "list", "row", "code"],
)
def test_a_nest_without_end_in_a_list_fails_as_a_query_fails(body: bytes) -> None:
    listed(200, {}, body)


@fault("J01", "W07")
@pytest.mark.parametrize("where", ["x", "data"])
def test_a_nest_without_end_in_a_frame_is_odd(where: str) -> None:
    assert isinstance(frames.read(f'{{"trnm":"REAL","{where}":{NESTED.decode()}}}'), frames.Odd)


@fault("J01", "W07")
def test_a_nest_without_end_in_an_entry_is_odd_alone() -> None:
    frame = frames.read(f'{{"trnm":"REAL","data":[{{"type":"00","values":{{}},"x":{NESTED.decode()}}}]}}')
    assert isinstance(frame, frames.Odd) or (isinstance(frame, frames.Real) and not frame.pushes)


HEARING = events.Hearing(Market.STOCK, DAY, at(0))
ORDER_FRAMES = sorted(name for name, frame in FRAMES.items() if frame["data"][0]["type"] == "00")


@fault("W07")
@given(st.sampled_from(ORDER_FRAMES), st.data())
def test_an_event_is_a_report_that_the_ledger_takes_or_it_is_unreadable(name: str, data: st.DataObject) -> None:
    values = dict(FRAMES[name]["data"][0]["values"])
    for field in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=4)):
        values[field] = data.draw(st.one_of(STRINGS, STATES))
    with suppress(Unreadable):
        _taken(events.report(values, HEARING))


@fault("W07")
@given(st.sampled_from(sorted(FRAMES)), st.data())
def test_a_damaged_frame_is_odd_or_its_whole_part(name: str, data: st.DataObject) -> None:
    raw = damaged(data, json.dumps(FRAMES[name], ensure_ascii=False).encode())
    frame = frames.read(raw.decode("utf-8", "surrogateescape"))
    if isinstance(frame, frames.Real):
        for push in frame.pushes:
            with suppress(Unreadable):
                events.report(frames.words(push.values), HEARING)


def _taken(report: OrderReport) -> None:
    """The ledger makes a row of it, or none, but never fails; figures are shown as received."""
    for order in Ledger([Reported(report)]).orders():
        assert order.filled == report.filled or report.execution is not None
        assert order.remaining >= 0


NUMBERS = st.one_of(st.text(), st.from_regex(r"[ +\-0-9.,%:]{0,24}", fullmatch=True))


READERS = (
    numbers.whole,
    numbers.count,
    numbers.signed,
    numbers.price,
    numbers.decimal,
    numbers.order_number,
    numbers.stamp,
)


@pytest.mark.parametrize("read", READERS)
@given(text=NUMBERS)
def test_a_number_is_a_number_nothing_or_unreadable(read: Callable[[str], object], text: str) -> None:
    with suppress(Unreadable):
        value = read(text)
        if isinstance(value, int):
            assert abs(value) < numbers.LARGEST
            assert text.isascii() and (value == 0 or str(abs(value)) in text)
