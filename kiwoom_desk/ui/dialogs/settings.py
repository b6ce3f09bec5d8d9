"""The settings window, made from the declarations in `trading.settings`; it knows no setting by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QScrollArea, QTabWidget, QWidget

from kiwoom_desk.domain.inputs import Problem, parse_amount
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import ALL, Setting
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, labels
from kiwoom_desk.ui.dialogs.limits import LimitsPage
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.fields.buttons import CalmCombo
from kiwoom_desk.ui.fields.int_field import IntField
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel, caption, tip


class SettingsDialog(Sheet):
    """Each change holds at once; what a setting cannot have stays in its field with the reason below."""

    def __init__(self, workspace: Workspace, parent: QWidget | None) -> None:
        super().__init__("설정", parent, accept="닫기", reject="")
        self._settings = workspace.settings
        self.editors: dict[str, QWidget] = {}
        tabs = QTabWidget()
        for group in dict.fromkeys(setting.group for setting in ALL):
            tabs.addTab(self._page([s for s in ALL if s.group == group]), caption(group))
        for world in World:
            tabs.addTab(LimitsPage(workspace, world), caption(f"한도({labels.word(world)})"))
        self.body.addWidget(tabs)
        self.resize(640, 520)
        if self._settings.trouble:
            self.say(self._settings.trouble)

    def _page(self, settings: list[Setting[Any]]) -> QWidget:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(4, 8, 12, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, setting in enumerate(settings):
            editor = self._editor(setting)
            self.editors[setting.key] = editor
            editor.setAccessibleName(setting.label)
            tip(editor, setting.description)
            description = PlainLabel(setting.description, "caption")
            description.setWordWrap(True)
            grid.addWidget(PlainLabel(setting.label), at * 2, 0)
            grid.addLayout(row(editor, PlainLabel(setting.unit, "muted"), None), at * 2, 1)
            grid.addWidget(description, at * 2 + 1, 0, 1, 2)
            grid.setRowMinimumHeight(at * 2 + 1, 24)
        grid.setRowStretch(len(settings) * 2, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        return scroll

    def _editor(self, setting: Setting[Any]) -> QWidget:
        value = self._settings.get(setting)
        if isinstance(value, bool):
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(lambda on: self._put(setting, on))
            return box
        if isinstance(value, int):
            return _number(value, lambda number: self._put(setting, number), self.say)
        combo = CalmCombo()
        words = [word for word, _ in setting.choices]
        for _, shown in setting.choices:
            combo.addItem(shown)
        combo.setCurrentIndex(words.index(value))
        combo.activated.connect(lambda at: self._put(setting, words[at]))
        return combo

    def _put(self, setting: Setting[Any], value: object) -> None:
        try:
            self._settings.put(setting, value)
        except ValueError as error:
            self.say(str(error))
            return
        self.say(self._settings.trouble or "")


def _number(value: int, put: Callable[[int], None], say: Callable[[str], None]) -> IntField:
    field = IntField(parse_amount, "")
    field.set_value(value)
    field.setFixedWidth(160)

    def done() -> None:
        parsed = parse_amount(field.text())
        if isinstance(parsed, Problem):
            say(parsed.sentence)
        elif parsed is not None:
            put(parsed)

    field.editingFinished.connect(done)
    return field


async def edit_settings(workspace: Workspace, parent: QWidget | None) -> None:
    dialog = SettingsDialog(workspace, parent)
    try:
        await aio.ask(dialog)
    finally:
        dialog.deleteLater()
