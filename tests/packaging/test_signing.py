"""Signing takes whatever certificate there is, and says clearly when there is none."""

import base64
import os
import sys
from pathlib import Path

import pytest

from devtools import Stop
from devtools.package import signing

WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(b'signed')"


@pytest.fixture(autouse=True)
def _no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(signing.PREFIX):
            monkeypatch.delenv(name)


def test_without_a_certificate_nothing_is_done_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.exe"
    file.write_bytes(b"as it was")
    assert signing.sign([str(file)]) == 0
    assert file.read_bytes() == b"as it was"
    assert "not signed: no certificate" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["PFX", "PFX_BASE64", "THUMBPRINT", "COMMAND"])
def test_any_kind_of_certificate_counts_and_an_empty_one_does_not(name: str) -> None:
    assert signing.can_sign({signing.PREFIX + name: "x"})
    assert not signing.can_sign({signing.PREFIX + name: "", signing.PREFIX + "PASSWORD": "x"})


def test_a_signing_service_is_called_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, tool = tmp_path / "with a blank.exe", tmp_path / "tool.py"
    file.write_bytes(b"")
    tool.write_text(WRITE, encoding="utf-8")
    monkeypatch.setenv(signing.PREFIX + "COMMAND", f'"{Path(sys.executable).as_posix()}" "{tool.as_posix()}" {{file}}')
    assert signing.sign([str(file)]) == 0
    assert file.read_bytes() == b"signed"


def test_a_signing_tool_that_fails_stops_everything(tmp_path: Path) -> None:
    command = {**os.environ, signing.PREFIX + "COMMAND": f"{Path(sys.executable).as_posix()} -c 1/0"}
    with pytest.raises(Stop, match="status 1"):
        signing.sign_file(tmp_path / "a.exe", command)


def test_a_certificate_given_as_text_becomes_a_file_for_as_long_as_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, bytes]] = []

    def note(file: Path, environment: dict[str, str]) -> list[str]:
        bundle = Path(environment[signing.PREFIX + "PFX"])
        seen.append((bundle, bundle.read_bytes()))
        return [sys.executable, "-c", ""]

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(signing, "_signtool", note)
    content = base64.b64encode(b"bundle").decode("ascii")
    signing.sign_file(tmp_path / "a.exe", {**os.environ, signing.PREFIX + "PFX_BASE64": content})
    ((bundle, read),) = seen
    assert read == b"bundle"
    assert not bundle.exists()


def test_the_store_of_windows_is_asked_by_thumbprint_with_a_time_stamp(tmp_path: Path) -> None:
    environment = {signing.PREFIX + "THUMBPRINT": "AB12", signing.PREFIX + "TIMESTAMP": "http://stamp.example"}
    words = signing._signtool(tmp_path / "a.exe", environment)
    assert words[:4] == ["signtool", "sign", "/fd", "sha256"]
    assert words[words.index("/sha1") + 1] == "AB12"
    assert words[words.index("/tr") + 1] == "http://stamp.example"
