"""A screen in memory: one Xvfb for as long as a with-block lasts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from devtools import Stop


@contextmanager
def screen_in_memory(size: str = "1920x1080x24") -> Iterator[str]:
    """The name of a display of that size. The server picks a free number and tells it when it is ready.

    Raises:
        Stop: Xvfb did not start.
    """
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[tell], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(tell)
    try:
        with os.fdopen(told, "r", encoding="ascii") as answer:
            number = answer.readline().strip()
        if not number:
            raise Stop("Xvfb, the screen in memory, did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
