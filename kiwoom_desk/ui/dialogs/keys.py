"""App keys: per environment and kind of account, tested before they are kept, never shown again."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Keys, QueryFailed
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats, labels
from kiwoom_desk.ui.dialogs.sheet import Sheet, paragraph
from kiwoom_desk.ui.fields.buttons import Segments, button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel

WORLDS = (World.MOCK, World.LIVE)
LONGEST = 512
FOR_GOOD = "운영체제의 보관함에 저장합니다. 파일에는 남지 않습니다."
THIS_RUN = "이 컴퓨터에 쓸 수 있는 보관함이 없습니다. 이번 실행에만 쓰고, 끝내면 사라집니다."


class KeysDialog(Sheet):
    """What is typed leaves the fields as soon as it has been tested or kept. `changed` lists what was replaced."""

    def __init__(self, workspace: Workspace, parent: QWidget | None, world: World = World.MOCK) -> None:
        super().__init__("앱키", parent, accept="시험하고 저장", reject="닫기")
        self._workspace = workspace
        self._task: asyncio.Task[None] | None = None
        self.changed: set[tuple[World, Market]] = set()
        self.world: Segments[World] = Segments([(w, labels.word(w)) for w in WORLDS], "환경")
        self.market: Segments[Market] = Segments([(m, labels.word(m)) for m in Market], "계좌 종류")
        self.app_key = _secret("앱키")
        self.secret = _secret("시크릿키")
        self.kept = PlainLabel("", "small")
        self.outcome = PlainLabel("", "small")
        self.outcome.setWordWrap(True)
        self.forget = button("저장된 키 지우기", "small")
        self.world.show_value(world if world in WORLDS else World.MOCK)
        self.market.show_value(Market.STOCK)
        self._lay_out()
        self._show_kept()
        self.forget.clicked.connect(self._forget)
        self.world.chosen.connect(self._other_account)
        self.market.chosen.connect(self._other_account)
        self.app_key.setFocus()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows = [
            ("환경", row(self.world, None)),
            ("계좌", row(self.market, None)),
            ("앱키", row(self.app_key)),
            ("시크릿키", row(self.secret)),
        ]
        for at, (caption, fields) in enumerate(rows):
            grid.addWidget(PlainLabel(caption, "muted"), at, 0)
            grid.addLayout(fields, at, 1)
        self.body.addWidget(paragraph("키움 REST API 사이트에서 받은 키를 넣습니다. 금현물 계좌는 키가 따로 있습니다."))
        self.body.addLayout(grid)
        self.body.addLayout(row(self.kept, None, self.forget))
        self.body.addWidget(paragraph(FOR_GOOD if self._workspace.vault.lasting else THIS_RUN, "caption"))
        self.body.addWidget(self.outcome)

    def _target(self) -> tuple[World, Market]:
        world, market = self.world.value, self.market.value
        assert world is not None and market is not None, "one segment is always down"
        return world, market

    def _other_account(self) -> None:
        """Keys typed for one account must not end up with another."""
        self._clear()
        self.say("")
        self.outcome.setText("")
        self._show_kept()

    def _show_kept(self) -> None:
        there = self._workspace.vault.get(*self._target()) is not None
        self.kept.setText("저장된 키가 있습니다. 다시 보여 주지는 않습니다." if there else "저장된 키가 없습니다.")
        self.forget.setVisible(there)

    def _clear(self) -> None:
        self.app_key.clear()
        self.secret.clear()

    def _forget(self) -> None:
        self._workspace.vault.forget(*self._target())
        self.changed.add(self._target())
        self._show_kept()

    def accept(self) -> None:
        keys = Keys(self.app_key.text().strip(), self.secret.text().strip())
        if self._task is not None and not self._task.done():
            return
        if not keys.app_key or not keys.secret:
            self.say("앱키와 시크릿키를 모두 넣어 주세요.")
            return
        self.say("")
        self.outcome.setText("시험하는 중… (au10001)")
        self.accept_button.setEnabled(False)
        self._task = aio.spawn(self._test(*self._target(), keys), "앱키 시험")

    def reject(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._clear()
        super().reject()

    async def _test(self, world: World, market: Market, keys: Keys) -> None:
        try:
            account = await self._workspace.test_keys(world, market, keys)
            kept = self._workspace.vault.put(world, market, keys)
        except (QueryFailed, ValueError) as failed:
            self.outcome.setText("")
            self.say(f"{labels.word(world)} {labels.word(market)}: {failed}")
            return
        finally:
            self.accept_button.setEnabled(True)
        self._clear()
        self.changed.add((world, market))
        where = "저장했습니다." if kept else "이번 실행에만 씁니다."
        self.outcome.setText(f"확인했습니다: 계좌 {formats.account(account.tail)}. {where}")
        self._show_kept()


def _secret(name: str) -> QLineEdit:
    """Paste only: what is in it cannot be read, copied or undone back."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    field.setAccessibleName(name)
    field.setMaxLength(LONGEST)
    field.setMinimumWidth(360)
    field.setPlaceholderText("붙여넣기")
    return field


async def manage_keys(workspace: Workspace, parent: QWidget | None, world: World) -> set[tuple[World, Market]]:
    """What was replaced or forgotten, so that a connection that uses it can be opened anew."""
    dialog = KeysDialog(workspace, parent, world)
    try:
        await aio.ask(dialog)
        return dialog.changed
    finally:
        dialog.deleteLater()
