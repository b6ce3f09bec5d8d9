"""증거 묶음: everything known about one order and its amendments in one file, for a dispute with the broker.

A zip with a page to read, a table for Excel, the journal's own rows with their places in the hash chain, and how to
compute that again. No secret is in it: facts carry none, and the account is named by its last four digits.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum

from kiwoom_desk import __version__
from kiwoom_desk.domain.facts import Answered, Cancelling, Fact, Placing, Wire
from kiwoom_desk.domain.orders import Change, Order
from kiwoom_desk.storage.codec import encode
from kiwoom_desk.storage.export import Cell, csv_bytes
from kiwoom_desk.storage.proof import Proof
from kiwoom_desk.trading.chain import Book, chain, whole_story
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.story import Line, lines

HEADER = (
    "환경",
    "계좌(끝 네 자리)",
    "주문번호",
    "시각(PC)",
    "시각(시장)",
    "계기시각",
    "사실",
    "내용",
    "요청",
    "요청 내용",
    "첫바이트ms",
    "응답 상태",
    "응답 내용",
    "끝ms",
    "기록 번호",
)
NOT_ON_DISK = "기록에 없음"
_STYLE = (
    "body{font:14px sans-serif;max-width:84em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top;unicode-bidi:isolate}"
    ".n{text-align:right}.t{white-space:nowrap;font-variant-numeric:tabular-nums}.bad{color:#b00020;font-weight:bold}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0 0;font-size:12px;unicode-bidi:isolate}"
)


@dataclass(frozen=True, slots=True)
class Words:
    """How the window names things."""

    status: Callable[[Order], str]
    name: Callable[[Enum], str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One order as it stands now, with its chain and every fact. `environment` is the Korean word, `tail` the last four
    digits of the account."""

    order: Order
    links: Sequence[tuple[Order, int]]
    facts: Sequence[Fact]
    environment: str
    tail: str
    at: datetime

    @staticmethod
    def of(book: Book, order: Order, environment: str, tail: str, at: datetime) -> Dossier:
        return Dossier(order, chain(book, order), whole_story(book, order), environment, tail, at)

    @property
    def account(self) -> str:
        return f"****{self.tail}"


def bundle(about: Dossier, proof: Proof, words: Words) -> Mapping[str, bytes]:
    """The files by name."""
    told = lines(about.facts)
    seqs = {row.body: row.seq for row in proof.rows}
    absent = set(proof.absent)
    numbers = [NOT_ON_DISK if line.fact in absent else seqs[encode(line.fact)] for line in told]
    clock = _MarketClock(about.facts)
    return {
        "order.html": _page(about, proof, words, list(zip(told, numbers, strict=True)), clock).encode("utf-8"),
        "order.csv": csv_bytes(HEADER, [_row(about, line, n, clock) for line, n in zip(told, numbers, strict=True)]),
        "facts.json": _facts(about, proof),
        "README.txt": README.replace("\n", "\r\n").encode("utf-8-sig"),
    }


