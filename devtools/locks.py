"""`dev.py lock`: from pyproject.toml to packaging/locks, for Linux, Windows and macOS at once.

The locks are pip's requirements format with hashes. Environment markers in them say what is for one system or one
Python only, so one file serves all. They hold no address: where packages come from is the business of the machine.
"""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from devtools import BUILD, LOCKS, ROOT, Stop, debian, say
from devtools.environment import Environment, locked_names

HEADER = "# {what}. For CPython 3.11 to 3.13 on Linux, Windows and macOS. Made by `python3 dev.py lock`.\n"
EXTRAS = {
    "runtime.txt": ("What the program runs on", ()),
    "dev.txt": ("What the program runs on, and what checks it", ("--extra", "dev")),
    "package.txt": ("What the program runs on, and what freezes it", ("--extra", "package")),
}
TOOLS = ("tools.txt", "Maintainers' and packagers' tools", "uv\n")


def tools() -> Environment:
    """An environment with uv, which resolves for other systems than the one it runs on; pip cannot."""
    return Environment(BUILD / "venv-tools", LOCKS / TOOLS[0])


def lock(arguments: Sequence[str]) -> int:
    """Write all locks. With `--upgrade` newer versions are taken, else only what the project file asks for changes.

    Raises:
        Stop: The dependencies contradict each other.
    """
    debian.ensure(debian.venv_needs())
    uv = tools().ensure().parent / "uv"
    for name, (what, extra) in EXTRAS.items():
        beside = () if name == "runtime.txt" else ("--constraint", str(LOCKS / "runtime.txt"))
        _compile(uv, LOCKS / name, what, (str(ROOT / "pyproject.toml"), *extra, *beside, *arguments))
    name, what, requirement = TOOLS
    source = BUILD / "tools.in"
    source.write_text(requirement, encoding="utf-8")
    _compile(uv, LOCKS / name, what, (str(source), *arguments))
    return 0


def _compile(uv: Path, target: Path, what: str, arguments: Sequence[str]) -> None:
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:"]
    quiet = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    command = [str(uv), "pip", "compile", *options, *quiet, "--output-file", str(target), *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise Stop(f"uv could not resolve {target.name}; its words are above")
    target.write_text(
        HEADER.format(what=what) + without_addresses(target.read_text(encoding="utf-8")), encoding="utf-8"
    )
    say(f"{target.relative_to(ROOT)}: {len(locked_names(target))} packages")


def without_addresses(text: str) -> str:
    """The requirements and their hashes alone: no comment, no option that names a place to load from."""
    keep = re.compile(r"^([A-Za-z0-9]|    --hash=sha256:)")
    return "".join(line for line in text.splitlines(keepends=True) if keep.match(line))
