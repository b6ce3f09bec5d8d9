"""What the trader is told of an order that this program does not own."""

from __future__ import annotations

from collections.abc import Sequence

from kiwoom_desk.domain.facts import Accepted, AnswerLost, Fact, Judged, Matched, OrderId, Refused, RequestId, Verdict
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.news import news
from kiwoom_desk.trading.notices import Level, Notice
from tests.support.day import answered, at, listed, placing, pushed, ref
from tests.support.faults import fault

A = placing("A", 0)


def told(facts: Sequence[Fact]) -> list[Notice]:
    """Every notice that these facts cause, as the lane gives them."""
    ledger, shown = Ledger(), dict[OrderId, Order]()
    notices: list[Notice] = []
    for fact in facts:
        for order_id in sorted(ledger.add(fact)):
            order = ledger.order(order_id)
            before = shown.pop(order_id, None)
            if order is not None:
                notices += news(before, order, at(0))
                shown[order_id] = order
    return notices


@fault("W03")
def test_a_push_that_overtakes_the_answer_is_not_told_as_another_s_order() -> None:
    facts: list[Fact] = [A, pushed(100, 0.1), pushed(100, 0.2, fill=("1", 4, 71_200))]
    assert told(facts) == []
    joined = [n.text for n in told([*facts, answered("A", 0.3, Accepted(ref(100)))])]
    assert len(joined) == 2 and joined[0].startswith("접수 #0000100") and joined[1].startswith("4주 체결")


def test_once_the_answer_names_another_number_the_push_was_a_stranger_s() -> None:
    (good, info) = sorted(
        told([A, pushed(101, 0.1), answered("A", 0.3, Accepted(ref(100)))]), key=lambda n: n.level is Level.INFO
    )
    assert good.level is Level.GOOD and info.text.startswith("다른 곳의 주문 #0000101")
    assert told([pushed(101, 0.1)])[0].level is Level.INFO


@fault("N21")
def test_a_rest_order_that_nobody_sent_raises_an_alarm_once() -> None:
    facts: list[Fact] = [A, answered("A", 0.3, Refused("RC4058", "장종료")), listed(101, 1, ordered=0)]
    refused, alarm = told(facts)
    assert refused.level is Level.WARN
    assert (alarm.level, alarm.sound) == (Level.ALARM, "alarm") and alarm.text.startswith(
        "출처 불명 REST 주문 #0000101"
    )
    pushed_first = told([*facts[:2], pushed(101, 0.5), facts[2], listed(101, 2, filled=4, ordered=0)])
    assert [n.level for n in pushed_first] == [Level.WARN, Level.INFO, Level.ALARM, Level.GOOD]


TWO = (ref(100), ref(101))
UNCLEAR: list[Fact] = [
    A,
    answered("A", 0.3, AnswerLost("끊김")),
    *(listed(n, 1, ordered=0) for n in (100, 101)),
    Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=TWO),
]
NONE = Judged(RequestId("A"), at(9), Verdict.ABSENT, TRADER, 3, TWO)


def test_a_choice_that_only_the_trader_can_make_raises_an_alarm_once() -> None:
    lost, choose = told(UNCLEAR)
    assert lost.text.startswith("확인필요") and choose.text.startswith("선택필요") and "2건" in choose.text
    assert (choose.level, choose.sound) == (Level.ALARM, "alarm")
    again = Judged(RequestId("A"), at(3), Verdict.AMBIGUOUS, MACHINE, candidates=TWO[:1])
    assert told([*UNCLEAR, again]) == [lost, choose]
    assert [n.text[:4] for n in told(UNCLEAR[-1:] + UNCLEAR[:-1])].count("선택필요") == 1


def test_rest_orders_that_the_trader_turned_down_raise_the_alarm_of_a_stranger() -> None:
    notices = told([*UNCLEAR, NONE])[2:]
    alarms = sorted(n.text for n in notices if n.level is Level.ALARM)
    assert [text[:22] for text in alarms] == ["출처 불명 REST 주문 #0000100", "출처 불명 REST 주문 #0000101"]
    assert any("'내 주문 없음'으로 정했습니다" in n.text for n in notices)


def test_a_number_chosen_after_none_is_no_late_arrival() -> None:
    last = told([*UNCLEAR, NONE, Matched(RequestId("A"), at(12), TWO[0], TRADER)])[-1]
    assert last.level is Level.GOOD and last.text.startswith("접수 #0000100")
