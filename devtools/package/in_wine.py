"""The Windows build on Linux: frozen in one Wine prefix, tried in another that never saw a Python."""

from devtools import BUILD, debian
from devtools.locks import tools
from devtools.package import windows, windows_python
from devtools.package.frozen import Freezer
from devtools.package.report import Report
from devtools.package.screen import screen_in_memory
from devtools.package.wine import STUBS, Wine, wine_needs


def build(report: Report, *, measure: bool = False) -> None:
    """Everything of `WindowsBuild.run`. Raises Stop."""
    debian.ensure([*debian.venv_needs(), *debian.qt_needs(), *debian.screen_needs(), *wine_needs()])
    with screen_in_memory() as display:
        builder, machine = Wine(BUILD / "wine-build", display), Wine(BUILD / "wine-try", display)
        try:
            report.step("a Windows to build in", builder.make)
            python = report.step("a Windows Python in it", lambda: windows_python.install(builder, tools()))
            report.step("a fresh Windows to try in", lambda: machine.make(anew=True))
            packages = python.parent / "Lib" / "site-packages"
            freezer = Freezer("windows-amd64", python, python.parent, packages, builder.run)
            stubs = tuple(builder.drive_c / "windows" / "system32" / name for name in STUBS)
            windows.windows_build(freezer, machine, report, stubs).run()
            if measure:
                report.step("start-up (Wine)", lambda: report.note(**windows.compare_start(builder, python)))
        finally:
            builder.stop()
            machine.stop()
