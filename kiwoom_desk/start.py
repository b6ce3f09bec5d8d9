"""From the words on the command line to a running program: the window, the tour or the self-test."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from kiwoom_desk import __version__
from kiwoom_desk.app import Program, resource
from kiwoom_desk.options import Options
from kiwoom_desk.storage.folders import ORGANISATION, PROGRAM
from kiwoom_desk.storage.rules_file import RulesUnusable
from kiwoom_desk.storage.troubles import sentence
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.saving import Files
from kiwoom_desk.ui.frame.idle import IdleWatch
from kiwoom_desk.ui.frame.session import follow_session
from kiwoom_desk.ui.main_window import MainWindow

log = logging.getLogger(__name__)


def start(options: Options) -> int:
    """The exit status."""
    application = make_application()
    if options.self_test:
        return aio.run_app(lambda: _self_test(options, application))
    if options.tour:
        from kiwoom_desk.tour.run import tour

        return aio.run_app(lambda: tour(options, application))
    return aio.run_app(lambda: _window(options, application))


def make_application() -> QApplication:
    qInstallMessageHandler(_qt_says)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setOrganizationName(ORGANISATION)
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName("키움 주문 데스크")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(QIcon(str(resource("icons/app.png"))))
    return application


def _qt_says(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt's own messages belong in the log, not on a terminal that may not be there."""
    levels = {QtMsgType.QtWarningMsg: logging.WARNING, QtMsgType.QtCriticalMsg: logging.ERROR}
    logging.getLogger("qt").log(levels.get(kind, logging.INFO), text)


def show_window(program: Program) -> MainWindow:
    """The window over a program that is being connected or will be."""
    window = MainWindow(program.workspace)
    blotter = window.panels.blotter
    assert isinstance(blotter, BlotterPanel)
    blotter.offer(Files(program.export_table, program.evidence_of, program.past_orders))
    IdleWatch(program.workspace, window)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.setProperty("session", follow_session(application, program.workspace, window))
    _watch_for_bugs(program)
    window.show()
    spare_the_collector()
    return window


def spare_the_collector() -> None:
    """What stands now stands to the end: Python's collector need not walk over it again while the trader works."""
    gc.collect()
    gc.freeze()


def _watch_for_bugs(program: Program) -> None:
    """In every slot, task and callback of the window (`trading.bugs`)."""
    bugs = program.workspace.bugs
    aio.on_error(bugs.found)
    sys.excepthook = lambda kind, error, trace: bugs.found("화면", error)


async def _window(options: Options, application: QApplication) -> int:
    try:
        program = Program(options)
    except (RulesUnusable, OSError) as failed:
        log.exception("the program could not start")
        await _say_why(failed)
        return 1
    window = show_window(program)
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    raiser = QTimer(window)
    raiser.timeout.connect(lambda: _come_forward(window) if program.raise_requested() else None)
    raiser.start(500)
    aio.spawn(program.workspace.bugs.keep_alive("시계 확인", program.heartbeat.run), "시계 확인")
    aio.spawn(_connect(program, options.world, closed), "연결")
    await closed.wait()
    raiser.stop()
    await program.close()
    return 0


async def _say_why(failed: RulesUnusable | OSError) -> None:
    """There is no window yet, and a windowed executable has no terminal. Returns when the trader has closed it."""
    place = f"\n{failed.filename}" if isinstance(failed, OSError) and failed.filename else ""
    why = sentence(failed) if isinstance(failed, OSError) else str(failed)
    box = QMessageBox(QMessageBox.Icon.Critical, "키움 주문 데스크", f"프로그램을 시작하지 못했습니다.\n{why}{place}")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.addButton("닫기", QMessageBox.ButtonRole.AcceptRole)
    await aio.ask(box)


async def _connect(program: Program, world: World, closed: asyncio.Event) -> None:
    """The first connection. A second start for an account ends here: the first one's window was asked to come forward
    (docs/decisions.md 13)."""
    await program.workspace.switch(world)
    connection = program.workspace.connection
    if program.elsewhere and connection is not None and not connection.ready:
        log.info("another program has this account open")
        closed.set()


async def _self_test(options: Options, application: QApplication) -> int:
    from kiwoom_desk.tour.self_test import SelfTest

    test = SelfTest(options, show_window, picture)
    test.report.qt_platform = application.platformName()
    report = await test.run()
    if options.out is not None:
        report.write(options.out)
    for step in report.steps:
        if sys.stdout is not None:  # a windowed executable has none
            sys.stdout.write(f"{'ok  ' if step.ok else 'FAIL'} {step.name}: {step.detail}\n")
    return 0 if report.ok else 1


def picture(window: QWidget, path: Path) -> None:
    """What the widget looks like now, as a PNG. Raises OSError when it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(path), "PNG"):
        raise OSError(f"the picture {path.name} could not be written")


def _come_forward(window: QWidget) -> None:
    window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
    window.raise_()
    window.activateWindow()
