"""`dev.py package`, `dev.py sign` and `dev.py release-files`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from devtools import BUILD, Stop, say
from devtools.package import frozen, in_wine, linux, windows
from devtools.package.hosts import RealWindows
from devtools.package.release import release_files
from devtools.package.report import Report
from devtools.package.signing import sign

__all__ = ["package", "release_files", "sign"]


def package(arguments: Sequence[str]) -> int:
    """Build the program for this system, or on Linux with `--windows` for Windows in Wine, and try it.

    The exit status is 0 only when every step succeeded; the report is in build/ either way.
    """
    parser = argparse.ArgumentParser(prog="dev.py package", description="Freeze the program and try the result.")
    parser.add_argument("--windows", action="store_true", help="on Linux: build and try the Windows program in Wine")
    options = parser.parse_args(arguments)
    if sys.platform == "win32":
        return _reported(Report("Windows program, built and tried on Windows"), "package-windows", _on_real_windows)
    if not sys.platform.startswith("linux"):
        raise Stop("packages are made on Linux and Windows")
    if options.windows:
        title = "Windows program, built and tried in Wine (not on a real Windows)"
        return _reported(Report(title), "package-windows", in_wine.build)
    return _reported(Report("Linux program, built and tried here"), "package-linux", linux.build)


def _on_real_windows(report: Report) -> None:
    windows.windows_build(frozen.freezer_of_this_system(), RealWindows(), report).run()


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
