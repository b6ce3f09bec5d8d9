"""연습 상황: bad days to take on purpose, beside the open window, with a result at the end."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from kiwoom_desk.trading.drills import DRILLS, Drill, Result, Running, begin
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.dialogs.sheet import paragraph
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row

EVERY_MS = 700


def offered(workspace: Workspace) -> bool:
    """Only in practice, and only where the exchange is ours to disturb."""
    return workspace.world is World.PRACTICE and workspace.faults is not None


class Drills(QDialog):
    """Stays open beside the window while a drill runs; closing it disarms the faults."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("연습 상황")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self.running: Running | None = None
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
        self.resize(440, 560)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show())
        self.start.clicked.connect(self._start)
        self.finish.clicked.connect(self._finish)
        self._timer.timeout.connect(self._refresh)

    @property
    def drill(self) -> Drill:
        return DRILLS[max(0, self.list.currentRow())]

    def _show(self) -> None:
        self.briefing.setText(self.drill.briefing)
        self.task.setText(self.drill.task)

    def _start(self) -> None:
        workspace = self._workspace
        if not offered(workspace) or workspace.faults is None or workspace.connection is None:
            self.report.setPlainText("연습 환경에 연결되어 있을 때만 할 수 있습니다.")
            return
        lanes = workspace.connection.lanes.values()
        desks = [lane.desk for lane in lanes if lane.desk is not None]
        self.running = begin(self.drill, desks, workspace.faults.arm, workspace.clock.now())
        self._switch(on=True)

    def _finish(self) -> None:
        self._refresh()
        self._disarm()
        self._switch(on=False)

    def _switch(self, *, on: bool) -> None:
        self.start.setEnabled(not on)
        self.list.setEnabled(not on)
        self.finish.setEnabled(on)
        if on:
            self._timer.start()
            self._refresh()
        else:
            self._timer.stop()

    def _disarm(self) -> None:
        self.running = None
        if self._workspace.faults is not None:
            self._workspace.faults.clear()

    def _refresh(self) -> None:
        if self.running is not None:
            self.report.setPlainText(words(self.running.finish(self._workspace.clock.now())))

    def done(self, result: int) -> None:
        self._timer.stop()
        self._disarm()
        super().done(result)


def words(result: Result) -> str:
    """A result as text: figures first, then every order, then what should make one think."""
    head = [
        f"{result.title} · {formats.duration(result.seconds)}",
        f"보낸 요청 {result.sent}건 · 응답 유실 {result.lost}건 · 요청 초과 거부 {result.limited}건",
    ]
    parts = [*head, "", *result.lines]
    if result.open_questions:
        parts += ["", "아직 모르는 것", *result.open_questions]
    parts += ["", "두 번 접수되었을 수 있는 것", *(result.twice or ("없습니다.",))]
    return "\n".join(parts)
