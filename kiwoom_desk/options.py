"""The words on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiwoom_desk import __version__
from kiwoom_desk.trading.environments import World


@dataclass(frozen=True, slots=True)
class Options:
    """`practice_url` names a practice exchange that already runs; without it one is started inside."""

    world: World = World.PRACTICE
    practice_url: str | None = None
    data_dir: Path | None = None
    seed: int = 1
    tour: bool = False
    self_test: bool = False
    out: Path | None = None
    platform: str | None = None
    screenshot: Path | None = None


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Ends the program with a usage text for words that are not understood."""
    parser = argparse.ArgumentParser(prog="kiwoom_desk", description="An order desk over the Kiwoom REST API.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--environment",
        choices=[w.value for w in World],
        default=World.PRACTICE.value,
        help="where to start (default: practice)",
    )
    parser.add_argument("--practice-url", metavar="URL", help="a practice exchange on loopback that already runs")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep journals, settings and logs here")
    parser.add_argument("--seed", type=int, default=1, help="of the practice market")
    parser.add_argument("--tour", action="store_true", help="drive the window through a day and end")
    parser.add_argument("--self-test", action="store_true", help="run a whole order on the practice exchange and end")
    parser.add_argument("--out", type=Path, help="where the tour's pictures or the self-test's JSON go")
    parser.add_argument("--platform", help="the Qt platform to use: windows, xcb, offscreen …")
    parser.add_argument("--screenshot", type=Path, help="a picture of the window at the end of the self-test")
    words = parser.parse_args(arguments)
    return Options(
        World(words.environment),
        words.practice_url,
        words.data_dir,
        words.seed,
        words.tour,
        words.self_test,
        words.out,
        words.platform,
        words.screenshot,
    )
