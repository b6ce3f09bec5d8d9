"""The tour: a trading day through the real window, a picture per step, `orders.json`, and a witness at the end."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from kiwoom_desk.app import PRACTICE_KEYS, Program
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.options import Options
from kiwoom_desk.start import picture, show_window
from kiwoom_desk.tour.desk_hands import Trader
from kiwoom_desk.tour.hands import Missed
from kiwoom_desk.tour.listing import disagreements, listing
from kiwoom_desk.tour.steps import STEPS, Scene
from kiwoom_desk.tour.witness import Witness
from kiwoom_desk.ui.main_window import FIRST

log = logging.getLogger(__name__)

PATIENCE = 90.0
"""Seconds a step may take; more means that it hangs."""


async def tour(options: Options, application: QApplication) -> int:
    """0 only if every step ended as the exchange says. Pictures and `orders.json` go to `options.out`."""
    out = options.out or Path("tour")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiwoom-desk-tour-") as folder:
        program = Program(replace(options, data_dir=options.data_dir or Path(folder)))
        window = show_window(program)
        window.resize(FIRST)  # the pictures are of one size, whatever screen they are made on
        try:
            scene = Scene(program, Trader(window), application)
            failed = await walk(scene, out)
            faults = [] if failed else await check(program, scene.trader, out)
        finally:
            window.leave()
            await program.close()
    for fault in faults:
        say(f"the exchange says otherwise: {fault}")
    say(f"tour: {len(STEPS)} steps, {failed or 'all done'}; pictures and orders.json in {out}")
    return 1 if failed or faults else 0


async def walk(scene: Scene, out: Path) -> str:
    """Every step in turn, a picture after each; the name of the step that failed, or nothing."""
    for number, (name, step) in enumerate(STEPS, start=1):
        failure = await attempt(scene, step)
        await asyncio.sleep(0.25)
        picture(scene.trader.window, out / f"{number:02d}-{name}.png")
        say(f"{number:2d} {name}: {failure or 'done'}")
        if failure:
            return name
    return ""


async def attempt(scene: Scene, step: Callable[[Scene], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await step(scene)
    except TimeoutError:
        return f"failed: not done within {PATIENCE:.0f} s"
    except (Missed, AssertionError) as missed:
        log.exception("a step of the tour failed")
        return f"failed: {missed}"
    return ""


async def check(program: Program, trader: Trader, out: Path) -> Sequence[str]:
    """Write `orders.json` and hold every row against the exchange's own lists."""
    connection = program.workspace.connection
    assert connection is not None
    await connection.look_now()
    await asyncio.sleep(0.2)
    orders = trader.orders()
    entries = [listing(order, connection.environment.world) for order in orders]
    (out / "orders.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    day = f"{connection.now():%Y%m%d}"
    rest = connection.environment.rest
    loop = asyncio.get_running_loop()
    found: list[str] = []
    for market in Market:
        keys = PRACTICE_KEYS[market]

        def ask(market: Market = market, app_key: str = keys.app_key, secret: str = keys.secret) -> Sequence[str]:
            rows = Witness(rest, app_key, secret, market.value).orders(day)
            return disagreements([o for o in orders if o.draft.market is market], rows)

        found += await loop.run_in_executor(None, ask)
    return found


def say(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
