"""The window: the environment's frame, the bar, movable panels, the line at the foot. It composes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStatusBar

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import OrderKey
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, labels
from kiwoom_desk.ui.composition import make_panels
from kiwoom_desk.ui.dialogs.about import show_about
from kiwoom_desk.ui.dialogs.arming import arm
from kiwoom_desk.ui.dialogs.drills import Drills, why_not
from kiwoom_desk.ui.dialogs.keys import manage_keys
from kiwoom_desk.ui.dialogs.settings import edit_settings
from kiwoom_desk.ui.dialogs.sheet import confirm
from kiwoom_desk.ui.frame import edge
from kiwoom_desk.ui.frame.docks import Docks, Panels
from kiwoom_desk.ui.frame.hotkeys import Hotkeys
from kiwoom_desk.ui.frame.look import follow_settings
from kiwoom_desk.ui.frame.stop import Stop
from kiwoom_desk.ui.frame.top_bar import TopBar
from kiwoom_desk.ui.notices.message_line import MessageLine
from kiwoom_desk.ui.notices.sounds import Sounds
from kiwoom_desk.ui.notices.toasts import Toasts
from kiwoom_desk.ui.plain import caption
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.tickets.panel import TicketPanel

EVERY = 250
"""Milliseconds between two looks at what goes on without news: clocks, ages, the gauge."""
SMALLEST = QSize(1240, 640)
"""A screen of 1920 × 1080 at 150 % has this much between its task bar and the window's title."""
FIRST, AROUND = QSize(1440, 900), QSize(16, 40)
"""What it opens with where it is new and the screen has room for it, and what the system draws around it."""
PROFILE = "window"
"""Under which its size and place are kept, the same for every world."""
MakePanels = Callable[[Workspace, Selection, TicketPanel], Panels]


def first_size(room: QSize) -> QSize:
    """Of a window that was never open before, on a screen with this room."""
    return FIRST.boundedTo(room - AROUND).expandedTo(SMALLEST)


