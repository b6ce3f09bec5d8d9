"""The trader's own limits of one world: lowering holds at once, raising after ten minutes, and the page says so."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.inputs import parse_amount
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.kept_limits import KeptLimit
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.int_field import IntField
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel

ROWS = (
    ("value_per_order", "1회 주문 금액", "원"),
    ("value_per_day", "하루 주문 금액", "원"),
    ("orders_per_minute", "1분 주문 건수", "건"),
)


class LimitsPage(QWidget):
    def __init__(self, workspace: Workspace, world: World) -> None:
        super().__init__()
        self._workspace = workspace
        self._world = world
        self.fields = {name: IntField(parse_amount, words) for name, words, _ in ROWS}
        self.notes = {name: PlainLabel("", "caption") for name, _, _ in ROWS}
        self.save = button("한도 저장", "primary")
        self.result = PlainLabel("", "small")
        self.result.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 8, 12, 8)
        grid.setHorizontalSpacing(16)
        for at, (name, words, unit) in enumerate(ROWS):
            self.fields[name].setFixedWidth(180)
            self.fields[name].setPlaceholderText("한도 없음")
            grid.addWidget(PlainLabel(words), at, 0)
            grid.addLayout(row(self.fields[name], PlainLabel(unit, "muted"), self.notes[name], None), at, 1)
        hint = PlainLabel(
            "낮추면 바로, 높이거나 없애면 10분 뒤에 적용됩니다. 실전은 셋 다 있어야 켤 수 있습니다.", "caption"
        )
        hint.setWordWrap(True)
        grid.addWidget(hint, len(ROWS), 0, 1, 2)
        grid.addLayout(row(self.result, None, self.save), len(ROWS) + 1, 0, 1, 2)
        grid.setRowStretch(len(ROWS) + 2, 1)
        grid.setColumnStretch(1, 1)
        self.save.clicked.connect(self._save)
        self._show()

    def _show(self) -> None:
        kept, now = self._workspace.settings.limits(self._world), self._workspace.clock.now()
        for name, _, unit in ROWS:
            limit: KeptLimit = getattr(kept, name)
            self.fields[name].empty()
            self.fields[name].set_value(limit.at(now))
            pending = limit.pending(now) and limit.since is not None
            later = "없음" if limit.later is None else f"{formats.number(limit.later)}{unit}"
            self.notes[name].setText(f"{limit.since:%H:%M}부터 {later}" if pending and limit.since else "")

    def _save(self) -> None:
        problem = next((field.problem for field in self.fields.values() if field.problem), "")
        if problem:
            self._say(problem, warn=True)
            return
        values = {name: field.value for name, field in self.fields.items()}
        try:
            self._workspace.settings.set_limits(self._world, Limits(**values), self._workspace.clock.now())
        except ValueError as error:
            self._say(str(error), warn=True)
            return
        self._say("저장했습니다.", warn=False)
        self._show()

    def _say(self, sentence: str, *, warn: bool) -> None:
        self.result.setText(sentence)
        theme.mark(self.result, tone="warn" if warn else "good")
