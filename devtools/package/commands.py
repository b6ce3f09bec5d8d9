"""`dev.py package`."""

from collections.abc import Sequence

from devtools import Stop


def package(arguments: Sequence[str]) -> int:
    """Build the program for this system, or with `--windows` for Windows, and try it."""
    raise Stop("packaging is not in this copy of the project")
