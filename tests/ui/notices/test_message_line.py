"""The line at the foot says where and when a thing happened, also after the trader has gone elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.ui import formats
from kiwoom_desk.ui.main_window import MainWindow
from tests.support.fake_world import ListGateway, Outdoors
from tests.ui.test_main_window import with_window


def test_what_happened_in_a_world_that_was_left_keeps_its_name_and_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        work, foot = outdoors.workspace, window.foot.text
        at = outdoors.clock.now()
        work.notices.give(Notice(Level.GOOD, "취소 확인", at))
        assert foot.text() == f"{formats.clock(at)} 취소 확인"
        monkeypatch.setattr(ListGateway, "now", lambda self: outdoors.clock.now() + timedelta(hours=3))
        await work.switch(World.MOCK)
        assert foot.text() == f"{formats.clock(at)} 연습 · 취소 확인"
        work.notices.give(Notice(Level.GOOD, "접수", at))
        assert foot.text() == f"{formats.clock(at + timedelta(hours=3))} 접수"

    with_window(story)
