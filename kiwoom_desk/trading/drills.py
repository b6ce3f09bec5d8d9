"""Named drills on the practice exchange: a bad day on purpose, and at its end what happened and what the trader did.

A drill is data: a briefing, the faults it arms (in the practice exchange's own words, see its `--faults` format) and
what is asked of the trader. The result is read from the desk's facts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiwoom_desk.domain.facts import Answered, AnswerLost, Cancelling, Fact, Placing, RefusalKind, Refused
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.news import headline

Script = Sequence[Mapping[str, object]]
Arm = Callable[[Mapping[str, object]], object]


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
        "응답이 10초 넘게 늦고, 취소하는 동안 체결됩니다.",
        "체결될 만한 값으로 주문하고 바로 취소해 보세요. 무엇이 체결되고 무엇이 취소되었는지 확인하세요.",
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
        "먼 값에 주문한 다음 값을 정정하세요. 체결된 수량은 원주문에 남습니다.",
        ({"on": "amend", "do": "fill_first", "quantity": 1},),
    ),
    Drill(
        "doubled",
        "두 번 접수된 주문",
        "다음 주문이 거래소 앞에서 복제됩니다. 한 번 보낸 주문이 두 건 접수됩니다.",
        "주문한 뒤 주문표에서 두 번째 줄을 찾아 필요 없는 쪽을 취소하세요.",
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
    """What the drill's facts say, line by line, in Korean; `twice` lists what could have been a double."""

    title: str
    seconds: float
    sent: int
    lost: int
    limited: int
    lines: tuple[str, ...]
    twice: tuple[str, ...]
    open_questions: tuple[str, ...]


@dataclass(slots=True)
class Running:
    """A drill under way: `begin` arms it, `finish` reads the result. Cancelled or not, `clear` disarms the faults."""

    drill: Drill
    desks: Sequence[OrderDesk]
    began: datetime
    known: frozenset[str] = field(default_factory=frozenset)

    def finish(self, now: datetime) -> Result:
        orders = [o for desk in self.desks for o in desk.orders() if o.id not in self.known]
        facts = {id(f): f for desk in self.desks for o in desk.orders() for f in desk.story(o.id) if f.at >= self.began}
        return _result(self.drill, orders, list(facts.values()), (now - self.began).total_seconds())


def begin(drill: Drill, desks: Sequence[OrderDesk], arm: Arm, now: datetime) -> Running:
    """Arm the drill's faults in the exchange; from now on everything counts."""
    known = frozenset(o.id for desk in desks for o in desk.orders())
    for entry in drill.script:
        arm(entry)
    return Running(drill, desks, now, known)


def _result(drill: Drill, orders: Sequence[Order], facts: Sequence[Fact], seconds: float) -> Result:
    sent = [f for f in facts if isinstance(f, Placing | Cancelling)]
    answers = [f.outcome for f in facts if isinstance(f, Answered)]
    mine = [o for o in orders if o.own]
    return Result(
        drill.title,
        seconds,
        len(sent),
        sum(isinstance(outcome, AnswerLost) for outcome in answers),
        sum(isinstance(o, Refused) and o.kind is RefusalKind.TOO_MANY for o in answers),
        tuple(_line(order) for order in orders),
        tuple(_twice(mine, orders)),
        tuple(f"{headline(o)}: 아직 확인되지 않았습니다." for o in mine if o.state is OrderState.UNCONFIRMED),
    )


def _line(order: Order) -> str:
    number = "번호 없음" if order.ref is None else f"#{order.ref}"
    how = (
        "조회로 찾음"
        if order.confirmed_by_look
        else "다른 곳에서"
        if not order.own
        else "응답 받음"
        if order.ref
        else ""
    )
    parts = (headline(order), number, how, f"체결 {order.filled:,} · 잔량 {order.remaining:,}", order.reason)
    return " · ".join(part for part in parts if part)


def _twice(mine: Sequence[Order], orders: Sequence[Order]) -> Sequence[str]:
    """Orders of one content that both reached the broker: what a second press, or the wire, could have doubled."""
    found = []
    for n, order in enumerate(mine):
        if any(other.draft == order.draft and other.ref and order.ref for other in mine[:n]):
            found.append(f"{headline(order)}: 같은 주문을 두 번 냈고 두 건 다 접수되었습니다.")
    for order in orders:
        if order.orphan and any(other.draft == order.draft for other in mine):
            found.append(
                f"{headline(order)}: 한 번 보낸 주문이 두 건 접수되었습니다 (#{order.ref}). 보낸 것은 한 번입니다."
            )
    return found
