"""A packaging report cannot look better than the run was; programs are waited for, not their output."""

import json
import os
import sys
from pathlib import Path

import pytest

from devtools import Stop
from devtools.package.processes import Ended, must, run
from devtools.package.report import Report
from devtools.package.selftest import self_test


def fail() -> None:
    raise Stop("it broke")


def test_a_failed_step_is_in_the_report_and_ends_the_run(tmp_path: Path) -> None:
    report = Report("A run")
    report.step("first", lambda: report.note(bytes=7))
    with pytest.raises(Stop):
        report.step("second", fail)
    report.write(tmp_path, "report")
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert written["ok"] is False
    assert [(step["name"], step["verdict"]) for step in written["steps"]] == [("first", "ok"), ("second", "FAILED")]
    assert written["steps"][0]["detail"] == {"bytes": 7}
    assert written["steps"][1]["detail"] == {"reason": "it broke"}
    assert "A STEP FAILED" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_what_was_skipped_is_not_called_a_success() -> None:
    report = Report("A run")
    report.skip("signing", "no certificate")
    assert report.ok
    assert [step.verdict for step in report.steps] == ["skipped"]
    assert "no certificate" in report.text()


def test_a_programs_status_and_words_are_told() -> None:
    ended = run([sys.executable, "-c", "print('말'); raise SystemExit(3)"], environment=utf8(), limit=60)
    assert (ended.status, ended.output.strip()) == (3, "말")
    with pytest.raises(Stop, match="status 3"):
        must(ended, "the program")


def test_a_program_that_does_not_end_is_killed_and_its_last_words_told() -> None:
    stuck = "import sys, threading; print('working', flush=True); threading.Event().wait()"
    with pytest.raises(Stop, match="working"):
        run([sys.executable, "-c", stuck], environment=utf8(), limit=3)


def test_a_child_that_keeps_the_output_open_is_not_waited_for(tmp_path: Path) -> None:
    """The child lives until the test has its answer and takes a file away."""
    alive = tmp_path / "alive"
    alive.touch()
    child = f"import pathlib, time\nwhile pathlib.Path({str(alive)!r}).exists(): time.sleep(0.05)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); print('done')"
    try:
        ended = run([sys.executable, "-c", parent], environment=utf8(), limit=60)
        assert (ended.status, ended.output.strip()) == (0, "done")
    finally:
        alive.unlink()


PROGRAM = """
import json, pathlib, sys
words = sys.argv[1:]
pathlib.Path(words[words.index('--out') + 1]).write_text(json.dumps({'words': words[0]}), encoding='utf-8')
sys.exit(STATUS)
"""


@pytest.mark.parametrize("status", [0, 1])
def test_a_self_test_is_believed_only_with_status_zero(tmp_path: Path, status: int) -> None:
    def start(program: Path, *arguments: Path | str, limit: float) -> Ended:
        code = PROGRAM.replace("STATUS", str(status))
        return run([sys.executable, "-c", code, *arguments], environment=utf8(), limit=limit)

    if status == 0:
        said = self_test(start, Path("x"), tmp_path, "offscreen", picture=False)
        assert said == {"words": "--self-test"}
    else:
        with pytest.raises(Stop, match="status 1"):
            self_test(start, Path("x"), tmp_path, "offscreen", picture=False)


def test_a_self_test_that_leaves_no_report_fails_even_with_status_zero(tmp_path: Path) -> None:
    (tmp_path / "self-test-offscreen.json").write_text('{"ok": true}', encoding="utf-8")  # of an earlier run

    def start(program: Path, *arguments: Path | str, limit: float) -> Ended:
        return run([sys.executable, "-c", ""], environment=utf8(), limit=limit)

    with pytest.raises(Stop, match="left no report"):
        self_test(start, Path("x"), tmp_path, "offscreen", picture=False)


def utf8() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}
