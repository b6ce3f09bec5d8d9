"""What the operating system announces: the session ends, the screen is locked, the computer goes to sleep.

The journal needs no warning: every intention is on disk before its first byte. But the trader is told what is open, and
live is disarmed. Lock and sleep are announced on Windows only; elsewhere the heartbeat notices a sleep afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QMainWindow

from kiwoom_desk.trading.workspace import Workspace

WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK = 0x02B1, 0x7
WM_POWERBROADCAST, PBT_APMSUSPEND = 0x0218, 0x4


def follow_session(application: QApplication, workspace: Workspace, window: QMainWindow) -> object:
    """Returns what has to be kept alive as long as the window."""
    application.commitDataRequest.connect(lambda manager: session_ends(manager, workspace, window.close))
    if sys.platform != "win32":
        return None
    return WindowsAnnouncements(application, workspace, int(window.winId()))


def session_ends(manager: QSessionManager, workspace: Workspace, close: Callable[[], object]) -> None:
    """With orders in flight or unsettled the end is held up where the system allows it, and `close` asks the trader."""
    connection = workspace.connection
    if connection is None or not (connection.in_flight or connection.unsettled()):
        return
    if manager.allowsInteraction():
        manager.cancel()
        close()


def announced(workspace: Workspace, message: int, wparam: int) -> None:
    """One message of Windows; others mean nothing here."""
    if (message, wparam) == (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK):
        workspace.safety.disarm("화면을 잠갔습니다.")
    if (message, wparam) == (WM_POWERBROADCAST, PBT_APMSUSPEND) and workspace.connection is not None:
        workspace.connection.woke_up("컴퓨터가 절전에 들어갑니다.")


class WindowsAnnouncements(QAbstractNativeEventFilter):
    """Asks Windows to announce locks of this session to our window, and hears them."""

    def __init__(self, application: QApplication, workspace: Workspace, window: int) -> None:
        super().__init__()
        self._workspace = workspace
        application.installNativeEventFilter(self)
        if sys.platform == "win32":
            import ctypes

            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window, 0)

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        if sys.platform == "win32" and bytes(kind) == b"windows_generic_MSG":
            import ctypes.wintypes

            heard = ctypes.wintypes.MSG.from_address(int(message))
            announced(self._workspace, int(heard.message), int(heard.wParam))
        return False, 0
