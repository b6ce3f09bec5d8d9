"""The tour as anybody starts it, against an exchange in a process of its own; the exchange has the last word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from kiwoom_desk.tour.steps import STEPS
from kiwoom_desk.tour.witness import Witness

KEYS = {
    "environment", "account_kind", "venue", "symbol", "side", "type", "quantity", "price", "trigger", "filled",
    "remaining", "state", "order_number", "original_number", "channel",
}  # fmt: skip
ENV = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}


@contextmanager
def exchange() -> Iterator[dict[str, str]]:
    """A stand-alone practice exchange at ten in the morning; its own first line says where it is."""
    words = [sys.executable, "-m", "kiwoom_desk.simulator", "--port", "0", "--clock", "2026-11-23T10:00:00"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            assert process.wait(20) == 0


def test_a_day_through_the_window_ends_as_the_exchange_says(tmp_path: Path) -> None:
    with exchange() as where:
        words = [
            "--tour",
            "--out",
            str(tmp_path),
            "--practice-url",
            where["rest"],
            "--data-dir",
            str(tmp_path / "data"),
        ]
        ended = subprocess.run(
            [sys.executable, "-m", "kiwoom_desk", *words],
            env=ENV,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,  # a guard against a hang, not a measure
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        orders = json.loads((tmp_path / "orders.json").read_text(encoding="utf-8"))
        check_orders(orders)
        check_exchange(orders, where)
    check_pictures(tmp_path)


def check_orders(orders: list[dict[str, Any]]) -> None:
    assert orders and all(set(order) >= KEYS for order in orders)
    assert {o["environment"] for o in orders} == {"practice"}
    assert {o["venue"] for o in orders} == {"KRX", "NXT", "SOR"}
    assert {"0", "3", "28", "00"} <= {o["type"] for o in orders}
    assert {"filled", "canceled", "replaced", "rejected"} <= {o["state"] for o in orders}
    numbers = [o["order_number"] for o in orders if o["order_number"] is not None]
    assert all(len(n) == 7 and n.isdigit() for n in numbers) and len(set(numbers)) == len(numbers)
    assert any(0 < o["filled"] < o["quantity"] and o["state"] in ("canceled", "filled") for o in orders)
    amended = {o["original_number"] for o in orders} - {None}
    assert amended <= set(numbers)
    gold = [o for o in orders if o["account_kind"] == "gold"]
    assert {o["side"] for o in gold} == {"buy", "sell"}


def check_exchange(orders: list[dict[str, Any]], where: dict[str, str]) -> None:
    """Asked by ourselves: every number of both accounts, with its figures."""
    keys = {"stock": ("appkey", "secretkey"), "gold": ("gold_appkey", "gold_secretkey")}
    for kind, (app_key, secret) in keys.items():
        rows = Witness(where["rest"], where[app_key], where[secret], kind).orders("20261123")
        mine = {o["order_number"]: o for o in orders if o["account_kind"] == kind and o["order_number"]}
        assert set(mine) == {n for n, row in rows.items() if "취소" not in row.change}
        for number, order in mine.items():
            row = rows[number]
            figures = (row.quantity, row.filled, row.remaining, row.symbol, row.side)
            assert (order["quantity"], order["filled"], order["remaining"], order["symbol"], order["side"]) == figures


def check_pictures(folder: Path) -> None:
    pictures = sorted(folder.glob("*.png"))
    assert len(pictures) == len(STEPS)
    for path in pictures:
        image = QImage(str(path))
        assert image.width() >= 1_000 and image.height() >= 700
        spots = {image.pixel(x, y) for x in range(0, image.width(), 40) for y in range(0, image.height(), 40)}
        assert len(spots) > 5, f"{path.name} is blank"
