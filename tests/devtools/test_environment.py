"""When an environment counts as fresh: only when it was completed from this very lock."""

import os
from pathlib import Path

import pytest

from devtools.environment import STAMP, Environment, canonical, locked_names


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A completed environment as far as its files tell, without a Python that could run."""
    lock = tmp_path / "lock.txt"
    lock.write_text("httpx==1.0 \\\n    --hash=sha256:00\n", encoding="utf-8")
    made = Environment(tmp_path / "venv", lock)
    made.python.parent.mkdir(parents=True)
    made.python.touch()
    (made.folder / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n", encoding="utf-8")
    (made.folder / STAMP).write_text(made._stamp(), encoding="utf-8")
    return made


def test_a_completed_environment_is_fresh(environment: Environment) -> None:
    assert environment.is_fresh()
    assert environment.ensure() == environment.python


def test_another_lock_makes_it_stale(environment: Environment) -> None:
    environment.lock.write_text("httpx==1.1 \\\n    --hash=sha256:11\n", encoding="utf-8")
    assert not environment.is_fresh()


def test_another_python_makes_it_stale(environment: Environment) -> None:
    (environment.folder / "pyvenv.cfg").write_text("version = 3.12.0\n", encoding="utf-8")
    assert not environment.is_fresh()


def test_one_whose_making_was_cut_short_is_stale(environment: Environment) -> None:
    (environment.folder / STAMP).unlink()
    assert not environment.is_fresh()


@pytest.mark.skipif(os.name == "nt", reason="a link to a Python that went away, as on Linux")
def test_one_whose_base_python_went_away_is_stale(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")
    assert not environment.is_fresh()


def test_one_that_was_never_made_is_stale(tmp_path: Path) -> None:
    assert not Environment(tmp_path / "venv", tmp_path / "lock.txt").is_fresh()


def test_names_are_compared_as_the_packaging_rules_say() -> None:
    assert {canonical(name) for name in ("PySide6_Essentials", "pyside6.essentials", "PYSIDE6--essentials")} == {
        "pyside6-essentials"
    }


def test_a_lock_names_what_it_locks_and_not_its_hashes(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("# x==y\nA_b==1 ; python_version < '3.12' \\\n    --hash=sha256:c==\nd.e==2\n", encoding="utf-8")
    assert locked_names(lock) == {"a-b", "d-e"}
