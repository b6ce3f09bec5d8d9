"""The table of deliberate bugs does not rot: each stands for a place in the code, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.mutant import Mutant
from tests.tools.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.find) == 1
    assert mutant.find != mutant.put


def test_there_are_enough_of_them_and_no_two_are_the_same() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len({(m.file, m.find, m.put) for m in MUTANTS}) == len(MUTANTS)
    assert len(MUTANTS) >= 50
