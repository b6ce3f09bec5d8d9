"""Any facts at all about three orders and their numbers, sensible or not: learnt one by one, at once or shuffled, they
end as the same rows, each number of the broker is shown exactly once, and every change on the way was announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Fact,
    Judged,
    Looked,
    Matched,
    NotSent,
    OrderId,
    Placing,
    Refused,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef, ReportKind
from tests.support.day import DAY, amending, answered, at, cancelling, draft, listed, placing, pushed, ref

ORDERS, NUMBERS = ("A", "B", "C"), (100, 101, 102)
AMENDMENT, CANCEL, MOVED = "M", "K", draft(10, 71_300)
SEEDS = 40
PER_SEED = 50


def some_numbers(random: Random) -> tuple[BrokerRef, ...]:
    return tuple(ref(number) for number in NUMBERS if random.random() < 0.6)


def moment(random: Random) -> float:
    """Often the same for two facts, as on a coarse clock."""
    return random.choice((random.uniform(0, 20), random.randrange(8)))


def outcome(random: Random) -> Fact:
    ends = (
        AnswerLost("끊김"),
        AnswerLost("끊김"),
        Accepted(ref(random.choice(NUMBERS))),
        Refused("1", "x"),
        NotSent("y"),
    )
    return answered(random.choice((*ORDERS, AMENDMENT, CANCEL)), moment(random), random.choice(ends))


def found(random: Random) -> Fact:
    request = RequestId(random.choice((*ORDERS, *ORDERS, AMENDMENT, CANCEL)))
    by = random.choice((TRADER, TRADER, MACHINE))
    return Matched(request, at(moment(random)), ref(random.choice((*NUMBERS, 150))), by)


def judged(random: Random) -> Fact:
    request, by = RequestId(random.choice((*ORDERS, AMENDMENT))), random.choice((TRADER, MACHINE))
    verdict = Verdict.ABSENT if by == TRADER else random.choice((Verdict.ABSENT, Verdict.AMBIGUOUS))
    return Judged(request, at(moment(random)), verdict, by, 3, some_numbers(random))


def told(random: Random) -> Fact:
    number, when, what = random.choice(NUMBERS), moment(random), draft(random.choice((10, 10, 5)))
    if random.random() < 0.3:
        return pushed(number, when, what, fill=random.choice((None, ("1", 4, 71_200))))
    channel = random.choice(("REST API", None, "영웅문4"))
    return listed(number, when, what, ordered=0, channel=channel, filled=random.choice((0, 0, 4)))


def told_of_a_change(random: Random) -> Fact:
    of, when = random.choice((100, 101)), moment(random)
    if random.random() < 0.5:
        return listed(150, when, MOVED, kind=ReportKind.AMEND, of=of, confirmed=random.choice((None, 10)))
    return listed(160, when, draft(), kind=ReportKind.CANCEL, of=of, confirmed=10, remaining=0)


def begun(random: Random) -> Fact:
    """What is begun under a name is always the same."""
    name = random.choice((*ORDERS, AMENDMENT, CANCEL))
    if name == AMENDMENT:
        return amending(name, 3, placing("A", 0), 100, AmendDraft(None, 71_300), 10)
    return cancelling(name, 4, placing("A", 0), 100) if name == CANCEL else placing(name, ORDERS.index(name))


def looked(random: Random) -> Fact:
    when = at(moment(random))
    return Looked(when, DAY, when, True, 3)


KINDS: Sequence[Callable[[Random], Fact]] = (
    begun, begun, outcome, outcome, found, found, judged, told, told, told_of_a_change, looked
)  # fmt: skip


def rows(ledger: Ledger) -> dict[OrderId, Order]:
    return {order.id: order for order in ledger.orders()}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_told_ends_the_same_and_shows_each_number_once(seed: int) -> None:
    random = Random(seed)
    for _ in range(PER_SEED):
        facts = [random.choice(KINDS)(random) for _ in range(random.randint(4, 18))]
        one_by_one, at_once, shuffled = Ledger(), Ledger(facts), Ledger()
        shown: dict[OrderId, Order | None] = {}
        for fact in facts:
            shown |= {order_id: one_by_one.order(order_id) for order_id in one_by_one.add(fact)}
        mixed = random.sample([*facts, *random.choices(facts, k=3)], k=len(facts) + 3)
        cut = random.randrange(len(mixed))
        shuffled.add(*mixed[:cut])
        shuffled.add(*mixed[cut:])
        end = rows(one_by_one)
        assert {order_id: row for order_id, row in shown.items() if row is not None} == end
        assert rows(at_once) == end and rows(shuffled) == end, facts
        assert [i.request for i in at_once.seeking()] == [i.request for i in one_by_one.seeking()]
        assert_each_number_is_shown_once(one_by_one)


def assert_each_number_is_shown_once(ledger: Ledger) -> None:
    shown = [order.ref for order in ledger.orders() if order.ref is not None]
    assert len(shown) == len(set(shown))
    known = {number.ref for number in ledger.numbers() if number.kind is not ReportKind.CANCEL}
    assert known <= set(shown)


def test_the_schedules_are_not_tame() -> None:
    """They bring picks that are taken back, twins, misnamed answers and amendments of what changes hands."""
    random, seen = Random(1), set[str]()
    for _ in range(300):
        ledger = Ledger([random.choice(KINDS)(random) for _ in range(18)])
        seen |= {doubt.name for order in ledger.orders() for doubt in order.doubts}
        seen |= {word for order in ledger.orders() for word in ("picked", "absent", "orphan") if getattr(order, word)}
        seen |= {"replaced" for order in ledger.orders() if order.replaced_by}
        seen |= {"amended" for i in ledger.intents() if isinstance(i.begun, Placing) and i.begun.change is not None}
    assert {"picked", "absent", "orphan", "replaced", "amended", "CLAIMED_TWICE", "KIND_UNCLEAR"} <= seen
