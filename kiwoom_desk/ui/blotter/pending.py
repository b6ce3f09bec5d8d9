"""What is pinned above the table, in words: orders whose fate is unknown, that wait for a choice, or that nobody sees.

Each sentence says what is known, how old it is, how often was looked and when the next look comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.news import headline
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.plain import one_line

UNSEEN_AFTER = 10.0
"""Seconds after which an accepted order that no list and no push has shown deserves a word (docs/reliability.md)."""

WHAT_TO_DO = (
    "같은 주문을 다시 누르지 마세요. 프로그램이 키움에 계속 묻고 있습니다.",
    "접수되어 있으면 주문번호가 붙어 주문표에 나타납니다.",
    "접수되지 않았으면 세 번의 온전한 조회와 30초 뒤 '미접수(추정)'이 되고, 그 뒤에 나타나도 찾아냅니다.",
    "급하면 영웅문4나 영웅문S#의 주문내역에서 직접 확인할 수 있습니다. 그곳에서 낸 주문도 여기에 나타납니다.",
    "다른 종목과 다른 수량의 주문, 그리고 모든 취소는 그대로 됩니다.",
)
WHAT_TO_CHOOSE = (
    "응답을 받지 못한 주문과 조건이 같은 주문이 키움에 여러 건 있습니다. "
    "어느 것이 내가 낸 것인지는 조건만으로 알 수 없습니다.",
    "영웅문4나 영웅문S#, 또는 같은 앱키를 쓰는 다른 프로그램에서 낸 주문이 있는지 먼저 확인하세요. "
    "접수 시각, 체결, 경로가 단서입니다.",
    "내 주문의 번호를 누르면 그 번호가 이 주문의 것이 되고, 나머지는 다른 곳의 주문으로 남습니다. "
    "잘못 골랐으면 그 주문의 오른쪽 단추 메뉴 '주문번호 바로잡기'에서 고칩니다.",
    "'내 주문 없음'은 이 주문이 접수되지 않았다고 정하는 것입니다. 같은 주문을 다시 보낼 수 있게 되므로, "
    "이 가운데 내 주문이 있으면 두 번 내게 됩니다.",
    "'내 주문 없음'으로 정한 뒤에도 주문표 위의 번호를 눌러 바로잡을 수 있습니다. "
    "그 줄을 닫았으면 그 주문의 오른쪽 단추 메뉴 '주문번호 바로잡기'에서 고칩니다.",
    "어느 쪽이든 보이는 주문은 모두 주문표에서 정정하고 취소할 수 있습니다. 급하면 그것부터 하세요.",
)


class Urgency(IntEnum):
    """What needs a person first, then what is unknown, then what has only not been seen or can be corrected."""

    CHOICE = 0
    UNKNOWN = 1
    CALM = 2


def urgency(order: Order) -> Urgency:
    if order.candidates:
        return Urgency.CHOICE
    return Urgency.UNKNOWN if order.unsettled else Urgency.CALM


def sentence(order: Order, lane: Lane | None, now: datetime) -> str:
    """What is known about a pinned order, for one line."""
    if order.candidates:
        return f"선택필요  {headline(order)} — {_to_choose(order, lane)} {looked(order, lane, now)}"
    if order.turned_down:
        return f"미접수(추정)  {headline(order)} — '내 주문 없음'으로 정했습니다. {_to_correct(order, lane)}"
    if not order.unsettled:
        told = "접수 응답은 받았지만 주문 목록과 실시간에는 아직 보이지 않습니다."
        return f"확인 중  {headline(order)} #{order.ref} — {told} {_age(order.ended_at, now)}{_next(lane)}"
    return f"확인필요  {headline(order)} {order.draft.venue.value} — {_lost(order)} {looked(order, lane, now)}"


def _to_choose(order: Order, lane: Lane | None) -> str:
    count = sum(can_pick(order, ref, lane) for ref in order.candidates)
    if not count:
        return f"조건이 같은 {len(order.candidates)}건은 모두 내 다른 주문의 번호로 확인되었습니다."
    return f"조건이 같은 주문이 {count}건 있습니다. 어느 것이 내 주문인지 고르세요."


def _to_correct(order: Order, lane: Lane | None) -> str:
    if not any(can_pick(order, ref, lane) for ref in order.turned_down):
        return f"보였던 {len(order.turned_down)}건은 모두 내 다른 주문의 번호로 확인되었습니다."
    return "아니었으면 내 주문의 번호를 누르세요."


def _lost(order: Order) -> str:
    if order.lost_cancel is not None:
        return "취소의 응답을 받지 못했습니다. 전량 취소는 다시 눌러도 됩니다."
    what = "정정의 응답을" if order.replaces is not None else "응답을"
    return f"{what} 받지 못했습니다. 다시 누르지 마세요."


def looked(order: Order, lane: Lane | None, now: datetime) -> str:
    """조회 3회, 4.2초 경과, 다음 조회 2.0초 뒤: of the order, or of the cancel of it that was lost."""
    lost = order.lost_cancel
    looks, ended = (order.looks, order.ended_at) if lost is None else (lost.looks, lost.ended_at)
    return f"조회 {looks}회, {_age(ended, now)}{_next(lane)}"


def _age(since: datetime | None, now: datetime) -> str:
    seconds = 0.0 if since is None else (now - since).total_seconds()
    return f"{formats.duration(max(0.0, seconds))} 경과"


def _next(lane: Lane | None) -> str:
    if lane is None or lane.next_look_in is None:
        return ""
    failure = (
        "" if lane.reconciler is None or not lane.reconciler.failure else f" (조회 실패: {lane.reconciler.failure})"
    )
    return f", 다음 조회 {formats.duration(lane.next_look_in)} 뒤{failure}"


def unseen(order: Order, now: datetime) -> bool:
    """Accepted by its own answer a while ago, and not seen anywhere since."""
    if order.ended_at is None or not maybe_unseen(order):
        return False
    return (now - order.ended_at).total_seconds() > UNSEEN_AFTER


def maybe_unseen(order: Order) -> bool:
    """Becomes `unseen` when nothing shows it in time."""
    return order.alive and order.own and order.ref is not None and not order.seen


def another_has(order: Order, ref: BrokerRef, lane: Lane | None) -> bool:
    return lane is not None and lane.desk is not None and lane.desk.ledger.another_has(order, ref)


def can_pick(order: Order, ref: BrokerRef, lane: Lane | None) -> bool:
    return lane is None or lane.desk is None or lane.desk.ledger.can_choose(order, ref)


def choice_words(order: Order, ref: BrokerRef, lane: Lane | None) -> str:
    """A number to choose; or why it is none."""
    return pick_words(ref, lane) if can_pick(order, ref, lane) else f"#{ref} · 내 다른 주문의 번호"


def pick_words(ref: BrokerRef, lane: Lane | None) -> str:
    """A number and all that tells it from the others: what a choice stands on."""
    desk = None if lane is None else lane.desk
    number = None if desk is None else desk.ledger.number(ref)
    row = None if desk is None else desk.order(desk.ledger.row_id(ref))
    if number is None:
        return f"#{ref}"
    parts = [f"#{ref}", formats.clock(number.ordered_at or number.first_seen)]
    left = "" if row is None else f" 잔량 {row.remaining:,}"
    return " · ".join([*parts, f"체결 {number.filled:,}{left}", one_line(number.channel or "경로 모름", 20)])


def none_words(order: Order, lane: Lane | None) -> Sequence[str]:
    """What "none of them is mine" unlocks and what becomes of the rows."""
    ours = [ref for ref in order.choices if another_has(order, ref, lane)]
    left = [ref for ref in order.choices if ref not in ours]
    twice = "아래에 내 주문이 있으면" if left else "이 주문이 접수되어 있으면"
    told = [
        f"{headline(order)}이(가) 접수되지 않은 것으로 정합니다.",
        f"그러면 같은 주문을 다시 보낼 수 있습니다. {twice} 두 번 내게 됩니다.",
    ]
    if left:
        told.append(_with_rows(f"이 {len(left)}건은 다른 곳의 주문으로 남습니다.", left, lane))
    if ours:
        told.append(_with_rows(f"이 {len(ours)}건은 그사이 내 다른 주문의 번호로 확인되어 그대로입니다.", ours, lane))
    return told


def _with_rows(words: str, refs: Sequence[BrokerRef], lane: Lane | None) -> str:
    return "\n".join([words, *(pick_words(ref, lane) for ref in refs)])
