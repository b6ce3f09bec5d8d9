"""일부 취소: how many of what remains."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kiwoom_desk.domain.inputs import Problem, parse_quantity
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.news import headline
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.dialogs.sheet import Sheet, paragraph
from kiwoom_desk.ui.plain import one_line


class CancelPart(Sheet):
    """`wanted` gets the quantity once, when it is one that can be cancelled."""

    wanted = Signal(int)

    def __init__(self, order: Order, parent: QWidget | None = None) -> None:
        super().__init__("일부 취소", parent, accept="취소 보내기")
        self._order = order
        self.field = QLineEdit()
        self.field.setAccessibleName("취소 수량")
        self.body.addWidget(paragraph(one_line(headline(order), 80)))
        left = formats.quantity(order.remaining, order.draft.market)
        self.body.addWidget(paragraph(f"잔량 {left} 가운데 취소할 수량", "muted"))
        self.body.addWidget(self.field)
        self.field.setFocus()

    def accept(self) -> None:
        """Sends only what is understood and left; otherwise says what is wrong and keeps what was typed."""
        quantity = parse_quantity(self.field.text())
        if isinstance(quantity, Problem):
            self.say(quantity.sentence)
        elif quantity is None or not 0 < quantity <= self._order.remaining:
            self.say(f"1부터 잔량 {self._order.remaining:,}까지 넣어 주세요.")
        else:
            super().accept()
            self.wanted.emit(quantity)
