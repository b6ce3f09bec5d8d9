"""What the main window stands on: one connection at a time, and everything that outlives it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kiwoom_desk.domain.checks.model import Context, Limits
from kiwoom_desk.domain.instruments import Instrument, Market, Venue
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.rules_model import MarketRules
from kiwoom_desk.trading.bugs import Bugs
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.context import advice_context
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.trading.environments import BY_WORLD, Environment, World
from kiwoom_desk.trading.gestures import Gesture, gesture
from kiwoom_desk.trading.lane import Lane, LaneState, OpenGateway, OpenJournal, Reserve, unreserved
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.morning import desk_day, quotes_of
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.notices import Level, Notice, Notices
from kiwoom_desk.trading.ports import AccountName, Clock, Keys, QueryFailed, Vault
from kiwoom_desk.trading.safety import Safety
from kiwoom_desk.trading.settings import Settings, guard_levels
from kiwoom_desk.trading.tasks import Tasks

log = logging.getLogger(__name__)

LISTED_AGAIN = 5.0
"""Seconds until a list that could not be had is asked for again, at the next sign of life of its account."""

Practice = Callable[[], Awaitable[tuple[Environment, Mapping[Market, Keys]]]]
"""Starts the practice exchange when it is not running yet, and says where it is."""


class Faults(Protocol):
    """The practice exchange's faults, in its own words; only an exchange inside the program can be told."""

    def arm(self, entry: Mapping[str, object], /) -> object: ...

    def clear(self) -> None: ...


