"""Which evidence holds: answers, judgements, claims on a number, and what the broker says of one number."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain import intents as rules
from kiwoom_desk.domain.broker_orders import BrokerOrder, merge
from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Judged,
    NotSent,
    Outcome,
    Refused,
    Reported,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.reports import OrderReport, ReportKind, Source
from tests.support.day import answered, at, draft, listed, placing, pushed, ref

A, B = RequestId("A"), RequestId("B")
OUTCOMES: list[Outcome] = [
    AnswerLost("a"),
    AnswerLost("b"),
    NotSent("n"),
    Refused("1", "r"),
    Accepted(ref(7)),
    Accepted(ref(8)),
]


@given(st.permutations([(outcome, n) for n, outcome in enumerate(OUTCOMES)]))
def test_the_strongest_answer_holds_and_of_equals_the_earliest(mixed: list[tuple[Outcome, int]]) -> None:
    intent = Intent(A)
    for outcome, n in mixed:
        intent = rules.answered(intent, answered("A", n, outcome))
    assert intent.outcome == Accepted(ref(7))
    assert intent.contradicted


def test_a_lost_answer_beside_a_proven_one_is_no_contradiction() -> None:
    for better in (NotSent("n"), Refused("1", "r"), Accepted(ref(7))):
        intent = rules.answered(Intent(A), answered("A", 1, AnswerLost("x")))
        intent = rules.answered(intent, answered("A", 2, better))
        assert intent.outcome == better and not intent.contradicted


def test_the_last_judgement_holds_however_they_arrive() -> None:
    early = Judged(A, at(30), Verdict.AMBIGUOUS, "machine")
    late = Judged(A, at(40), Verdict.ABSENT, "machine", 3)
    for first, second in ((early, late), (late, early)):
        intent = rules.judged(rules.judged(Intent(A), first), second)
        assert intent.judged == late


def test_what_the_trader_turned_down_stays_so_however_judgements_arrive() -> None:
    none, again = (
        Judged(A, at(40), Verdict.ABSENT, "trader", 3, (ref(1), ref(2))),
        Judged(A, at(50), Verdict.AMBIGUOUS, "machine", candidates=(ref(3), ref(4))),
    )
    for first, second in ((none, again), (again, none)):
        intent = rules.judged(rules.judged(Intent(A), first), second)
        assert intent.judged == again and intent.turned_down == {ref(1), ref(2)}
    machine = Judged(A, at(60), Verdict.ABSENT, "machine", 3, (ref(5),))
    assert not rules.judged(Intent(A), machine).turned_down


def test_a_verdict_older_than_the_end_of_the_attempt_says_nothing_about_it() -> None:
    judged = rules.judged(Intent(A, placing("A", 0)), Judged(A, at(40), Verdict.ABSENT, "machine", 3))
    assert rules.answered(judged, answered("A", 8, AnswerLost("x"))).absent
    assert not rules.answered(judged, answered("A", 50, AnswerLost("x"))).absent


REPORTS = [
    pushed(1, 1).report,
    pushed(1, 2, fill=("7", 4, 71_200)).report,
    pushed(1, 3, fill=("7", 4, 71_200)).report,
    pushed(1, 4, fill=("8", 2, 71_100)).report,
    listed(1, 5, filled=6, remaining=4).report,
    listed(1, 6, filled=4, remaining=6).report,
    replace(pushed(1, 7).report, kind=ReportKind.AMEND, of=ref(9), confirmed=10),
    replace(listed(1, 8, channel="영웅문4").report, rejected="거부", draft=draft(price=1)),
]


@given(st.permutations(REPORTS), st.lists(st.sampled_from(REPORTS), max_size=4))
def test_statements_about_a_number_merge_the_same_in_any_order_and_repetition(
    mixed: list[OrderReport], again: list[OrderReport]
) -> None:
    def fold(reports: list[OrderReport]) -> BrokerOrder:
        known = None
        for report in reports:
            known = merge(known, report)
        assert known is not None
        return known

    end = fold([*mixed, *again])
    assert replace(end, contradicted=True) == replace(fold(REPORTS), contradicted=True)
    assert (end.kind, end.of) == (ReportKind.AMEND, ref(9)) and end.contradicted
    assert (end.filled, end.stated, end.filled_value) == (6, 4, 4 * 71_200 + 2 * 71_100)
    assert merge(end, mixed[0]) == end


def test_one_fill_told_twice_with_another_time_stamp_is_one_fill() -> None:
    once = merge(None, pushed(1, 2, fill=("7", 4, 71_200)).report)
    twice = merge(once, pushed(1, 9, fill=("7", 4, 71_200)).report)
    assert twice.filled == 4 and len(twice.executions) == 1


def test_what_remains_never_grows_whatever_an_older_list_says() -> None:
    known = merge(merge(None, listed(1, 5, remaining=3).report), listed(1, 6, remaining=9).report)
    assert known.stated == 3


# --- what is worth keeping ---------------------------------------------------------------------------------------
WORDS = [
    replace(listed(7, 0).report, source=source, filled=filled, remaining=remaining, text=text)
    for source, filled, remaining, text in (
        (Source.DAY_LIST, 0, 10, "접수"),
        (Source.DAY_LIST, 0, 10, "확인"),
        (Source.OPEN_LIST, 0, 9, "접수"),
        (Source.STREAM, 1, None, "체결"),
    )
]
TELLINGS = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 3), st.booleans()), max_size=20)


@settings(max_examples=500)
@given(TELLINGS)
def test_news_is_what_changes_what_is_known_however_often_it_was_said(
    told: list[tuple[OrderReport, int, bool]],
) -> None:
    """Reports come late, again, and from three sources; some are only weighed, some learnt as an old journal tells."""
    ledger = Ledger()
    for words, seconds, learnt in told:
        report = replace(words, at=at(seconds))
        known = ledger.number(report.ref)
        assert ledger.says_news(report) == (known is None or merge(known, report) != known)
        if learnt:
            ledger.add(Reported(report))
