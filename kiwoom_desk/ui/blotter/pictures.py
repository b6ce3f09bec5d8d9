"""What stands in place of an empty table, and how old the list is: loading, failed and none are three things."""

from __future__ import annotations

from datetime import datetime

from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.ui import formats, labels


def picture(connection: Connection | None, *, known: int, now: datetime) -> str:
    """The sentence instead of the table while no row is shown. `known` counts the rows that a tab or search hides.

    A failed query never reads "none": it says what the last good answer was and what fails."""
    if connection is None:
        return "연결되어 있지 않습니다."
    lanes = list(connection.lanes.values())
    if any(lane.state is LaneState.CONNECTING for lane in lanes):
        return "연결하고 주문을 불러오고 있습니다…"
    ready = [lane for lane in lanes if lane.state is LaneState.READY]
    if not ready:
        return "\n".join(_why_not(lane) for lane in lanes if lane.sentence) or "연결되어 있지 않습니다."
    if any(lane.last_look is None for lane in ready):
        failed = next(filter(None, map(failure, ready)), "")
        return f"주문을 아직 불러오지 못했습니다. {failed}" if failed else "주문을 불러오고 있습니다…"
    if known:
        return "조건에 맞는 주문이 없습니다."
    troubles = [_why_not(lane) for lane in lanes if lane.state is LaneState.FAILED]
    troubles += [f"{labels.word(lane.market)}: 조회 실패 — {failure(lane)}" for lane in ready if failure(lane)]
    if not troubles:
        return "오늘 주문이 없습니다."
    oldest = min(lane.last_look for lane in ready if lane.last_look is not None)
    return "\n".join([f"마지막 조회({formats.since(oldest, now)})에는 주문이 없었습니다.", *troubles])


def age(connection: Connection | None, now: datetime) -> str:
    """When the oldest of the lists was last complete, and what fails since. One that never was is no age at all."""
    lanes = [] if connection is None else [x for x in connection.lanes.values() if x.state is LaneState.READY]
    looks = [lane.last_look for lane in lanes]
    oldest = min(filter(None, looks), default=None)
    told = "주문 목록 확인 중…" if None in looks else f"주문 목록 {formats.since(oldest, now)} 확인" if oldest else ""
    failed = next(filter(None, map(failure, lanes)), "")
    return f"조회 실패: {failed} · {told}" if failed else told


def failure(lane: Lane) -> str:
    """Why the last look at this account failed; nothing when it did not."""
    return "" if lane.reconciler is None else lane.reconciler.failure or ""


def _why_not(lane: Lane) -> str:
    return f"{labels.word(lane.market)}: {lane.sentence}"
