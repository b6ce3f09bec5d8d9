"""The panels of the window: moved, tabbed, floated and hidden by the trader, kept per profile, set back on request."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabWidget, QVBoxLayout, QWidget

VERSION = 2
"""Of the layout; a saved one of another version is not used."""
INSET = 3
WATCH_WIDTH, TICKET_WIDTH = 312, 400
"""Logical pixels to begin with; the book has what lies between."""
UPPER = 0.61
"""The share of the height that ticket and book begin with; the order list below them has the rest."""
LEFT, BOTTOM = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
_MOVABLE = (
    QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetFloatable
    | QDockWidget.DockWidgetFeature.DockWidgetClosable
)


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels that the window composes."""

    watch: QWidget
    account: QWidget
    ladder: QWidget
    tickets: QWidget
    blotter: QWidget


class Docks:
    """While locked the panels have no title bars; unlocked they can be dragged, floated and closed."""

    def __init__(self, window: QMainWindow, panels: Panels) -> None:
        self._window = window
        self.docks = {
            "watch": self._dock("watch", "관심", panels.watch),
            "account": self._dock("account", "잔고", panels.account),
            "ladder": self._dock("ladder", "호가", panels.ladder),
            "tickets": self._dock("tickets", "주문", panels.tickets, framed=False),
            "blotter": self._dock("blotter", "주문 목록", panels.blotter),
        }
        self.locked = False
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, BOTTOM)
        self.arrange()
        self.lock(True)

    def arrange(self) -> None:
        """The layout everybody starts with: all in one area, since between two areas of a window without a middle no
        separator can be drawn, and a larger window gives all of its height to one of them."""
        window, docks = self._window, self.docks
        for dock in docks.values():
            window.removeDockWidget(dock)
        window.addDockWidget(LEFT, docks["watch"])
        window.splitDockWidget(docks["watch"], docks["blotter"], Qt.Orientation.Vertical)
        window.splitDockWidget(docks["watch"], docks["ladder"], Qt.Orientation.Horizontal)
        window.splitDockWidget(docks["ladder"], docks["tickets"], Qt.Orientation.Horizontal)
        window.tabifyDockWidget(docks["watch"], docks["account"])
        for dock in docks.values():
            dock.setFloating(False)
            dock.show()
        docks["watch"].raise_()
        width, height = window.width(), window.height()
        sides = [docks["watch"], docks["ladder"], docks["tickets"]]
        middle = max(width - WATCH_WIDTH - TICKET_WIDTH, 300)
        window.resizeDocks(sides, [WATCH_WIDTH, middle, TICKET_WIDTH], Qt.Orientation.Horizontal)
        upper = round(height * UPPER)
        window.resizeDocks([docks["ladder"], docks["blotter"]], [upper, height - upper], Qt.Orientation.Vertical)

    def lock(self, locked: bool) -> None:
        self.locked = locked
        for dock in self.docks.values():
            dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures if locked else _MOVABLE)
            dock.setTitleBarWidget(QWidget() if locked else None)  # type: ignore[arg-type]

    def save(self) -> bytes:
        return bytes(self._window.saveState(VERSION).data())

    def restore(self, layout: bytes | None) -> bool:
        """False when there is none or it is not understood; the present layout then stays."""
        return layout is not None and self._window.restoreState(QByteArray(layout), VERSION)

    def _dock(self, name: str, title: str, panel: QWidget, *, framed: bool = True) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(_inset(_framed(panel) if framed else panel))
        return dock


def _framed(panel: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "panel")
    box = QVBoxLayout(frame)
    box.setContentsMargins(8, 8, 8, 8)
    box.addWidget(panel)
    return frame


def _inset(panel: QWidget) -> QWidget:
    """A little ground around each panel, so that neighbours and the window's frame do not touch it."""
    ground = QFrame()
    ground.setProperty("role", "ground")
    box = QVBoxLayout(ground)
    box.setContentsMargins(INSET, INSET, INSET, INSET)
    box.addWidget(panel)
    return ground
