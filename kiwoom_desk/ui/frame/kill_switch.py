"""새 주문 차단: blocks first, then (by its key) withdraws every open order, and says what became of each."""

from __future__ import annotations

import asyncio

from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.orders import WAITING, Order
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import Level, Notice, OrderKey, order_key
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import labels

DEADLINE = 8.5
"""Seconds: every send has its answer, or has lost it, within eight."""


def open_orders(workspace: Workspace) -> list[tuple[OrderDesk, Order]]:
    """Everything that a cancel can name now, in every lane."""
    return [(desk, order) for desk in _desks(workspace) for order in desk.orders() if order.can_change]


def in_flight(workspace: Workspace) -> int:
    """Sends whose answer is still awaited: each may be an open order a moment later."""
    return sum(desk.in_flight for desk in _desks(workspace))


async def cancel_everything(workspace: Workspace) -> None:
    """One cancel per open order, each an act of its own; the results as notices.

    What is in flight at the press may become open a moment later: its answers are awaited and it is withdrawn too."""
    taken: set[OrderKey] = set()
    waits = in_flight(workspace)
    if waits:
        text = f"응답을 기다리는 주문 {waits}건 — 답이 올 때까지 (최대 8초) 기다립니다. 접수되면 취소합니다."
        _say(workspace, Level.WARN, text)
    found = await _withdraw(workspace, taken)
    if waits:
        await _answered(workspace)
        found += await _withdraw(workspace, taken)
    unknown = [order for desk in _desks(workspace) for order in desk.orders() if order.state in WAITING]
    for order in unknown:
        _say(workspace, Level.ALARM, f"아직 취소할 수 없음: {headline(order)} — 접수 여부가 확인되면 취소하세요.")
    unread = unread_lists(workspace)
    if unread:
        text = f"{unread} 주문 목록을 확인하지 못했습니다. 미체결이 더 있을 수 있으니 영웅문에서 확인하세요."
        _say(workspace, Level.ALARM, text)
    elif not found and not unknown:
        _say(workspace, Level.INFO, "취소할 미체결 주문이 없습니다.")


def unread_lists(workspace: Workspace) -> str:
    """The accounts whose open orders nobody knows now, in words; empty when every list was read and none fails."""
    connection = workspace.connection
    lanes = [] if connection is None else [x for x in connection.lanes.values() if x.state is not LaneState.NO_KEYS]
    unread = [lane for lane in lanes if not _known(lane)]
    return "·".join(labels.word(lane.market) for lane in unread) if lanes else "모든 계좌의"


def _known(lane: Lane) -> bool:
    failing = lane.reconciler is None or lane.reconciler.failure
    return lane.state is LaneState.READY and lane.reconciled and not failing


async def _withdraw(workspace: Workspace, taken: set[OrderKey]) -> int:
    """Cancel what is open and not yet in `taken`, which grows by the cancels that the broker took; how many they were.

    A cancel that was not taken may be sent again: it is of the whole, so that does no harm (K2)."""
    found = [(desk, order) for desk, order in open_orders(workspace) if order_key(order) not in taken]
    results = await asyncio.gather(*(_cancel(workspace, desk, order) for desk, order in found))
    left = [sentence for sentence in results if sentence]
    taken |= {order_key(order) for (_, order), sentence in zip(found, results, strict=True) if not sentence}
    if found:
        text = f"미체결 {len(found)}건 취소 요청: 접수 {len(found) - len(left)}건"
        _say(workspace, Level.ALARM if left else Level.GOOD, text)
    for sentence in left:
        _say(workspace, Level.ALARM, sentence)
    return len(found)


async def _cancel(workspace: Workspace, desk: OrderDesk, order: Order) -> str:
    """The empty text when the cancel was taken, else a sentence that names the order."""
    title = f"{order.name or order.draft.code} #{order.ref}"
    try:
        outcome = await desk.cancel(order.id, None, workspace.gesture(), order)
    except Denied as denied:
        return f"취소하지 못함 {title}: {denied}"
    return "" if isinstance(outcome, Accepted) else f"취소 확인 필요 {title}"


async def _answered(workspace: Workspace) -> None:
    """When no send is under way any more, at the latest after the deadline."""
    try:
        async with asyncio.timeout(DEADLINE):
            await asyncio.gather(*(desk.settled() for desk in _desks(workspace)))
    except TimeoutError:
        return


def _desks(workspace: Workspace) -> list[OrderDesk]:
    if workspace.connection is None:
        return []
    return [lane.desk for lane in workspace.connection.lanes.values() if lane.desk is not None]


def _say(workspace: Workspace, level: Level, text: str) -> None:
    workspace.notices.give(Notice(level, text, workspace.clock.now()))
