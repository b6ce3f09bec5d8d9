"""All steps run, a failed one is not hidden by those after it, and the last line is the last step's own."""

import sys
from pathlib import Path

import pytest

from devtools.steps import SIDE_BY_SIDE, Step, pytest_step, run_all, step_environment

PYTHON = Path(sys.executable)


def printing(name: str, text: str, status: int = 0) -> Step:
    return Step(name, ("-c", f"import sys; print({text!r}); sys.exit({status})"))


def test_a_failure_does_not_keep_later_steps_from_running(capfd: pytest.CaptureFixture[str]) -> None:
    status = run_all(PYTHON, [printing("first", "one", status=3), printing("last", "7 passed in 0.1s")])
    lines = capfd.readouterr().out.splitlines()
    assert status == 1
    assert any("first" in line and "FAILED (status 3)" in line for line in lines)
    assert any("last" in line and line.endswith("ok") for line in lines)
    assert lines[-1] == "7 passed in 0.1s"


def test_all_well_is_status_zero(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_all(PYTHON, [printing("only", "fine")]) == 0
    assert "FAILED" not in capfd.readouterr().out


def test_empty_lines_at_the_end_are_not_the_closing_line(capfd: pytest.CaptureFixture[str]) -> None:
    run_all(PYTHON, [printing("only", "1 passed\n\n")])
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed"


def test_output_that_is_not_utf8_is_shown_all_the_same(capfd: pytest.CaptureFixture[str]) -> None:
    raw = Step("raw", ("-c", r"import sys; sys.stdout.buffer.write(b'\xff ok\n')"))
    assert run_all(PYTHON, [raw]) == 0
    assert capfd.readouterr().out.splitlines()[-1].endswith("ok")


def test_steps_have_no_screen_and_speak_utf8() -> None:
    environment = step_environment()
    assert (environment["QT_QPA_PLATFORM"], environment["PYTHONUTF8"]) == ("offscreen", "1")


def test_all_tests_run_side_by_side_and_chosen_ones_as_they_are_asked_for() -> None:
    assert pytest_step([]).arguments[-len(SIDE_BY_SIDE) :] == SIDE_BY_SIDE
    chosen = pytest_step(["tests/domain", "--pdb"]).arguments
    assert chosen[-2:] == ("tests/domain", "--pdb") and "-n" not in chosen
