"""주문 단축키: nothing happens before they are switched on, and a chord is never more than one press of the button."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import CONFIRM, HOTKEYS
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.main_window import MainWindow
from kiwoom_desk.ui.tickets.panel import Page
from tests.support.fake_world import Outdoors
from tests.support.qt import until
from tests.ui.test_main_window import cut_off, with_window

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def on(outdoors: Outdoors) -> None:
    outdoors.settings.put(HOTKEYS, True)


def write(window: MainWindow) -> None:
    form = window.tickets.stock.form
    QTest.keyClicks(form.quantity, "10")
    QTest.keyClicks(form.price, "71200")
    window.activateWindow()
    window.panels.blotter.setFocus()


def strike(window: MainWindow, key: Qt.Key = Qt.Key.Key_Return, held: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(window, key, held)


def test_they_are_off_until_switched_on() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        write(window)
        window.refresh()
        strike(window)
        strike(window, Qt.Key.Key_F8, NONE)
        assert outdoors.posts == [] and window.tickets.pages[Page.BUY].isChecked()
        assert window.top.hotkeys.isHidden()
        outdoors.settings.put(HOTKEYS, True)
        window.refresh()
        assert window.top.hotkeys.isVisible() and "Ctrl+Enter" in window.top.hotkeys.toolTip()
        strike(window)
        await until(lambda: outdoors.posts and aio.running() == 0, "the order and its answer")
        assert len(outdoors.posts) == 1
        outdoors.settings.put(HOTKEYS, False)
        assert not any(key.isEnabled() for key in window.findChildren(QShortcut) if key.key().toString() == "F7")

    with_window(story)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_chord_is_one_press_from_anywhere_in_the_window(key: Qt.Key) -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        write(window)
        answer = outdoors.hold()
        for _ in range(3):
            strike(window, key)
        await until(lambda: outdoors.posts, "the order")
        answer.set_result(outdoors.accepted())
        await until(lambda: aio.running() == 0, "its answer")
        assert len(outdoors.posts) == 1
        assert not any(s.autoRepeat() for s in window.findChildren(QShortcut) if s.parent() is window)

    with_window(story, prepare=on)


def test_a_question_is_not_answered_by_the_chord() -> None:
    def ask(outdoors: Outdoors) -> None:
        on(outdoors)
        outdoors.settings.put(CONFIRM, "always")

    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        write(window)
        for _ in range(3):
            strike(window)
        assert window.tickets.stock.form.guard.isVisible() and outdoors.posts == []

    with_window(story, prepare=ask)


def hide_ticket(window: MainWindow) -> None:
    window.docks.docks["tickets"].hide()


def turn_to_changes(window: MainWindow) -> None:
    window.tickets.turn_to(Page.CHANGE)


@pytest.mark.parametrize("away", [hide_ticket, turn_to_changes])
def test_what_is_not_in_sight_is_not_sent(away: Callable[[MainWindow], None]) -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        write(window)
        away(window)
        strike(window)
        assert outdoors.posts == [] and "앞에 있어야" in outdoors.workspace.notices.recent[-1].text

    with_window(story, prepare=on)


def test_live_has_to_be_armed_and_the_bar_still_fits() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        write(window)
        window.refresh()
        assert cut_off(window, window.top) == []
        strike(window)
        assert outdoors.posts == [] and "실전 주문이 꺼져" in outdoors.workspace.notices.recent[-1].text

    with_window(story, size=(1280, 800), world=World.LIVE, prepare=on)


def test_the_function_keys_turn_the_page_and_send_nothing() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        for key, page in ((Qt.Key.Key_F8, Page.SELL), (Qt.Key.Key_F7, Page.BUY)):
            strike(window, key, NONE)
            assert window.tickets.pages[page].isChecked()
            assert window.focusWidget() is window.tickets.stock.form.quantity
        assert outdoors.posts == []

    with_window(story, prepare=on)
