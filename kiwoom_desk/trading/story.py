"""An order's facts as a timeline a person can read: one line per fact, in Korean, with the moment it happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.facts import (
    Accepted,
    Answered,
    AnswerLost,
    Cancelling,
    Fact,
    Judged,
    Looked,
    Matched,
    Noted,
    NotSent,
    Outcome,
    Placing,
    Refused,
    Reported,
    RequestId,
    Verdict,
    Wire,
    request_of,
)
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.reports import BrokerRef, OrderReport, ReportKind, Source

SOURCE = {Source.STREAM: "실시간", Source.OPEN_LIST: "미체결 조회", Source.DAY_LIST: "주문 조회"}
BY = {"machine": "프로그램", "trader": "사용자"}


@dataclass(frozen=True, slots=True)
class Line:
    """`what` in a few words, `detail` the figures, `wire` both messages of the send that the fact began or ended, `ref`
    the number that the fact is about, as far as the story tells it."""

    fact: Fact
    what: str
    detail: str = ""
    wire: Wire | None = None
    ref: BrokerRef | None = None

    @property
    def at(self) -> datetime:
        return self.fact.at


def lines(facts: Iterable[Fact]) -> Sequence[Line]:
    """The facts in the order of their times. Looks are numbered, so that a judgement can name those it rests on."""
    told = sorted(facts, key=lambda fact: fact.at)
    wires, refs, looks = _wires(told), _refs(told), _Looks()
    return [_line(fact, wires, refs, looks) for fact in told]


def _wires(facts: Iterable[Fact]) -> Mapping[RequestId, Wire]:
    return {fact.request: fact.wire for fact in facts if isinstance(fact, Answered) and fact.wire is not None}


def _refs(facts: Iterable[Fact]) -> Mapping[RequestId, BrokerRef]:
    """The number of each request; its own answer is stronger than what a look found."""
    found = {fact.request: fact.ref for fact in facts if isinstance(fact, Matched)}
    for fact in facts:
        if isinstance(fact, Answered) and isinstance(fact.outcome, Accepted):
            found[fact.request] = fact.outcome.ref
    return found


def _line(fact: Fact, wires: Mapping[RequestId, Wire], refs: Mapping[RequestId, BrokerRef], looks: _Looks) -> Line:
    match fact:
        case Placing() | Cancelling():
            request = request_of(fact)
            return Line(fact, *_sent(fact), wires.get(request), refs.get(request))
        case Answered(request=request, outcome=outcome, wire=wire):
            return Line(fact, *_outcome(outcome), wire, refs.get(request))
        case Reported(report):
            return Line(fact, f"{SOURCE[report.source]}: {_said(report)}", _figures(report), ref=report.ref)
        case Matched(ref=ref):
            return Line(fact, *_finding(fact, looks), ref=ref)
        case Judged(request=request):
            none = fact.by == TRADER and fact.verdict is Verdict.ABSENT
            return Line(fact, *_finding(fact, looks), ref=None if none else refs.get(request))
        case Looked(complete=True, rows=rows):
            return Line(fact, f"조회 {looks.number(fact)}", f"{rows}건, 모든 쪽을 받음")
        case Looked(why=why):
            return Line(fact, f"조회 {looks.number(fact)} 무효", why)
        case Noted(what=what, text=text):
            return Line(fact, what, text)


class _Looks:
    """The looks told so far, and from which on the next finding rests on them."""

    def __init__(self) -> None:
        self._count = 0
        self._complete: list[int] = []
        self._judged: dict[RequestId, int] = {}

    def number(self, look: Looked) -> int:
        self._count += 1
        if look.complete:
            self._complete.append(self._count)
        return self._count

    def last(self, request: RequestId, many: int) -> str:
        """The last complete looks, as the ground of a judgement: each look is named once for one request."""
        passed, self._judged[request] = self._judged.get(request, 0), self._count
        named = [number for number in self._complete[-many:] if number > passed] if many else []
        return " · 조회 " + ", ".join(map(str, named)) if named else ""


def _sent(fact: Placing | Cancelling) -> tuple[str, str]:
    since = f"누른 지 {(fact.at - fact.gesture_at).total_seconds() * 1000:,.0f}ms 뒤"
    match fact:
        case Placing(of=of, change=change) if change is not None:
            part = "전량" if change.quantity is None else f"{change.quantity:,}"
            return "정정을 기록하고 보냄", f"원주문 #{of} · {part} · {change.price:,}원 · {since}"
        case Cancelling(of=of, quantity=quantity):
            return "취소를 기록하고 보냄", f"#{of} · {'전량' if quantity is None else f'{quantity:,}'} · {since}"
        case _:
            return "기록하고 보냄", since


def _finding(fact: Matched | Judged, looks: _Looks) -> tuple[str, str]:
    who = BY.get(fact.by, fact.by)
    ground = 1 if fact.by == MACHINE else 0
    match fact:
        case Matched(request=request, ref=ref):
            return f"찾음 — {who}", f"이 주문은 #{ref}입니다{looks.last(request, ground)}"
        case Judged(verdict=Verdict.ABSENT, candidates=refs) if fact.by == TRADER:
            others = f": {_numbers(refs)}은(는) 이 주문이 아님" if refs else ""
            return f"미접수(추정) — {who}", f"내 주문 없음{others}. 늦게 접수될 수 있음"
        case Judged(request=request, verdict=Verdict.ABSENT, looks=many):
            text = f"{many}회 조회에 없음{looks.last(request, many)}. 늦게 접수될 수 있음"
            return f"미접수(추정) — {who}", text
        case Judged(request=request, candidates=candidates):
            return "선택필요", f"후보 {_numbers(candidates)}{looks.last(request, ground)}"


def _numbers(refs: Iterable[BrokerRef]) -> str:
    return ", ".join(f"#{ref}" for ref in refs)


def _outcome(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Accepted(ref=ref, quantity=quantity):
            return "접수 응답", f"#{ref}" + ("" if quantity is None else f" · {quantity:,}")
        case Refused(code=code, text=text):
            return "거부 응답", f"[{code}] {text}"
        case NotSent(reason):
            return "나가지 않음", reason
        case AnswerLost(reason):
            return "응답 없음", f"{reason} — 접수 여부를 조회로 확인"


def _said(report: OrderReport) -> str:
    kind = {ReportKind.NEW: "주문", ReportKind.AMEND: "정정", ReportKind.CANCEL: "취소"}[report.kind]
    return f"{kind} #{report.ref} {report.text}".rstrip()


def _figures(report: OrderReport) -> str:
    parts = []
    if report.execution is not None:
        parts.append(
            f"{report.execution.quantity:,} × {report.execution.price:,}원 (체결번호 {report.execution.number})"
        )
    if report.filled:
        parts.append(f"체결 {report.filled:,}")
    if report.remaining is not None:
        parts.append(f"잔량 {report.remaining:,}")
    if report.confirmed is not None:
        parts.append(f"확인 {report.confirmed:,}")
    if report.rejected is not None:
        parts.append(f"거부: {report.rejected}")
    if report.channel:
        parts.append(report.channel)
    return " · ".join(parts)
