"""An order's story has the looks for it, and what could have been it."""

from __future__ import annotations

from datetime import date, timedelta

from kiwoom_desk.domain.facts import Accepted, AnswerLost, Fact, Judged, Looked, Matched, OrderId, RequestId, Verdict
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from tests.support.day import DAY, answered, at, cancelling, listed, placing, ref

A, B = placing("A", 0), placing("B", 0.5)
LOST_A = answered("A", 1, AnswerLost("끊김"))


def look(seconds: float, *, complete: bool = True, day: date = DAY) -> Looked:
    return Looked(at(seconds), day, at(seconds - 0.3), complete, 3, "" if complete else "시간초과")


def test_the_looks_for_a_lost_answer_are_in_its_story_the_failed_ones_too_until_it_is_found() -> None:
    before, failed, found_it, after = look(0.9), look(2, complete=False), look(4), look(9)
    elsewhere = look(3, day=DAY - timedelta(days=1))
    matched = Matched(RequestId("A"), at(4.1), ref(100), MACHINE)
    facts: list[Fact] = [A, LOST_A, before, failed, elsewhere, found_it, listed(100, 4), matched, after]
    for shuffled in (facts, [*reversed(facts)], [*facts, *facts]):
        told = Ledger(shuffled).story(OrderId("A"))
        assert [fact for fact in told if isinstance(fact, Looked)] == [failed, found_it]
        assert told.index(found_it) < told.index(matched)
    searching = Ledger(facts[:6]).story(OrderId("A"))
    assert searching[-2:] == [failed, found_it], "as long as it goes on"


def test_the_looks_of_an_absence_and_those_for_a_lost_cancel_are_told_and_nobody_else_s() -> None:
    looks = [look(5), look(20), look(40)]
    absent = Judged(RequestId("A"), at(40.1), Verdict.ABSENT, MACHINE, looks=3)
    told = Ledger([A, LOST_A, *looks, absent, look(90)]).story(OrderId("A"))
    assert [fact for fact in told if isinstance(fact, Looked)] == looks
    cancelled: list[Fact] = [A, answered("A", 0.1, Accepted(ref(100))), cancelling("X", 3, A, 100)]
    ledger = Ledger([*cancelled, answered("X", 4, AnswerLost("끊김")), *looks, B, answered("B", 1, Accepted(ref(200)))])
    assert [fact for fact in ledger.story(OrderId("A")) if isinstance(fact, Looked)] == looks
    assert not any(isinstance(fact, Looked) for fact in ledger.story(OrderId("B")))


def test_what_the_broker_says_of_the_numbers_to_choose_from_is_in_the_story() -> None:
    candidates = (listed(100, 4), listed(101, 4))
    unclear = Judged(RequestId("A"), at(4.1), Verdict.AMBIGUOUS, MACHINE, candidates=(ref(100), ref(101)))
    chosen = Matched(RequestId("A"), at(30), ref(100), TRADER)
    story = Ledger([A, LOST_A, look(4), *candidates, unclear, chosen]).story(OrderId("A"))
    assert set(candidates) <= set(story) and look(4) in story
