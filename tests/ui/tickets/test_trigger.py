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


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=20))
def test_nothing_passes_before_the_last_send_has_returned(presses: list[float]) -> None:
    trigger = Trigger()
    assert trigger.pull(0.0)
    assert not any(trigger.pull(t) for t in sorted(presses))


@given(st.floats(0.0, CARRIED_OVER * 0.99))
def test_a_press_on_its_way_when_the_button_came_up_does_not_count(after: float) -> None:
    trigger = Trigger()
    trigger.shown(5.0)
    assert not trigger.pull(5.0 + after)
    assert trigger.pull(5.0 + CARRIED_OVER)


def test_the_second_half_of_a_double_click_does_not_follow_a_fast_answer() -> None:
    trigger = Trigger()
    assert trigger.pull(1.0)
    trigger.released(1.01)
    assert not trigger.pull(1.25)
    assert trigger.pull(1.0 + CARRIED_OVER)


@given(st.floats(0.0, 10.0))
def test_only_a_later_act_counts_as_another_one_while_the_first_is_under_way(after: float) -> None:
    trigger = Trigger()
    assert not trigger.again(1.0)
    trigger.pull(1.0)
    assert trigger.again(1.0 + after) == (1.0 + after >= 1.0 + CARRIED_OVER)
