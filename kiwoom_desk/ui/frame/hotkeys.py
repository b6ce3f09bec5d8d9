"""주문 단축키: off until switched on, and shown in the bar while on. They work while this window is the active one.

Ctrl+Enter is one press of the send button that the trader sees, with all that a press means: what is refused or asks a
question does so, and without arming nothing leaves. Function keys and Ctrl chords also work while Hangul is typed.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.settings import HOTKEYS
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui.tickets.panel import Page, TicketPanel


class Hotkeys:
    """Shortcuts of `window`; a key held down is one press."""

    def __init__(self, workspace: Workspace, tickets: TicketPanel, window: QWidget) -> None:
        self._workspace = workspace
        self._tickets = tickets
        acts: dict[str, Callable[[], None]] = {
            "F7": lambda: tickets.turn_to(Page.BUY),
            "F8": lambda: tickets.turn_to(Page.SELL),
            "Ctrl+Return": self._send,
            "Ctrl+Enter": self._send,
        }
        self._shortcuts = [_shortcut(key, act, window) for key, act in acts.items()]
        self._follow()
        self.stop = workspace.settings.subscribe(lambda key: self._follow() if key == HOTKEYS.key else None)

    def _follow(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(self._workspace.settings.get(HOTKEYS))

    def _send(self) -> None:
        safety = self._workspace.safety
        if safety.needs_arming and not safety.armed:
            self._say("단축키로 보내지 않았습니다: 실전 주문이 꺼져 있습니다.")
        elif not self._tickets.press_send():
            self._say("단축키로 보내지 않았습니다: 매수나 매도 주문창이 앞에 있어야 합니다.")

    def _say(self, text: str) -> None:
        self._workspace.notices.give(Notice(Level.WARN, text, self._workspace.clock.now()))


def _shortcut(key: str, act: Callable[[], None], window: QWidget) -> QShortcut:
    made = QShortcut(QKeySequence(key), window)
    made.setContext(Qt.ShortcutContext.WindowShortcut)
    made.setAutoRepeat(False)
    made.activated.connect(act)
    return made
