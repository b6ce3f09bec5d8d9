"""An order's facts as a timeline a person can read: one line per fact, in Korean, with the moment it happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    Verdict,
    Wire,
)
from kiwoom_desk.domain.reports import OrderReport, ReportKind, Source

SOURCE = {Source.STREAM: "실시간", Source.OPEN_LIST: "미체결 조회", Source.DAY_LIST: "주문 조회"}
BY = {"machine": "프로그램", "trader": "사용자"}


@dataclass(frozen=True, slots=True)
class Line:
    """`what` in a few words, `detail` the figures, `wire` both messages of a send where the fact has them."""

    at: datetime
    what: str
    detail: str = ""
    wire: Wire | None = None


def lines(facts: Iterable[Fact]) -> Sequence[Line]:
    """The facts in the order of their times."""
    return [_line(fact) for fact in sorted(facts, key=lambda fact: fact.at)]


def _line(fact: Fact) -> Line:
    match fact:
        case Placing(change=None):
            since = (fact.at - fact.gesture_at).total_seconds() * 1000
            return Line(fact.at, "기록하고 보냄", f"누른 지 {since:,.0f}ms 뒤")
        case Placing(of=of, change=change):
            assert change is not None
            part = "전량" if change.quantity is None else f"{change.quantity:,}"
            return Line(fact.at, "정정을 기록하고 보냄", f"원주문 #{of} · {part} · {change.price:,}원")
        case Cancelling(of=of, quantity=quantity):
            return Line(fact.at, "취소를 기록하고 보냄", f"#{of} · {'전량' if quantity is None else f'{quantity:,}'}")
        case Answered(outcome=outcome, wire=wire):
            return Line(fact.at, *_outcome(outcome), wire)
        case Reported(report):
            return Line(fact.at, f"{SOURCE[report.source]}: {_said(report)}", _figures(report))
        case Matched(ref=ref, by=by):
            return Line(fact.at, f"{BY.get(by, by)} 확인", f"이 주문은 #{ref}입니다")
        case Judged(verdict=Verdict.ABSENT, by=by, looks=looks):
            return Line(fact.at, f"미접수(추정) — {BY.get(by, by)}", f"{looks}회 조회에 없음. 늦게 접수될 수 있음")
        case Judged(candidates=candidates):
            return Line(fact.at, "선택필요", "후보 " + ", ".join(f"#{ref}" for ref in candidates))
        case Looked(complete=True, rows=rows):
            return Line(fact.at, "조회함", f"{rows}건, 모든 쪽을 받음")
        case Looked(why=why):
            return Line(fact.at, "조회 무효", why)
        case Noted(what=what, text=text):
            return Line(fact.at, what, text)


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