class DirectoryStore:
    """Where the day's instruments are kept between runs; this one keeps nothing."""

    def load(self, world: World, day: date) -> tuple[Sequence[Instrument], datetime] | None:
        """The instruments of `day` with the time at which the broker gave them."""
        return None

    def save(self, world: World, day: date, instruments: Sequence[Instrument], at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The adapters that `app` chose."""

    open_gateway: OpenGateway
    open_journal: OpenJournal
    practice: Practice
    directories: DirectoryStore
    reserve: Reserve = unreserved


class Workspace:
    """One per program. `subscribe` tells of a new connection and of every change in a lane's state."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        rules: MarketRules,
        vault: Vault,
        outside: Outside,
    ) -> None:
        self.clock = clock
        self.settings = settings
        self.rules = rules
        self.vault = vault
        self.notices = Notices()
        self.directory = DirectoryBook()
        self.connection: Connection | None = None
        self.switching_to: World | None = None
        self.faults: Faults | None = None
        self.ask_version: Callable[[], Awaitable[str]] | None = None
        self._outside = outside
        self._wish: object | None = None
        self._turn = asyncio.Lock()
        self._left: Connection | None = None
        self._safety = Safety(BY_WORLD[World.PRACTICE], clock)
        self._loading: Connection | None = None
        self._listed: date | None = None
        self._quoted: tuple[date, int] | None = None
        self._listeners: Listeners[None] = Listeners()
        self.bugs = Bugs(clock, lambda: self._safety, self.notices, self._look_soon)
        self._tasks = Tasks("workspace", self.bugs.found)

    # --- reading -----------------------------------------------------------------------------------------------
    @property
    def safety(self) -> Safety:
        """The safety catch of the present connection; each connection has its own."""
        return self._safety

    @property
    def world(self) -> World | None:
        return None if self.connection is None else self.connection.environment.world

    def now(self) -> datetime:
        """The broker's market clock, ours while there is no connection."""
        return self.clock.now() if self.connection is None else self.connection.now()

    def gesture(self) -> Gesture:
        """Call it at the click or key press, once per human act."""
        return gesture(self.clock)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        return self._listeners.add(lambda _: listener())

    def advice_context(
        self,
        market: Market,
        code: str,
        venue: Venue,
        *,
        orderable: int | None = None,
        price_typed_for: str | None = None,
        changing: Order | None = None,
    ) -> Context:
        return advice_context(
            self.connection,
            self.directory,
            self._safety,
            market,
            code,
            venue,
            orderable=orderable,
            price_typed_for=price_typed_for,
            changing=changing,
            levels=guard_levels(self.settings),
        )

    # --- switching ---------------------------------------------------------------------------------------------
    def switch_warnings(self) -> list[str]:
        """What the trader should know before this connection is left: orders in flight, unsettled or still open."""
        if self.connection is None:
            return []
        orders = self.connection.orders()
        open_orders = [o for o in orders if o.can_change]
        lines = [f"확인필요: {headline(o)}" for o in self.connection.unsettled()]
        if self.connection.in_flight:
            lines.append(f"응답을 기다리는 주문 {self.connection.in_flight}건 — 답이 올 때까지 (최대 8초) 기다립니다.")
        if open_orders:
            lines.append(f"미체결 주문 {len(open_orders)}건은 그대로 남습니다.")
        return lines

    async def switch(self, world: World) -> None:
        """Close the old world, open the new one as a unit. What fails ends unconnected, never back in the old.

        One at a time, and the last wish holds: what an earlier one is still opening is closed, with its keys."""
        wish = self._wish = object()
        self.switching_to = world
        self._tell()
        try:
            await self._leave()
            async with self._turn:
                await self._enter(world, wish)
        finally:
            if wish is self._wish:
                self.switching_to = None
                self._lane_changed()

    async def _enter(self, world: World, wish: object) -> None:
        """Open `world`, unless by then something else is wished for."""
        if wish is not self._wish:
            return
        try:
            environment, keys = await self._keys_of(world)
        except OSError as failed:
            log.exception("the practice exchange did not start")
            self._say(Level.ALARM, f"연습 거래소를 시작하지 못했습니다: {failed}")
            return
        if wish is not self._wish:
            return
        self._safety = Safety(environment, self.clock, self._limits_of(world))
        self._safety.subscribe(lambda text: self._say(Level.WARN, text))
        self.connection = connection = Connection(
            environment,
            keys,
            self.clock,
            self._safety,
            self.notices,
            self._outside.open_gateway,
            self._outside.open_journal,
            self._outside.reserve,
        )
        connection.subscribe(self._lane_changed)
        self._tell()
        await connection.open()
        if wish is self._wish:
            self._report(connection)

    def _lane_changed(self) -> None:
        """A lane that has come up (also a second time) brings the day's instruments. Each morning they are asked for
        anew, and so are the prices that are looked at: they stand on another base."""
        connection = self.connection
        lane = None if connection is None else connection.lanes[Market.STOCK]
        if connection is not None and lane is not None and lane.state is LaneState.READY:
            day, quoted = desk_day(lane.now()), quotes_of(lane.now())
            before, self._quoted = self._quoted, quoted
            if before not in (None, quoted):
                self._ask_prices_again(connection)
            if day != self._listed and connection is not self._loading:
                self._loading = connection
                self._tasks.spawn(self._load_directory(connection, lane, day), "directory")
        self._tell()

    def _ask_prices_again(self, connection: Connection) -> None:
        for lane in connection.lanes.values():
            if lane.data is not None:
                lane.data.refresh()

    def _limits_of(self, world: World) -> Callable[[], Limits]:
        return lambda: self.settings.limits(world).at(self.clock.now())

    async def _keys_of(self, world: World) -> tuple[Environment, Mapping[Market, Keys]]:
        environment = BY_WORLD[world]
        if not environment.own_keys:
            return await self._outside.practice()
        found = {market: self.vault.get(world, market) for market in Market}
        return environment, {market: keys for market, keys in found.items() if keys is not None}

    async def _leave(self) -> None:
        """Returns when nothing is open any more, whoever began to close it."""
        if self.connection is not None:
            self._safety.disarm("환경을 바꿉니다.")
            self._left, self.connection = self.connection, None
            self.directory, self._listed, self._quoted = DirectoryBook(), None, None
        await self._tasks.close()  # the directory's questions, before their line is cut
        left = self._left
        if left is not None:
            try:
                await left.close()
            except Exception as error:  # noqa: BLE001 what does not close as it should keeps nobody from going on
                self.bugs.say("연결을 끝내다가", error)
            finally:
                self._left = None if self._left is left else self._left

    def _report(self, connection: Connection) -> None:
        for lane in connection.lanes.values():
            if lane.state is LaneState.FAILED:
                word = "주식" if lane.market is Market.STOCK else "금현물"
                self._say(Level.ALARM, f"{word} 계좌에 연결하지 못했습니다: {lane.sentence}")

    async def _load_directory(self, connection: Connection, lane: Lane, day: date) -> None:
        """That day's instruments. While they cannot be had those of the day before stay, and it is said why."""
        error = ""
        try:
            await self._list(connection, lane, day)
        except QueryFailed as failed:
            error = str(failed)
        except Exception as bug:  # noqa: BLE001 said, and tried again
            error = f"프로그램 오류가 났습니다 ({type(bug).__name__})."
            self.bugs.say("종목 목록을 읽다가", bug)
        if error and self.connection is connection:
            self.directory.error = error
        self._tell()
        if error:
            await self.clock.sleep(LISTED_AGAIN)
        self._loading = None if self._loading is connection else self._loading

    async def _list(self, connection: Connection, lane: Lane, day: date) -> None:
        """From the store when it has them, else from the broker. Raises QueryFailed."""
        world, store = connection.environment.world, self._outside.directories
        in_thread = asyncio.get_running_loop().run_in_executor
        assert lane.gateway is not None
        kept = await in_thread(None, store.load, world, day)
        given = (await lane.gateway.directory.instruments(), self.clock.now()) if kept is None else kept
        book = await in_thread(None, DirectoryBook, *given)
        if self.connection is connection:
            self.directory, self._listed = book, day
        if kept is None:
            self._tell()
            await in_thread(None, store.save, world, day, *given)

    # --- keys --------------------------------------------------------------------------------------------------
    async def test_keys(self, world: World, market: Market, keys: Keys) -> AccountName:
        """Sign in with these keys and say whose they are; nothing is stored. Raises QueryFailed."""
        gateway = self._outside.open_gateway(BY_WORLD[world], market, keys, self.clock)
        try:
            return await gateway.probe()
        finally:
            await gateway.close()

    async def close(self) -> None:
        """Orderly end: answers under way are awaited, everything else stops, a switch under way too."""
        self._wish = self.switching_to = None
        await self._leave()
        async with self._turn:  # a switch that was not as far as a connection ends without one
            pass

    def _look_soon(self) -> None:
        if self.connection is not None:
            self.connection.look_soon()

    # --- inside ------------------------------------------------------------------------------------------------
    def _tell(self) -> None:
        self._listeners.tell(None)

    def _say(self, level: Level, text: str) -> None:
        self.notices.give(Notice(level, text, self.clock.now()))