class MainWindow(QMainWindow):
    """`closed` comes once, after the trader has agreed to close; the orderly end is the application's."""

    closed = Signal()

    def __init__(self, workspace: Workspace, make_panels: MakePanels = make_panels) -> None:
        super().__init__()
        self.workspace = workspace
        self.selection = Selection(self)
        self._closing = False
        self._asking_to_close = False
        self._world: World | None = None
        self._shown_armed = False
        self.drills: Drills | None = None
        self.setObjectName("desk")
        self.setMinimumSize(SMALLEST)
        self.resize(first_size(self.screen().availableSize()))
        self.restoreGeometry(QByteArray(workspace.settings.layout(PROFILE) or b""))
        self.top = TopBar(workspace)
        self.tickets = TicketPanel(workspace, self.selection)
        self.panels = make_panels(workspace, self.selection, self.tickets)
        self.foot = MessageLine(workspace)
        self._ends = [follow_settings(workspace.settings), workspace.subscribe(self._changed)]
        self._compose()
        self.toasts = Toasts(workspace, self, self._above_the_blotter)
        self.sounds = Sounds(workspace)
        self.hotkeys = Hotkeys(workspace, self.tickets, self)
        self.stop = Stop(workspace, self)
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(EVERY)
        self._tick.timeout.connect(self.refresh)
        self._tick.start()
        self._changed()
        self.tickets.current.focus_first()

    def _compose(self) -> None:
        self.setContentsMargins(edge.WIDTH, 0, edge.WIDTH, edge.WIDTH)
        self.setMenuWidget(self.top)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.foot, 1)
        self.setStatusBar(bar)
        self.docks = Docks(self, self.panels)

    def _connect(self) -> None:
        self.top.world_wanted.connect(lambda world: aio.spawn(self.switch(world), "환경 바꾸기"))
        self.top.arm_wanted.connect(self._arm_pressed)
        self.top.stop_wanted.connect(self.stop.pressed)
        self.stop.changed.connect(self.refresh)
        self.top.menu_wanted.connect(self._open_menu)
        self.foot.order_wanted.connect(self._show_order)

    # --- showing ---------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        self.top.refresh()
        self.tickets.refresh()
        armed = self.workspace.safety.armed
        if armed is not self._shown_armed:
            self._shown_armed = armed
            self.update()  # the frame around everything; arming ends by time as well, and that makes no news

    def _changed(self) -> None:
        world = self.workspace.world
        if world is not self._world:
            self._keep_layout()
            self._world = world
            if world is not None:
                self.docks.restore(self.workspace.settings.layout(world.value))
        title = "연결 안 됨" if world is None else labels.word(world)
        self.setWindowTitle(f"{title} — kiwoom-desk")
        self.top.refresh()
        self.update()

    def _above_the_blotter(self) -> int:
        """Where slips of paper may stand: nothing that is read or pressed all day lies there."""
        blotter = self.docks.docks["blotter"]
        docked = blotter.isVisible() and not blotter.isFloating()
        return (blotter.geometry().top() if docked else self.height() - 44) - 8

    def _keep_layout(self) -> None:
        if self._world is not None:
            self.workspace.settings.put_layout(self._world.value, self.docks.save())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        edge.paint_edge(self, self.workspace.world, armed=self.workspace.safety.armed)

    def _show_order(self, key: OrderKey) -> None:
        """From the line at the foot to the row, also where the order list was put away."""
        self.docks.docks["blotter"].show()
        self.docks.docks["blotter"].raise_()
        self.selection.show_order(key)

    # --- the bar's wishes --------------------------------------------------------------------------------------------
    async def switch(self, world: World) -> None:
        """Name what stops and what stays, then leave one world for another as a unit."""
        if world is self.workspace.world or self.workspace.switching_to is not None:
            return
        warnings = self.workspace.switch_warnings()
        if world is World.LIVE:
            warnings = ["실전 환경입니다. 주문은 따로 켜기 전까지 나가지 않습니다.", *warnings]
        word = labels.word(world)
        if warnings and not await confirm(self, f"{word} 환경으로 바꾸기", warnings, accept=f"{word} 환경으로"):
            return
        await self.workspace.switch(world)

    async def reconnect(self) -> None:
        """Leave this world and open it anew: after another program took the stream, or when the trader wants to."""
        here = self.workspace.world
        if here is None or self.workspace.switching_to is not None:
            return
        lines = ["이 환경의 연결을 모두 닫고 다시 엽니다.", *self.workspace.switch_warnings()]
        if await confirm(self, "다시 연결", lines, accept="다시 연결"):
            await self.workspace.switch(here)

    def _arm_pressed(self) -> None:
        if self.workspace.safety.armed:
            self.workspace.safety.disarm("손으로 껐습니다.")
            self.refresh()
        else:
            aio.spawn(arm(self.workspace, self), "실전 주문 켜기")

    def show_drills(self) -> None:
        self.drills = self.drills or Drills(self.workspace, self)
        self.drills.show()
        self.drills.raise_()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("설정…").triggered.connect(lambda: aio.spawn(edit_settings(self.workspace, self), "설정"))
        again = menu.addAction("다시 연결")
        again.setEnabled(self.workspace.world is not None)
        again.triggered.connect(lambda: aio.spawn(self.reconnect(), "다시 연결"))
        menu.addAction("앱키…").triggered.connect(lambda: aio.spawn(self.manage_keys(), "앱키"))
        why = why_not(self.workspace)
        drills = menu.addAction(f"연습 상황 ({why})" if why else "연습 상황…")
        drills.setEnabled(not why)
        drills.triggered.connect(self.show_drills)
        menu.addSeparator()
        for dock in self.docks.docks.values():
            shown = menu.addAction(caption(dock.windowTitle()))
            shown.setCheckable(True)
            shown.setChecked(dock.isVisible())
            shown.triggered.connect(dock.setVisible)
        locked = menu.addAction("배치 고정")
        locked.setCheckable(True)
        locked.setChecked(self.docks.locked)
        locked.triggered.connect(self.docks.lock)
        menu.addAction("처음 배치로").triggered.connect(self.reset_layout)
        menu.addSeparator()
        ask = self.workspace.ask_version
        menu.addAction("정보").triggered.connect(lambda: aio.spawn(show_about(self, ask), "정보"))
        menu.popup(self.top.menu.mapToGlobal(self.top.menu.rect().bottomLeft()))

    def reset_layout(self) -> None:
        self.docks.arrange()
        if self._world is not None:
            self.workspace.settings.put_layout(self._world.value, None)

    async def manage_keys(self) -> None:
        """Keys of the world we are in, or on the way to, take effect by opening it anew, which is asked for."""
        changed = await manage_keys(self.workspace, self, self.workspace.world or World.MOCK)
        here = self.workspace.switching_to or self.workspace.world
        if here is None or not any(world is here for world, _ in changed):
            return
        lines = ["바뀐 앱키는 다시 연결해야 쓰입니다.", *self.workspace.switch_warnings()]
        if await confirm(self, "다시 연결", lines, accept="지금 다시 연결", reject="나중에"):
            await self.workspace.switch(here)

    # --- the end ---------------------------------------------------------------------------------------------------
    def closeEvent(self, event: QCloseEvent) -> None:
        """Unconfirmed and open orders are named before the window goes; the connection ends in order afterwards."""
        if self._closing:
            self._stop()
            event.accept()
            return
        event.ignore()
        if not self._asking_to_close:
            self._asking_to_close = True
            aio.spawn(self._close(), "끝내기")

    async def _close(self) -> None:
        try:
            warnings = self.workspace.switch_warnings()
            if warnings and not await confirm(self, "프로그램 끝내기", warnings, accept="끝내기"):
                return
            self.leave()
        finally:
            self._asking_to_close = False

    def leave(self) -> None:
        """Close without a question: the trader has agreed, or it is the tour's or the self-test's own window."""
        self._closing = True
        self.close()
        self.closed.emit()

    def _stop(self) -> None:
        self._tick.stop()
        if self.drills is not None:
            self.drills.close()
        self._keep_layout()
        self.workspace.settings.put_layout(PROFILE, bytes(self.saveGeometry().data()))
        for end in self._ends:
            end()
        for part in (self.tickets, self.foot, self.toasts, self.sounds, self.hotkeys, self.stop):
            part.stop()
        for panel in (self.panels.watch, self.panels.account, self.panels.ladder, self.panels.blotter):
            stop = getattr(panel, "stop", None)
            if callable(stop):
                stop()
