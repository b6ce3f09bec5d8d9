"""Starting programs whose output we want and whose children may outlive them."""

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devtools import ROOT, Stop


@dataclass(frozen=True)
class Ended:
    """How a program ended and what it said (standard output and error together)."""

    status: int
    output: str

    def tail(self, lines: int = 40) -> str:
        """The last lines of the output: what a person wants to see of a failure."""
        return "\n".join(self.output.splitlines()[-lines:])


def run(command: Sequence[str | Path], *, environment: Mapping[str, str], limit: float, cwd: Path = ROOT) -> Ended:
    """Run a program to its end.

    Its output goes through a pipe that is read on the side: under Wine a program dies when it writes to a file, and the
    background processes it leaves behind keep the pipe open, so the end of the output is not the program's end.

    Raises:
        Stop: It was not done within `limit` seconds (it is killed).
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    heard: list[bytes] = []
    reader = threading.Thread(target=_listen, args=(process.stdout, heard), daemon=True)
    reader.start()
    try:
        status = process.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        reader.join(timeout=2)
        said = Ended(-1, _text(heard)).tail()
        raise Stop(f"`{command[0]}` was not done after {limit:.0f} s; its last words:\n{said}") from None
    reader.join(timeout=2)
    return Ended(status, _text(heard))


def must(ended: Ended, what: str) -> Ended:
    """`ended`, if the program succeeded.

    Raises:
        Stop: It did not; the message holds the end of its output.
    """
    if ended.status != 0:
        raise Stop(f"{what} ended with status {ended.status}; its last words:\n{ended.tail()}")
    return ended


def _listen(pipe: IO[bytes], heard: list[bytes]) -> None:
    """Collect what comes out of a pipe until all who hold its other end are gone."""
    with pipe:
        while piece := os.read(pipe.fileno(), 65_536):
            heard.append(piece)


def _text(heard: list[bytes]) -> str:
    return b"".join(heard).decode("utf-8", errors="replace").replace("\r\n", "\n")