class _MarketClock:
    """The market's time as far as the sends tell it: each notes both clocks."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        sends = [fact for fact in facts if isinstance(fact, Placing | Cancelling)]
        self._apart = [(fact.at, fact.there - fact.at) for fact in sends if fact.there is not None]

    def at(self, moment: datetime) -> str:
        """By the last send before it, else by the first; empty while nothing is known."""
        apart: timedelta | None = self._apart[0][1] if self._apart else None
        for sent, known in self._apart:
            apart = known if sent <= moment else apart
        return "" if apart is None else _moment(moment + apart)


def _moment(at: datetime) -> str:
    """With its date and zone: 2026-11-23T10:00:00.011+09:00."""
    return at.isoformat(timespec="milliseconds")


# --- the table ------------------------------------------------------------------------------------------------------
def _row(about: Dossier, line: Line, number: int | str, clock: _MarketClock) -> Sequence[Cell]:
    fact = line.fact
    gesture = _moment(fact.gesture_at) if isinstance(fact, Placing | Cancelling) else None
    sent, answer = _request(line), _answer(line)
    return (
        about.environment,
        about.account,
        None if line.ref is None else str(line.ref),
        _moment(line.at),
        clock.at(line.at),
        gesture,
        line.what,
        line.detail,
        None if sent is None else sent.tr,
        None if sent is None else sent.request,
        None if sent is None else _ms(sent.first_byte_ms),
        None if answer is None else answer.status,
        None if answer is None else answer.answer,
        None if answer is None else _ms(answer.ended_ms),
        number,
    )


def _request(line: Line) -> Wire | None:
    """What went out stands where it was sent, what came back where it arrived."""
    return line.wire if isinstance(line.fact, Placing | Cancelling) else None


def _answer(line: Line) -> Wire | None:
    return line.wire if isinstance(line.fact, Answered) else None


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


# --- the rows of the journal ----------------------------------------------------------------------------------------
def _facts(about: Dossier, proof: Proof) -> bytes:
    told = {
        "program": f"kiwoom_desk {__version__}",
        "environment": about.environment,
        "account": about.account,
        "market": about.order.draft.market.value,
        "made_at": _moment(about.at),
        "journal": {
            "rows": proof.length,
            "first": proof.first,
            "last": proof.last,
            "whole": proof.whole,
            "check": list(proof.sentences),
        },
        "facts": [asdict(row) for row in proof.rows],
        "not_on_disk": [repr(fact) for fact in proof.absent],
    }
    return json.dumps(told, indent=1).encode("ascii")


# --- the page -------------------------------------------------------------------------------------------------------
def _page(
    about: Dossier, proof: Proof, words: Words, told: Sequence[tuple[Line, int | str]], clock: _MarketClock
) -> str:
    head = "".join(f"<tr><th>{_safe(name)}</th><td>{_safe(text)}</td></tr>" for name, text in _about(about, words))
    found = "".join(f"<p{'' if proof.whole else ' class=bad'}>{_safe(text)}</p>" for text in proof.sentences)
    links = "".join(_link(order, depth, words) for order, depth in about.links)
    body = "".join(_told(line, number, clock) for line, number in told)
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>주문 증거</title><style>{_STYLE}</style>'
        f"<h1>주문 증거</h1><table>{head}</table><h2>기록 확인</h2>{found}"
        "<p>해시를 다시 계산하는 방법은 README.txt에 있습니다.</p>"
        f"<h2>주문과 그 정정·취소</h2><table>{_heads(CHAIN)}{links}</table>"
        f"<h2>시간순 사실</h2><table>{_heads(TIMES)}{body}</table></html>"
    )


CHAIN = ("주문", "상태", "주문번호", "거래소", "유형", "체결", "잔량")
TIMES = ("시각(PC)", "시각(시장)", "주문번호", "사실", "내용", "기록 번호")


def _about(about: Dossier, words: Words) -> Sequence[tuple[str, str]]:
    order = about.order
    return (
        ("주문", headline(order)),
        ("상태", words.status(order)),
        ("주문번호", "-" if order.ref is None else f"{order.ref.day:%Y-%m-%d} #{order.ref}"),
        ("종목코드", order.draft.code),
        ("거래소", words.name(order.draft.venue)),
        ("유형", words.name(order.draft.type)),
        ("환경", about.environment),
        ("계좌", about.account),
        ("만든 때", _moment(about.at)),
    )


def _heads(names: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<th>{name}</th>" for name in names) + "</tr>"


def _link(order: Order, depth: int, words: Words) -> str:
    what = ("└ 정정 " if depth else "") + headline(order)
    cells = (
        f'<td style="padding-left:{depth * 1.5 + 0.6}em">{_safe(what)}</td>',
        f"<td>{_safe(words.status(order))}</td><td class=t>{'' if order.ref is None else f'#{order.ref}'}</td>",
        f"<td>{_safe(words.name(order.draft.venue))}</td><td>{_safe(words.name(order.draft.type))}</td>",
        f"<td class=n>{order.filled:,}</td><td class=n>{order.remaining:,}</td>",
    )
    below = "".join(_cancel(change, depth + 1, words) for change in order.changes if change.cancel)
    return f"<tr>{''.join(cells)}</tr>{below}"


def _cancel(change: Change, depth: int, words: Words) -> str:
    quantity = "전량" if change.quantity is None else f"{change.quantity:,}"
    number = "" if change.ref is None else f"#{change.ref}"
    return (
        f'<tr><td style="padding-left:{depth * 1.5 + 0.6}em">└ 취소 {quantity}</td>'
        f"<td>{_safe(words.name(change.standing))}</td><td class=t>{number}</td><td colspan=4></td></tr>"
    )


def _told(line: Line, number: int | str, clock: _MarketClock) -> str:
    ref = "" if line.ref is None else f"#{line.ref}"
    place = f"<td class='n{' bad' if number == NOT_ON_DISK else ''}'>{number}</td>"
    times = "".join(f"<td class=t>{text}</td>" for text in (_moment(line.at), clock.at(line.at), ref))
    return f"<tr>{times}<td>{_safe(line.what)}</td><td>{_safe(line.detail)}{_messages(line)}</td>{place}</tr>"


def _messages(line: Line) -> str:
    sent, answer = _request(line), _answer(line)
    if sent is not None:
        first = "" if sent.first_byte_ms is None else f" (첫 바이트 {sent.first_byte_ms:.1f}ms)"
        return f"<pre>→ {_safe(f'{sent.tr} {sent.request}')}{first}</pre>"
    if answer is None:
        return ""
    ended = "" if answer.ended_ms is None else f" (끝 {answer.ended_ms:.1f}ms)"
    text = "응답 없음" if answer.answer is None else f"HTTP {answer.status} {answer.answer}"
    return f"<pre>← {_safe(text)}{ended}</pre>"


def _safe(text: str) -> str:
    return html.escape(text)


README = """주문 증거 묶음

