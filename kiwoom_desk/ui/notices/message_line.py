"""The line at the foot: the last thing that happened, and when the orders were last looked at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel

TONES: dict[Level, theme.Tone] = {Level.INFO: "muted", Level.GOOD: "", Level.WARN: "warn", Level.ALARM: "alarm"}


class MessageLine(QFrame):
    """An alarm stays until it is acknowledged; what comes meanwhile waits behind it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self._workspace = workspace
        self._alarms: list[Notice] = []
        self._last: Notice | None = None
        self.text = ElidedLabel("", "small")
        self.text.setObjectName("foot.text")
        self.seen = button("확인", "small", tooltip="이 알림을 읽었습니다")
        self.look = PlainLabel("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.seen)
        row.addWidget(self.look)
        self.seen.clicked.connect(self._acknowledge)
        self._end = workspace.notices.subscribe(self.take)
        for notice in workspace.notices.recent:
            self.take(notice)
        self._draw()

    def take(self, notice: Notice) -> None:
        if notice.level is Level.ALARM:
            self._alarms.append(notice)
        else:
            self._last = notice
        self._draw()

    def stop(self) -> None:
        self._end()

    def refresh(self) -> None:
        """How long ago the day's orders were completely looked at; the oldest lane counts."""
        connection, now = self._workspace.connection, self._workspace.clock.now()
        lanes = [] if connection is None else list(connection.lanes.values())
        looks = [lane.last_look for lane in lanes if lane.state is LaneState.READY]
        if not looks:
            self.look.setText("")
        elif None in looks:
            self.look.setText("주문 목록 확인 중…")
        else:
            self.look.setText(f"주문 목록 {formats.since(min(at for at in looks if at), now)} 확인")

    def _market_time(self, notice: Notice) -> datetime:
        """Notices are dated by our clock; the trader reads the market's."""
        return notice.at + (self._workspace.now() - self._workspace.clock.now())

    def _acknowledge(self) -> None:
        if self._alarms:
            self._last = self._alarms.pop(0)
        self._draw()

    def _draw(self) -> None:
        shown = self._alarms[0] if self._alarms else self._last
        waiting = f" (외 {len(self._alarms) - 1}건)" if len(self._alarms) > 1 else ""
        self.seen.setVisible(bool(self._alarms))
        self.text.setText("" if shown is None else f"{formats.clock(self._market_time(shown))}  {shown.text}{waiting}")
        level = shown.level if self._alarms and shown else (shown.level if shown else Level.INFO)
        theme.mark(self.text, tone="warn" if level is Level.ALARM and not self._alarms else TONES[level])
