"""Switches that overlap: one at a time, the last wish holds, and nothing of an earlier one stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from kiwoom_desk.domain.instruments import Instrument, Market
from kiwoom_desk.trading.environments import BY_WORLD, Environment, World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import AccountName, Clock, Gateway, Keys
from kiwoom_desk.trading.workspace import Workspace
from tests.support.fake_world import ListGateway, Outdoors
from tests.support.until import until

OLD, NEW = Keys("old", "old"), Keys("new", "new")


class SlowOutdoors(Outdoors):
    """Stock accounts only. What is `slow` waits until it is let through: a sign-in with an app key, the start of the
    practice exchange, the directory, or a line's end. `reached` has what came so far, `open` the keys of open lines."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.signed_in: list[str] = []
        self.starts = 0
        self.bug: Exception | None = None
        self.breaks_in_closing = False
        self._slow: dict[str, asyncio.Event] = {}
        self.reached: list[str] = []
        self.vault.put(World.MOCK, Market.STOCK, OLD)
        for world in (World.MOCK, World.LIVE):
            self.vault.forget(world, Market.GOLD)
        work = self.workspace
        work._outside = replace(work._outside, open_gateway=self._slow_gateway, practice=self._slow_practice)

    def slow(self, what: str) -> asyncio.Event:
        """Set it to let it through."""
        return self._slow.setdefault(what, asyncio.Event())

    async def passes(self, what: str) -> None:
        self.reached.append(what)
        if what in self._slow:
            await self._slow[what].wait()

    def _slow_gateway(self, environment: Environment, market: Market, keys: Keys, clock: Clock) -> Gateway:
        return SlowGateway(self, market, keys)

    async def _slow_practice(self) -> tuple[Environment, Mapping[Market, Keys]]:
        self.starts += 1
        await self.passes("practice")
        if self.bug is not None:
            raise self.bug
        return BY_WORLD[World.PRACTICE], {Market.STOCK: Keys("practice", "practice")}


class SlowGateway(ListGateway):
    def __init__(self, outdoors: SlowOutdoors, market: Market, keys: Keys) -> None:
        super().__init__(outdoors, market)
        self._outdoors, self._key, self._closed = outdoors, keys.app_key, False
        outdoors.open.append(keys.app_key)

    async def probe(self) -> AccountName:
        await self._outdoors.passes(self._key)
        self._outdoors.signed_in.append(self._key)
        return await super().probe()

    async def instruments(self) -> Sequence[Instrument]:
        try:
            await self._outdoors.passes("directory")
            return await super().instruments()
        finally:
            self._outdoors.reached.append("end of directory")

    async def close(self) -> None:
        await self._outdoors.passes(f"end of {self._key}")
        if not self._closed:
            self._closed = True
            self._outdoors.open.remove(self._key)
        if self._outdoors.breaks_in_closing:
            raise OSError(5, "EIO")


def live(story: Callable[[SlowOutdoors, Workspace], Awaitable[None]]) -> None:
    async def main() -> None:
        outdoors = SlowOutdoors()
        async with asyncio.timeout(30):
            await story(outdoors, outdoors.workspace)
            await outdoors.workspace.close()
        assert outdoors.open == []

    asyncio.run(main())


def state(work: Workspace) -> LaneState | None:
    return None if work.connection is None else work.connection.lanes[Market.STOCK].state


def test_keys_that_change_while_the_old_ones_sign_in_are_the_ones_that_are_used() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        outdoors.slow("old")
        first = asyncio.ensure_future(work.switch(World.MOCK))
        await until(lambda: "old" in outdoors.reached)
        outdoors.vault.put(World.MOCK, Market.STOCK, NEW)
        gate = outdoors.slow("new")
        second = asyncio.ensure_future(work.switch(World.MOCK))
        await until(lambda: "new" in outdoors.reached)
        assert outdoors.open == ["new"], "the old line was closed first"
        await first
        assert work.switching_to is World.MOCK, "the second one is still under way"
        assert not list(work.notices.recent), "an account that nobody wants any more did not fail"
        gate.set()
        await second
        assert work.switching_to is None and state(work) is LaneState.READY
        assert outdoors.signed_in == ["new", "new"], "tried, then streamed"

    live(story)


