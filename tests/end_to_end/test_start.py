"""A program that cannot start says why, to whoever has no terminal; and both accounts of one folder share its locks."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox

from kiwoom_desk import app as app_module
from kiwoom_desk import start as start_module
from kiwoom_desk.app import Program
from kiwoom_desk.options import Options
from kiwoom_desk.storage.account_journals import AccountJournals
from kiwoom_desk.storage.rules_file import RulesUnusable
from kiwoom_desk.trading.environments import PRACTICE
from kiwoom_desk.ui import aio
from tests.support.qt import app, run


def told(monkeypatch: pytest.MonkeyPatch, options: Options) -> str:
    """What the dialog says to a trader whose start fails."""
    said: list[str] = []

    async def closed(dialog: QDialog) -> int:
        assert isinstance(dialog, QMessageBox)
        said.append(dialog.text())
        return 0

    monkeypatch.setattr(aio, "ask", closed)
    assert run(start_module._window(options, app())) == 1
    (text,) = said
    return text


def test_a_folder_that_cannot_be_made_is_named_in_a_dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    text = told(monkeypatch, Options(data_dir=tmp_path / "file"))
    assert "시작하지 못했습니다" in text and str(tmp_path / "file") in text


def test_a_damaged_installation_is_said_in_a_dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise RulesUnusable("규칙 파일이 손상되었습니다.")

    monkeypatch.setattr(app_module, "load_rules", damaged)
    assert "규칙 파일이 손상되었습니다." in told(monkeypatch, Options(data_dir=tmp_path))


def test_both_lanes_that_open_at_once_get_the_same_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one of them is forgotten: no second start could raise the window by it, and nothing of it be proven."""
    both = threading.Barrier(2, timeout=10)

    class Slow(AccountJournals):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            both.wait()

    program = Program(Options(data_dir=tmp_path))
    monkeypatch.setattr(app_module, "AccountJournals", Slow)
    environment = PRACTICE.at("http://127.0.0.1:1")
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(program._journals, [environment, environment])
    assert one is other
    run(program.close())
