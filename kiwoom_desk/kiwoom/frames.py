"""Frames of the stream: text in, one of a few small shapes out (kiwoom/websocket.md 1 to 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from kiwoom_desk.kiwoom.answers import Statement, statement
from kiwoom_desk.kiwoom.decoding import UNDECODABLE
from kiwoom_desk.kiwoom.texts import plain


class Push(msgspec.Struct):
    """One entry of a REAL frame."""

    type: str
    values: dict[str, str | None]
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """To be sent back unchanged."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to LOGIN, REG or REMOVE, which names no request."""

    to: str
    said: Statement


@dataclass(frozen=True, slots=True)
class System:
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Real:
    """Pushes in order, and the entries that could not be read, cut."""

    pushes: tuple[Push, ...]
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Odd:
    """A frame that fits nothing we know."""

    why: str
    text: str


Frame = Ping | Answer | System | Real | Odd


class _Envelope(msgspec.Struct):
    trnm: str | None = None
    return_code: object = None
    return_msg: object = None
    code: object = None
    message: object = None
    data: msgspec.Raw = msgspec.Raw(b"[]")


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_PUSH = msgspec.json.Decoder(Push)
_ENTRIES = msgspec.json.Decoder(list[msgspec.Raw])


def read(raw: str | bytes) -> Frame:
    """Never raises: what cannot be read is Odd."""
    if isinstance(raw, bytes):
        return Odd("글자가 아닌 메시지", f"{len(raw)} bytes")
    if raw.strip() == "PING":
        return Ping(raw)
    try:
        envelope = _ENVELOPE.decode(raw)
    except UNDECODABLE:
        return Odd("읽을 수 없는 메시지", plain(raw))
    match envelope.trnm:
        case "REAL":
            return _real(envelope.data, raw)
        case "PING":
            return Ping(raw)
        case "LOGIN" | "REG" | "REMOVE":
            return Answer(envelope.trnm, statement(envelope.return_code, envelope.return_msg))
        case "SYSTEM":
            return System(plain(envelope.code, 20), plain(envelope.message))
        case _:
            return Odd("모르는 종류의 메시지", plain(raw))


def _real(data: msgspec.Raw, raw: str) -> Frame:
    try:
        entries = _ENTRIES.decode(data)
    except UNDECODABLE:
        return Odd("읽을 수 없는 실시간 메시지", plain(raw))
    pushes: list[Push] = []
    odd: list[str] = []
    for entry in entries:
        try:
            pushes.append(_PUSH.decode(entry))
        except UNDECODABLE:
            odd.append(plain(bytes(entry).decode("utf-8", "replace")))
    return Real(tuple(pushes), tuple(odd))


def words(values: Mapping[str, str | None]) -> dict[str, str]:
    """The values that were said."""
    return {key: value for key, value in values.items() if value is not None}
