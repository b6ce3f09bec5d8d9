"""The stop as a person reaches it: its button, and Ctrl+Shift+K wherever in the program the hand is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import Level, Notice
from kiwoom_desk.trading.safety import Safety
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.dialogs.sheet import confirm
from kiwoom_desk.ui.frame.kill_switch import cancel_everything, in_flight, open_orders

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Stop(QObject):
    """Blocks first; what is open is then withdrawn (by the key) or offered to be (by the button).

    A block that is wished for while one world is left for another, or while nobody is signed in, holds in the next one.
    `changed` whenever the button has something to say."""

    changed = Signal()

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._carried: Safety | None = None
        self._end = workspace.subscribe(self._follow)
        shortcut = QShortcut(QKeySequence("Ctrl+Shift+K"), window)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.everything)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def stop(self) -> None:
        self._end()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A shortcut of a window is dead while a dialog stands over it; the key itself then comes by here. Where the
        shortcut lives it takes the key, and nothing comes."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_K or event.modifiers() != KEYS or not isinstance(watched, QWidget):
            return False
        if not event.isAutoRepeat():
            self.everything()
        return True

    # --- acts ------------------------------------------------------------------------------------------------------
    def everything(self) -> None:
        """Block first, then withdraw everything open, without a question."""
        self._block()
        aio.spawn(cancel_everything(self._workspace), "전체 취소")

    def pressed(self) -> None:
        """The button: block and offer to withdraw, or ask whether to lift the block."""
        if self._workspace.safety.blocked:
            aio.spawn(self._lift(), "차단 풀기")
            return
        self._block()
        if open_orders(self._workspace) or in_flight(self._workspace):
            aio.spawn(self._offer_cancel(), "일괄취소")

    def _block(self) -> None:
        self._carried = self._workspace.safety if self._between else None
        self._workspace.safety.block()
        self.changed.emit()

    async def _lift(self) -> None:
        self.changed.emit()  # the button has been pressed out, and it says what is
        lines = ["새 주문과 정정을 다시 보낼 수 있게 합니다."]
        asked = self._workspace.safety
        yes = await confirm(self._window, "새 주문 차단 풀기", lines, accept="차단 풀기", reject="그대로 두기")
        if yes and asked is self._workspace.safety:  # another world has a block of its own, which nobody asked about
            self._carried = None
            self._workspace.safety.unblock()
        self.changed.emit()

    async def _offer_cancel(self) -> None:
        count, waits = len(open_orders(self._workspace)), in_flight(self._workspace)
        sent = f" 응답을 기다리는 주문 {waits}건은 접수될 수 있습니다." if waits else ""
        lines = [
            f"새 주문을 막았습니다. 미체결 {count}건은 남아 있습니다.{sent}",
            "모두 취소할까요? 보유 종목은 팔지 않습니다.",
        ]
        accept = f"{count + waits}건 모두 취소"
        asked = self._workspace.safety
        yes = await confirm(self._window, "미체결 주문", lines, accept=accept, reject="그대로 두기")
        if yes and asked is self._workspace.safety:
            await cancel_everything(self._workspace)

    # --- from one world to the next --------------------------------------------------------------------------------
    @property
    def _between(self) -> bool:
        """No journal is open that would keep the block, or the one that is open is about to be left."""
        connection = self._workspace.connection
        kept = connection is not None and any(x.state is LaneState.READY for x in connection.lanes.values())
        return not kept or self._workspace.switching_to is not None

    def _follow(self) -> None:
        """Each connection has a safety catch of its own: what was wished for in between is its first state."""
        carried = self._carried
        if carried is not None and carried is not self._workspace.safety:
            self._carried = self._workspace.safety if self._between else None  # that one may be replaced as well
            self._workspace.safety.block()
            text = "환경이 바뀌는 동안 누른 '새 주문 차단'을 이 환경에서도 지킵니다."
            self._workspace.notices.give(Notice(Level.WARN, text, self._workspace.clock.now()))
        elif not self._between:
            self._carried = None
