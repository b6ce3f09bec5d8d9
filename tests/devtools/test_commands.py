"""The door: what it lists, what it refuses, and what it passes on."""

import subprocess
import sys
from pathlib import Path

import pytest

from devtools import ROOT, commands

PROMISED = ["run", "test", "check", "bench", "package", "tour", "simulate", "mutants", "kill-test", "cards", "soak"]


def test_every_promised_command_is_there_once_with_a_sentence() -> None:
    names = [command.name for command in commands.COMMANDS]
    assert set(PROMISED) <= set(names)
    assert len(names) == len(set(names))
    assert all(len(command.help) > 10 for command in commands.COMMANDS)


def test_without_a_word_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main([]) == 2
    assert commands.main(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f"\n  {name} " in listed for name in PROMISED)


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["tset"]) == 2
    assert "no command 'tset'" in capsys.readouterr().out


def test_a_command_whose_module_is_missing_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = commands._tool("nowhere", "tests.tools.nowhere", "a module that does not exist")
    monkeypatch.setattr(commands, "COMMANDS", (missing,))
    assert commands.main(["nowhere"]) == 1
    assert "tests.tools.nowhere" in capsys.readouterr().out


def test_the_door_opens_from_any_folder(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, ROOT / "dev.py", "help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(name in asked.stdout for name in PROMISED)


def test_the_door_needs_nothing_but_python() -> None:
    """-S and -E and -s: no site-packages, so an import from outside the standard library fails."""
    code = "import devtools.commands, devtools.locks, devtools.package.commands"
    subprocess.run([sys.executable, "-S", "-E", "-s", "-c", code], cwd=ROOT, check=True)
