"""Named drills on the practice exchange: a bad day on purpose, and at its end what happened and what the trader did.

A drill is data: a briefing, the faults it arms (in the practice exchange's own words, see its `--faults` format) and
what is asked of the trader. The result is read from the desk's facts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiwoom_desk.domain.facts import (
    Accepted,
    Answered,
    AnswerLost,
    Cancelling,
    Fact,
    NotSent,
    Outcome,
    Placing,
    RefusalKind,
    Refused,
    RequestId,
    request_of,
)
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.trading.ports import Clock

Script = Sequence[Mapping[str, object]]
Arm = Callable[[Mapping[str, object]], object]
Desks = Callable[[], Sequence[OrderDesk]]
"""Asked anew each time: a connection that is made again during a drill has desks of its own."""


@dataclass(frozen=True, slots=True)
class Drill:
    """`briefing` says what will happen, `task` what to do; both are Korean sentences."""

    key: str
    title: str
    briefing: str
    task: str
    script: Script


DRILLS = (
    Drill(
        "lost_answer",
        "응답 유실",
        "다음 주문은 거래소에 접수되지만 응답이 오지 않습니다.",
        "아무 종목이나 주문하고, 확인필요가 풀릴 때까지 다시 누르지 마세요.",
        ({"on": "place", "do": "lose_after"}, {"on": "list", "when": {"times": 3}, "do": "lag", "seconds": 4.0}),
    ),
    Drill(
        "never_arrived",
        "주문 증발",
        "다음 주문은 거래소에 닿기 전에 사라집니다. 응답도 없습니다.",
        "주문한 뒤, 조회 세 번과 30초가 지나 '미접수(추정)'이 되는 것을 보고 새로 낼지 정하세요.",
        ({"on": "place", "do": "lose_before"},),
    ),
    Drill(
        "opening_failure",
        "개장 장애",
        "응답이 10초 넘게 늦어 확인필요가 되고, 취소하는 동안 1주가 체결됩니다. 응답보다 먼저 주문표에 나타나는 "
        "경로 '확인 중'의 줄은 내 주문일 수 있는 것으로, 조회로 확인되면 내 줄과 하나가 됩니다.",
        "바로 체결되지 않을 먼 값에 3주를 주문하고, 확인필요가 풀려 번호가 붙으면 전량 취소하세요. "
        "1주는 체결되고 2주만 취소된 것을 확인하세요.",
        (
            {"on": "place", "when": {"times": 2}, "do": "delay", "delay": 11.0},
            {"on": "cancel", "do": "fill_first", "quantity": 1},
        ),
    ),
    Drill(
        "limited_stop",
        "429로 막힌 손절",
        "매도 주문이 두 번 요청 초과로 거부됩니다.",
        "보유 종목을 시장가로 파세요. 거부되면 기다렸다가 다시 누르세요.",
        ({"on": "kt10001", "when": {"times": 2}, "do": "limit"},),
    ),
    Drill(
        "fill_while_amending",
        "정정 중 체결",
        "정정이 도착하기 전에 일부가 체결됩니다.",
        "먼 값에 2주 이상을 주문한 다음 값을 정정하세요. 체결된 수량은 원주문에 남습니다.",
        ({"on": "amend", "do": "fill_first", "quantity": 1},),
    ),
    Drill(
        "doubled",
        "두 번 접수된 주문",
        "다음 주문이 거래소 앞에서 복제됩니다. 한 번 보낸 주문이 두 건 접수됩니다.",
        "먼 값에 주문한 뒤 주문표에서 두 번째 줄(다른 REST)을 찾아 필요 없는 쪽을 취소하세요.",
        ({"on": "place", "do": "duplicate"},),
    ),
    Drill(
        "blind_stream",
        "끊긴 실시간",
        "실시간 연결이 끊기고 체결 알림이 오지 않습니다.",
        "주문을 내고, 조회만으로 상태가 따라오는지 보세요.",
        (
            {"on": "stream", "when": "always", "type": "00", "do": "drop"},
            {"on": "market", "after": 2.0, "do": "cut_streams"},
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What the drill's facts say. `acts` is what the trader did and when, by our clock; `orders` what came of it,
    `older` the orders that were there before; `twice` what could have been a double."""

    title: str
    seconds: float
    sent: int
    lost: int
    limited: int
    acts: tuple[tuple[datetime, str], ...]
    orders: tuple[Order, ...]
    older: frozenset[OrderKey]
    twice: tuple[str, ...]
    open_questions: tuple[str, ...]


