"""The safety catch: what stands in the way of an order, and how each thing ends."""

from __future__ import annotations

from typing import cast

from kiwoom_desk.domain.facts import Fact, Noted
from kiwoom_desk.trading.environments import LIVE
from kiwoom_desk.trading.ports import Clock
from kiwoom_desk.trading.safety import Safety
from tests.support.fake_clock import FakeClock


def safety() -> Safety:
    return Safety(LIVE, cast(Clock, FakeClock()))


def test_a_block_from_before_a_journal_was_open_is_written_to_it_too() -> None:
    written: list[Fact] = []
    pressed = safety()
    pressed.block()
    pressed.keep(written.append)
    assert [type(fact) for fact in written] == [Noted]
    next_start = safety()
    next_start.restore(written)
    assert next_start.blocked
