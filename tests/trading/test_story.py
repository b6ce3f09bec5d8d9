"""An order's life in words, and the chain that it is part of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    Answered,
    AnswerLost,
    Fact,
    Judged,
    Looked,
    Matched,
    Noted,
    OrderId,
    RequestId,
    Verdict,
    Wire,
)
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.trading.chain import by_day, chain, whole_story
from kiwoom_desk.trading.story import lines
from tests.support.day import DAY, amending, answered, at, cancelling, draft, listed, placing, pushed, ref

A = placing("A", 0)
LOST = answered("A", 1, AnswerLost("끊김"))
WIRE = Wire("kt10000", "{}", at(0), 200, "{}", 0.9, 11.2)


def look(seconds: float, *, complete: bool = True) -> Looked:
    return Looked(at(seconds), DAY, at(seconds - 0.3), complete, 3, "" if complete else "시간초과")


def test_a_judgement_names_the_looks_it_rests_on() -> None:
    looks = [look(2), look(3, complete=False), look(5), look(20), look(40)]
    absent = Judged(RequestId("A"), at(40.1), Verdict.ABSENT, MACHINE, looks=3)
    late = Matched(RequestId("A"), at(90), ref(7), MACHINE)
    told = [f"{line.what} {line.detail}" for line in lines([A, LOST, *looks, absent, late])]
    assert "조회 2 무효 시간초과" in told and "조회 5 3건, 모든 쪽을 받음" in told
    assert told[-2].startswith("미접수(추정) — 프로그램") and "조회 3, 4, 5" in told[-2]
    assert told[-1] == "찾음 — 프로그램 이 주문은 #0000007입니다", "its look was not kept: none is claimed"


def test_what_was_found_or_is_unclear_names_its_look_and_the_trader_s_choice_names_none() -> None:
    found = Matched(RequestId("A"), at(4.1), ref(7), MACHINE)
    assert lines([A, LOST, look(2), look(4), found])[-1].detail == "이 주문은 #0000007입니다 · 조회 2"
    unclear = Judged(RequestId("A"), at(4.1), Verdict.AMBIGUOUS, MACHINE, candidates=(ref(7), ref(8)))
    chosen = Matched(RequestId("A"), at(9), ref(8), TRADER)
    told = lines([A, LOST, look(4), unclear, chosen])
    assert (told[-2].what, told[-2].detail) == ("선택필요", "후보 #0000007, #0000008 · 조회 1")
    assert (told[-1].what, told[-1].detail) == ("찾음 — 사용자", "이 주문은 #0000008입니다")


def test_what_was_sent_has_the_wire_and_the_number_of_its_answer() -> None:
    cancel = cancelling("X", 3, A, 7)
    accepted = replace(answered("A", 0.1, Accepted(ref(7))), wire=WIRE)
    other = Answered(RequestId("X"), at(4), Accepted(ref(8)), replace(WIRE, tr="kt10003"))
    told = {line.fact: line for line in lines([A, accepted, cancel, other])}
    assert (told[A].wire, told[A].ref) == (WIRE, ref(7)) == (told[accepted].wire, told[accepted].ref)
    assert told[cancel].wire == other.wire and told[cancel].ref == ref(8)
    assert "누른 지 0ms 뒤" in told[cancel].detail


CHANGE = AmendDraft(None, 71_300)
B = amending("B", 5, A, 1, CHANGE, 9)
C = amending("C", 10, B, 2, CHANGE, 9)
PART, REST = cancelling("X", 15, C, 3, 2), cancelling("Y", 20, C, 3)
CHAIN: tuple[Fact, ...] = (
    A,
    answered("A", 0.1, Accepted(ref(1))),
    pushed(1, 1, fill=("e1", 1, 71_200)),
    B,
    answered("B", 5.1, Accepted(ref(2), quantity=9)),
    listed(2, 6, draft(9, 71_300), kind=ReportKind.AMEND, of=1, confirmed=9),
    C,
    answered("C", 10.1, Accepted(ref(3), quantity=9)),
    listed(3, 11, draft(9, 71_300), kind=ReportKind.AMEND, of=2, confirmed=9),
    PART,
    answered("X", 15.1, Accepted(ref(4), quantity=2)),
    listed(4, 16, draft(2, 71_300), kind=ReportKind.CANCEL, of=3, confirmed=2),
    REST,
    answered("Y", 20.1, Accepted(ref(5), quantity=7)),
    listed(5, 21, draft(7, 71_300), kind=ReportKind.CANCEL, of=3, confirmed=7),
)


def test_a_chain_is_one_story_from_whichever_link() -> None:
    ledger = Ledger(CHAIN)
    for name in ("A", "B", "C"):
        order = ledger.order(OrderId(name))
        assert order is not None
        assert list(whole_story(ledger, order)) == list(CHAIN)
        assert [(link.id, depth) for link, depth in chain(ledger, order)] == [("A", 0), ("B", 1), ("C", 2)]


def test_facts_are_of_the_day_of_their_order_whenever_they_were_written() -> None:
    tomorrow = DAY + timedelta(days=1)
    late = answered("A", 86_400, AnswerLost("프로그램이 끝남"))
    next_day = replace(placing("Z", 90_000), day=tomorrow)
    days = by_day([*CHAIN, late, Noted(at(2), "armed", ""), next_day, answered("Z", 90_001, AnswerLost("끊김"))])
    assert set(days) == {DAY, tomorrow} and len(days[DAY]) == len(CHAIN) + 1 and len(days[tomorrow]) == 2
