"""The checks, one after another, each with its name, its time and its verdict.

A failed step does not hide the ones after it: all run, and the exit status is nonzero if any failed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT, say

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@dataclass(frozen=True)
class Step:
    """A check: what it is called and the arguments of the environment's Python that run it."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """How a step ended: its exit status, how long it took and the last line it printed that was not empty."""

    step: Step
    status: int
    seconds: float
    closing_line: str

    def __str__(self) -> str:
        word = "ok" if self.status == 0 else f"FAILED (status {self.status})"
        return f"{self.step.name:<14} {self.seconds:7.1f} s  {word}"


# import-linter has no module that can be run with -m
_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

STATIC = (
    Step("ruff format", ("-m", "ruff", "format", "--check", ".")),
    Step("ruff check", ("-m", "ruff", "check", ".")),
    Step(
        "mypy",
        (
            "-m",
            "mypy",
        ),
    ),
    Step("lint-imports", ("-c", _LINT_IMPORTS)),
)


SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile")
"""All of the tests: one process per core, each test file in one of them."""


def pytest_step(arguments: Sequence[str]) -> Step:
    """The tests. `arguments` go to pytest as they are, and all is then left in one process, where -s and --pdb work."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    return Step("pytest", ("-m", "pytest", *colour, *(arguments or SIDE_BY_SIDE)))


def run_all(python: Path, steps: Sequence[Step]) -> int:
    """Run the steps and print a summary; 0 when all succeeded, else 1.

    The last line printed is the last line of the last step, so that pytest's count closes the output.
    """
    verdicts = [run_step(python, step) for step in steps]
    say("summary")
    for verdict in verdicts:
        print(f"    {verdict}")
    print(verdicts[-1].closing_line, flush=True)
    return int(any(verdict.status for verdict in verdicts))


def run_step(python: Path, step: Step) -> Verdict:
    """Run one step, passing its output through line by line."""
    say(f"{step.name} …")
    began, closing_line = time.monotonic(), ""
    with subprocess.Popen(
        [python, *step.arguments],
        cwd=ROOT,
        env=step_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            closing_line = line.rstrip() or closing_line
    return Verdict(step, process.returncode, time.monotonic() - began, closing_line)


def step_environment(extra: Mapping[str, str] = OFFSCREEN) -> dict[str, str]:
    """Our own environment with UTF-8 everywhere and, unless told otherwise, Qt without a screen."""
    return {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", **extra}
