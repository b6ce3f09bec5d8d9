"""The list of order types: those that make sense here and now first, each other one with the reason why not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import Allowed
from kiwoom_desk.domain.sessions import TypeChoice
from kiwoom_desk.ui.fields.buttons import CalmCombo
from kiwoom_desk.ui.plain import clean, tip_text

MARKS = {
    Allowed.YES: "",
    Allowed.LIKELY_YES: "",
    Allowed.UNKNOWN: "  (확인 안 됨)",
    Allowed.LIKELY_NO: "  (안 될 가능성)",
    Allowed.NO: "  (지금은 안 됨)",
}


class TypesBox(CalmCombo):
    """All types stay choosable: the rules warn, the broker judges. `chosen` tells of the trader's choice only."""

    chosen = Signal(object)  # OrderType

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("주문 종류")
        self.setMaxVisibleItems(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self.view().setMinimumWidth(280)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self._shown: tuple[TypeChoice, ...] = ()
        self.activated.connect(self._activated)

    def show_types(self, choices: tuple[TypeChoice, ...], current: OrderType) -> None:
        if choices != self._shown:
            self._shown = choices
            self._fill(choices)
        at = next((i for i, choice in enumerate(choices) if choice.type is current), -1)
        if at != self.currentIndex():
            self.setCurrentIndex(at)

    def choose(self, type_: OrderType) -> None:
        """As if the trader had picked it."""
        at = next(i for i, choice in enumerate(self._shown) if choice.type is type_)
        self.setCurrentIndex(at)
        self._activated(at)

    def order(self) -> tuple[OrderType, ...]:
        return tuple(choice.type for choice in self._shown)

    def _fill(self, choices: tuple[TypeChoice, ...]) -> None:
        self.blockSignals(True)
        self._model.clear()
        for choice in choices:
            item = QStandardItem(clean(choice.name) + MARKS[choice.allowed])
            item.setData(tip_text(choice.reason), Qt.ItemDataRole.ToolTipRole)
            item.setData(choice.reason, Qt.ItemDataRole.AccessibleDescriptionRole)
            self._model.appendRow(item)
        self.blockSignals(False)

    def _activated(self, at: int) -> None:
        if 0 <= at < len(self._shown):
            self.chosen.emit(self._shown[at].type)
