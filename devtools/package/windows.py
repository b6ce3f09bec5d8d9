"""The Windows build and its trials, on a real Windows or in Wine: the same steps, only the host differs."""

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from devtools import BUILD, Stop
from devtools.package import contents, installer, notices, sbom, signing, startup, sums, trial
from devtools.package.frozen import Freezer
from devtools.package.hosts import Host
from devtools.package.product import Product, product
from devtools.package.report import Report
from devtools.package.selftest import self_test

FOLDER = BUILD / "windows"
OLDER = "0.0.1"
"""The version of the installer that is only made to be updated."""


@dataclass(frozen=True)
class WindowsBuild:
    """One run: what freezes, where the result is tried, and files that must not be in it."""

    freezer: Freezer
    host: Host
    strangers: tuple[Path, ...]
    report: Report
    product: Product

    def run(self) -> None:
        """Everything, in order; artefacts, pictures and sums are in build/windows. Raises Stop."""
        step = self.report.step
        folder = step("freeze", lambda: self.freezer.freeze(self.product, FOLDER, self.report))
        step("contents", lambda: self._check(folder))
        self._sign(folder / self.product.executable, "the executable")
        for platform in ("windows", "offscreen"):
            step(
                f"self-test on {platform} ({self.host.name})",
                lambda platform=platform: self._try(folder / self.product.executable, FOLDER, platform),  # type: ignore[misc]
            )
        setup = step("installer", lambda: self._installer(folder))
        self._sign(setup, "the installer")
        self._try_installing(folder, setup)
        step("sums", lambda: self._sums(setup))

    def _check(self, folder: Path) -> None:
        contents.check_files(folder, contents.WINDOWS)
        contents.check_no_copy_of(folder, self.strangers)
        contents.check_executable(folder / self.product.executable, self.product)
        size = contents.check_size(folder, "windows")
        self.report.note(bytes=size.bytes, files=size.files, ceiling=contents.CEILINGS["windows"])

    def _sign(self, file: Path, what: str) -> None:
        """With the certificate there is; without one, try the mechanics on a copy, where that can be done."""
        if signing.can_sign():
            self.report.step(f"sign {what}", lambda: signing.sign([str(file)]))
            return
        self.report.skip(f"sign {what}", signing.UNSIGNED)
        if shutil.which("osslsigncode") and shutil.which("openssl"):
            self.report.step(f"try signing on a copy of {what}", lambda: _try_signing(file))

    def _try(self, program: Path, pictures: Path, platform: str) -> None:
        said = self_test(self.host.run, program, pictures, platform, picture=True)
        self.report.note(said=said)

    def _installer(self, folder: Path) -> Path:
        target = FOLDER / f"{self.product.name}-{self.product.version}-setup.exe"
        installer.build(self.product, folder, target)
        size = contents.check_size(target, "installer")
        self.report.note(bits=contents.bits_of(target), bytes=size.bytes, ceiling=contents.CEILINGS["installer"])
        return target

    def _try_installing(self, folder: Path, setup: Path) -> None:
        installed, step = trial.Installed(self.host, self.product), self.report.step
        if installed.traces() or installed.data.exists():  # never on a machine where somebody trades
            self.report.skip("install, update and remove", "the program or its data are already on this machine")
            return
        older = step("an older installer", lambda: self._older_installer(folder))
        before = trial.files_of(self.host.local_data)
        step("install silently", lambda: installed.install(setup))
        step("self-test as installed", lambda: self._try(installed.program, FOLDER / "installed", "windows"))
        step("refuse while it runs", lambda: self.report.note(**trial.refuses_while_running(installed, setup)))
        step("update an older version", lambda: trial.updates_over_an_older_version(installed, older, setup))
        step("remove silently", lambda: trial.removal_keeps_the_data_unless_asked(installed, setup))
        step("nothing left", lambda: self._nothing_left(before))
        older.unlink()

    def _older_installer(self, folder: Path) -> Path:
        older = replace(self.product, version=OLDER)
        return installer.build(older, folder, FOLDER / "older-setup.exe", quick=True)

    def _nothing_left(self, before: set[str]) -> None:
        """The temporary folder is left aside: Windows programs of all kinds write there."""
        new = trial.files_of(self.host.local_data) - before
        left = sorted(path for path in new if not path.replace("\\", "/").startswith("Temp/") and path != "Programs")
        if left:
            raise Stop(f"left behind: {left}")

    def _sums(self, setup: Path) -> None:
        listed = FOLDER / f"{setup.stem}.cdx.json"
        shutil.copy(FOLDER / "dist" / self.product.name / notices.FOLDER / sbom.NAME, listed)
        sums.write_sums([setup, listed], FOLDER / sums.NAME)


def _try_signing(file: Path) -> None:
    copy = file.with_name(f"signed-{file.name}")
    shutil.copy(file, copy)
    try:
        with signing.throw_away_certificate() as (environment, certificate):
            signing.sign_file(copy, environment)
            signing.verify(copy, certificate)
    finally:
        copy.unlink(missing_ok=True)


def windows_build(freezer: Freezer, host: Host, report: Report, strangers: tuple[Path, ...] = ()) -> WindowsBuild:
    """The build of the product as it is now."""
    return WindowsBuild(freezer, host, strangers, report, product())


def compare_start(host: Host, python: Path) -> dict[str, object]:
    """The frozen program against the sources on the same Windows (`devtools.package.startup`)."""
    of = product()
    program = FOLDER / "dist" / of.name / of.executable

    def frozen(data: Path) -> "subprocess.Popen[bytes]":
        return host.start(program, "--data-dir", data, "--platform", "offscreen")

    def source(data: Path) -> "subprocess.Popen[bytes]":
        return host.start(python, "-m", "kiwoom_desk", "--data-dir", data, "--platform", "offscreen")

    return startup.compare(frozen, source)
