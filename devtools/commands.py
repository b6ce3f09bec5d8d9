"""The table of commands: what each is for and what it starts."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import ROOT, Stop, debian, environment, say, steps


@dataclass(frozen=True)
class Command:
    """One word after `dev.py`. `action` gets the words behind it and returns the exit status."""

    name: str
    help: str
    action: Callable[[Sequence[str]], int]


def main(arguments: Sequence[str]) -> int:
    """Do what the words ask for; the exit status."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(_overview())
        return 0 if arguments else 2
    command = next((command for command in COMMANDS if command.name == arguments[0]), None)
    if command is None:
        print(_overview())
        say(f"there is no command {arguments[0]!r}")
        return 2
    try:
        return command.action(arguments[1:])
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def _overview() -> str:
    lines = [f"  {command.name:<14} {command.help}" for command in COMMANDS]
    return "\n".join(["usage: python3 dev.py COMMAND [arguments of the command]", "", *lines])


def _prepare(*, qt: bool = True) -> Path:
    """The environment's Python, once it and (for Qt) the system libraries are there."""
    debian.ensure([*debian.venv_needs(), *((*debian.qt_needs(), *debian.screen_needs()) if qt else ())])
    return environment.development().ensure()


def _start(python: Path, arguments: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """Run the environment's Python in the project's folder, with our own terminal; its exit status."""
    return subprocess.run(
        [python, *arguments], cwd=ROOT, env=steps.step_environment(extra or {}), check=False
    ).returncode


def has_screen() -> bool:
    """True where a window can be shown. Windows and macOS always have a screen."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _run(arguments: Sequence[str]) -> int:
    if not has_screen():
        say("there is no screen here, so the tour runs instead of the window")
        return _tour(arguments)
    return _start(_prepare(), ["-m", "kiwoom_desk", *arguments])


def _tour(arguments: Sequence[str]) -> int:
    """Without `--out` the pictures go to build/tour."""
    out = [] if any(word.split("=")[0] == "--out" for word in arguments) else ["--out", str(ROOT / "build" / "tour")]
    return _start(_prepare(), ["-m", "kiwoom_desk", "--tour", *out, *arguments], steps.OFFSCREEN)


def _test(arguments: Sequence[str]) -> int:
    return steps.run_all(_prepare(), [*steps.STATIC, steps.pytest_step(arguments)])


def _check(arguments: Sequence[str]) -> int:
    return steps.run_all(_prepare(qt=False), steps.STATIC)


def _bench(arguments: Sequence[str]) -> int:
    """The benchmarks are tests that a plain test run only tries out; `KIWOOM_DESK_BENCH=1` makes them measure."""
    measure = {**steps.OFFSCREEN, "KIWOOM_DESK_BENCH": "1"}
    return _start(_prepare(), ["-m", "pytest", "tests/benchmarks", "-s", *arguments], measure)


def _package(arguments: Sequence[str]) -> int:
    from devtools.package.commands import package

    return package(arguments)


def _sign(arguments: Sequence[str]) -> int:
    from devtools.package.commands import sign

    return sign(arguments)


def _release_files(arguments: Sequence[str]) -> int:
    from devtools.package.commands import release_files

    return release_files(arguments)


def _lock(arguments: Sequence[str]) -> int:
    from devtools.locks import lock

    return lock(arguments)


def _tool(name: str, module: str, help_text: str) -> Command:
    """A command that is a module under tests/: it needs the development environment and no screen."""

    def action(arguments: Sequence[str]) -> int:
        path = ROOT / Path(*module.split("."))
        if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
            raise Stop(f"`{name}` is the module {module}, and that is not in this copy of the project")
        return _start(_prepare(), ["-m", module, *arguments], steps.OFFSCREEN)

    return Command(name, help_text, action)


COMMANDS = (
    Command("run", "open the window, connected to the practice exchange (without a screen: the tour)", _run),
    Command("tour", "drive the real window through a trading day; pictures and orders.json in --out DIR", _tour),
    Command("test", "format, lint, types, import rules and tests; more words go to pytest", _test),
    Command("check", "the same without the tests", _check),
    Command("bench", "measure what has to be fast", _bench),
    Command("package", "build the program for Linux, or with --windows for Windows, and try it", _package),
    _tool("simulate", "tests.tools.simulate", "simulated bad days by the seed: --seeds N"),
    _tool("mutants", "tests.tools.mutants", "deliberate bugs in the core, each of which must be caught"),
    _tool("laws", "tests.tools.laws", "facts of simulated days shuffled and repeated, which must change nothing"),
    _tool("kill-test", "tests.tools.kill_test", "kill the process at any point and start it again: --rounds N"),
    _tool("fault-matrix", "tests.tools.fault_table", "run the tests that name a fault and write docs/fault-matrix.md"),
    _tool("cards", "tests.tools.cards", "the numbered behaviours of the broker that the program relies on"),
    _tool("soak", "tests.tools.soak", "a long day in short time, watching memory, timers and files"),
    Command("sign", "for packagers: sign Windows files with the certificate that the environment names", _sign),
    Command("release-files", "for packagers: gather and check what is released: FROM TO", _release_files),
    Command("lock", "for maintainers: resolve the dependencies anew and write packaging/locks", _lock),
)
