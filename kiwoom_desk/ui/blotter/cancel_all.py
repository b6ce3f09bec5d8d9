"""일괄취소: a list with everything ticked, one confirmation, then a result per row."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from kiwoom_desk.domain.facts import Accepted, AnswerLost, NotSent, Outcome, Refused
from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.trading.safety import Denied
from kiwoom_desk.ui import aio, formats, labels, theme
from kiwoom_desk.ui.cells import Cells
from kiwoom_desk.ui.fields.buttons import Segments, button
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.plain import PlainLabel, one_line, tip_text

Cancel = Callable[[Order], Coroutine[object, object, Outcome]]
HEADS = ("", "종목", "구분", "거래소", "잔량", "단가", "주문번호", "결과")
RESULT = HEADS.index("결과")
FIGURES = (HEADS.index("잔량"), HEADS.index("단가"))
TICKABLE = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled
NOTHING_IS_SOLD = "보유 종목은 팔지 않습니다."
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Scope(Enum):
    """Which open orders are ticked; the value is the word on the button."""

    ALL = "전체"
    BUYS = "매수만"
    SELLS = "매도만"
    SYMBOL = "이 종목"
    CHOSEN = "고른 것"


def in_scope(scope: Scope, order: Order, symbol: str, chosen: Iterable[OrderKey]) -> bool:
    match scope:
        case Scope.ALL:
            return True
        case Scope.BUYS:
            return order.draft.side is Side.BUY
        case Scope.SELLS:
            return order.draft.side is Side.SELL
        case Scope.SYMBOL:
            return order.draft.code == symbol
        case Scope.CHOSEN:
            return order_key(order) in set(chosen)


def outcome_words(outcome: Outcome) -> str:
    match outcome:
        case Accepted(ref=ref):
            return f"취소 접수 #{ref}"
        case Refused(text=text):
            return f"거부: {one_line(text)}"
        case NotSent(reason):
            return f"나가지 않음: {reason}"
        case AnswerLost():
            return "확인필요: 응답을 받지 못함"


def ended(listed: Order, now: Order) -> bool:
    """Nothing is left to cancel; what an amendment has made of it since may still be on its way to the table."""
    return not now.can_change and not (now.state is OrderState.REPLACED and amended(listed, now))


def amended(listed: Order, now: Order) -> bool:
    """Since it was listed: parts that were amended before are orders of their own."""
    return now.id != listed.id or len(now.replaced_by) > len(listed.replaced_by)


def meanwhile(listed: Order, now: Order) -> str:
    """What has become of an order since it was listed, for the row; nothing when nothing has."""
    parts = []
    if amended(listed, now):
        parts.append("그사이 정정됨")
    elif now.filled > listed.filled:
        parts.append(f"그사이 {formats.quantity(now.filled - listed.filled, now.draft.market)} 체결")
    if ended(listed, now):
        parts.append(f"이미 {labels.status(now)}")
    return " · ".join(parts)


class CancelAll(QDialog):
    """`cancel` sends one full cancel of an order as it was listed; the desk finds what that has become, and names its
    own exchange and newest number. `now` is the same as far as the table knows: `refresh` shows it. `open_now` are all
    open orders of that moment: one that has come since is counted and not added, as nobody has looked at it here.

    Closed while answers are awaited it stops nothing: what comes after that and is no plain yes goes to `late`."""

    def __init__(
        self,
        orders: Sequence[Order],
        cancel: Cancel,
        *,
        symbol: str = "",
        chosen: Iterable[OrderKey] = (),
        now: Callable[[Order], Order] = lambda order: order,
        open_now: Callable[[], Sequence[Order]] = lambda: (),
        late: Callable[[Order, str], None] = lambda order, words: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("일괄취소")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._orders = list(orders)
        self._cancel = cancel
        self._symbol = symbol
        self._chosen = tuple(chosen)
        self._now = now
        self._open_now = open_now
        self._late = late
        self._sent: list[int] | None = None
        self._unticked: set[int] = set()
        self._gone = False
        self.scope: Segments[Scope] = Segments([(s, s.value) for s in Scope], "범위")
        self.table = QTableWidget(len(self._orders), len(HEADS))
        self._cells = Cells(self)
        self.count = PlainLabel("", "strong")
        self.note = PlainLabel(NOTHING_IS_SOLD, "muted")
        self.go = button("취소 보내기", "stop")
        self.leave = button("닫기")
        self._lay_out()
        self._fill()
        self.take_scope(Scope.CHOSEN if self._chosen else Scope.ALL)

    def _lay_out(self) -> None:
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        for column in range(1, len(HEADS)):
            self.table.setItemDelegateForColumn(column, self._cells)
            head = self.table.horizontalHeaderItem(column)
            if head is not None:
                head.setTextAlignment(RIGHT if column in FIGURES else LEFT)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(RESULT, QHeaderView.ResizeMode.Stretch)
        box = QVBoxLayout(self)
        box.addLayout(row(PlainLabel("범위", "muted"), self.scope, None, self.count))
        box.addWidget(self.table)
        box.addLayout(row(self.note, None, self.leave, self.go))
        self.resize(880, 420)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName("취소할 주문")
        if not self._symbol:
            self.scope.set_off(Scope.SYMBOL, "고른 종목이 없습니다.")
        if not self._chosen:
            self.scope.set_off(Scope.CHOSEN, "주문표에서 고른 주문이 없습니다.")
        self.scope.chosen.connect(self.take_scope)
        self.table.itemChanged.connect(lambda _: self._count())
        self.finished.connect(self._closed)
        self.leave.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)

    def _fill(self) -> None:
        self.table.blockSignals(True)
        for n, order in enumerate(self._orders):
            tick = QTableWidgetItem()
            tick.setFlags(TICKABLE)
            self.table.setItem(n, 0, tick)
            for column, text in enumerate((*_texts(order), ""), start=1):
                cell = QTableWidgetItem(text)
                cell.setTextAlignment(RIGHT if column in FIGURES else LEFT)
                self.table.setItem(n, column, cell)
            colours = theme.colours()
            self._item(n, 2).setForeground(QBrush(QColor(colours.up if order.draft.side is Side.BUY else colours.down)))
        self.table.blockSignals(False)
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(RESULT, QHeaderView.ResizeMode.Stretch)

    def refresh(self) -> None:
        """The list stands open while orders go on: what is left of each, and what nothing is left of loses its tick."""
        self.table.blockSignals(True)
        for n, listed in enumerate(self._orders):
            now = self._now(listed)
            for column, text in enumerate(_texts(now), start=1):
                if self._item(n, column).text() != text:
                    self._item(n, column).setText(text)
            if n in (self._sent or ()):
                continue
            self._say(n, meanwhile(listed, now))
            self._keep_tick(n, over=ended(listed, now))
        self.table.blockSignals(False)
        self._count_newcomers()
        self._count()

    def _keep_tick(self, n: int, *, over: bool) -> None:
        """Of a row that is over it is taken away, and given back when the row proves to go on under another number: a
        list may say that nothing is left before it says what took it."""
        tick = self._item(n, 0)
        if over and tick.flags():
            if tick.checkState() is Qt.CheckState.Checked:
                self._unticked.add(n)
            tick.setCheckState(Qt.CheckState.Unchecked)
            tick.setFlags(Qt.ItemFlag.NoItemFlags)
        elif not over and not tick.flags() and self._sent is None:
            tick.setFlags(TICKABLE)
            tick.setCheckState(Qt.CheckState.Checked if n in self._unticked else Qt.CheckState.Unchecked)
            self._unticked.discard(n)

    def _count_newcomers(self) -> None:
        known = {order_key(order) for listed in self._orders for order in (listed, self._now(listed))}
        count = sum(order_key(order) not in known for order in self._open_now())
        word = f"이 목록을 연 뒤에 나온 주문 {count}건은 여기에 없습니다. 다시 열면 보입니다."
        self.note.setText(word if count else NOTHING_IS_SOLD)
        theme.mark(self.note, tone="warn" if count else "muted")

    def take_scope(self, scope: Scope) -> None:
        """Tick what the scope means."""
        self.scope.show_value(scope)
        for n, order in enumerate(self._orders):
            inside = not ended(order, self._now(order)) and in_scope(scope, order, self._symbol, self._chosen)
            self._item(n, 0).setCheckState(Qt.CheckState.Checked if inside else Qt.CheckState.Unchecked)
        self._count()

    def _item(self, n: int, column: int) -> QTableWidgetItem:
        item = self.table.item(n, column)
        assert item is not None
        return item

    def ticked(self) -> list[int]:
        return [n for n in range(len(self._orders)) if self._item(n, 0).checkState() is Qt.CheckState.Checked]

    def _count(self) -> None:
        count = len(self.ticked())
        self.count.setText(f"{count}건")
        self.go.setText(f"{count}건 취소 보내기")
        self.go.setEnabled(count > 0 and self._sent is None)

    def _go(self) -> None:
        """Once: the button and the ticks are off from here on."""
        if self._sent is not None:
            return
        self._sent = self.ticked()
        self.scope.setEnabled(False)
        self.table.blockSignals(True)
        for n in range(len(self._orders)):
            self._item(n, 0).setFlags(Qt.ItemFlag.NoItemFlags)
        self.table.blockSignals(False)
        self._count()
        for n in self._sent:
            self._say(n, "보내는 중…")
            aio.spawn(self._one(n), "일괄취소")

    async def _one(self, n: int) -> None:
        plain = False
        try:
            outcome = await self._cancel(self._orders[n])
            words, plain = outcome_words(outcome), isinstance(outcome, Accepted)
        except Denied as denied:
            words = f"보내지 않음: {denied}"
        if not self._gone:
            self._say(n, words)
        elif not plain:
            self._late(self._orders[n], words)

    def _closed(self) -> None:
        self._gone = True

    def _say(self, n: int, words: str) -> None:
        item = self._item(n, RESULT)
        if item.text() != words:
            item.setText(words)
            item.setToolTip(tip_text(words))

    def outcome_of(self, n: int) -> str:
        """What the row says about its cancel."""
        return self._item(n, RESULT).text()


def _texts(order: Order) -> tuple[str, ...]:
    """The cells between the tick and the result."""
    draft = order.draft
    return (
        one_line(order.name or draft.code, 20),
        labels.side(draft.side),
        draft.venue.value,
        formats.quantity(order.remaining, draft.market),
        labels.short_type(draft.type) if draft.price is None else formats.number(draft.price),
        str(order.ref),
    )
