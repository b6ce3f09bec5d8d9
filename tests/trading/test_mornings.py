"""A program that runs over night: each morning the instruments and the prices of the day are asked for anew."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kiwoom_desk.domain.instruments import SEOUL, Instrument, Market
from kiwoom_desk.trading import workspace as workspace_module
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.market import MarketData
from kiwoom_desk.trading.morning import desk_day, quotes_of
from kiwoom_desk.trading.ports import QueryFailed
from kiwoom_desk.trading.workspace import DirectoryStore
from tests.support.fake_world import ETF, SHARES, Outdoors
from tests.support.market import SAMSUNG
from tests.support.qt import run, until


@pytest.fixture(autouse=True)
def again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_module, "LISTED_AGAIN", 0.01)


Story = Callable[["Morning"], Awaitable[None]]


class Kept(DirectoryStore):
    """Notes what is kept, for which day, and on which thread."""

    def __init__(self) -> None:
        self.days: dict[date, tuple[Sequence[Instrument], datetime]] = {}
        self.threads: set[int] = set()

    def load(self, world: World, day: date) -> tuple[Sequence[Instrument], datetime] | None:
        self.threads.add(threading.get_ident())
        return self.days.get(day)

    def save(self, world: World, day: date, instruments: Sequence[Instrument], at: datetime) -> None:
        self.threads.add(threading.get_ident())
        self.days[day] = (tuple(instruments), at)


class Morning(Outdoors):
    """`listed` is what the broker lists, or the failure that it answers with."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = Kept()
        self.workspace._outside = replace(self.workspace._outside, directories=self.kept)
        self.asked = 0
        self.listed: Sequence[Instrument] | Exception = SHARES

    def instruments(self) -> Sequence[Instrument]:
        self.asked += 1
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed

    def later(self, hours: float) -> None:
        """Time passes; what looks at the orders goes on meanwhile."""
        self.clock._wall += timedelta(hours=hours)
        assert self.workspace.connection is not None
        self.workspace.connection.look_soon()

    async def knows(self, instrument: Instrument) -> None:
        await until(lambda: self.workspace.directory.get(instrument.code) == instrument, "the new list")


def on_a_day(story: Story) -> None:
    async def whole() -> None:
        world = Morning()
        await world.enter()
        try:
            await story(world)
        finally:
            await world.workspace.close()

    run(whole())


@pytest.mark.parametrize(
    "clock, day",
    [("00:30:00", 30), ("07:39:59", 30), ("07:40:00", 1), ("15:30:00", 1), ("23:59:59", 1)],
)
def test_yesterday_s_list_holds_until_the_morning(clock: str, day: int) -> None:
    now = datetime.fromisoformat(f"2026-12-01T{clock}").replace(tzinfo=SEOUL)
    assert desk_day(now).day == day


def test_a_program_that_runs_over_night_asks_again_in_the_morning_and_shows_the_old_list_until_then() -> None:
    async def story(world: Morning) -> None:
        assert world.asked == 1
        admitted = replace(ETF, nxt=True)
        world.listed = [SAMSUNG, admitted]
        world.later(2)
        world.later(24 - 2 - 4)
        assert world.asked == 1 and world.workspace.directory.get(ETF.code) == ETF, "04:00, nothing new yet"
        world.later(4)
        await world.knows(admitted)
        assert world.asked == 2 and len(world.kept.days) == 2

    on_a_day(story)


def test_a_list_that_does_not_come_in_the_morning_is_asked_for_again_and_the_old_one_stays() -> None:
    async def story(world: Morning) -> None:
        world.listed = QueryFailed("점검 중입니다.")
        world.later(24)
        await until(lambda: "점검" in world.workspace.directory.error, "the failure")
        assert world.workspace.directory.get(ETF.code) == ETF
        world.listed = [replace(ETF, nxt=True)]
        world.later(0)
        await world.knows(replace(ETF, nxt=True))
        assert world.workspace.directory.error == ""

    on_a_day(story)


def test_a_bug_in_reading_the_list_ends_no_asking() -> None:
    async def story(world: Morning) -> None:
        world.listed = ZeroDivisionError()
        world.later(24)
        await until(lambda: world.asked > 1, "the bug")
        assert any("종목 목록" in notice.text for notice in world.workspace.notices.recent)
        world.listed = [replace(ETF, nxt=True)]
        world.later(0)
        await world.knows(replace(ETF, nxt=True))

    on_a_day(story)


def test_the_disk_is_not_asked_on_the_thread_of_the_window() -> None:
    async def story(world: Morning) -> None:
        await until(lambda: bool(world.kept.days), "the cache")
        assert threading.get_ident() not in world.kept.threads

    on_a_day(story)


def clock(text: str, day: int = 1) -> datetime:
    return datetime.fromisoformat(f"2026-12-{day:02}T{text}").replace(tzinfo=SEOUL)


def test_prices_are_of_a_new_base_twice_each_morning_and_not_at_midnight() -> None:
    moments = [clock("07:39:59"), clock("07:40:00"), clock("08:49:59"), clock("08:50:00"), clock("23:59:59")]
    moments += [clock("00:00:00", 2), clock("07:39:59", 2), clock("07:40:00", 2)]
    stages = [quotes_of(moment) for moment in moments]
    changed = [moments[n] for n in range(1, len(moments)) if stages[n] != stages[n - 1]]
    assert changed == [clock("07:40:00"), clock("08:50:00"), clock("07:40:00", 2)]


def test_what_is_looked_at_is_asked_for_again_before_the_markets_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(world: Morning) -> None:
        refreshed: list[datetime] = []
        monkeypatch.setattr(MarketData, "refresh", lambda data: refreshed.append(world.clock.now()))
        for hours in (1, 13, 4, 3):  # eleven, midnight, four, seven
            world.later(hours)
            world.workspace._lane_changed()
        assert refreshed == []
        world.later(1)
        world.workspace._lane_changed()
        assert len(refreshed) == len(Market), "both accounts' prices"
        world.later(1)
        world.workspace._lane_changed()
        world.workspace._lane_changed()
        assert len(refreshed) == 2 * len(Market)

    on_a_day(story)
