"""`dev.py kill-test`: the real process is killed at every point of a send and at random instants, again and again.

--rounds N     lives in all (default 100), at most 100 on one exchange: a day grows longer with every life
--jobs J       exchanges side by side (default 1)
--seconds S    stop after S seconds, whatever N
--seed K

Each life (`kill_worker`) first settles what the last one left behind; then the broker's own lists, asked for here with
nothing but http.client, are held against what it believes: no acknowledged fact lost, no false verdict, every order of
the broker shown exactly once and as ours, at most one per intent.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.tools.kill_worker import POINTS

ROOT = Path(__file__).parents[2]
WHERE = (*POINTS, "random")
SHARE = 100
Row = dict[str, str]


@dataclass
class Report:
    """What a run found. `violations` are sentences; none is the only good number."""

    rounds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    facts: int = 0
    orders: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.rounds += other.rounds
        self.killed += other.killed
        self.checks += other.checks
        self.facts += other.facts
        self.orders += other.orders
        self.verdicts += other.verdicts
        self.violations += other.violations

    def __str__(self) -> str:
        where = ", ".join(f"{point} {count}" for point, count in sorted(self.killed.items()))
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.verdicts.items()))
        lines = [
            f"{self.rounds} kills ({where})",
            f"{self.checks} times held against the broker's lists; {self.facts} acknowledged facts, "
            f"{self.orders} orders at the broker; ours ended as: {states}",
            *self.violations,
            f"{len(self.violations)} violations",
        ]
        return "\n".join(lines)


class Lists:
    """The practice exchange asked by a stranger."""

    def __init__(self, greeting: Row) -> None:
        self._address = urlsplit(greeting["rest"]).netloc
        said, _ = self._post("/oauth2/token", "au10001", {
            "grant_type": "client_credentials", "appkey": greeting["appkey"], "secretkey": greeting["secretkey"],
        })  # fmt: skip
        self._token = said["token"]

    def low(self, code: str) -> int:
        """The lower limit, at which a buy rests."""
        said, _ = self._post("/api/dostk/stkinfo", "ka10001", {"stk_cd": code})
        return abs(int(said["lst_pric"]))

    def day(self) -> list[Row]:
        """Every row of kt00007."""
        rows: list[Row] = []
        body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
        key = ""
        while True:
            said, headers = self._post("/api/dostk/acnt", "kt00007", body, key)
            rows += said.get("acnt_ord_cntr_prps_dtl") or []
            if headers.get("cont-yn") != "Y":
                return rows
            key = headers["next-key"]

    def _post(self, path: str, tr: str, body: Row, key: str = "") -> tuple[dict[str, Any], Row]:
        heads = {"content-type": "application/json;charset=UTF-8", "api-id": tr}
        if tr != "au10001":
            heads |= {"authorization": f"Bearer {self._token}", "cont-yn": "Y" if key else "N", "next-key": key}
        line = http.client.HTTPConnection(self._address, timeout=30)
        try:
            line.request("POST", path, json.dumps(body).encode(), heads)
            answer = line.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return json.loads(answer.read()), headers
        finally:
            line.close()


class KillTest:
    """Lives one after another on one exchange and one folder."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.report = Report()
        self._chance = random.Random(seed)
        self._folder = folder
        self._acknowledged: set[tuple[str, str]] = set()
        self._serial = 0
        self._exchange = subprocess.Popen(
            [sys.executable, "-m", "kiwoom_desk.simulator", "--seed", str(seed)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._exchange.stdout is not None
        self._greeting: Row = json.loads(self._exchange.stdout.readline())
        self._lists = Lists(self._greeting)
        self._low = self._lists.low("005930")

    def __enter__(self) -> KillTest:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.terminate()
        self._exchange.wait()
        if self._exchange.stdout is not None:
            self._exchange.stdout.close()

    def round(self, where: str) -> None:
        """One life and its death at `where`; whatever the last one left is settled and checked first."""
        nth = self._chance.randint(1, 2) if where.startswith("verdict") else self._chance.randint(1, 4)
        self._live(where, nth, acts=6)
        self.report.rounds += 1
        self.report.killed[where] += 1

    def settle(self) -> None:
        """A last life that only settles, so that the last death is checked too."""
        self._live("never", 1, acts=0)

    def _live(self, where: str, nth: int, acts: int) -> None:
        command = [sys.executable, "-m", "tests.tools.kill_worker", "--data", str(self._folder),
                   "--url", self._greeting["rest"], "--serial", str(self._serial), "--low", str(self._low),
                   "--acts", str(acts), "--die", where, "--nth", str(nth)]  # fmt: skip
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as life:
            killer = threading.Timer(self._chance.uniform(0.0, 0.25), life.kill)
            early = where == "random" and self._chance.random() < 0.3
            if early:  # while it opens or settles
                killer.interval = self._chance.uniform(0.3, 2.0)
                killer.start()
            assert life.stdout is not None and life.stderr is not None
            for line in life.stdout:
                self._hear(line, life)
                if line.startswith("working") and where == "random" and not early:
                    killer.start()
            errors = life.stderr.read()
            life.wait()
            killer.cancel()
        if life.returncode != -9:
            self.report.violations.append(f"a life ended by itself ({life.returncode}): {errors[-400:]}")
        self._serial += acts + 1

    def _hear(self, line: str, life: subprocess.Popen[str]) -> None:
        if not line.endswith("\n"):
            return
        word, *rest = line.split()
        if word == "ack":
            self._acknowledged.add((rest[0], rest[1]))
        elif word == "settled":
            self._check(json.loads(Path(rest[0]).read_text(encoding="utf-8")))
            go_on(life)

    # --- the comparison --------------------------------------------------------------------------------------------
    def _check(self, settled: dict[str, Any]) -> None:
        rows = self._lists.day()
        orders: list[dict[str, Any]] = settled["orders"]
        found = [
            *lost_facts(self._acknowledged, {tuple(k) for k in settled["keys"]}),
            *false_blotter(orders, rows),
            *false_verdicts(orders, rows),
            *doubled_posts(orders, rows),
        ]
        self.report.violations += [f"round {self.report.rounds}: {text}" for text in found]
        self.report.checks += 1
        self.report.facts = len(self._acknowledged)
        self.report.orders = len([row for row in rows if kind(row) != "cancel"])
        self.report.verdicts = Counter(order["state"] for order in orders if order["own"])


def kind(row: Row) -> str:
    change = f"{row['mdfy_cncl']} {row['io_tp_nm']}"
    return "cancel" if "취소" in change else "amend" if "정정" in change else "new"


def go_on(life: subprocess.Popen[str]) -> None:
    """Let it trade now that it was compared. Written past the buffer: what a dead one leaves there fails at its end."""
    assert life.stdin is not None
    with suppress(BrokenPipeError):  # it was killed meanwhile
        os.write(life.stdin.fileno(), b"\n")


def lost_facts(acknowledged: set[tuple[str, str]], kept: set[tuple[Any, ...]]) -> list[str]:
    return [f"an acknowledged fact is gone: {key}" for key in sorted(acknowledged - kept)]


def false_blotter(orders: Sequence[dict[str, Any]], rows: Sequence[Row]) -> list[str]:
    """Every number of the broker exactly once, ours, with its figures; and no number that the broker does not have."""
    shown = Counter(order["number"] for order in orders if order["number"] is not None)
    listed = {int(row["ord_no"]): row for row in rows if kind(row) != "cancel"}
    found = [f"number {n} is shown {count} times" for n, count in shown.items() if count != 1]
    found += [f"number {n} of the broker is not shown" for n in sorted(listed.keys() - shown.keys())]
    found += [f"number {n} is shown and not the broker's" for n in sorted(shown.keys() - listed.keys())]
    for order in orders:
        row = listed.get(order["number"])
        if row is None:
            continue
        ours = (order["quantity"], order["price"], order["filled"], order["remaining"])
        theirs = tuple(int(row[name] or 0) for name in ("ord_qty", "ord_uv", "cntr_qty", "ord_remnq"))
        if ours != theirs:
            found.append(f"number {order['number']}: shown {ours}, listed {theirs}")
        if not order["own"]:
            found.append(f"number {order['number']} was sent by us and is shown as from elsewhere")
        if order["doubts"]:
            found.append(f"number {order['number']} is doubted: {order['doubts']}")
    return found


def false_verdicts(orders: Sequence[dict[str, Any]], rows: Sequence[Row]) -> list[str]:
    """What is called not placed or refused and is at the broker all the same; what has no verdict at all."""
    found = []
    there = Counter(content(row) for row in rows if kind(row) == "new")
    moved = Counter((int(row["ori_ord"]), int(row["ord_uv"])) for row in rows if kind(row) == "amend")
    for order in orders:
        if order["state"] in ("sending", "unconfirmed"):
            found.append(f"{order['id']} has no verdict")
        elif order["number"] is None:
            wanted = (order["of"], order["price"]) if order["replaces"] else (order["quantity"], order["price"])
            if (moved if order["replaces"] else there)[wanted] and not _shared(order, orders):
                found.append(f"{order['id']} is {order['state']} and the broker has it: {wanted}")
    return found


def _shared(order: dict[str, Any], orders: Sequence[dict[str, Any]]) -> bool:
    """An amendment may be tried again with the same content after it was called absent."""
    same = ("quantity", "price", "replaces", "of")
    return any(o["number"] is not None and all(o[s] == order[s] for s in same) for o in orders)


def doubled_posts(orders: Sequence[dict[str, Any]], rows: Sequence[Row]) -> list[str]:
    """More orders at the broker than there were intents of that content. Contents are unique by construction."""
    intents = Counter((o["quantity"], o["price"]) for o in orders if o["own"] and not o["replaces"])
    arrived = Counter(content(row) for row in rows if kind(row) == "new")
    found = [f"{what}: {n} orders, {intents[what]} intents" for what, n in arrived.items() if n > intents[what]]
    asked = Counter[int]()
    for order in orders:
        if order["number"] is not None:
            asked[order["number"]] += order["cancels"]
    cancels = Counter(int(row["ori_ord"]) for row in rows if kind(row) == "cancel")
    return found + [f"number {n}: {k} cancels, {asked[n]} asked" for n, k in cancels.items() if k > asked[n]]


def content(row: Row) -> tuple[int, int]:
    return int(row["ord_qty"]), int(row["ord_uv"])


def run(rounds: int, seed: int, seconds: float = 1e9) -> Report:
    """`rounds` lives on one exchange; the points of death take turns in random order."""
    ends = time.monotonic() + seconds
    chance = random.Random(seed)
    points: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kill-test-") as folder, KillTest(Path(folder), seed) as test:
        for _ in range(rounds):
            if time.monotonic() > ends:
                break
            points = points or chance.sample(WHERE, len(WHERE))
            test.round(points.pop())
        test.settle()
        return test.report


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py kill-test")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began, whole = time.monotonic(), Report()
    ends = began + options.seconds
    shares = [min(SHARE, options.rounds - done) for done in range(0, options.rounds, SHARE)]
    with ThreadPoolExecutor(options.jobs) as pool:
        seeds = range(options.seed, options.seed + len(shares))
        for report in pool.map(lambda rounds, seed: run(rounds, seed, ends - time.monotonic()), shares, seeds):
            whole.add(report)
            print(f"{whole.rounds} kills, {len(whole.violations)} violations", flush=True)
    print(whole)
    print(f"in {time.monotonic() - began:.0f} s, seeds {seeds[0]} to {seeds[-1]}")
    return int(bool(whole.violations))


if __name__ == "__main__":
    sys.exit(main())
