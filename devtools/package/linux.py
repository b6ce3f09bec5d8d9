"""`dev.py package` on Linux: the frozen folder, tried without and with a window system."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
from functools import partial
from pathlib import Path

from devtools import BUILD, ROOT, debian
from devtools.package import contents, frozen, notices, sbom, startup, sums
from devtools.package.processes import Ended, run
from devtools.package.product import Product, product
from devtools.package.report import Report
from devtools.package.screen import screen_in_memory
from devtools.package.selftest import self_test
from devtools.steps import step_environment

FOLDER = BUILD / "linux"


def needs() -> list[debian.Need]:
    """PyInstaller reads libraries with objdump and copies Python's own, which Debian keeps in a package apart."""
    return [
        *debian.venv_needs(),
        *debian.qt_needs(),
        *debian.screen_needs(),
        debian.program_need("objdump", "binutils", "freezing"),
        debian.Need(f"libpython3.{sys.version_info.minor}", "freezing", _has_python_library),
    ]


def _has_python_library() -> bool:
    soname = str(sysconfig.get_config_var("INSTSONAME"))
    beside = Path(str(sysconfig.get_config_var("LIBDIR"))) / soname
    return beside.exists() or any(line.split()[0] == soname for line in debian.ldconfig_lines())


def build(report: Report, *, measure: bool = False) -> None:
    """Freeze, check and try; the archive and its sum are in build/linux. Raises Stop."""
    of = product()
    debian.ensure(needs())
    freezer = frozen.freezer_of_this_system()
    folder = report.step("freeze", lambda: freezer.freeze(of, FOLDER, report))
    report.step("contents", lambda: _check(folder, report))
    program = folder / of.name
    for platform in ("offscreen", "xcb"):
        report.step(f"self-test on {platform}", lambda platform=platform: _try(program, platform, report))  # type: ignore[misc]
    if measure:
        report.step("start-up", lambda: report.note(**_compare_start(program, freezer.python)))
    report.step("archive", lambda: _pack(folder, of, report))


def _check(folder: Path, report: Report) -> None:
    contents.check_files(folder, contents.LINUX)
    size = contents.check_size(folder, "linux")
    report.note(bytes=size.bytes, files=size.files, ceiling=contents.CEILINGS["linux"])


def _try(program: Path, platform: str, report: Report) -> None:
    with screen_in_memory() as display:

        def start(program: Path | str, *arguments: Path | str, limit: float) -> Ended:
            return run([program, *arguments], environment=step_environment({"DISPLAY": display}), limit=limit)

        report.note(said=self_test(start, program, FOLDER, platform, picture=True))


def _compare_start(program: Path, python: Path) -> dict[str, object]:
    def start(words: list[str | Path], data: Path) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*words, "--data-dir", data], cwd=ROOT, env=step_environment())

    return startup.compare(partial(start, [program]), partial(start, [python, "-m", "kiwoom_desk"]))


def _pack(folder: Path, of: Product, report: Report) -> None:
    archive = FOLDER / f"{of.name}-{of.version}-linux-x86_64.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, arcname=of.name)
    listed = FOLDER / f"{archive.name.removesuffix('.tar.gz')}.cdx.json"
    shutil.copy(folder / notices.FOLDER / sbom.NAME, listed)
    sums.write_sums([archive, listed], FOLDER / sums.NAME)
    report.note(archive=archive.name, bytes=archive.stat().st_size)
