from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from kiwoom_desk.kiwoom.slots import Slots
from kiwoom_desk.trading.ports import Urgency


def served(urgencies: dict[str, Urgency], given_up: str = "") -> list[str]:
    """Who was served in which order with one slot, taken until all of them wait."""
    order: list[str] = []

    async def main() -> None:
        slots = Slots(1)

        async def one(name: str, urgency: Urgency) -> None:
            async with slots.one(urgency):
                order.append(name)

        async with slots.one(Urgency.BACKGROUND):
            waiting = {name: asyncio.ensure_future(one(name, urgency)) for name, urgency in urgencies.items()}
            await asyncio.sleep(0)
            if given_up:
                waiting[given_up].cancel()
        for task in waiting.values():
            with suppress(asyncio.CancelledError):
                await task
        async with asyncio.timeout(1), slots.one(Urgency.BACKGROUND):
            pass  # the slot came back

    asyncio.run(main())
    return order


def test_the_more_urgent_is_served_first_and_then_who_came_first() -> None:
    urgencies = {"a": Urgency.BACKGROUND, "b": Urgency.WAITED_FOR, "c": Urgency.BACKGROUND, "d": Urgency.WAITED_FOR}
    assert served(urgencies) == ["b", "d", "a", "c"]


def test_who_gives_up_takes_no_slot_along() -> None:
    assert served({"a": Urgency.BACKGROUND, "b": Urgency.BACKGROUND}, given_up="a") == ["b"]


def test_who_is_cancelled_at_its_turn_passes_it_on() -> None:
    async def main() -> None:
        slots = Slots(1)
        first = slots.one(Urgency.BACKGROUND)
        await first.__aenter__()
        second = asyncio.ensure_future(slots.one(Urgency.BACKGROUND).__aenter__())
        await asyncio.sleep(0)
        await first.__aexit__(None, None, None)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        async with asyncio.timeout(1), slots.one(Urgency.BACKGROUND):
            pass

    asyncio.run(main())
