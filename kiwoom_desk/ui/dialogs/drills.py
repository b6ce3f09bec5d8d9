"""연습 상황: bad days to take on purpose, beside the open window, with a result at the end."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from kiwoom_desk.domain.facts import Noted
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.drills import DRILLS, Drill, Result, Running, begin
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.dialogs.sheet import paragraph
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row

EVERY_MS = 700
LEFT = "연습 환경을 떠나서 여기서 끝났습니다."
CONNECTING = "연결하고 있습니다. 연결이 끝난 뒤에 시작하세요."


def why_not(workspace: Workspace) -> str:
    """Why drills are not offered, else "": only in practice, and only where the exchange is ours to disturb."""
    if workspace.world is not World.PRACTICE:
        return "연습 환경에서만"
    return "프로그램 안의 연습 거래소에서만" if workspace.faults is None else ""


class Drills(QDialog):
    """Stays open beside the window while a drill runs; closing it ends the drill. The last result of each is kept."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("연습 상황")
        self._workspace = workspace
        self.running: Running | None = None
        self._told: dict[str, str] = {}
        self.list = QListWidget()
        self.briefing = paragraph("")
        self.task = paragraph("", "strong")
        self.report = QPlainTextEdit()
        self.start = button("시작", "primary")
        self.finish = button("끝내고 결과 보기")
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        self.list.addItems([drill.title for drill in DRILLS])
        self.list.setAccessibleName("연습 상황")
        self.report.setReadOnly(True)
        self.report.setPlaceholderText("시작을 누르고 주문창에서 해 보세요. 진행과 결과가 여기에 보입니다.")
        self.finish.setEnabled(False)
        box = QVBoxLayout(self)
        box.addWidget(self.list, 2)
        box.addWidget(self.briefing)
        box.addWidget(self.task)
        box.addWidget(self.report, 3)
        box.addLayout(row(None, self.start, self.finish))
        self.resize(480, 640)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show())
        self.start.clicked.connect(self._start)
        self.finish.clicked.connect(self._finish)
        self._timer.timeout.connect(self._refresh)

    @property
    def drill(self) -> Drill:
        return DRILLS[max(0, self.list.currentRow())]

    def _show(self) -> None:
        """The chosen drill with its own last result, if it was done before."""
        self.briefing.setText(self.drill.briefing)
        self.task.setText(self.drill.task)
        self.report.setPlainText(self._told.get(self.drill.key, ""))

    def _desks(self) -> list[OrderDesk]:
        connection = self._workspace.connection
        lanes = () if connection is None else connection.lanes.values()
        return [lane.desk for lane in lanes if lane.desk is not None]

    # --- acts --------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        workspace = self._workspace
        trouble = why_not(workspace)
        if trouble or workspace.faults is None or workspace.connection is None:
            self.report.setPlainText(f"지금은 할 수 없습니다: {trouble}")
            return
        if any(lane.state is LaneState.CONNECTING for lane in workspace.connection.lanes.values()):
            self.report.setPlainText(CONNECTING)
            return
        self.running = begin(self.drill, self._desks, workspace.faults.arm, workspace.clock)
        self._switch(on=True)
        self._timer.start()
        self._refresh()

    def _refresh(self) -> None:
        if self.running is None:
            return
        heading = self._workspace.switching_to or self._workspace.world
        if heading not in (World.PRACTICE, None):
            self._end(LEFT)
        elif self._desks():
            shift = self._workspace.now() - self._workspace.clock.now()
            self._tell(words(self.running.result(), shift))

    def _finish(self) -> None:
        self._refresh()
        self._end()

    def _end(self, why: str = "") -> None:
        """The last result stands, in the journal too; the exchange is undisturbed again."""
        running, self.running = self.running, None
        if running is None:
            return
        self._timer.stop()
        running.end()
        if self._workspace.faults is not None:
            self._workspace.faults.clear()
        told = self._told.get(running.drill.key, "")
        if why:
            self._tell(f"{why}\n\n{told}")
        elif desks := self._desks():
            desks[0].learn(Noted(self._workspace.clock.now(), "drill", told))
        self._switch(on=False)

    def _tell(self, text: str) -> None:
        """The list is off while a drill runs: the chosen one is it."""
        self._told[self.drill.key] = text
        self.report.setPlainText(text)

    def _switch(self, *, on: bool) -> None:
        self.start.setEnabled(not on)
        self.list.setEnabled(not on)
        self.finish.setEnabled(on)

    def done(self, result: int) -> None:
        self._finish()
        super().done(result)


def words(result: Result, shift: timedelta = timedelta()) -> str:
    """A result as text: figures first, what was done, every order, then what should make one think.

    `shift` is the broker's clock minus ours."""
    acts = [f"{formats.clock(at + shift)} {what}" for at, what in result.acts]
    parts = [
        f"{result.title} · {formats.duration(result.seconds)}",
        f"보낸 요청 {result.sent}건 · 응답 유실 {result.lost}건 · 요청 초과 거부 {result.limited}건",
        *("", "내가 한 일", *(acts or ("없습니다.",))),
        *("", "주문", *([_line(order, result) for order in result.orders] or ("없습니다.",))),
    ]
    if result.open_questions:
        parts += ["", "아직 모르는 것", *result.open_questions]
    parts += ["", "두 번 접수되었을 수 있는 것", *(result.twice or ("없습니다.",))]
    return "\n".join(parts)


def _line(order: Order, result: Result) -> str:
    figures = [("체결", order.filled), ("취소", order.cancelled), ("정정으로 옮김", order.moved)]
    told = [f"{word} {count:,}" for word, count in figures if count or word == "체결"]
    parts = (
        headline(order),
        "번호 없음" if order.ref is None else f"#{order.ref}",
        labels.status(order),
        _whence(order),
        " ".join([*told, f"잔량 {order.remaining:,}"]),
        order.reason,
        "연습 전의 주문" if order_key(order) in result.older else "",
    )
    return " · ".join(part for part in parts if part)


def _whence(order: Order) -> str:
    if not order.own:
        return "내 주문일 수 있음" if order.perhaps_ours else "다른 곳에서"
    if order.ref is None:
        return ""
    return "조회로 찾음" if order.confirmed_by_look else "응답 받음"