@dataclass(slots=True)
class Running:
    """A drill under way: `result` reads how it goes, `end` stops listening. Disarming the faults is the caller's."""

    drill: Drill
    clock: Clock
    began: datetime
    _desks: Desks
    _before: Mapping[OrderKey, Order]
    _markets: frozenset[Market]
    _denied: list[tuple[datetime, str]] = field(default_factory=list)
    _ears: dict[OrderDesk, Callable[[], None]] = field(default_factory=dict)

    def result(self) -> Result:
        desks = self.listen()
        orders = [order for desk in desks for order in desk.orders() if self._is_of_it(order)]
        facts = {id(f): f for desk in desks for o in orders if o.draft.market is desk.market for f in desk.story(o.id)}
        told = [fact for fact in facts.values() if fact.at >= self.began]
        return _result(self.drill, orders, frozenset(self._before), told, self._denied, self._passed())

    def listen(self) -> Sequence[OrderDesk]:
        """The desks of now; each is heard for presses that sent nothing."""
        desks = self._desks()
        for desk in desks:
            if desk not in self._ears:
                self._ears[desk] = desk.on_denied(lambda denied: self._denied.append((self.clock.now(), str(denied))))
        return desks

    def end(self) -> None:
        for end in self._ears.values():
            end()

    def _passed(self) -> float:
        return (self.clock.now() - self.began).total_seconds()

    def _is_of_it(self, order: Order) -> bool:
        """New, or changed since it began. Of an account that was not there then, its time decides."""
        before = self._before.get(order_key(order))
        if before is None:
            return order.draft.market in self._markets or order.at >= self.began
        return _figures(before) != _figures(order)


def _figures(order: Order) -> tuple[object, ...]:
    return order.state, order.ref, order.filled, order.remaining, order.cancelled, order.moved, order.changes


def begin(drill: Drill, desks: Desks, arm: Arm, clock: Clock) -> Running:
    """Arm the drill's faults in the exchange; from now on everything counts."""
    there = desks()
    before = {order_key(order): order for desk in there for order in desk.orders()}
    for entry in drill.script:
        arm(entry)
    running = Running(drill, clock, clock.now(), desks, before, frozenset(desk.market for desk in there))
    running.listen()
    return running


def _result(
    drill: Drill,
    orders: Sequence[Order],
    before: frozenset[OrderKey],
    facts: Sequence[Fact],
    denied: Sequence[tuple[datetime, str]],
    seconds: float,
) -> Result:
    sent = [f for f in facts if isinstance(f, Placing | Cancelling)]
    answers = {f.request: f.outcome for f in facts if isinstance(f, Answered)}
    acts = [(f.at, _act(f, orders, answers)) for f in sent]
    acts += [(at, f"막힘: {sentence}") for at, sentence in denied]
    fresh = [o for o in orders if order_key(o) not in before]
    return Result(
        drill.title,
        seconds,
        len(sent),
        sum(isinstance(outcome, AnswerLost) for outcome in answers.values()),
        sum(isinstance(o, Refused) and o.kind is RefusalKind.TOO_MANY for o in answers.values()),
        tuple(sorted(acts)),
        tuple(orders),
        before,
        tuple(_twice(fresh)),
        tuple(_unknown(orders)),
    )


def _act(fact: Placing | Cancelling, orders: Sequence[Order], answers: Mapping[RequestId, Outcome]) -> str:
    answer = _answer(answers.get(request_of(fact)))
    if fact.of is None:
        named = next((headline(o) for o in orders if o.id == fact.order_id), "")
        return f"주문 {named} — {answer}"
    named = next((headline(o) for o in orders if o.ref == fact.of), "")
    if isinstance(fact, Cancelling):
        return f"취소 #{fact.of} {'전량' if fact.quantity is None else f'{fact.quantity:,}'} · {named} — {answer}"
    assert fact.change is not None
    return f"정정 #{fact.of} → {fact.change.price:,}원 · {named} — {answer}"


def _answer(outcome: Outcome | None) -> str:
    match outcome:
        case None:
            return "응답을 기다림"
        case Accepted(ref=ref):
            return f"접수 응답 #{ref}"
        case Refused(code=code, text=text):
            return f"거부 응답 [{code}] {text}"
        case NotSent(reason):
            return f"나가지 않음: {reason}"
        case AnswerLost():
            return "응답 없음"


def _unknown(orders: Iterable[Order]) -> Iterable[str]:
    for order in orders:
        if order.state is OrderState.UNCONFIRMED:
            yield f"{headline(order)}: 접수되었는지 아직 확인되지 않았습니다."
        elif order.lost_cancel is not None:
            yield f"{headline(order)}: 취소되었는지 아직 확인되지 않았습니다."


def _twice(orders: Sequence[Order]) -> Iterable[str]:
    """Orders of one content that stood at the broker together: what a second press, or the wire, could have doubled."""
    mine = [o for o in orders if o.own and o.ref is not None and o.replaces is None]
    for n, order in enumerate(mine):
        if any(other.draft == order.draft and not _over_before(other, order) for other in mine[:n]):
            yield f"{headline(order)}: 같은 주문을 두 번 냈고 두 건이 함께 접수되어 있었습니다."
    for order in orders:
        if order.orphan:
            yield f"{headline(order)}: 한 번 보낸 주문과 같은 주문이 한 건 더 접수되었습니다 (#{order.ref})."


def _over_before(first: Order, second: Order) -> bool:
    """The first one could not trade any more when the second was sent: refused, or withdrawn whole before."""
    if first.state is OrderState.REJECTED:
        return True
    withdrawn = any(change.cancel and change.at < second.at for change in first.changes)
    return first.state is OrderState.CANCELED and not first.filled and withdrawn