order.html   사람이 읽는 쪽입니다.
order.csv    엑셀에서 여는 표입니다. 앞자리 0이 지워지지 않도록 숫자로 된 글자(주문번호)에는 앞에 '를 붙였습니다.
facts.json   프로그램의 기록 파일에 있는 그대로의 사실입니다.
SHA256SUMS   각 파일의 SHA-256입니다.

시각
  시각(PC)    이 PC의 시계입니다. 날짜와 시간대(+09:00)가 함께 있습니다.
  시각(시장)  주문을 보낼 때 알던 키움 서버 시계와의 차이로 계산했습니다. 모르면 비어 있습니다.
  계기시각    사람이 누른 때(PC)입니다.
  첫바이트ms, 끝ms  요청을 시작한 뒤 첫 바이트가 나간 때와 응답이 끝난 때입니다.

기록을 다시 확인하는 방법
  facts.json의 "facts"에 있는 줄마다 다음을 계산합니다.
    1. "prev"를 16진수에서 바이트(32)로 바꿉니다.
    2. 그 뒤에 seq(10진수 글자), at, kind, request(없으면 빈 글자), body를 이 순서로 잇습니다.
       각각 UTF-8 바이트로 바꾸고, 그 앞에 바이트 수를 8바이트 빅엔디언 정수로 붙입니다.
    3. 그 전체의 SHA-256이 "hash"와 같아야 합니다.
  seq가 하나 차이인 두 줄에서는 뒤의 "prev"가 앞의 "hash"와 같아야 합니다. seq 1의 "prev"는 "journal"의 "first"입니다.
  빠진 seq는 다른 주문의 사실이라 이 묶음에 없습니다.
  "journal"의 "last"는 만든 때의 마지막 해시로, 원본 기록 파일과 견줄 수 있습니다.
  "not_on_disk"는 프로그램이 알고 있었지만 기록 파일에 없던 사실입니다.
  해시는 고침과 손상을 드러내지만 서명은 아닙니다.
"""
