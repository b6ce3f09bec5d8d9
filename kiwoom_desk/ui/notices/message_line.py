"""The line at the foot: the last thing that happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import Level, Notice, OrderKey
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, labels, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.notices.link import LinkLine

TONES: dict[Level, theme.Tone] = {Level.INFO: "muted", Level.GOOD: "", Level.WARN: "warn", Level.ALARM: "alarm"}


LEADS = "누르면 주문표에서 이 주문을 고릅니다 (Enter)"


@dataclass(frozen=True, slots=True)
class Heard:
    """A notice, the world it was heard in and that one's market clock minus ours: an order of one world is never looked
    for in another, and what happened there is told by its own clock."""

    notice: Notice
    world: World | None
    apart: timedelta


class MessageLine(QFrame):
    """An alarm stays until it is acknowledged; what comes meanwhile waits behind it.

    `order_wanted`: the line tells of an order, and the trader wants to see its row."""

    order_wanted = Signal(object)  # OrderKey

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self._workspace = workspace
        self._alarms: list[Heard] = []
        self._last: Heard | None = None
        self.text = LinkLine("small")
        self.text.setObjectName("foot.text")
        self.seen = button("확인", "small", tooltip="이 알림을 읽었습니다")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.seen)
        self.seen.clicked.connect(self._acknowledge)
        self.text.followed.connect(self._follow)
        self._ends = [workspace.notices.subscribe(self.take), workspace.subscribe(self._draw)]
        for notice in workspace.notices.recent:
            self.take(notice)
        self._draw()

    def take(self, notice: Notice) -> None:
        heard = Heard(notice, self._workspace.world, self._apart())
        if notice.level is Level.ALARM:
            self._alarms.append(heard)
        else:
            self._last = heard
        self._draw()

    def stop(self) -> None:
        for end in self._ends:
            end()

    def _apart(self) -> timedelta:
        return self._workspace.now() - self._workspace.clock.now()

    def _words(self, heard: Heard) -> str:
        """Notices are dated by our clock; the trader reads the market's. What happened elsewhere says where."""
        elsewhere = heard.world is not None and heard.world is not self._workspace.world
        at = heard.notice.at + (heard.apart if elsewhere else self._apart())
        where = f"{labels.word(heard.world)} · " if elsewhere and heard.world is not None else ""
        return f"{formats.clock(at)}  {where}{heard.notice.text}"

    def _acknowledge(self) -> None:
        if self._alarms:
            self._last = self._alarms.pop(0)
        self._draw()

    @property
    def _shown(self) -> Heard | None:
        return self._alarms[0] if self._alarms else self._last

    def _order(self) -> OrderKey | None:
        """The order that the line is about, where it can be found now."""
        shown = self._shown
        return shown.notice.order if shown is not None and shown.world is self._workspace.world else None

    def _follow(self) -> None:
        key = self._order()
        if key is not None:
            self.order_wanted.emit(key)

    def _draw(self) -> None:
        shown = self._shown
        waiting = f" (외 {len(self._alarms) - 1}건)" if len(self._alarms) > 1 else ""
        self.seen.setVisible(bool(self._alarms))
        self.text.setText("" if shown is None else f"{self._words(shown)}{waiting}")
        self.text.lead("" if self._order() is None else LEADS)
        level = Level.INFO if shown is None else shown.notice.level
        theme.mark(self.text, tone="warn" if level is Level.ALARM and not self._alarms else TONES[level])
