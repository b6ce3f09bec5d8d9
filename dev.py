"""The single door for working on kiwoom_desk: `python3 dev.py` lists what can be done.

Needs Python and nothing else. The work is in `devtools/`; this file only makes sure that a Python which can
read it is running, so it is written for older ones too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

OLDEST, BEYOND = (3, 11), (3, 14)


def another_python() -> str | None:
    """Path of a Python that can run the project. A name that is found may still not start."""
    for name in ("python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main(arguments: list[str]) -> int:
    """Run the command with this Python if it will do, else with one that will."""
    if OLDEST <= sys.version_info[:2] < BEYOND:
        from devtools.commands import main as run_command

        return run_command(arguments)
    other = another_python()
    if other is None:
        found = ".".join(str(part) for part in sys.version_info[:3])
        print("kiwoom_desk needs Python 3.11, 3.12 or 3.13; this is " + found + " and no other was found.")
        return 1
    return subprocess.call([other, os.path.abspath(__file__), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
