"""The blotter: tabs, search, the pinned strip, the table, and amend and cancel from the row by every way there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.lane import Lane
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import Level, OrderKey, order_key
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, theme
from kiwoom_desk.ui.blotter.acts import Acts
from kiwoom_desk.ui.blotter.cancel_all import CancelAll
from kiwoom_desk.ui.blotter.feed import BlotterFeed, same_account
from kiwoom_desk.ui.blotter.filter import BlotterFilter, Show
from kiwoom_desk.ui.blotter.follow import Follow
from kiwoom_desk.ui.blotter.header import ColumnKeeper
from kiwoom_desk.ui.blotter.model import TIME_COLUMN, BlotterModel
from kiwoom_desk.ui.blotter.part import CancelPart
from kiwoom_desk.ui.blotter.pending import can_pick, choice_words, sentence
from kiwoom_desk.ui.blotter.pictures import age, picture
from kiwoom_desk.ui.blotter.reasons import NONE_OPEN, why_no_amend, why_no_cancel
from kiwoom_desk.ui.blotter.saving import Cell, Files, Saving, table_rows
from kiwoom_desk.ui.blotter.steady import Steady
from kiwoom_desk.ui.blotter.strip import MOST_BARS, Strip
from kiwoom_desk.ui.blotter.table import OrderTable
from kiwoom_desk.ui.blotter.tally import Tally
from kiwoom_desk.ui.fields.buttons import button, set_off
from kiwoom_desk.ui.fields.layout import row
from kiwoom_desk.ui.history.window import HistoryWindow
from kiwoom_desk.ui.plain import ElidedLabel, PlainLabel, caption
from kiwoom_desk.ui.selection import Selection

SECOND = 500
AMENDS = "고른 주문을 정정·취소 창에 채웁니다 (F3, 두 번 누르기)"
CANCELS = "고른 주문의 잔량을 모두 취소합니다 (F4)"
CANCELS_ALL = "여러 주문을 골라 한 번에 취소합니다"
ROOM_PER_BAR = 100
"""Pixels of the panel for each bar of the strip, so that rows to act on stay in sight below."""


class BlotterPanel(QFrame):
    """What it writes to disk is offered from outside (`offer`); without that the buttons are off."""

    def __init__(self, workspace: Workspace, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selection = selection
        self.model = BlotterModel(self)
        self.tally = Tally(self.model, self)
        self.rows = BlotterFilter(self.model, self)
        self.feed = BlotterFeed(workspace, self.model, self)
        self.model.pinned = self._pinned
        self.acts = Acts(workspace, self.feed, selection)
        self.saving = Saving(self, workspace, self.acts.say)
        self.tabs = {show: _tab(show) for show in Show}
        self.search = QLineEdit()
        self.amend = button("정정 F3", "small")
        self.cancel = button("취소 F4", "small")
        self.cancel_all = button("일괄취소", "small")
        self.save = button("내보내기", "small", tooltip="보이는 주문을 엑셀용 CSV로 저장합니다")
        self.past = button("지난 주문…", "small", tooltip="지난 날의 주문과 그 증거를 봅니다")
        self.strip = Strip(self.acts.settle, lambda: self.show_only(Show.UNCONFIRMED))
        self.table = OrderTable()
        self.empty = PlainLabel("", "muted")
        self.fresh = button("", "small", tooltip="보던 줄이 움직이지 않도록 위에 넣어 둔 새 줄을 봅니다")
        self.age = ElidedLabel("", "caption")
        self._stack = QStackedLayout()
        self._lay_out()
        self.table.setModel(self.rows)
        self.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.steady = Steady(self.table, self.rows)
        self.follow = Follow(self.table, self.rows, self.model, self.steady)
        self.columns = ColumnKeeper(self.table, workspace.settings)
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(SECOND)
        self._tick.timeout.connect(self._time_passes)
        self._tick.start()
        self._veil()
        self.show_only(Show.ALL)

    def stop(self) -> None:
        self._tick.stop()
        for end in self._ends:
            end()
        self.columns.stop()
        self.feed.stop()

    def offer(self, files: Files) -> None:
        self.saving.files = files
        self.save.setEnabled(True)
        self.past.setEnabled(True)

    # --- building ----------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.search.setPlaceholderText("검색  종목·번호")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(180)
        self.search.setAccessibleName("주문 검색")
        self.save.setEnabled(False)
        self.past.setEnabled(False)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.age.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.fresh.hide()
        pages = QWidget()
        pages.setLayout(self._stack)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        acts = (self.search, self.amend, self.cancel, self.cancel_all, self.save, self.past)
        head = row(*self.tabs.values(), self.fresh, self.age, *acts, gap=4)
        head.setStretchFactor(self.age, 1)
        for made in (*self.tabs.values(), self.fresh, *acts[1:]):
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys in the list
        box.addLayout(head)
        box.addWidget(self.strip)
        box.addWidget(pages, 1)

    def _connect(self) -> None:
        for show, tab in self.tabs.items():
            tab.clicked.connect(lambda _=False, show=show: self.show_only(show))
        group = QButtonGroup(self)
        for tab in self.tabs.values():
            group.addButton(tab)
        self.search.textChanged.connect(self._search)
        self.amend.clicked.connect(self.amend_chosen)
        self.cancel.clicked.connect(self.cancel_chosen)
        self.cancel_all.clicked.connect(lambda: self.open_cancel_all())
        self.save.clicked.connect(lambda: aio.spawn(self.saving.save_table(*self.table_rows()), "내보내기"))
        self.past.clicked.connect(lambda: self.saving.show_past())
        self.table.opened.connect(self._opened)
        self.table.menu_wanted.connect(self._menu)
        self.table.delete_wanted.connect(self._list_chosen)
        self.table.missed.connect(self._missed)
        self.table.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self.steady.to_top())
        self.steady.changed.connect(self._show_fresh)
        self.fresh.clicked.connect(self.steady.to_top)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chosen_changed())
        self.feed.changed.connect(self.refresh)
        self._selection.order_wanted.connect(self.choose_order)
        self._ends = [
            theme.on_change(lambda _: self._take_look()),
            self._workspace.settings.subscribe(lambda key: self._veil() if key == HIDE_AMOUNTS.key else None),
        ]
        self.model.applied.connect(self.refresh)
        for key, act in (("F3", self.amend_chosen), ("F4", self.cancel_chosen)):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def _take_look(self) -> None:
        self.table.take_look()
        self.columns.take_look()

    # --- showing -----------------------------------------------------------------------------------------------
    def show_only(self, show: Show) -> None:
        self.tabs[show].setChecked(True)
        self.rows.show_only(show)
        self.steady.to_top()
        self.refresh()

    def _search(self, text: str) -> None:
        self.rows.search(text)
        self.steady.to_top()
        self.refresh()

    def _veil(self) -> None:
        self.model.veil(self._workspace.settings.get(HIDE_AMOUNTS))

    def _show_fresh(self) -> None:
        self.fresh.setText(f"↑ 새 {self.rows.showing.value} {self.steady.above}건")
        self.fresh.setVisible(self.steady.above > 0)

    def _time_passes(self) -> None:
        """What changes without news: ages, what nobody has seen for too long, and a hand that was on a row."""
        self.model.mark_unseen({order_key(order) for order in self.tally.unseen(self._workspace.clock.now())})
        self.follow.go_on()
        self.refresh()

    def refresh(self) -> None:
        """Counts, the strip, ages, and which of the pictures is right: the table, empty, loading, failed."""
        for show, tab in self.tabs.items():
            count = self.tally.count(show)
            tab.setText(f"{show.value} {count}" if count else show.value)
            theme.mark(tab, loud=show is Show.UNCONFIRMED and count > 0)
        now = self._workspace.clock.now()
        self.steady.through(lambda: self._show_strip(now))
        connection = self._workspace.connection
        self.age.setText(age(connection, now))
        shown = self.rows.rowCount()
        empty = "" if shown else picture(connection, known=self.model.rowCount(), now=now)
        self.empty.setText(empty)
        self._stack.setCurrentIndex(1 if empty else 0)
        self._chosen_changed()

    def _pinned(self, order: Order) -> str:
        return sentence(order, self.feed.lane_of(order), self._workspace.clock.now()) if order.unsettled else ""

    def _show_strip(self, now: datetime) -> None:
        unseen = (o for o in self.tally.unseen(now) if not o.unsettled)
        waiting = [*self.tally.unsettled, *unseen, *self.tally.turned_down]
        room = min(MOST_BARS, max(1, self.height() // ROOM_PER_BAR))
        self.strip.show_orders([(o, self.feed.lane_of(o)) for o in waiting], now, room)
        self._box.activate()

    # --- the chosen rows ---------------------------------------------------------------------------------------
    def chosen(self) -> list[Order]:
        """The selected orders, in the order of the table."""
        model = self.table.selectionModel()
        return [self.rows.line_at(index.row()).order for index in model.selectedRows()]

    def choose_order(self, key: OrderKey) -> None:
        """Select the row of this order and bring it into sight; a tab or search that hides it gives way."""
        if self.model.row(key) is not None and self.rows.row_of(key) is None:
            self.search.clear()
            self.show_only(Show.ALL)
        row = self.rows.row_of(key)
        if row is None:
            return
        index = self.rows.index(row, TIME_COLUMN)
        self.table.choose(index)
        self.table.scrollTo(index)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen_changed(self) -> None:
        orders = self.chosen()
        set_off(self.amend, why_no_amend(orders, self._first_newest(orders)), AMENDS)
        set_off(self.cancel, why_no_cancel(orders, self._first_newest(orders)), CANCELS)
        set_off(self.cancel_all, "" if self.tally.changeable else NONE_OPEN, CANCELS_ALL)
        single = orders[0] if len(orders) == 1 else None
        if single != self._selection.order:
            self._selection.choose_order(single)

    def _opened(self, index: QModelIndex) -> None:
        """Double click or Enter: 정정·취소 filled with it; what cannot be changed any more shows its life."""
        order = self.rows.line_at(index.row()).order
        if order.can_change:
            self._selection.amend(order)
        else:
            self.show_history(order)

    # --- acts --------------------------------------------------------------------------------------------------
    def amend_chosen(self) -> None:
        orders = self.chosen()
        why = why_no_amend(orders, self._first_newest(orders))
        if why:
            self._cannot(f"정정하지 못함: {why}", orders)
        else:
            self._selection.amend(orders[0])

    def cancel_chosen(self) -> None:
        """One order: its whole remainder at once. Several: the list with its one confirmation."""
        orders = self._to_cancel()
        if len(orders) == 1:
            self.acts.cancel(orders[0], self.feed.home_of(orders[0]))
        elif orders:
            self.open_cancel_all([order_key(order) for order in orders])

    def _list_chosen(self) -> None:
        """Del: the chosen rows, ticked in the list that asks once."""
        orders = self._to_cancel()
        if orders:
            self.open_cancel_all([order_key(order) for order in orders])

    def _to_cancel(self) -> list[Order]:
        """Those of the chosen that can be; where none can, the trader hears why."""
        orders = self.chosen()
        why = why_no_cancel(orders, self._first_newest(orders))
        if why:
            self._cannot(f"취소하지 못함: {why}", orders)
        return [order for order in orders if order.can_change]

    def _first_newest(self, orders: Sequence[Order]) -> Order | None:
        return self.model.newest(orders[0]) if orders else None

    def _cannot(self, text: str, orders: Sequence[Order]) -> None:
        self.acts.say(Level.WARN, text, orders[0] if len(orders) == 1 else None)

    def _missed(self) -> None:
        self.acts.say(Level.WARN, "누르는 순간 줄이 바뀌어 아무 것도 하지 않았습니다. 다시 누르세요.")

    def open_cancel_all(self, chosen: Sequence[OrderKey] = ()) -> CancelAll:
        """It stands open wherever the trader goes, and is of the accounts whose rows stand here now."""
        instrument, homes = self._selection.instrument, self.feed.homes

        def here(order: Order) -> bool:
            return same_account(self.feed.home_of(order), homes.get(order.draft.market))

        def late(order: Order, words: str) -> None:
            self.acts.say(Level.WARN, f"{headline(order)}: {words}", order if here(order) else None)

        dialog = CancelAll(
            self._open_orders(),
            lambda order: self.acts.send_cancel(order, homes.get(order.draft.market)),
            symbol="" if instrument is None else instrument.code,
            chosen=chosen,
            now=lambda order: self.model.newest(order) if here(order) else order,
            open_now=lambda: [order for order in self._open_orders() if here(order)],
            late=late,
            parent=self,
        )
        self.model.applied.connect(dialog.refresh)
        dialog.open()
        return dialog

    def _open_orders(self) -> list[Order]:
        return [line.order for line in self.model.lines if line.order.can_change]

    def show_history(self, order: Order, home: Lane | None = None) -> HistoryWindow:
        """`home` is the account of its row, when that was looked at before now."""
        home = self.feed.home_of(order) if home is None else home

        def desk_now() -> OrderDesk | None:
            return self.feed.desk_at(order, home)

        book = desk_now() or (None if home is None else home.desk)
        window = self.saving.show_history(order.draft.market, book, order.id)
        window.now = desk_now
        self.feed.changed.connect(window.look_again)
        return window

    def _menu(self, index: QModelIndex, place: QPoint) -> None:
        order = self.rows.line_at(index.row()).order
        home = self.feed.home_of(order)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def with_it(otherwise: str, act: Callable[[Order, Lane | None], object]) -> Callable[[], None]:
            """Do it with what the order has become, in its own account: a menu may stand open while things go on."""

            def go() -> None:
                if self.acts.reaches(order, home, otherwise):
                    act(self.model.newest(order), home)

            return go

        live, priced = order.can_change, order.can_change and order.draft.type.amendable
        fill = with_it("정정하지 못함", lambda now, _: self._selection.amend(now))
        self._act(menu, "정정", fill, live)
        self._act(menu, "전량 취소", lambda: self.acts.cancel(order, home), live)
        self._act(menu, "일부 취소…", with_it("취소하지 못함", self.open_part), live and order.remaining > 1)
        self._act(menu, "현재가로 정정", with_it("정정하지 못함", self.acts.amend_to_market), priced)
        menu.addSeparator()
        self._act(menu, "같은 조건으로 새 주문", lambda: self._selection.repeat(order))
        self._act(menu, "주문 이력", lambda: self.show_history(order, home))
        if order.picked or order.turned_down:
            self._correct(menu, order, home)
        menu.aboutToHide.connect(self.table.look_for_pointer)
        menu.popup(place)

    def _correct(self, menu: QMenu, order: Order, home: Lane | None) -> None:
        """The numbers that he passed over or turned down, should he have chosen wrongly."""
        chosen = f"#{order.ref}" if order.picked else "'내 주문 없음'"
        others = menu.addMenu(f"주문번호 바로잡기 (지금 {chosen})")
        for ref in order.passed_over or order.turned_down:
            settle = partial(self.acts.settle, order, ref, home)
            self._act(others, choice_words(order, ref, home), settle, can_pick(order, ref, home))
        if order.picked:
            self._act(others, "내 주문 없음…", lambda: self.strip.ask_none(order, home))

    @staticmethod
    def _act(menu: QMenu, text: str, act: Callable[[], object], enabled: bool = True) -> None:
        action = menu.addAction(caption(text))
        action.setEnabled(enabled)
        action.triggered.connect(lambda _=False: act())

    def open_part(self, order: Order, home: Lane | None = None) -> CancelPart:
        """`home` is the account of its row, when that was looked at before now."""
        home = self.feed.home_of(order) if home is None else home
        dialog = CancelPart(order, self)
        dialog.wanted.connect(lambda quantity: self.acts.cancel(order, home, quantity))
        dialog.open()
        return dialog

    # --- export ------------------------------------------------------------------------------------------------
    def table_rows(self) -> tuple[list[str], list[list[Cell]]]:
        """What is shown now, figures as figures."""
        return table_rows(self.rows.line_at(n) for n in range(self.rows.rowCount()))


def _tab(show: Show) -> QPushButton:
    made = button(show.value, "tab")
    made.setCheckable(True)
    return made
