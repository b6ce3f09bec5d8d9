"""Waiting for something to become true, never for a guessed time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 60.0) -> None:
    """Returns as soon as `condition` holds. Raises TimeoutError when it does not come true: something is broken."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - any condition of any object, none of which tells
            await asyncio.sleep(0.005)
