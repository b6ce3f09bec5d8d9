"""Stories lived on a bench of their own, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.simulation.loop import VirtualLoop, run
from tests.support.fakes import Bench


def on_bench(story: Callable[[Bench], Awaitable[None]], **options: object) -> None:
    """Live a story on a bench of its own."""
    loop = VirtualLoop()

    async def main() -> None:
        await story(Bench(loop, **options))  # type: ignore[arg-type]

    run(main(), loop)


async def outcomes(*sends: Awaitable[object]) -> list[object]:
    """How sends that were begun together ended: rows, outcomes, or what they raised."""
    return await asyncio.gather(*sends, return_exceptions=True)
