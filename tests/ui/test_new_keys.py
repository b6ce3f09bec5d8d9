"""앱키 changed while the old ones are still signing in: the new ones are used, and one switch runs at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.environments import Environment, World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import AccountName, Clock, Gateway, Keys
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.dialogs.keys import KeysDialog
from kiwoom_desk.ui.dialogs.sheet import Sheet
from kiwoom_desk.ui.main_window import MainWindow
from tests.support.fake_world import ListGateway, Outdoors
from tests.support.qt import until
from tests.ui.test_main_window import sheet, with_window


class SignIns:
    """Whose keys signed in for a connection or a test, in order; the old ones get no answer until `answered`."""

    def __init__(self, outdoors: Outdoors) -> None:
        self.begun: list[str] = []
        self.answered = asyncio.Event()
        self._outdoors = outdoors
        work = outdoors.workspace
        work._outside = replace(work._outside, open_gateway=self._gateway)

    def _gateway(self, environment: Environment, market: Market, keys: Keys, clock: Clock) -> Gateway:
        return SlowGateway(self, self._outdoors, market, keys.app_key)


class SlowGateway(ListGateway):
    def __init__(self, sign_ins: SignIns, outdoors: Outdoors, market: Market, key: str) -> None:
        super().__init__(outdoors, market)
        self._sign_ins, self._key = sign_ins, key

    async def probe(self) -> AccountName:
        self._sign_ins.begun.append(self._key)
        if self._key == "app":
            await self._sign_ins.answered.wait()
        return await super().probe()


async def shown(window: QWidget, kind: type[Sheet]) -> Sheet:
    await until(lambda: isinstance(sheet(window), kind), kind.__name__)
    found = sheet(window)
    assert found is not None
    return found


async def put_new_keys(window: MainWindow) -> None:
    """Into the dialog of the menu, for the stock account, until it is asked whether to connect anew."""
    aio.spawn(window.manage_keys(), "앱키")
    dialog = await shown(window, KeysDialog)
    assert isinstance(dialog, KeysDialog) and dialog.world.value is World.MOCK
    QTest.keyClicks(dialog.app_key, "new")
    QTest.keyClicks(dialog.secret, "new")
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    await until(lambda: dialog.changed)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not isinstance(sheet(window), KeysDialog))


def test_keys_that_change_while_the_world_is_being_opened_are_used_before_the_bar_is_free_again() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        work, sign_ins = outdoors.workspace, SignIns(outdoors)
        first = asyncio.ensure_future(work.switch(World.MOCK))
        await until(lambda: sign_ins.begun == ["app", "app"])
        await put_new_keys(window)
        question = await shown(window, Sheet)
        assert work.switching_to is World.MOCK and not window.top.worlds[World.LIVE].isEnabled()
        QTest.mouseClick(question.accept_button, Qt.MouseButton.LeftButton)
        await until(first.done, "the end of the first switch")
        assert work.switching_to is World.MOCK and not window.top.worlds[World.LIVE].isEnabled()
        sign_ins.answered.set()
        await until(lambda: work.switching_to is None)
        assert window.top.worlds[World.LIVE].isEnabled() and work.connection is not None
        assert [lane.state for lane in work.connection.lanes.values()] == [LaneState.READY] * 2
        assert sign_ins.begun[:3] == ["app", "app", "new"], "the old ones, and the test of the new one"
        assert "new" in sign_ins.begun[3:], "which is what is open now"

    with_window(story)


def test_keys_of_a_world_that_is_only_headed_for_are_asked_about_too() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        work, sign_ins = outdoors.workspace, SignIns(outdoors)
        sign_ins.answered.set()
        assert work.connection is not None
        leaving, lane = asyncio.Event(), work.connection.lanes[Market.STOCK]
        assert lane.gateway is not None
        setattr(lane.gateway, "close", leaving.wait)  # noqa: B010
        first = asyncio.ensure_future(work.switch(World.MOCK))
        await until(lambda: work.world is None)
        await put_new_keys(window)
        question = await shown(window, Sheet)
        leaving.set()
        question.reject()
        await first
        assert work.world is World.MOCK

    with_window(story)
