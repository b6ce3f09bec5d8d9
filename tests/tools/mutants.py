"""`dev.py mutants`: deliberate bugs in the core, one at a time; each must be caught by a law or by a simulated day.

    --only WORD      those whose name contains WORD
    --seeds N        how many days to live when no law has caught it (default 3,000)
    --days           do not ask the laws: what do the days catch by themselves?

A mutant that nothing catches is a hole in the checks, or it is equivalent and the table says why. The laws come first
because they are quicker; each mutant lives in a copy of its own, as many at a time as there are cores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.tools.mutant import Mutant
from tests.tools.mutants_finding import FINDING
from tests.tools.mutants_folding import FOLDING
from tests.tools.mutants_sending import SENDING

MUTANTS: tuple[Mutant, ...] = (*SENDING, *FINDING, *FOLDING)
ROOT = Path(__file__).resolve().parents[2]
LAWS = (
    "tests/domain/test_schedules.py",
    "tests/domain/test_evidence.py",
    "tests/domain/test_bindings.py",
    "tests/domain/test_matching.py",
    "tests/domain/test_matching_doubtful.py",
    "tests/domain/test_claims.py",
    "tests/domain/test_chains.py",
    "tests/domain/test_origin.py",
    "tests/domain/test_stops.py",
    "tests/domain/test_ledger.py",
    "tests/trading/test_desk.py",
    "tests/trading/test_desk_changes.py",
    "tests/trading/test_desk_gates.py",
    "tests/trading/test_reconciler.py",
    "tests/trading/test_corrections.py",
)
PLAIN = "[pytest]\naddopts = --import-mode=importlib -q\npythonpath = .\nmarkers = fault(ids): what a test proves\n"
NO_SHRINKING = """
from hypothesis import Phase, settings

settings.register_profile("hunt", deadline=None, phases=(Phase.explicit, Phase.generate))
settings.load_profile("hunt")
"""


def copy_with(mutant: Mutant | None, target: Path) -> None:
    """The core and its checks in a folder of their own, with the bug in it. Nothing there minimises its findings."""
    for part in ("kiwoom_desk", "tests"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__", "ui", "simulator"))
    (target / "pytest.ini").write_text(PLAIN)
    (target / "tests" / "conftest.py").write_text(NO_SHRINKING)
    if mutant is not None:
        file = target / mutant.file
        text = file.read_text(encoding="utf-8")
        assert text.count(mutant.find) == 1, f"{mutant.name}: stands {text.count(mutant.find)} times"
        file.write_text(text.replace(mutant.find, mutant.put), encoding="utf-8")


def hunt(mutant: Mutant | None, *, seeds: int, laws: bool) -> str:
    """Who caught it: a law, a seed, or nobody ('')."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        copy_with(mutant, Path(name))
        return (by_a_law(Path(name), mutant) if laws else "") or by_a_day(Path(name), seeds)


def by_a_law(folder: Path, mutant: Mutant | None) -> str:
    """The laws of the mutant's own layer first: most are caught there, and soon."""
    layer = "" if mutant is None else mutant.file.split("/")[1]
    laws = sorted(LAWS, key=lambda law: law.split("/")[1] != layer)
    tried = _run(folder, ["-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "no:pytest-qt", *laws])
    if tried.returncode == 0:
        return ""
    failed = [line.split("::")[-1] for line in tried.stdout.splitlines() if line.startswith(("FAILED", "ERROR tests"))]
    return f"law {failed[0].split(' - ')[0]}" if failed else "the laws do not start"


def by_a_day(folder: Path, seeds: int) -> str:
    lived = _run(folder, ["-m", "tests.tools.mutants", "--live", str(seeds)])
    return (lived.stdout.strip().splitlines() or ["a day that crashed"])[-1] if lived.returncode else ""


def _run(folder: Path, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip


def live_days(seeds: int) -> int:
    """Inside the copy: days by the seed until one is violated."""
    from tests.tools.simulate import run_chunk

    for seed in range(1, seeds + 1):
        lived = run_chunk(range(seed, seed + 1))
        if lived.violations:
            print(f"seed {seed}: {lived.violations[0][1]}")
            return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", type=int, default=3_000)
    parser.add_argument("--days", action="store_true")
    parser.add_argument("--live", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.live is not None:
        return live_days(options.live)
    chosen = [mutant for mutant in MUTANTS if options.only in mutant.name]
    if found := hunt(None, seeds=200, laws=True):
        print(f"the unchanged core does not pass ({found}): nothing can be said about mutants")
        return 2
    caught = missed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(partial(hunt, seeds=options.seeds, laws=not options.days), chosen)
        for mutant, by in zip(chosen, results, strict=True):
            caught += bool(by)
            missed += not by and not mutant.equivalent
            word = "caught" if by else "equivalent" if mutant.equivalent else "MISSED"
            print(f"{word:10} {mutant.name:60} {by or mutant.equivalent}", flush=True)
    print(f"{len(chosen)} mutants, {caught} caught, {missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
