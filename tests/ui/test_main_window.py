"""The composed window: nothing cut off, no markup alive, the stop stops, the end asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import Level, Notice, order_key
from kiwoom_desk.trading.settings import TEXT_SIZE, THEME
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.blotter.columns import index_of
from kiwoom_desk.ui.blotter.filter import Show
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.dialogs.settings import edit_settings
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.frame.docks import UPPER
from kiwoom_desk.ui.main_window import PROFILE, MainWindow, first_size
from kiwoom_desk.ui.plain import ElidedLabel
from kiwoom_desk.ui.tickets.fields_area import FieldsArea
from kiwoom_desk.ui.tickets.panel import Page
from tests.support.day import draft
from tests.support.fake_world import HOSTILE, Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import dispose, run, until
from tests.ui.blotter.test_model import order


def with_window(
    story: Callable[[MainWindow, Outdoors], Awaitable[None]],
    *,
    size: tuple[int, int] = (1440, 900),
    world: World = World.PRACTICE,
    prepare: Callable[[Outdoors], None] = lambda _: None,
) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        prepare(outdoors)
        window = MainWindow(outdoors.workspace)
        window.resize(*size)
        window.show()
        try:
            await outdoors.enter(world)
            window.selection.choose(SAMSUNG)
            await until(lambda: window.tickets.stock.form.header.last.text() == "71,200", "a price in the ticket")
            await story(window, outdoors)
        finally:
            outdoors.let_go()
            window._closing = True
            window.close()
            window.deleteLater()
            await outdoors.workspace.close()

    run(whole())


def sheet(window: QWidget) -> Sheet | None:
    return next((d for d in window.findChildren(Sheet) if d.isVisible()), None)


def cut_off(window: QWidget, within: QWidget) -> list[str]:
    """Labels and buttons whose text does not fit into them, or that stick out of the window. What can be scrolled to
    may lie below, never beside."""
    found = []
    frame = QRect(within.mapTo(window, QPoint()), within.size())
    parts: list[QLabel | QPushButton] = [*within.findChildren(QLabel), *within.findChildren(QPushButton)]
    for part in parts:
        if not part.isVisible() or isinstance(part, ElidedLabel) or not part.text():
            continue
        wraps = isinstance(part, QLabel) and part.wordWrap()
        needed = part.fontMetrics().horizontalAdvance(max(part.text().replace("&&", "&").split("\n"), key=len))
        if not wraps and needed > part.width() + 1:
            found.append(f"{part.text()!r} needs {needed}, has {part.width()}")
        place = QRect(part.mapTo(window, QPoint()), part.size())
        if any(area.isAncestorOf(part) for area in within.findChildren(FieldsArea)):
            place.moveTop(frame.top())
        if not frame.adjusted(-1, -1, 1, 1).contains(place):
            found.append(f"{part.text()!r} sticks out")
    return found


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1240, 640)])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("density", ["compact", "normal", "comfortable"])
def test_nothing_in_the_bar_or_the_ticket_is_cut_off(size: tuple[int, int], theme: str, density: str) -> None:
    def prepare(outdoors: Outdoors) -> None:
        outdoors.settings.put(THEME, theme)
        outdoors.settings.put(TEXT_SIZE, density)

    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        assert window.width() == size[0]
        for page in Page:
            window.tickets.show_page(SAMSUNG.market, page)
            await asyncio.sleep(0)
            assert cut_off(window, window.top) == []
            assert cut_off(window, window.tickets) == []
            assert cut_off(window, window.panels.ladder) == []

    with_window(story, size=size, prepare=prepare)


def test_the_bar_of_the_live_world_fits_as_well() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        window.refresh()
        await asyncio.sleep(0)
        assert window.top.arm.isVisible()
        assert cut_off(window, window.top) == []

    with_window(story, size=(1280, 800), world=World.LIVE)


def test_a_hostile_name_is_text_everywhere() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        window.selection.choose(HOSTILE)
        await until(lambda: window.tickets.stock.form.header.last.text() == "10,000")
        QTest.keyClicks(window.tickets.stock.form.quantity, "3")
        outdoors.workspace.notices.give(Notice(Level.WARN, HOSTILE.name, outdoors.clock.now(), sound="refuse"))
        await asyncio.sleep(0)
        shown = [label for label in window.findChildren(QLabel) if "<img" in label.text()]
        assert shown, "the name is somewhere on the screen"
        assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown)
        assert not [w for w in window.findChildren(QWidget) if "<img" in w.toolTip() or "\u202e" in w.toolTip()]
        assert not [b for b in window.findChildren(QAbstractButton) if "\u202e" in b.text()]
        assert "&&" in window.tickets.stock.form.send.text()

    with_window(story)


def test_the_stop_blocks_at_once_and_is_lifted_only_with_a_second_act() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        safety = outdoors.workspace.safety
        QTest.mouseClick(window.top.stop, Qt.MouseButton.LeftButton)
        assert safety.blocked and window.top.stop.isChecked()
        QTest.mouseClick(window.top.stop, Qt.MouseButton.LeftButton)
        await until(lambda: sheet(window))
        question = sheet(window)
        assert question is not None
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await until(lambda: sheet(window) is None)
        assert safety.blocked and window.top.stop.isChecked()
        QTest.mouseClick(window.top.stop, Qt.MouseButton.LeftButton)
        await until(lambda: sheet(window))
        question = sheet(window)
        assert question is not None
        QTest.mouseClick(question.accept_button, Qt.MouseButton.LeftButton)
        await until(lambda: not safety.blocked)

    with_window(story)


def test_the_stop_key_withdraws_every_open_order_and_lets_nothing_new_out() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        form = window.tickets.stock.form
        QTest.keyClicks(form.quantity, "10")
        QTest.keyClicks(form.price, "71100")
        QTest.mouseClick(form.send, Qt.MouseButton.LeftButton)
        await until(lambda: outdoors.posts)
        desk = outdoors.workspace.connection.lanes[SAMSUNG.market].desk  # type: ignore[union-attr]
        assert desk is not None
        await until(lambda: desk.orders() and desk.orders()[0].ref is not None)
        placed = desk.orders()[0]
        assert placed.ref is not None
        desk.take(outdoors.rest(placed.draft, placed.ref.number))
        await until(lambda: desk.orders()[0].can_change)
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        await until(lambda: len(outdoors.posts) == 2)
        assert outdoors.posts[1] == ("cancel", (placed.ref.number, None))
        assert outdoors.workspace.safety.blocked

    with_window(story)


def test_the_stop_key_works_from_a_dialog_and_once_per_press() -> None:
    chord = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        stops: list[bool] = []
        window.stop.changed.connect(lambda: stops.append(True))
        editing = asyncio.ensure_future(edit_settings(outdoors.workspace, window))
        await until(lambda: sheet(window))
        dialog = sheet(window)
        assert dialog is not None
        dialog.activateWindow()
        field = dialog.findChildren(QLineEdit)[0] if dialog.findChildren(QLineEdit) else dialog
        QTest.keyClick(field, Qt.Key.Key_K, chord)
        assert outdoors.workspace.safety.blocked and stops == [True]
        dialog.reject()
        await editing
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_K, chord)
        assert stops == [True, True], "by the shortcut, and by it alone"

    with_window(story)


def test_the_frame_shows_at_once_that_live_is_armed_and_that_it_is_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[bool] = []

    def paint(window: MainWindow, event: QPaintEvent) -> None:
        if event.region().contains(QPoint(1, window.height() // 2)):
            painted.append(window.workspace.safety.armed)

    monkeypatch.setattr(MainWindow, "paintEvent", paint)

    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        await until(lambda: painted)
        window._tick.stop()
        for armed in (True, False):
            if armed:
                outdoors.workspace.safety.arm("1234", 15)
            else:
                outdoors.workspace.safety.armed_until = outdoors.clock.now()
            painted.clear()
            window.refresh()
            for _ in range(20):  # turns of the loop, in which what is to be painted is
                await asyncio.sleep(0.005)
            assert painted and painted[-1] is armed

    with_window(story, world=World.LIVE)


def test_the_window_comes_back_as_large_as_it_was_left() -> None:
    outdoors = Outdoors()

    async def story() -> None:
        first = MainWindow(outdoors.workspace)
        first.show()
        first.resize(1240, 700)
        first.leave()
        dispose(first)
        second = MainWindow(outdoors.workspace)
        assert (second.width(), second.height()) == (1240, 700), "as far as the screen has room"
        second.leave()
        dispose(second)
        await outdoors.workspace.close()

    run(story())


def test_a_size_that_cannot_be_read_is_no_size() -> None:
    outdoors = Outdoors()
    outdoors.settings.put_layout(PROFILE, b"nonsense")

    async def story() -> None:
        window = MainWindow(outdoors.workspace)
        assert window.size() == first_size(window.screen().availableSize())
        window.leave()
        dispose(window)
        await outdoors.workspace.close()

    run(story())


def test_an_open_order_is_named_before_the_window_goes() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        desk = outdoors.workspace.connection.lanes[SAMSUNG.market].desk  # type: ignore[union-attr]
        assert desk is not None
        draft = OrderDraft(Market.STOCK, "005930", Venue.KRX, Side.BUY, OrderType.LIMIT, 10, 70_000)
        desk.take(outdoors.rest(draft))
        closed: list[bool] = []
        window.closed.connect(lambda: closed.append(True))
        window.close()
        await until(lambda: sheet(window))
        question = sheet(window)
        assert question is not None and window.isVisible()
        assert any("미체결 주문 1건" in label.text() for label in question.findChildren(QLabel))
        assert QApplication.focusWidget() in (question.reject_button, None)
        question.done(QDialog.DialogCode.Rejected)
        await until(lambda: sheet(window) is None and aio.running() == 0)
        assert window.isVisible() and not closed
        window.close()
        await until(lambda: sheet(window))
        question = sheet(window)
        assert question is not None
        question.done(QDialog.DialogCode.Accepted)
        await until(lambda: closed)
        assert not window.isVisible()

    with_window(story)


def test_a_locked_ticket_does_not_follow() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        window.tickets.locked.setChecked(True)
        window.selection.choose(HOSTILE)
        assert window.tickets.stock.state.code == SAMSUNG.code
        window.tickets.locked.setChecked(False)
        window.selection.choose(SAMSUNG)
        window.selection.choose(HOSTILE)
        assert window.tickets.stock.state.code == HOSTILE.code

    with_window(story)


def test_an_alarm_stays_on_the_foot_until_it_is_acknowledged() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        give = outdoors.workspace.notices.give
        give(Notice(Level.ALARM, "확인필요: 첫째", outdoors.clock.now()))
        give(Notice(Level.GOOD, "접수 #0000101", outdoors.clock.now()))
        assert "첫째" in window.foot.text.text()
        QTest.mouseClick(window.foot.seen, Qt.MouseButton.LeftButton)
        assert not window.foot.seen.isVisible()

    with_window(story)


WANTED = ("time", "name", "side", "quantity", "filled", "remaining", "price", "state")


@pytest.mark.parametrize(("lost", "rows"), [(0, 6), (1, 5), (9, 3)])
def test_a_small_screen_keeps_rows_to_read_and_what_matters_in_sight(lost: int, rows: int) -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        blotter = window.panels.blotter
        assert isinstance(blotter, BlotterPanel)
        for n in range(20):
            blotter.model.put(order(n), World.PRACTICE)
        for n in range(lost):
            blotter.model.put(replace(order(40 + n, state=OrderState.UNCONFIRMED), ref=None), World.PRACTICE)
        blotter.model.flush()
        await asyncio.sleep(0.1)
        table = blotter.table
        assert blotter.strip.isVisible() == bool(lost)
        assert table.viewport().height() >= rows * table.rowHeight(0)
        for key in WANTED:
            column = index_of(key)
            right = table.columnViewportPosition(column) + table.columnWidth(column)
            assert right <= table.viewport().width(), f"{key} is out of sight"
        assert table.horizontalScrollBar().maximum() == 0

    with_window(story, size=(1280, 800))


def test_advice_never_covers_the_field_that_is_being_filled() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        form, most = window.tickets.stock.form, 0
        for field, text in ((form.quantity, "5000"), (form.price, "91200"), (form.quantity, "0")):
            field.setFocus()
            QTest.keyClicks(field, text)
            await asyncio.sleep(0.05)
            assert field.visibleRegion().boundingRect() == field.rect()
            most = max(most, form.advice.height())
        assert most > 100, "there is much to say"

    with_window(story, size=(1280, 800))


async def rest_with_one_number(window: MainWindow, outdoors: Outdoors) -> tuple[Order, Order]:
    """An order from elsewhere in each account, with the same number, and younger ones that push them down."""
    connection = outdoors.workspace.connection
    assert connection is not None
    made = []
    for market, code in ((Market.STOCK, "005930"), (Market.GOLD, "M04020000")):
        desk = connection.lanes[market].desk
        assert desk is not None
        draft = OrderDraft(market, code, Venue.KRX, Side.BUY, OrderType.LIMIT, 10, 70_000)
        desk.take(outdoors.rest(draft, 7))
        made.append(desk.orders()[0])
        for number in range(20, 50):
            desk.take(outdoors.rest(draft, number))
    await asyncio.sleep(0.05)
    return made[0], made[1]


@pytest.mark.parametrize("how", ["click", "enter", "space"])
def test_the_line_at_the_foot_leads_to_its_order_and_to_no_namesake(how: str) -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        share, gold = await rest_with_one_number(window, outdoors)
        blotter = window.panels.blotter
        assert isinstance(blotter, BlotterPanel) and share.id == gold.id
        blotter.show_only(Show.FILLED)
        blotter.search.setText("없는 것")
        window.docks.docks["blotter"].hide()
        foot = window.foot.text
        for wanted in (share, gold):
            outdoors.workspace.notices.give(Notice(Level.INFO, "알림", outdoors.clock.now(), order_key(wanted)))
            assert "주문표" in foot.hint and foot.focusPolicy() is Qt.FocusPolicy.TabFocus
            if how == "click":
                QTest.mouseClick(foot, Qt.MouseButton.LeftButton)
            else:
                QTest.keyClick(foot, Qt.Key.Key_Return if how == "enter" else Qt.Key.Key_Space)
            assert [order_key(order) for order in blotter.chosen()] == [order_key(wanted)]
            (index,) = blotter.table.selectionModel().selectedRows()
            assert blotter.table.viewport().rect().contains(blotter.table.visualRect(index))
            assert blotter.isVisible()

    with_window(story)


def test_the_line_at_the_foot_leads_nowhere_without_an_order_of_this_world() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        share, _ = await rest_with_one_number(window, outdoors)
        give, foot = outdoors.workspace.notices.give, window.foot.text
        wanted: list[object] = []
        window.foot.order_wanted.connect(wanted.append)
        give(Notice(Level.INFO, "알림", outdoors.clock.now()))
        assert foot.hint == "" and foot.focusPolicy() is Qt.FocusPolicy.NoFocus
        QTest.mouseClick(foot, Qt.MouseButton.LeftButton)
        give(Notice(Level.ALARM, "확인필요", outdoors.clock.now(), order_key(share)))
        await outdoors.workspace.switch(World.MOCK)
        QTest.mouseClick(foot, Qt.MouseButton.LeftButton)
        assert foot.hint == "" and wanted == []

    with_window(story)


def test_the_layout_of_a_world_comes_back_and_can_be_set_back() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        window.docks.docks["ladder"].hide()
        await outdoors.workspace.switch(World.MOCK)
        assert outdoors.settings.layout("practice") is not None
        window.docks.docks["ladder"].show()
        await outdoors.workspace.switch(World.PRACTICE)
        assert window.docks.docks["ladder"].isHidden()
        window.reset_layout()
        assert not window.docks.docks["ladder"].isHidden()
        assert outdoors.settings.layout("practice") is None

    with_window(story)


def test_a_lock_stands_in_the_bar_with_its_reason_as_long_as_it_lasts() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        safety, lamp = outdoors.workspace.safety, window.top.locked
        assert lamp.isHidden()
        safety.lock("test", "디스크에 남은 공간이 없습니다.")
        window.refresh()
        assert lamp.isVisible() and "남은 공간" in lamp.toolTip()
        safety.unlock("test")
        window.refresh()
        assert lamp.isHidden()

    with_window(story)


def test_the_stop_offers_to_withdraw_what_is_still_on_its_way() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        answer = outdoors.hold()
        desk = outdoors.workspace.connection.lanes[Market.STOCK].desk if outdoors.workspace.connection else None
        assert desk is not None
        sending = asyncio.ensure_future(desk.place(draft(), outdoors.workspace.gesture()))
        await until(lambda: outdoors.posts)
        QTest.mouseClick(window.top.stop, Qt.MouseButton.LeftButton)
        await until(lambda: sheet(window))
        question = sheet(window)
        assert question is not None
        assert "응답을 기다리는 주문 1건" in " ".join(label.text() for label in question.findChildren(QLabel))
        assert "1건 모두 취소" in question.accept_button.text()
        QTest.mouseClick(question.accept_button, Qt.MouseButton.LeftButton)
        answer.set_result(outdoors.accepted())
        await sending
        await until(lambda: [verb for verb, _ in outdoors.posts] == ["place", "cancel"], "the cancel")

    with_window(story)


@pytest.mark.parametrize(
    "room, size",
    [((1920, 1040), (1440, 900)), ((1366, 728), (1350, 688)), ((1280, 672), (1264, 640)), ((800, 600), (1240, 640))],
)
def test_it_opens_no_larger_than_the_screen_has_room(room: tuple[int, int], size: tuple[int, int]) -> None:
    assert first_size(QSize(*room)) == QSize(*size)


def upper_share(window: MainWindow) -> float:
    upper, lower = window.docks.docks["tickets"].height(), window.docks.docks["blotter"].height()
    return upper / (upper + lower)


def test_a_larger_window_gives_its_height_to_the_ticket_and_the_list_alike() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        await until(lambda: abs(upper_share(window) - UPPER) < 0.02, "the layout everybody starts with")
        for size in ((1900, 1040), (1440, 900), (1900, 1040)):
            window.resize(*size)
            await until(lambda: abs(upper_share(window) - UPPER) < 0.02, "the same shares")
        window.resize(1300, 700)
        await until(lambda: window.docks.docks["blotter"].height() < 260, "a small window")
        window.resize(1440, 900)
        await until(lambda: abs(upper_share(window) - UPPER) < 0.02, "what had no room there is back")

    with_window(story, size=(1440, 900))


def hand(window: MainWindow, kind: QEvent.Type, at: QPoint) -> None:
    """The mouse on the window itself, the left button down but at the end."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind is QEvent.Type.MouseMove else left
    buttons = none if kind is QEvent.Type.MouseButtonRelease else left
    spot, place = QPointF(at), QPointF(window.mapToGlobal(at))
    QApplication.sendEvent(window, QMouseEvent(kind, spot, place, button, buttons, Qt.KeyboardModifier.NoModifier))


def test_the_shares_that_the_trader_draws_are_the_ones_that_hold() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        await until(lambda: abs(upper_share(window) - UPPER) < 0.02, "the layout everybody starts with")
        between = window.docks.docks["blotter"].geometry().top() + window.docks.docks["tickets"].geometry().bottom()
        grip = QPoint(window.docks.docks["tickets"].geometry().center().x(), between // 2)
        kinds = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease)
        for kind, at in zip(kinds, (grip, grip + QPoint(0, 60), grip + QPoint(0, 60)), strict=True):
            hand(window, kind, at)
            await asyncio.sleep(0.05)
        await until(lambda: upper_share(window) > UPPER + 0.04, "the separator drawn down")
        drawn = upper_share(window)
        window.resize(1900, 1040)
        await until(lambda: window.docks.docks["blotter"].width() > 1800, "the larger window")
        assert abs(upper_share(window) - drawn) < 0.02
        window.docks.docks["blotter"].hide()
        window.resize(1440, 900)
        window.docks.docks["blotter"].show()
        window.reset_layout()
        await until(lambda: abs(upper_share(window) - UPPER) < 0.02, "set back")

    with_window(story, size=(1440, 900))
