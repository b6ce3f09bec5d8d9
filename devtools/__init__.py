"""What `dev.py` does: environment, checks, locks and packages.

Standard library only and nothing of the program: it runs before anything is installed. Every command starts other
programs (pip, ruff, pytest, PyInstaller) in the environments that it makes.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "locks"
BUILD = ROOT / "build"


class Stop(Exception):
    """A command cannot go on; the message is one sentence for the person at the terminal."""


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of the program that is started next."""
    print(f"dev.py: {text}", flush=True)
