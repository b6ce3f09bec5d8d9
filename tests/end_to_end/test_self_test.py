"""The self-test passes, says what it did, and fails when something is wrong."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from kiwoom_desk.options import Options
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.tour.self_test import SelfTest


def test_every_step_passes_and_is_named(tmp_path: Path) -> None:
    report = asyncio.run(SelfTest(Options(data_dir=tmp_path / "data")).run())
    report.write(tmp_path / "result.json")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["ok"], result["steps"]
    assert [s["name"] for s in result["steps"]][:6] == [
        "connect",
        "place",
        "amend",
        "fill",
        "cancel",
        "lost answer found again",
    ]


def test_a_journal_that_forgets_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteJournal, "replay", lambda self, since=None: ())
    report = asyncio.run(SelfTest(Options(data_dir=tmp_path / "data")).run())
    assert not report.ok
    assert report.steps[-1].name == "restart from the journal" and not report.steps[-1].ok
