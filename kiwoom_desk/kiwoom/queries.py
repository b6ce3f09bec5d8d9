"""Questions to the broker: paced, repeated when that is harmless, read in pages, answered in full or not at all."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from kiwoom_desk.domain.facts import RefusalKind
from kiwoom_desk.kiwoom import refusals
from kiwoom_desk.kiwoom.answers import Statement, refusal, statement
from kiwoom_desk.kiwoom.decoding import UNDECODABLE
from kiwoom_desk.kiwoom.faults import sentence
from kiwoom_desk.kiwoom.http import Exchange, Mark, Reply
from kiwoom_desk.trading.ports import BrokerUnavailable, NotOffered, QueryFailed, SignInRefused

log = logging.getLogger(__name__)


class Head(msgspec.Struct):
    """The part every answer has."""

    return_code: object = None
    return_msg: object = None


@dataclass(frozen=True, slots=True)
class Page:
    """One good answer; `more`: another page follows, under `next_key` unless that is missing or cannot be sent back.

    `empty`: its text says that there are no rows; often it is an error (errors.md 3)."""

    body: bytes
    next_key: str | None
    more: bool = False
    empty: bool = False


_HEAD = msgspec.json.Decoder(Head)
_BOM = b"\xef\xbb\xbf"
_KEY = re.compile(r"[\x20-\x7e]+")


class Renewable(Exception):
    """The token was refused; another one may be accepted."""

    def __init__(self, failure: QueryFailed) -> None:
        super().__init__(str(failure))
        self.failure = failure


class TooFast(Exception):
    """The request limit: `text` names it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Passing(Exception):
    """A trouble that may be gone at the next try: time-out, cut line, server error."""

    def __init__(self, failure: QueryFailed) -> None:
        super().__init__(str(failure))
        self.failure = failure


def from_exchange(exchange: Exchange) -> Reply:
    """The reply. Raises BrokerUnavailable for an attempt without one, CancelledError for a cancelled one."""
    if isinstance(exchange.error, asyncio.CancelledError):
        raise exchange.error
    if exchange.reply is None:
        raise BrokerUnavailable(sentence(exchange.error, connecting=exchange.mark < Mark.SEND_STARTED))
    return exchange.reply


def page(exchange: Exchange) -> Page:
    """A good answer. Raises QueryFailed, or Renewable, TooFast, Passing for what may be tried again."""
    try:
        reply = from_exchange(exchange)
    except BrokerUnavailable as error:
        raise Passing(error) from None
    body = reply.body.removeprefix(_BOM)
    said = _said(reply, body)
    if reply.status == 200 and said.klass == 0:
        more = reply.headers.get("cont-yn", "").strip().upper() == "Y"
        key = reply.headers.get("next-key", "").strip()
        return Page(body, key if _KEY.fullmatch(key) else None, more, _says_nothing(said))
    return _not_good(reply, said)


def failed(said: Statement, status: int, kind: RefusalKind | None) -> QueryFailed:
    """The exception for a refusal, with a sentence for the trader."""
    text = refusals.SENTENCES.get(said.code) or (f"키움 메시지: {said.text}" if said.text else f"HTTP {status}")
    if said.code in refusals.NOT_OFFERED or said.code in refusals.WRONG_ACCOUNT:
        return NotOffered(text, said.code)
    if kind in (RefusalKind.SIGN_IN, RefusalKind.WRONG_ENVIRONMENT):
        return SignInRefused(text, said.code, locks=kind is RefusalKind.WRONG_ENVIRONMENT)
    return BrokerUnavailable(f"키움이 요청에 답하지 않았습니다. {text}", said.code)


def _said(reply: Reply, body: bytes) -> Statement:
    try:
        head = _HEAD.decode(body)
    except UNDECODABLE:
        shown = f"키움의 응답을 읽을 수 없습니다 (HTTP {reply.status})."
        raise Passing(BrokerUnavailable(shown)) from None
    return statement(head.return_code, head.return_msg)


def _not_good(reply: Reply, said: Statement) -> Page:
    kind = refusal(reply.status, said)
    if reply.status == 200 and kind in (None, RefusalKind.BUSINESS) and _says_nothing(said):
        return Page(b"{}", None, empty=True)
    failure = failed(said, reply.status, kind)
    if kind is RefusalKind.TOO_MANY or (reply.status == 429 and kind is None):
        raise TooFast(said.text)
    if said.code in refusals.RENEW or (reply.status == 401 and kind is None):
        raise Renewable(failure)
    if kind is None and not said.back_office:
        raise Passing(failure)
    raise failure


def _says_nothing(said: Statement) -> bool:
    """True for "no rows", never for a trouble of the gateway (1999, 8005, a limit) that has the same words in it."""
    of_the_gateway = not said.back_office and said.code not in ("", refusals.BACK_OFFICE)
    if said.klass is None or said.klass in refusals.GATEWAY_CLASSES or of_the_gateway:
        return False
    return said.code in refusals.EMPTY or any(word in said.text for word in refusals.EMPTY_WORDS)


def headers(tr: str, authorization: Mapping[str, str], next_key: str | None = None) -> dict[str, str]:
    """Request headers of one TR (kiwoom/README.md 2)."""
    return {
        **authorization,
        "api-id": tr,
        "cont-yn": "N" if next_key is None else "Y",
        "next-key": next_key or "",
    }
