"""The fields of one order ticket and how they are laid out. Knows widgets, no orders: `OrderTicket` drives it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from kiwoom_desk.domain.inputs import parse_amount, parse_price, parse_quantity
from kiwoom_desk.domain.instruments import GOLD_1KG, GOLD_100G, Instrument, Market, Venue
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.fields.buttons import Segments, SendButton, button
from kiwoom_desk.ui.fields.int_field import IntField
from kiwoom_desk.ui.fields.layout import holder, row
from kiwoom_desk.ui.fields.symbol_field import SymbolField
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel
from kiwoom_desk.ui.tickets.advice_lines import AdviceLines
from kiwoom_desk.ui.tickets.fields_area import FieldsArea
from kiwoom_desk.ui.tickets.guard_panel import GuardPanel
from kiwoom_desk.ui.tickets.quote_header import QuoteHeader
from kiwoom_desk.ui.tickets.types_box import TypesBox

PERCENTS = (10, 25, 50, 100)
CAPTION_WIDTH = 52


class GoldLine(Enum):
    """The two lines of KRX gold spot (kiwoom/README.md 8)."""

    KILO = GOLD_1KG.code
    MINI = GOLD_100G.code

    @property
    def word(self) -> str:
        return "금 1kg" if self is GoldLine.KILO else "미니금 100g"

    @property
    def instrument(self) -> Instrument:
        return GOLD_1KG if self is GoldLine.KILO else GOLD_100G


class OrderForm(QFrame):
    """Every widget of the form as an attribute, so that it can be driven by hand and by test alike."""

    def __init__(self, workspace: Workspace, market: Market, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.market = market
        self.symbol = SymbolField(lambda: workspace.directory)
        self.name = ElidedLabel("", "strong")
        self.board = PlainLabel("", "caption")
        self.header = QuoteHeader(pushed=market is Market.STOCK)
        self.venue: Segments[Venue] = Segments(
            [(v, labels.word(v)) for v in (Venue.SOR, Venue.KRX, Venue.NXT)], "거래소"
        )
        self.types = TypesBox()
        self.quantity = IntField(parse_quantity, "수량")
        self.amount = IntField(parse_amount, "주문할 금액")
        self.by_amount = button("금액", "small", tooltip="금액을 넣으면 살 수 있는 수량을 셉니다 (버림)")
        self.all_orderable = button("가능", "small", tooltip="주문할 수 있는 수량을 모두 넣습니다")
        self.percents = {p: button(f"{p}%", "small", tooltip=f"가능 수량의 {p}% (버림)") for p in PERCENTS}
        self.price = IntField(parse_price, "단가")
        self.up = button("▲", "step", tooltip="한 호가 위로")
        self.down = button("▼", "step", tooltip="한 호가 아래로")
        self.follow = button("자동", "small", tooltip="자동(현재가): 단가가 현재가를 따라갑니다")
        self.trigger = IntField(parse_price, "조건단가")
        self.costs = {name: PlainLabel("–", "small") for name in ("주문금액", "예상 비용", "주문가능")}
        self.advice = AdviceLines()
        self.trouble = PlainLabel("", "small")
        self.guard = GuardPanel()
        self.send = SendButton()
        self._prepare()
        self._lay_out()
        self._name_parts()

    def _prepare(self) -> None:
        self.price.setProperty("figure", True)
        for stepper in (self.up, self.down):  # the arrow keys in the price are the same
            stepper.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            stepper.setAutoRepeat(True)
        for small in (self.all_orderable, *self.percents.values()):
            small.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.trouble.setWordWrap(True)
        self.trouble.setProperty("tone", "warn")
        self.trouble.hide()
        for toggle, name in ((self.by_amount, "금액으로"), (self.follow, "자동(현재가)")):
            toggle.setCheckable(True)
            toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            toggle.setAccessibleName(name)
        self.amount.hide()
        self.amount.setPlaceholderText("금액 → 수량 (버림)")
        if self.market is Market.GOLD:
            self.symbol.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnMinimumWidth(0, CAPTION_WIDTH)
        grid.setColumnStretch(1, 1)
        unit = formats.unit(self.market)
        self.symbol.setFixedWidth(96)
        symbol = (
            row(self.gold_choice(), None) if self.market is Market.GOLD else row(self.symbol, self.name, self.board)
        )
        symbol.setStretch(1, 1)
        gold = self.market is Market.GOLD
        self.venue.setVisible(not gold)
        rows = [
            ("종목", symbol),
            ("종류", row(self.types)) if gold else ("거래소", row(self.venue, self.types)),
            ("수량", row(self.quantity, PlainLabel(unit, "muted"), self.by_amount)),
            ("", row(self.all_orderable, *self.percents.values(), None, gap=4)),
            ("", row(self.amount)),
            ("단가", row(self.price, PlainLabel("원", "muted"), self.up, self.down, self.follow, gap=4)),
            ("조건단가", row(self.trigger, PlainLabel("원", "muted"))),
        ]
        grid.addWidget(self.header, 1, 0, 1, 2)
        for at, (caption, fields) in enumerate(rows):
            at += at > 0
            if caption:
                grid.addWidget(PlainLabel(caption, "muted"), at, 0)
            grid.addLayout(fields, at, 1)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(grid)
        box.addWidget(self._costs_box())
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(FieldsArea(inner), 1)
        outer.addWidget(self.advice)
        outer.addWidget(self.trouble)
        outer.addWidget(self.guard)
        outer.addWidget(self.send)

    def gold_choice(self) -> Segments[GoldLine]:
        self.gold: Segments[GoldLine] = Segments([(line, line.word) for line in GoldLine], "금 종목")
        return self.gold

    def _costs_box(self) -> QFrame:
        grid = QGridLayout()
        grid.setContentsMargins(8, 3, 8, 3)
        grid.setVerticalSpacing(0)
        for at, (name, value) in enumerate(self.costs.items()):
            value.setAccessibleName(name)
            for line, label in enumerate((PlainLabel(name, "caption"), value)):
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(label, line, at)
            grid.setColumnStretch(at, 1)
        return holder(grid, "box")

    def _name_parts(self) -> None:
        """Names for style, accessibility and whoever drives the window by its widgets."""
        for name in ("symbol", "venue", "types", "quantity", "amount", "price", "trigger", "follow", "send", "guard"):
            getattr(self, name).setObjectName(f"{self.market.value}.{name}")
