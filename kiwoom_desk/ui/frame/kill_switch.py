"""새 주문 차단: blocks first, then (by its key) withdraws every open order, and says what became of each."""

from __future__ import annotations

import asyncio

from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.workspace import Workspace


def open_orders(workspace: Workspace) -> list[tuple[OrderDesk, Order]]:
    """Everything that a cancel can name now, in every lane."""
    if workspace.connection is None:
        return []
    desks = [lane.desk for lane in workspace.connection.lanes.values() if lane.desk is not None]
    return [(desk, order) for desk in desks for order in desk.orders() if order.can_change]


async def cancel_everything(workspace: Workspace) -> None:
    """One cancel per open order, each an act of its own; the result as a notice."""
    found = open_orders(workspace)
    if not found:
        _say(workspace, Level.INFO, "취소할 미체결 주문이 없습니다.")
        return
    results = await asyncio.gather(*(_cancel(workspace, desk, order) for desk, order in found))
    taken = results.count("")
    left = [sentence for sentence in results if sentence]
    _say(workspace, Level.GOOD if not left else Level.ALARM, f"미체결 {len(found)}건 취소 요청: 접수 {taken}건")
    for sentence in left:
        _say(workspace, Level.ALARM, sentence)


async def _cancel(workspace: Workspace, desk: OrderDesk, order: Order) -> str:
    """The empty text when the cancel was taken, else a sentence that names the order."""
    title = f"{order.name or order.draft.code} #{order.ref}"
    try:
        outcome = await desk.cancel(order.id, None, workspace.gesture())
    except Denied as denied:
        return f"취소하지 못함 {title}: {denied}"
    return "" if isinstance(outcome, Accepted) else f"취소 확인 필요 {title}"


def _say(workspace: Workspace, level: Level, text: str) -> None:
    workspace.notices.give(Notice(level, text, workspace.clock.now()))
