"""What the operating system announces is told to the trader, and disarms; it sends nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtGui import QSessionManager

from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui.frame.session import (
    PBT_APMSUSPEND,
    WM_POWERBROADCAST,
    WM_WTSSESSION_CHANGE,
    WTS_SESSION_LOCK,
    announced,
    session_ends,
)


class Desk:
    def __init__(self, *, in_flight: int = 0, unsettled: int = 0) -> None:
        self.said: list[str] = []
        self.safety = SimpleNamespace(disarm=self.said.append)
        self.connection = SimpleNamespace(
            in_flight=in_flight, unsettled=lambda: [1] * unsettled, woke_up=self.said.append
        )

    @property
    def workspace(self) -> Workspace:
        return cast(Workspace, self)


class Manager:
    def __init__(self, *, interactive: bool = True) -> None:
        self.interactive = interactive
        self.held = False

    def allowsInteraction(self) -> bool:
        return self.interactive

    def cancel(self) -> None:
        self.held = True


@pytest.mark.parametrize(
    ("in_flight", "unsettled", "interactive", "held"),
    [(0, 0, True, False), (1, 0, True, True), (0, 1, True, True), (1, 1, False, False)],
)
def test_the_end_of_the_session_waits_for_the_trader_while_orders_are_open(
    in_flight: int, unsettled: int, interactive: bool, held: bool
) -> None:
    manager, asked = Manager(interactive=interactive), list[int]()
    desk = Desk(in_flight=in_flight, unsettled=unsettled)
    session_ends(cast(QSessionManager, manager), desk.workspace, lambda: asked.append(1))
    assert (manager.held, bool(asked)) == (held, held)


def test_a_locked_screen_and_a_sleep_disarm_and_other_messages_do_nothing() -> None:
    desk = Desk()
    announced(desk.workspace, WM_WTSSESSION_CHANGE, 0x8)
    announced(desk.workspace, 0x0010, WTS_SESSION_LOCK)
    assert desk.said == []
    announced(desk.workspace, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK)
    announced(desk.workspace, WM_POWERBROADCAST, PBT_APMSUSPEND)
    assert len(desk.said) == 2
