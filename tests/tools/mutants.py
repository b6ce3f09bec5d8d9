"""`dev.py mutants`: deliberate bugs in the core, one at a time; each must be caught by a simulated day or a test.

    --only WORD      those whose name contains WORD
    --seeds N        how many days to try before the tests are asked (default 1,500)

A mutant that nothing catches is a hole in the checks, or it is equivalent and the list says why.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tools.mutant_table import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
LAWS = (
    "tests/domain/test_evidence.py",
    "tests/domain/test_matching.py",
    "tests/domain/test_ledger.py",
    "tests/trading",
)


def copy_with(mutant: Mutant | None, target: Path) -> None:
    """The core and its checks in a folder of their own, with the bug in it."""
    for part in ("kiwoom_desk", "tests"):
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__", "ui", "simulator"))
    shutil.copy(ROOT / "pyproject.toml", target)
    if mutant is not None:
        file = target / mutant.file
        text = file.read_text(encoding="utf-8")
        assert text.count(mutant.find) == 1, f"{mutant.name}: stands {text.count(mutant.find)} times"
        file.write_text(text.replace(mutant.find, mutant.put), encoding="utf-8")


def hunt(mutant: Mutant | None, seeds: int) -> str:
    """Who caught it: a seed, a test, or nobody ('')."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy_with(mutant, Path(folder))
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": folder}
        days = [sys.executable, "-m", "tests.tools.mutants", "--days", str(seeds)]
        found = subprocess.run(days, cwd=folder, env=env, capture_output=True, text=True, check=False)
        if found.returncode:
            return (found.stdout.strip().splitlines() or ["the day crashed"])[-1][:100]
        laws = [path for path in LAWS if (Path(folder) / path).exists()]
        tests = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *laws]
        tried = subprocess.run(tests, cwd=folder, env=env, capture_output=True, text=True, check=False)
        failed = [line for line in tried.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return f"test: {failed[0][:100]}" if failed else "" if tried.returncode == 0 else "the tests do not start"


def live_days(seeds: int) -> int:
    """Inside the copy: days by the seed until one is violated."""
    from tests.simulation.world import Plan, run_plan

    for seed in range(1, seeds + 1):
        watch = run_plan(Plan.of(seed))
        if watch.violations:
            print(f"seed {seed}: {watch.violations[0][0]}")
            return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", type=int, default=1_500)
    parser.add_argument("--days", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.days is not None:
        return live_days(options.days)
    chosen = [m for m in MUTANTS if options.only in m.name]
    if hunt(None, 200):
        print("the unchanged core does not pass: nothing can be said about mutants")
        return 2
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda m: hunt(m, options.seeds), chosen))
    missed = 0
    for mutant, by in zip(chosen, results, strict=True):
        missed += not by and not mutant.equivalent
        word = "caught" if by else "equivalent" if mutant.equivalent else "MISSED"
        print(f"{word:10} {mutant.name:60} {by or mutant.equivalent}")
    print(f"{len(chosen)} mutants, {sum(1 for by in results if by)} caught, {missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
