"""The slips in the corner: what they say is there to its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kiwoom_desk.trading.news import news
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.ui.main_window import MainWindow
from kiwoom_desk.ui.notices.toasts import Toast
from kiwoom_desk.ui.plain import PlainLabel
from tests.support.fake_world import Outdoors
from tests.ui.blotter.test_model import order
from tests.ui.test_main_window import with_window


def test_three_fills_in_the_same_second_do_not_push_an_alarm_s_slip_away() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        now = outdoors.clock.now()
        outdoors.workspace.notices.give(Notice(Level.ALARM, "출처 불명 REST 주문", now, sound="alarm"))
        for n in range(3):
            outdoors.workspace.notices.give(Notice(Level.GOOD, f"체결 {n}", now, sound="fill"))
        left = [slip.level for slip in window.findChildren(Toast) if not slip.isHidden()]
        assert sorted(level.value for level in left) == sorted(x.value for x in (Level.ALARM, Level.GOOD, Level.GOOD))

    with_window(story)


def test_the_longest_alarm_fits_its_slip_to_the_last_word() -> None:
    async def story(window: MainWindow, outdoors: Outdoors) -> None:
        orphan = replace(order(1), name="미래에셋 인버스 2X 코스닥150 선물 ETN(H)", orphan=True)
        (alarm,) = [said for said in news(None, orphan, outdoors.clock.now()) if said.level is Level.ALARM]
        outdoors.workspace.notices.give(alarm)
        await asyncio.sleep(0.05)
        (slip,) = window.findChildren(Toast)
        (text,) = slip.findChildren(PlainLabel)
        assert text.text() == alarm.text
        assert text.height() >= text.heightForWidth(text.width())

    with_window(story)
