"""Missing system packages are named with the command that installs them; nothing is done behind anyone's back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

import pytest

from devtools import Stop, debian
from devtools.debian import Need, ensure

THERE = Need("there", "nothing", lambda: True)
MISSING = Need("libmissing1", "Qt", lambda: False)
ALSO_MISSING = Need("fonts-missing", "Korean text", lambda: False)


@pytest.fixture
def apt_calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian with root, on which apt-get only takes note."""
    calls: list[list[str]] = []

    def note(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(list(command))
        return subprocess.CompletedProcess(command, 0, "")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", note)
    return calls


def test_what_is_there_is_left_alone(apt_calls: list[list[str]]) -> None:
    ensure([THERE])
    assert apt_calls == []


def test_what_is_missing_is_installed_once_and_said_before(
    apt_calls: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    ensure([THERE, MISSING, ALSO_MISSING, MISSING])
    install = ["apt-get", "install", "-y", "--no-install-recommends", "libmissing1", "fonts-missing"]
    assert apt_calls == [["apt-get", "update"], install]
    assert "for Qt, Korean text: libmissing1 fonts-missing" in capsys.readouterr().out


def test_without_root_the_command_is_told(apt_calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(Stop, match=r"sudo apt-get install -y --no-install-recommends libmissing1$"):
        ensure([MISSING])
    assert apt_calls == []


def test_on_another_distribution_the_names_are_told(
    apt_calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Stop, match="by their Debian names: libmissing1"):
        ensure([MISSING])


def test_on_windows_and_macos_nothing_is_asked_of_the_system(
    apt_calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for platform in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", platform)
        ensure([MISSING])
    assert apt_calls == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's libraries")
def test_on_a_machine_that_runs_these_tests_nothing_is_missing() -> None:
    assert [need.package for need in debian.qt_needs() if not need.present()] == []