def test_the_last_wish_holds_and_the_exchange_is_started_once_at_a_time() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        gate = outdoors.slow("practice")
        switches = [asyncio.ensure_future(work.switch(World.PRACTICE))]
        await until(lambda: outdoors.starts == 1)
        for world in (World.PRACTICE, World.LIVE, World.MOCK):
            switches.append(asyncio.ensure_future(work.switch(world)))
            await asyncio.sleep(0)
        assert outdoors.starts == 1 and work.switching_to is World.MOCK
        gate.set()
        await asyncio.gather(*switches)
        assert [work.world, work.switching_to] == [World.MOCK, None] and outdoors.starts == 1
        assert outdoors.open == ["old"] and state(work) is LaneState.READY

    live(story)


def test_a_world_is_entered_only_when_the_one_before_is_closed_whoever_began_to_close_it() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        await work.switch(World.MOCK)
        gate = outdoors.slow("end of old")
        switches = [asyncio.ensure_future(work.switch(World.PRACTICE))]
        await until(lambda: "end of old" in outdoors.reached)
        switches.append(asyncio.ensure_future(work.switch(World.MOCK)))
        for _ in range(50):
            await asyncio.sleep(0)
        assert outdoors.open == ["old"] and work.connection is None
        gate.set()
        await asyncio.gather(*switches)
        assert work.world is World.MOCK and outdoors.starts == 0

    live(story)


def test_the_directory_is_no_longer_asked_for_when_its_line_is_cut() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        outdoors.slow("directory")
        await work.switch(World.MOCK)
        await until(lambda: "directory" in outdoors.reached)
        await work.switch(World.PRACTICE)
        assert outdoors.reached.index("end of directory") < outdoors.reached.index("end of old")

    live(story)


def test_a_switch_that_fails_on_a_bug_or_is_cancelled_is_over() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        outdoors.bug = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            await work.switch(World.PRACTICE)
        assert work.switching_to is None and work.connection is None
        outdoors.slow("old")
        switch = asyncio.ensure_future(work.switch(World.MOCK))
        await until(lambda: "old" in outdoors.reached)
        switch.cancel()
        await asyncio.gather(switch, return_exceptions=True)
        assert work.switching_to is None
        outdoors.bug = None
        await work.switch(World.PRACTICE)
        assert state(work) is LaneState.READY and outdoors.open == ["practice"]

    live(story)


@pytest.mark.parametrize("at", ["practice", "old", "end of practice"])
def test_an_end_in_the_middle_of_a_switch_leaves_nothing_open(at: str) -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        if at == "end of practice":
            await work.switch(World.PRACTICE)
        gate = outdoors.slow(at)
        switch = asyncio.ensure_future(work.switch(World.PRACTICE if at == "practice" else World.MOCK))
        await until(lambda: at in outdoors.reached)
        closing = asyncio.ensure_future(work.close())
        await asyncio.sleep(0)
        if at != "old":
            gate.set()
        await asyncio.gather(closing, switch)
        assert outdoors.open == [] and work.connection is None and work.switching_to is None

    live(story)


def test_a_line_that_does_not_close_as_it_should_keeps_nobody_from_going_on() -> None:
    async def story(outdoors: SlowOutdoors, work: Workspace) -> None:
        await work.switch(World.MOCK)
        outdoors.breaks_in_closing = True
        await work.switch(World.PRACTICE)
        assert state(work) is LaneState.READY and work.switching_to is None
        assert any("연결을 끝내다가" in notice.text for notice in work.notices.recent)
        outdoors.breaks_in_closing = False
        await work.switch(World.MOCK)
        assert state(work) is LaneState.READY and outdoors.open == ["old"]

    live(story)
