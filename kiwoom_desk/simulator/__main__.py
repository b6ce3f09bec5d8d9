"""The practice exchange as a process of its own: `python -m kiwoom_desk.simulator`.

The first line of its output is one JSON object with its addresses and keys; it serves until SIGTERM or SIGINT and ends
with status 0.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import textwrap
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kiwoom_desk.simulator import fault_script
from kiwoom_desk.simulator.profiles import PROFILES
from kiwoom_desk.simulator.server import LOOPBACK, PracticeServer


def _folded(names: Iterable[str]) -> str:
    return textwrap.fill(", ".join(names), 96, initial_indent="    ", subsequent_indent="    ")


_LANGUAGE: Final = f"""\
faults, one JSON object each (all of it: docs/faults.md):
  [{{"on": "place", "do": "lose_after"}},
   {{"on": "list", "when": {{"times": 0, "chance": 0.1}}, "do": "lag", "seconds": 5}},
   {{"on": "market", "after": 5, "do": "vi", "code": "005930"}}]
  on a TR id, place, amend, cancel, order, list, query, token or any:
{_folded(fault_script.HTTP)}
  on stream (on login: refuse):
{_folded(sorted(fault_script.STREAM))}
  on market:
{_folded(sorted(fault_script.MARKET))}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    server = PracticeServer(
        options.port,
        options.host,
        seed=options.seed,
        clock=options.clock,
        environment=options.environment,
        faults=options.faults,
    )
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with server:
        print(json.dumps(_greeting(server)), flush=True)
        while not ended.wait(0.5):  # a plain wait() would keep Ctrl+C from being noticed on Windows
            pass
    return 0


def _greeting(server: PracticeServer) -> dict[str, str]:
    return {
        "rest": server.rest,
        "websocket": server.websocket,
        "appkey": server.appkey,
        "secretkey": server.secretkey,
        "gold_appkey": server.gold_appkey,
        "gold_secretkey": server.gold_secretkey,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kiwoom_desk.simulator",
        description="The practice exchange, stand-alone.",
        epilog=_LANGUAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--host", choices=sorted(LOOPBACK), default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=1, help="of the market's crowd and of chance faults")
    parser.add_argument(
        "--clock", type=datetime.fromisoformat, help="market time to begin at, e.g. 2026-11-23T10:00:00"
    )
    parser.add_argument("--environment", choices=sorted(PROFILES), default="practice")
    parser.add_argument("--faults", type=_script, default=[], metavar="FILE", help="a JSON list of faults, see below")
    return parser


def _script(path: str) -> list[dict[str, Any]]:
    try:
        return fault_script.read(Path(path))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path}: {error}") from None


if __name__ == "__main__":
    sys.exit(main())
