"""Facts commute: a few hundred foldings here, a million by `dev.py laws --folds 1000000`."""

from __future__ import annotations

import pytest

from tests.tools.laws import fold, stories


@pytest.mark.parametrize("seed", range(1, 13))
def test_a_day_s_facts_end_the_same_in_any_order_and_however_often_told(seed: int) -> None:
    done, wrong = fold(seed, 25)
    assert done >= 25 and wrong == []


def test_the_stories_are_worth_shuffling() -> None:
    kinds = {type(fact).__name__ for seed in range(1, 13) for story in stories(seed) for fact in story}
    assert kinds >= {"Placing", "Cancelling", "Answered", "Reported", "Matched", "Judged", "Looked", "Noted"}
