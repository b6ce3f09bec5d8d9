"""Waiting for something to become true, never for a guessed time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 30.0) -> None:
    """Returns once `condition()` is true; the limit only ends a test that would hang."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 (anything may make it true; there is no event to wait for)
            await asyncio.sleep(0.01)
