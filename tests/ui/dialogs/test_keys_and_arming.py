"""Keys are tested before they are kept and never shown again; live is armed by a deliberate act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Keys
from kiwoom_desk.ui.dialogs.arming import ArmingDialog, choices
from kiwoom_desk.ui.dialogs.keys import KeysDialog
from tests.support.fake_world import Outdoors
from tests.support.market import at
from tests.support.qt import run, until


def connected(story: Callable[[Outdoors], Awaitable[None]], world: World = World.PRACTICE) -> None:
    async def whole() -> None:
        outdoors = Outdoors()
        await outdoors.enter(world)
        try:
            await story(outdoors)
        finally:
            await outdoors.workspace.close()

    run(whole())


def test_good_keys_are_kept_and_leave_the_fields() -> None:
    async def story(outdoors: Outdoors) -> None:
        outdoors.vault.forget(World.MOCK, Market.STOCK)
        dialog = KeysDialog(outdoors.workspace, None)
        dialog.open()
        dialog.app_key.setText(" new-app ")
        dialog.secret.setText("new-secret")
        QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
        await until(lambda: dialog.changed)
        kept = outdoors.vault.get(World.MOCK, Market.STOCK)
        assert kept == Keys("new-app", "new-secret")
        assert (dialog.app_key.text(), dialog.secret.text()) == ("", "")
        assert "****-1234" in dialog.outcome.text() and "이번 실행에만" in dialog.outcome.text()
        dialog.reject()

    connected(story)


def test_wrong_keys_are_not_kept_and_the_reason_is_said() -> None:
    async def story(outdoors: Outdoors) -> None:
        outdoors.keys_wrong = "투자구분이 달라서 쓸 수 없는 앱키입니다 [8030]."
        dialog = KeysDialog(outdoors.workspace, None, World.LIVE)
        dialog.open()
        dialog.app_key.setText("mock-app")
        dialog.secret.setText("mock-secret")
        QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
        await until(lambda: dialog.trouble.isVisible())
        assert "8030" in dialog.trouble.text()
        assert outdoors.vault.get(World.LIVE, Market.STOCK) == Keys("app", "secret")
        assert not dialog.changed
        dialog.reject()

    connected(story)


def test_a_secret_cannot_be_read_or_copied_and_does_not_follow_to_another_account() -> None:
    async def story(outdoors: Outdoors) -> None:
        dialog = KeysDialog(outdoors.workspace, None)
        dialog.open()
        clipboard = QApplication.clipboard()
        clipboard.setText("before")
        for field in (dialog.app_key, dialog.secret):
            assert field.echoMode() is QLineEdit.EchoMode.Password
            assert field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
            field.setText("canary")
            field.selectAll()
            field.copy()
            field.cut()
        assert clipboard.text() == "before"
        QTest.mouseClick(dialog.market.buttons[Market.GOLD], Qt.MouseButton.LeftButton)
        assert (dialog.app_key.text(), dialog.secret.text()) == ("", "")
        dialog.reject()

    connected(story)


def test_live_is_armed_by_the_right_four_digits_alone() -> None:
    async def story(outdoors: Outdoors) -> None:
        safety = outdoors.workspace.safety
        dialog = ArmingDialog(outdoors.workspace, None)
        dialog.open()
        for digits in ("", "0000", "123"):
            dialog.digits.setText(digits)
            QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
            assert not safety.armed and dialog.isVisible() and dialog.trouble.text()
        dialog.digits.setText("1234")
        QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
        assert safety.armed and not dialog.isVisible()

    connected(story, World.LIVE)


def test_the_times_offered_end_with_the_sessions_of_today() -> None:
    assert [words for _, words in choices(15, at("10:00:00"))] == ["15분", "60분", "15:30까지", "20:00까지"]
    assert [words for _, words in choices(30, at("19:59:30"))] == ["30분", "15분", "60분"]
    assert dict(choices(15, at("10:00:00")))[330] == "15:30까지"
