"""From the sources to a frozen folder with its notices: PyInstaller on this system, or in Wine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devtools import BUILD, LOCKS, ROOT
from devtools.environment import Environment
from devtools.package import distributions, notices, sbom
from devtools.package.feed import write_feed
from devtools.package.processes import Ended, must, run
from devtools.package.product import Product
from devtools.package.report import Report
from devtools.package.system_parts import system_parts

SPEC = ROOT / "packaging" / "kiwoom_desk.spec"
LIMIT = 1_800.0


@dataclass(frozen=True)
class Freezer:
    """A Python that has the program's packages and PyInstaller, and how to start it."""

    system: str
    python: Path
    python_home: Path
    site_packages: Path
    start: Callable[..., Ended]

    def freeze(self, product: Product, folder: Path, report: Report) -> Path:
        """Freeze into `folder`/dist; the frozen folder with notices and SBOM in it. Raises Stop."""
        dist, work = folder / "dist", folder / "work"
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir(parents=True)
        words = ["-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
        ended = self.start(self.python, *words, "--distpath", dist, "--workpath", work, SPEC, limit=LIMIT)
        must(ended, "PyInstaller")
        frozen = dist / product.name
        report.note(feed=write_feed(frozen, os.environ))
        version = must(self.start(self.python, "-V", limit=120), "python -V").output.split()[1]
        inside = notices.Inside(
            distributions.parts(self.site_packages),
            distributions.freezer(self.site_packages),
            version,
            self.python_home,
            system_parts(frozen) if self.system.startswith("linux") else (),
        )
        texts = notices.write_notices(frozen, product, inside)
        count = sbom.write_sbom(frozen / notices.FOLDER, product, inside, self.system)
        report.note(python=version, pyinstaller=inside.freezer.version, sbom_components=count, licence_texts=len(texts))
        return frozen


def freezer_of_this_system() -> Freezer:
    """The environment for freezing here, made if it is missing."""
    environment = Environment(BUILD / "venv-package", LOCKS / "package.txt")
    python = environment.ensure()
    asked = "import sysconfig, sys; print(sysconfig.get_path('purelib')); print(sys.base_prefix)"
    answer = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.splitlines()
    system = {"win32": "windows-amd64", "darwin": "macos"}.get(sys.platform, "linux-x86_64")
    return Freezer(system, python, Path(answer[1]), Path(answer[0]), start_here)


def start_here(program: Path | str, *arguments: Path | str, limit: float) -> Ended:
    """Run a program of this system, with Python's own messages in UTF-8."""
    return run([program, *arguments], environment={**os.environ, "PYTHONUTF8": "1"}, limit=limit)
