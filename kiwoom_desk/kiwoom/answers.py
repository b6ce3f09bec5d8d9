"""What is known after a send: the law of docs/reliability.md 2.6, by send watermark and whitelist.

An exception's name proves nothing; how far the request got does. Default branch: AnswerLost.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from kiwoom_desk.domain.facts import Accepted, AnswerLost, NotSent, Outcome, RefusalKind, Refused
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.kiwoom import refusals
from kiwoom_desk.kiwoom.faults import sentence
from kiwoom_desk.kiwoom.http import BadBody, Exchange, Held, Mark, Reply
from kiwoom_desk.kiwoom.numbers import Unreadable, order_number, signed
from kiwoom_desk.kiwoom.requests import OrderRequest
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.trading.ports import Call

log = logging.getLogger(__name__)

_BACK_OFFICE = re.compile(r"\[2000\]\(\s*([A-Z]{0,2}[0-9]{3,6})\s*:")
_STREAM = re.compile(r"CODE=([0-9]{3,5})")
_GATEWAY = re.compile(r"\[([0-9]{3,5})[:\]]")
_CLASS = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class Statement:
    """`return_code` and `return_msg` of one answer: the class, the code embedded in the text ("" when none), the text.

    `back_office` tells that the code came wrapped in `[2000](...)`. `klass` is None when there is no usable one."""

    klass: int | None
    code: str
    text: str
    back_office: bool = False


def statement(return_code: object, return_msg: object) -> Statement:
    """Reads both (errors.md 1). An int or a numeric string is a class; bool, float, null and words are not."""
    text = return_msg if isinstance(return_msg, str) else ""
    back_office = _BACK_OFFICE.search(text)
    found = back_office or _STREAM.search(text) or _GATEWAY.search(text)
    return Statement(_class(return_code), found[1] if found else "", plain(text), back_office is not None)


def outcome(exchange: Exchange, request: OrderRequest, day: date) -> Outcome:
    """How one order POST ended. `day` is the market's day, which belongs to the number of an accepted order."""
    if exchange.reply is None:
        return _failed(exchange)
    try:
        body = parse(exchange.reply.body)
    except ValueError:
        return AnswerLost(f"키움의 응답을 읽을 수 없습니다 (HTTP {exchange.reply.status}).")
    said = statement(body.get("return_code"), body.get("return_msg"))
    if exchange.reply.status == 200 and said.klass == 0:
        return _accepted(body, request, day)
    refused = refusal(exchange.reply.status, said)
    if refused is None:
        return AnswerLost(_unproven(exchange.reply, said))
    return Refused(said.code, said.text, refused)


def refusal(status: int, said: Statement) -> RefusalKind | None:
    """The kind of a proven refusal; None when this answer proves nothing."""
    if status in refusals.NO_STATEMENT or not (status == 200 or 400 <= status < 500) or not said.klass:
        return None
    if said.code in refusals.LIMITS and not said.back_office:
        proven = said.klass == refusals.LIMIT_CLASS and status in (200, 429)
        return RefusalKind.TOO_MANY if proven else None
    if status == 429:
        return None
    if said.back_office:
        return RefusalKind.BUSINESS if said.klass in refusals.BUSINESS_CLASSES else None
    return refusals.GATEWAY.get(said.code)


def parse(body: bytes) -> dict[str, Any]:
    """A JSON object, strictly: UTF-8, no NaN, no key twice, not too deep. Raises ValueError."""
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _failed(exchange: Exchange) -> Outcome:
    """No answer came: what matters is whether a byte of the request may have left."""
    error, mark = exchange.error, exchange.mark
    if mark < Mark.SEND_STARTED:
        return NotSent(str(error) if isinstance(error, Held) else sentence(error, connecting=True))
    if mark < Mark.HEADERS_SENT and isinstance(error, httpx.LocalProtocolError):
        return NotSent("요청을 만들지 못해 보내지 않았습니다.")  # h11 raises before it writes
    if isinstance(error, BadBody):
        return AnswerLost(f"키움의 응답을 읽을 수 없습니다 ({error})")
    return AnswerLost(sentence(error, connecting=False))


def _accepted(body: dict[str, Any], request: OrderRequest, day: date) -> Outcome:
    try:
        number = _number(body.get("ord_no"))
        base = _number(body["base_orig_ord_no"]) if body.get("base_orig_ord_no") else None
    except Unreadable:
        return AnswerLost("접수되었다는 응답에 올바른 주문번호가 없습니다.")
    if number is None:
        return AnswerLost("접수되었다는 응답에 주문번호가 없습니다.")
    if request.call is not Call.PLACE and number in (base, order_number(request.body["orig_ord_no"])):
        return AnswerLost("응답의 주문번호가 바꾸려던 주문의 번호와 같아 접수를 확인합니다.")
    if request.call is Call.AMEND and _venue_differs(body, request):
        return AnswerLost("정정 응답의 내용이 요청과 다릅니다.")
    if _venue_differs(body, request):
        log.warning("order answer names another venue", extra={"tr": request.tr})
    return Accepted(BrokerRef(day, number), base, _quantity(body))


def _number(value: object) -> int | None:
    if value is not None and not isinstance(value, str):
        raise Unreadable("order number is not text")
    return order_number(value)


def _quantity(body: dict[str, Any]) -> int | None:
    """The moved or withdrawn part; a value that cannot be read is no reason to doubt the acceptance."""
    value = body.get("mdfy_qty") or body.get("cncl_qty")
    try:
        return signed(value) if isinstance(value, str) else None
    except Unreadable:
        log.warning("order answer with an odd quantity")
        return None


def _venue_differs(body: dict[str, Any], request: OrderRequest) -> bool:
    echoed = body.get("dmst_stex_tp")
    return bool(echoed) and "dmst_stex_tp" in request.body and echoed != request.body["dmst_stex_tp"]


def _unproven(reply: Reply, said: Statement) -> str:
    parts = [f"HTTP {reply.status}"] + ([said.code] if said.code else []) + ([said.text] if said.text else [])
    return f"접수 여부를 알 수 없는 응답입니다 ({', '.join(parts)})"


def _class(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str) and _CLASS.fullmatch(value.strip()):
        return int(value)
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"not JSON: {text}")
