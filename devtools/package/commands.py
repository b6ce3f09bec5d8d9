"""`dev.py package`, `dev.py sign` and `dev.py release-files`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from devtools import BUILD, Stop, say
from devtools.package import frozen, in_wine, linux, windows
from devtools.package.hosts import RealWindows
from devtools.package.release import release_files
from devtools.package.report import Report
from devtools.package.signing import sign

__all__ = ["package", "release_files", "sign"]


class Build(Protocol):
    """Does everything and notes it in the report; raises Stop when something fails."""

    def __call__(self, report: Report, *, measure: bool) -> None: ...


def package(arguments: Sequence[str]) -> int:
    """Build the program for this system, or on Linux with `--windows` for Windows in Wine, and try it.

    The exit status is 0 only when every step succeeded; the report is in build/ either way.
    """
    parser = argparse.ArgumentParser(prog="dev.py package", description="Freeze the program and try the result.")
    parser.add_argument("--windows", action="store_true", help="on Linux: build and try the Windows program in Wine")
    parser.add_argument("--measure", action="store_true", help="compare the start with one from source; takes minutes")
    options = parser.parse_args(arguments)
    title, name, build = _build_for(sys.platform, windows_wanted=options.windows)
    return _reported(Report(title), name, partial(build, measure=options.measure))


def _build_for(platform: str, *, windows_wanted: bool) -> tuple[str, str, Build]:
    """What the report is called, where it goes, and what is done. Raises Stop where nothing can be done."""
    if platform == "win32":
        return "Windows program, built and tried on Windows", "package-windows", _on_real_windows
    if not platform.startswith("linux"):
        raise Stop("packages are made on Linux and Windows")
    if windows_wanted:
        return "Windows program, built and tried in Wine (not on a real Windows)", "package-windows", in_wine.build
    return "Linux program, built and tried here", "package-linux", linux.build


def _on_real_windows(report: Report, *, measure: bool) -> None:
    freezer = frozen.freezer_of_this_system()
    windows.windows_build(freezer, RealWindows(), report).run()
    if measure:
        report.step("start-up", lambda: report.note(**windows.compare_start(RealWindows(), freezer.python)))


def _reported(report: Report, name: str, build: Callable[[Report], None]) -> int:
    """Run a build and write its report, however it ends."""
    try:
        build(report)
    except Stop as reason:
        say(str(reason))
        return 1
    finally:
        report.write(BUILD, name)
    return 0
