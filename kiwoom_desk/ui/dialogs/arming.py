"""Live is armed, not just chosen: a deliberate act, for a time, within limits that are on the screen."""

from __future__ import annotations

from datetime import datetime, time

from PySide6.QtWidgets import QLineEdit, QWidget

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.trading.settings import ARMED_MINUTES
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats
from kiwoom_desk.ui.dialogs.sheet import Sheet, paragraph
from kiwoom_desk.ui.fields.buttons import CalmCombo
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel

ENDS = (time(15, 30), time(20, 0))


class ArmingDialog(Sheet):
    """Ends accepted only when the safety catch took it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None) -> None:
        super().__init__("실전 주문 켜기", parent, accept="실전 주문 켜기", reject="그만두기")
        self._workspace = workspace
        safety = workspace.safety
        self.digits = QLineEdit()
        self.digits.setMaxLength(4)
        self.digits.setAccessibleName("계좌번호 뒤 네 자리")
        self.digits.setPlaceholderText("네 자리")
        self.digits.setFixedWidth(100)
        self.time = CalmCombo()
        self._minutes = choices(workspace.settings.get(ARMED_MINUTES), workspace.now())
        for _, words in self._minutes:
            self.time.addItem(words)
        tail = None if safety.account is None else safety.account.tail
        limits = safety.limits
        self.body.addWidget(paragraph("켜 두는 동안 이 창의 주문이 실제로 체결됩니다.", "strong"))
        per_order, per_day = formats.won(limits.value_per_order), formats.won(limits.value_per_day)
        rate = formats.number(limits.orders_per_minute)
        self.body.addWidget(paragraph(f"한도: 1회 {per_order} · 하루 {per_day} · 분당 {rate}건"))
        hint = "계좌가 확인되지 않았습니다." if tail is None else f"계좌 {formats.account(tail)}의 뒤 네 자리를 쓰세요."
        self.body.addWidget(paragraph(hint))
        self.body.addLayout(
            row(PlainLabel("뒤 네 자리", "muted"), self.digits, PlainLabel("켜 둘 시간", "muted"), self.time)
        )
        self.digits.setFocus()

    def accept(self) -> None:
        minutes = self._minutes[self.time.currentIndex()][0]
        try:
            self._workspace.safety.arm(self.digits.text().strip(), minutes)
        except Denied as denied:
            self.say(str(denied))
            self.digits.selectAll()
            return
        super().accept()


def choices(usual: int, now: datetime) -> list[tuple[int, str]]:
    """(minutes, words): the usual time first, then 15 and 60 minutes, then until the ends of the sessions today."""
    found = {usual: f"{usual}분"} | {minutes: f"{minutes}분" for minutes in (15, 60)}
    local = now.astimezone(SEOUL)
    for end in ENDS:
        left = int((datetime.combine(local.date(), end, SEOUL) - local).total_seconds() // 60)
        if left >= 1:
            found.setdefault(left, f"{end:%H:%M}까지")
    return list(found.items())


async def arm(workspace: Workspace, parent: QWidget | None) -> bool:
    dialog = ArmingDialog(workspace, parent)
    try:
        return await aio.ask(dialog) == ArmingDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
