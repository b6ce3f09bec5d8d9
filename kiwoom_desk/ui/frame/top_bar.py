"""The bar at the top: which world, which account, what runs, what time it is, and the stop. In the world's colour."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.market_state import market_state
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.settings import HIDE_AMOUNTS, HOTKEYS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, labels, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.frame.lamps import Gauge, Lamp
from kiwoom_desk.ui.plain import PlainLabel, caption, tip

LEVELS = {
    LaneState.READY: 1.0,
    LaneState.CONNECTING: 0.5,
    LaneState.NO_KEYS: 0.0,
    LaneState.FAILED: 0.0,
    LaneState.CLOSED: 0.0,
}


class TopBar(QFrame):
    """Tells what the trader wants; the window does it."""

    world_wanted = Signal(object)  # World
    arm_wanted = Signal()
    stop_wanted = Signal()
    menu_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "topbar")
        self._workspace = workspace
        self.word = PlainLabel("", "world")
        self.account = PlainLabel("", "strong")
        self.connected = Lamp("연결")
        self.streaming = Lamp("실시간")
        self.budget = Gauge("요청 여유")
        self.hotkeys = PlainLabel("단축키 켜짐", "strong")
        self.locked = PlainLabel("주문 잠금", "strong")
        self.session = PlainLabel("")
        self.clock = PlainLabel("", "strong")
        self.worlds = {w: button(labels.word(w), "world") for w in World}
        self.arm = button("실전 주문 켜기", "world")
        self.stop = button("새 주문 차단", "stop")
        self.menu = button("설정", "world", tooltip="설정, 앱키, 배치, 정보")
        self._prepare()
        self._lay_out()

    def _prepare(self) -> None:
        for world, made in self.worlds.items():
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.clicked.connect(lambda _=False, world=world: self._world_pressed(world))
        for made in (self.arm, self.stop, self.menu):
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop.setCheckable(True)
        tip(self.hotkeys, "Ctrl+Enter 보이는 주문 보내기 · F7 매수 · F8 매도 (설정에서 끕니다)")
        tip(self.stop, "새 주문과 정정을 막습니다. 취소는 됩니다. Ctrl+Shift+K는 미체결도 모두 취소합니다.")
        self.stop.clicked.connect(self.stop_wanted)
        self.arm.clicked.connect(self.arm_wanted)
        self.menu.clicked.connect(self.menu_wanted)
        self.clock.setAccessibleName("시장 시각")
        for name in ("word", "account", "clock", "session", "arm", "stop", "menu"):
            getattr(self, name).setObjectName(f"top.{name}")
        for world, made in self.worlds.items():
            made.setObjectName(f"top.{world.value}")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        for part in (self.word, self.account, self.connected, self.streaming, self.budget, self.hotkeys, self.locked):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.session)
        row.addWidget(self.clock)
        row.addLayout(_tight(*self.worlds.values()))
        for last in (self.arm, self.stop, self.menu):
            row.addWidget(last)

    def _world_pressed(self, world: World) -> None:
        self._check_world()
        self.world_wanted.emit(world)

    def _check_world(self) -> None:
        """The button that is down is the world we are in, never the one that was only asked for."""
        here = self._workspace.world
        for world, made in self.worlds.items():
            made.setChecked(world is here)
            made.setEnabled(self._workspace.switching_to is None)

    # --- showing --------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        workspace = self._workspace
        world = workspace.world or workspace.switching_to
        theme.mark_tree(self, world="none" if world is None else world.value)
        ink = theme.environment(world).ink if world is not None else theme.colours().text
        for lamp in (self.connected, self.streaming, self.budget):
            lamp.set_ink(ink)
        self.word.setText("연결 안 됨" if world is None else labels.word(world))
        self._check_world()
        self.hotkeys.setVisible(workspace.settings.get(HOTKEYS))
        self._show_lanes()
        self._show_safety()
        self._show_time(workspace.now())

    def _show_lanes(self) -> None:
        connection = self._workspace.connection
        if connection is None:
            self.account.setText("여는 중…" if self._workspace.switching_to else "")
            self.connected.show_level(0.5 if self._workspace.switching_to else 0, "연결되어 있지 않습니다.")
            self.streaming.show_level(0, "연결되어 있지 않습니다.")
            return
        lanes = list(connection.lanes.values())
        self.account.setText(self._accounts(lanes))
        used = [lane for lane in lanes if lane.state is not LaneState.NO_KEYS] or lanes
        self.connected.show_level(
            sum(LEVELS[lane.state] for lane in used) / len(used), "\n".join(_lane_sentence(lane) for lane in lanes)
        )
        streamed = [lane for lane in used if lane.market is Market.STOCK] or used
        up = all(lane.stream_up for lane in streamed)
        why = next((lane.stream_sentence for lane in streamed if lane.stream_sentence), "")
        self.streaming.show_level(1 if up else 0, "실시간으로 받고 있습니다." if up else f"실시간이 끊겼습니다. {why}")
        self.budget.show_free(min((lane.budget() for lane in used), default=1.0))

    def _accounts(self, lanes: list[Lane]) -> str:
        if self._workspace.settings.get(HIDE_AMOUNTS):
            return f"계좌 {formats.account(None, hide=True)}"
        tails = {lane.market: lane.account.tail for lane in lanes if lane.account is not None}
        if not tails:
            return next((lane.sentence for lane in lanes if lane.sentence), "")[:40]
        stock, gold = tails.get(Market.STOCK), tails.get(Market.GOLD)
        if stock == gold or gold is None:
            return f"계좌 {formats.account(stock)}"
        return f"금현물 {formats.account(gold)}" if stock is None else f"계좌 ****-{stock} · 금 ****-{gold}"

    def _show_safety(self) -> None:
        safety = self._workspace.safety
        self.locked.setVisible(bool(safety.locked_because))
        tip(self.locked, safety.locked_because)
        self.stop.setChecked(safety.blocked)
        self.stop.setText(caption("새 주문 차단됨" if safety.blocked else "새 주문 차단"))
        self.arm.setVisible(safety.needs_arming)
        if safety.armed and safety.armed_until is not None:
            left = (safety.armed_until - self._workspace.clock.now()).total_seconds()
            self.arm.setText(f"실전 주문 켜짐 {formats.duration(max(left, 0)) if left < 60 else f'{left / 60:.0f}분'}")
        else:
            self.arm.setText("실전 주문 켜기")

    def _show_time(self, now: datetime) -> None:
        state = market_state(self._workspace.rules, now)
        self.clock.setText(f"{formats.clock(now)} KST")
        self.session.setText(state.words)
        tip(self.session, "" if state.next_change is None else f"다음 변화 {state.next_change:%H:%M}")


def _lane_sentence(lane: Lane) -> str:
    ready = "연결되었습니다."
    return f"{labels.word(lane.market)}: {ready if lane.state is LaneState.READY else lane.sentence}"


def _tight(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for part in parts:
        row.addWidget(part)
    return row
