"""Canaries for app key, secret, token and account through one whole run: not one byte of them anywhere (S2)."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kiwoom_desk import app
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.simulator import tokens
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.ports import Keys
from tests.faults.test_leaving import buy, desk, with_exchange
from tests.support.until import until

CANARIES = {
    "stock": ("CANARYSTOCKAPPKEY000001", "CANARYSTOCKSECRET000001", "7351928411"),
    "gold": ("CANARYGOLDAPPKEY0000001", "CANARYGOLDSECRET0000001", "7351928461"),
}


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys and accounts of this run alone, at the exchange and in the program."""
    words: list[str] = []
    for kind, (key, secret, account) in CANARIES.items():
        client = replace(tokens.CLIENTS[kind], appkey=key, secretkey=secret, number=account)  # type: ignore[index]
        monkeypatch.setitem(tokens.CLIENTS, kind, client)  # type: ignore[misc]
        words += [key, secret, account, account[:8]]
    keys = {Market(kind): Keys(key, secret) for kind, (key, secret, _) in CANARIES.items()}
    monkeypatch.setattr(app, "PRACTICE_KEYS", keys)
    return words


def issued(server: PracticeServer, of: str = "") -> list[str]:
    """Every token the exchange has given out, or that of one app key."""
    given = server.call(lambda: list(server._exchange._tokens._tokens.values()))
    return [token.text for token in given if of in ("", token.client.appkey)]


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file by its path, and what lies inside the archives."""
    found: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    found |= {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
    return found


async def sent(mine: OrderDesk, gesture: Callable[[], Gesture], draft: OrderDraft) -> Order:
    """An order that has left: on a machine too busy to send one in time it is pressed again."""
    for more in range(10):
        order = await mine.place(replace(draft, quantity=draft.quantity + more), gesture())
        if order.state is not OrderState.NOT_PLACED:
            return order
    raise AssertionError("no order left in ten presses")


def test_no_secret_is_in_any_byte_that_a_run_leaves_behind(
    tmp_path: Path, canaries: list[str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    exports = tmp_path / "exports"
    exports.mkdir()

    async def story(program: app.Program, server: PracticeServer) -> None:
        canaries.extend(issued(server))
        mine, work = desk(program), program.workspace
        draft = await buy(program)
        assert draft.price is not None
        row = await mine.place(draft, work.gesture(), "삼성전자")
        child = await mine.amend(row.id, AmendDraft(None, draft.price + 100), work.gesture())
        server.faults.arm(on="kt10000", do="lose_after")
        lost = await mine.place(replace(draft, quantity=3), work.gesture())
        await until(lambda: (o := mine.order(lost.id)) is not None and o.state is OrderState.WORKING)
        for fault in ("token_error", "limit", "half_body", "html"):
            server.faults.arm(on="kt10000", do=fault)
            await mine.place(replace(draft, quantity=4 + len(fault)), work.gesture())
            await asyncio.sleep(0)
        canaries.extend(issued(server))
        echo = f"<pre>Bearer {' '.join(issued(server, of=CANARIES['stock'][0]))} {' '.join(CANARIES['stock'])}</pre>"
        server.faults.arm(on="kt10000", do="html", text=echo)
        await sent(mine, work.gesture, replace(draft, quantity=21))
        server.faults.arm(on="kt10000", do="refuse", return_code=20, code="RC4000", text=f"거부 {echo}")
        refused = await sent(mine, work.gesture, replace(draft, quantity=40))
        assert refused.state is OrderState.REJECTED
        assert "•••" in refused.reason, "the broker's sentence is shown, without our secrets"
        await mine.cancel(child.id, None, work.gesture())
        server.faults.arm(on="market", do="cut_streams")
        server.faults.arm(on="list", do="status", status=500)
        assert work.connection is not None
        await work.connection.look_now()
        evidence = program.evidence_of(Market.STOCK, mine)
        assert evidence is not None
        for order in mine.orders():
            await evidence(exports / f"{order.id}.zip", order.id)
        rows = [[order.id, repr(order)] for order in mine.orders()]
        program.export_table(exports / "orders.csv", ["id", "order"], rows)
        shown = [notice.text for notice in work.notices.recent] + [repr(order) for order in mine.orders()]
        (tmp_path / "shown.txt").write_text("\n".join(shown), encoding="utf-8")
        canaries.extend(issued(server))

    with_exchange(tmp_path, story)
    written = contents(tmp_path)
    names = " ".join(written)
    assert ".journal" in names and ".blackbox" in names and "kiwoom-desk.log" in names and ".zip/" in names
    assert len(canaries) >= 8 + 2 and all(len(word) >= 8 for word in canaries)
    out, err = capfd.readouterr()
    told = {
        **written,
        "output": (out + err).encode(),
        "log records": " ".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records).encode(),
        "arguments": " ".join(sys.argv).encode(),
        "environment": " ".join(f"{k}={v}" for k, v in os.environ.items()).encode(),
        "names": names.encode(),
    }
    found = [(where, word[:6]) for where, content in told.items() for word in canaries if word.encode() in content]
    assert found == []


def test_the_search_itself_finds_what_is_there(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", "CANARYSTOCKAPPKEY000001")
    assert any(b"CANARYSTOCKAPPKEY000001" in content for content in contents(tmp_path).values())
