"""Starting a frozen program with `--self-test` and reading what it says of itself."""

import json
from collections.abc import Callable
from pathlib import Path

from devtools import Stop
from devtools.package.processes import Ended

LIMIT = 300.0
"""Seconds until a self-test counts as stuck. It is a guard, not a measure."""

Start = Callable[..., Ended]
"""Runs a program with arguments and `limit=`: a host's `run`."""


def self_test(start: Start, program: Path, folder: Path, platform: str, *, picture: bool) -> dict[str, object]:
    """The program's own report of a self-test on a Qt platform; it and the picture are left in `folder`.

    Raises:
        Stop: It ended badly, left no report, or one of its steps failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out, shot = folder / f"self-test-{platform}.json", folder / f"self-test-{platform}.png"
    out.unlink(missing_ok=True)
    shot.unlink(missing_ok=True)
    ended = start(program, "--self-test", "--out", out, "--platform", platform, *_picture(shot, picture), limit=LIMIT)
    if not out.exists():
        raise Stop(f"the self-test ended with status {ended.status} and left no report:\n{ended.tail()}")
    said = json.loads(out.read_text(encoding="utf-8"))
    if ended.status != 0:
        raise Stop(f"the self-test ended with status {ended.status}: {json.dumps(said, ensure_ascii=False)}")
    if picture and (not shot.exists() or shot.stat().st_size < 1_000):
        raise Stop("the self-test left no picture")
    return dict(said)


def _picture(shot: Path, wanted: bool) -> list[str | Path]:
    return ["--screenshot", shot] if wanted else []
