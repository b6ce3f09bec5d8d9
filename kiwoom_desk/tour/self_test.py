"""`--self-test`: a whole order's life on the practice exchange with what this very build has in it.

It proves the installation, not the market: sockets, TLS library, SQLite, the key vault, Qt's platform plugin and the
resources are all used once for real. Its result is a JSON file that names each step, and the exit status.
"""

from __future__ import annotations

import asyncio
import json
import logging
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiwoom_desk import __version__
from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, OrderId
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.options import Options
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import Keys

log = logging.getLogger(__name__)

CODE = "005930"
PATIENCE = 60.0
"""Seconds that a step may take before it counts as failed: for a build that hangs, not for a slow machine."""


@dataclass
class Step:
    name: str
    ok: bool = False
    detail: str = ""


@dataclass
class Report:
    """What ran, where, and how each step ended."""

    version: str = __version__
    python: str = platform.python_version()
    system: str = platform.platform()
    frozen: bool = bool(getattr(sys, "frozen", False))
    qt_platform: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return bool(self.steps) and all(step.ok for step in self.steps)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"ok": self.ok, **asdict(self)}, ensure_ascii=False, indent=1), encoding="utf-8")


class SelfTest:
    """One run. `show` puts the window on the screen (None: without one) and `shoot` takes its picture."""

    def __init__(
        self,
        options: Options,
        show: Callable[[Program], Any] | None = None,
        shoot: Callable[[Any, Path], None] | None = None,
    ) -> None:
        self.report = Report()
        self._options = options
        self._show, self._shoot = show, shoot
        self._server = PracticeServer(seed=options.seed, quiet=False)
        self._program: Program | None = None
        self._order: OrderId | None = None

    async def run(self) -> Report:
        """Every step in turn; the first that fails ends the run. Nothing is left behind."""
        with tempfile.TemporaryDirectory(prefix="kiwoom-desk-self-test-") as folder:
            data = self._options.data_dir or Path(folder)
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self._server.start)
            try:
                await self._all(replace(self._options, data_dir=data, practice_url=self._server.rest))
            finally:
                await self._close()
                await loop.run_in_executor(None, self._server.stop)
        return self.report

    async def _all(self, options: Options) -> None:
        steps: tuple[tuple[str, Callable[[Options], Awaitable[str]]], ...] = (
            ("connect", self._connect),
            ("place", self._place),
            ("amend", self._amend),
            ("fill", self._fill),
            ("cancel", self._cancel),
            ("lost answer found again", self._lose_and_find),
            ("gold", self._gold),
            ("window", self._window),
            ("restart from the journal", self._restart),
            ("vault", self._vault),
        )
        for name, act in steps:
            step = Step(name)
            self.report.steps.append(step)
            try:
                async with asyncio.timeout(PATIENCE):
                    step.detail = await act(options)
                step.ok = True
            except Exception as error:
                log.exception("self-test: %s", name)
                step.detail = f"{type(error).__name__}: {error}"
                return

    # --- the steps ---------------------------------------------------------------------------------------------
    async def _connect(self, options: Options) -> str:
        self._program = Program(options)
        await self._program.workspace.switch(World.PRACTICE)
        connection = self._program.workspace.connection
        assert connection is not None
        states = {lane.market.value: lane.state for lane in connection.lanes.values()}
        assert set(states.values()) == {LaneState.READY}, states
        return self._server.rest.split("//")[0] + " loopback"

    async def _place(self, options: Options) -> str:
        row = await self._desk().place(self._draft(await self._low()), self._work.gesture(), "삼성전자")
        assert row.state is OrderState.WORKING, row
        self._order = row.id
        return f"#{row.ref}"

    async def _amend(self, options: Options) -> str:
        first = self._row()
        child = await self._desk().amend(first.id, AmendDraft(None, await self._low() + 100), self._work.gesture())
        await self._until(lambda: self._desk_row(first.id).state is OrderState.REPLACED)
        self._order = child.id
        return f"#{first.ref} → #{child.ref}"

    async def _fill(self, options: Options) -> str:
        market = OrderDraft(Market.STOCK, CODE, Venue.SOR, Side.BUY, OrderType.MARKET, 2)
        row = await self._desk().place(market, self._work.gesture(), "삼성전자")
        await self._until(lambda: self._desk_row(row.id).state is OrderState.FILLED)
        return f"#{row.ref} {self._desk_row(row.id).average:,}"

    async def _cancel(self, options: Options) -> str:
        outcome = await self._desk().cancel(self._row().id, None, self._work.gesture())
        assert isinstance(outcome, Accepted), outcome
        await self._until(lambda: self._row().state is OrderState.CANCELED)
        return f"#{self._row().ref}"

    async def _lose_and_find(self, options: Options) -> str:
        self._server.faults.arm(on="kt10000", do="lose_after")
        row = await self._desk().place(self._draft(await self._low(), 7), self._work.gesture(), "삼성전자")
        assert row.state is OrderState.UNCONFIRMED, row
        await self._until(lambda: self._desk_row(row.id).confirmed_by_look)
        self._order = row.id
        return f"#{self._row().ref} by query"

    async def _gold(self, options: Options) -> str:
        desk = self._desk(Market.GOLD)
        price = await self._low("M04020100", Market.GOLD)
        draft = OrderDraft(Market.GOLD, "M04020100", Venue.KRX, Side.BUY, OrderType.LIMIT, 1, price)
        row = await desk.place(draft, self._work.gesture())
        assert row.state is OrderState.WORKING, row
        await desk.cancel(row.id, None, self._work.gesture())
        await self._until(lambda: (o := desk.order(row.id)) is not None and o.state is OrderState.CANCELED)
        return f"#{row.ref}"

    async def _window(self, options: Options) -> str:
        if self._show is None or self._program is None:
            return "none asked for"
        window = self._show(self._program)
        await asyncio.sleep(2.0)  # let prices, book and blotter be painted once
        if options.screenshot is not None and self._shoot is not None:
            self._shoot(window, options.screenshot)
            assert options.screenshot.stat().st_size > 10_000, "an empty picture"
        window.leave()
        return self.report.qt_platform

    async def _restart(self, options: Options) -> str:
        before = self._row()
        await self._close()
        await self._connect(options)
        after = self._row()
        assert (after.ref, after.state, after.draft) == (before.ref, before.state, before.draft), (before, after)
        return f"#{after.ref}"

    async def _vault(self, options: Options) -> str:
        vault = KeyVault()
        keys = Keys("self-test-key", "self-test-secret")
        try:
            lasting = vault.put(World.MOCK, Market.GOLD, keys) if vault.get(World.MOCK, Market.GOLD) is None else None
            if lasting is None:
                return "not touched: keys of the trader are there"
            assert vault.get(World.MOCK, Market.GOLD) == keys
            return "stored and read" if lasting else "no vault here: for this run only"
        finally:
            if vault.get(World.MOCK, Market.GOLD) == keys:
                vault.forget(World.MOCK, Market.GOLD)

    # --- small things ------------------------------------------------------------------------------------------
    @property
    def _work(self) -> Any:
        assert self._program is not None
        return self._program.workspace

    def _desk(self, market: Market = Market.STOCK) -> OrderDesk:
        desk = self._work.connection.lanes[market].desk
        assert isinstance(desk, OrderDesk)
        return desk

    def _desk_row(self, order_id: OrderId) -> Order:
        order = self._desk().order(order_id)
        assert order is not None
        return order

    def _row(self) -> Order:
        assert self._order is not None
        return self._desk_row(self._order)

    async def _low(self, code: str = CODE, market: Market = Market.STOCK) -> int:
        """The lower limit: a buy there rests."""
        quote = await self._work.connection.lanes[market].gateway.quotes.quote(code, Venue.KRX)
        assert quote.lower is not None
        return int(quote.lower)

    @staticmethod
    def _draft(price: int, quantity: int = 10) -> OrderDraft:
        return OrderDraft(Market.STOCK, CODE, Venue.KRX, Side.BUY, OrderType.LIMIT, quantity, price)

    @staticmethod
    async def _until(condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110 (the step's own time limit ends it)
            await asyncio.sleep(0.02)

    async def _close(self) -> None:
        if self._program is not None:
            program, self._program = self._program, None
            await program.close()
