"""One act, one order: whatever presses arrive and whenever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.ui.tickets.trigger import CARRIED_OVER, Trigger


@given(st.lists(st.floats(0.0, CARRIED_OVER * 0.99), min_size=1, max_size=20))
def test_presses_within_the_guard_are_one_act(presses: list[float]) -> None:
    trigger = Trigger()
    fired = [trigger.pull(10 + t) for t in sorted(presses)]
    assert fired == [True] + [False] * (len(presses) - 1)


@given(st.floats(0.0, CARRIED_OVER * 0.99))
def test_a_press_on_its_way_when_the_button_came_up_does_not_count(after: float) -> None:
    trigger = Trigger()
    trigger.shown(5.0)
    assert not trigger.pull(5.0 + after)
    assert trigger.pull(5.0 + CARRIED_OVER)


def test_the_second_half_of_a_slow_double_click_does_not_follow_an_answer() -> None:
    trigger = Trigger()
    assert trigger.pull(1.0)
    trigger.answered(1.35)
    assert not trigger.pull(1.0 + CARRIED_OVER)
    assert trigger.pull(1.35 + CARRIED_OVER / 2)


def test_an_early_answer_shortens_nothing() -> None:
    trigger = Trigger()
    assert trigger.pull(1.0)
    trigger.answered(1.01)
    assert not trigger.pull(1.25)
    assert trigger.pull(1.0 + CARRIED_OVER)
