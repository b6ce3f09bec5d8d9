"""What the trader takes out of the program for a dispute: of today, of a world that was left, of a day that is over."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import threading
import zipfile
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import Fact, OrderId
from kiwoom_desk.domain.instruments import SEOUL, Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.storage.proof import Proof
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.story import lines
from tests.end_to_end.test_drills import limit
from tests.end_to_end.test_spine import desk, far_price, lane, with_program
from tests.support.until import until


async def exported(program: Program, path: Path, order_id: OrderId) -> dict[str, bytes]:
    write = program.evidence_of(Market.STOCK, desk(program))
    assert write is not None
    await write(path, order_id)
    return contents(path)


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def now(program: Program, order_id: OrderId) -> Order:
    order = desk(program).order(order_id)
    assert order is not None
    return order


def account_tail(program: Program) -> str:
    account = lane(program).account
    assert account is not None
    return account.tail


def test_nothing_proves_the_orders_of_another_desk_than_that_of_now(tmp_path: Path) -> None:
    """Neither those of a connection that was left nor a book from anywhere else: it may be another account's."""

    async def story(program: Program) -> None:
        left = desk(program)
        await program.workspace.switch(World.PRACTICE)
        assert program.evidence_of(Market.STOCK, desk(program)) is not None
        assert program.evidence_of(Market.STOCK, left) is None
        assert program.evidence_of(Market.GOLD, desk(program)) is None
        assert program.evidence_of(Market.STOCK, Ledger()) is None

    with_program(tmp_path, story)


def kinds(files: dict[str, bytes]) -> list[str]:
    return [row["kind"] for row in json.loads(files["facts.json"])["facts"]]


def test_a_lost_order_s_bundle_has_its_looks_and_says_what_the_order_is_by_then(tmp_path: Path) -> None:
    found: dict[str, set[str]] = {}

    async def story(program: Program) -> None:
        price = await far_price(program, "005930")
        assert program.exchange is not None
        program.exchange.faults.arm(on="kt10000", do="lose_after")
        row = await desk(program).place(limit(price), program.workspace.gesture(), "<b>삼성</b>")
        write = program.evidence_of(Market.STOCK, desk(program))
        assert write is not None and row.state is OrderState.UNCONFIRMED
        await until(lambda: now(program, row.id).state is OrderState.WORKING)
        await desk(program).cancel(row.id, None, program.workspace.gesture())
        await until(lambda: now(program, row.id).state is OrderState.CANCELED)
        shown = desk(program)
        await program.workspace.switch(
            World.MOCK
        )  # from here on nothing more is heard of it: a look may have been under way
        found["shown"] = {line.what for line in lines(shown.story(row.id))}
        await write(tmp_path / "evidence.zip", row.id)

    with_program(tmp_path, story)
    files = contents(tmp_path / "evidence.zip")
    assert set(files) == {"order.html", "order.csv", "facts.json", "README.txt", "SHA256SUMS"}
    page = files["order.html"].decode("utf-8")
    assert "<th>상태</th><td>취소</td>" in page and "<th>환경</th><td>연습</td>" in page and "보통(지정가)" in page
    assert "kt10000" in page and "<b>삼성</b>" not in page and "찾음 — 프로그램" in page and "조회 1" in page
    assert "looked" in kinds(files) and json.loads(files["facts.json"])["journal"]["whole"] is True
    rows = list(csv.DictReader(io.StringIO(files["order.csv"].decode("utf-8-sig"), newline="")))
    assert found["shown"] == {row["사실"] for row in rows}
    assert all(datetime.fromisoformat(row["시각(시장)"]).utcoffset() == timedelta(hours=9) for row in rows)
    assert not any(secret in b"".join(files.values()) for secret in (b"practice-appkey", b"Bearer"))


def test_a_fill_and_two_cancels_behind_two_amendments_are_in_the_bundle_of_each(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        mine, work, price = desk(program), program.workspace, await far_price(program, "005930")
        first = await mine.place(limit(price, 6), work.gesture(), "삼성전자")
        assert program.exchange is not None
        program.exchange.faults.arm(on="amend", do="fill_first", quantity=1)
        second = await mine.amend(first.id, AmendDraft(None, price + 100), work.gesture())
        third = await mine.amend(second.id, AmendDraft(None, price + 200), work.gesture())
        await mine.cancel(third.id, 2, work.gesture())
        await mine.cancel(third.id, None, work.gesture())
        await until(lambda: now(program, third.id).state is OrderState.CANCELED)
        assert work.connection is not None
        await work.connection.look_now()
        bundles = [await exported(program, tmp_path / f"{o.id}.zip", o.id) for o in (first, second, third)]
        assert len({files["order.csv"] for files in bundles}) == 1
        for files in bundles:
            assert (kinds(files).count("placing"), kinds(files).count("cancelling")) == (3, 2)
            page = files["order.html"].decode("utf-8")
            assert (page.count("└ 정정"), page.count("└ 취소")) == (2, 2) and "체결번호" in page

    with_program(tmp_path, story)


def cut(folder: Path) -> None:
    (path,) = folder.rglob("*stock*.journal")
    db = sqlite3.connect(path)
    db.execute("DROP TRIGGER fact_is_never_removed")
    db.execute("DELETE FROM fact WHERE seq > 1")
    db.commit()
    db.close()


def test_facts_that_are_gone_from_the_disk_are_told(tmp_path: Path) -> None:
    async def story(program: Program) -> None:
        row = await desk(program).place(limit(await far_price(program, "005930")), program.workspace.gesture())
        cut(tmp_path)
        files = await exported(program, tmp_path / "cut.zip", row.id)
        page, told = files["order.html"].decode("utf-8"), json.loads(files["facts.json"])
        assert "건이 기록 파일에 없습니다" in page and "파일에서 없어졌습니다" in page
        assert told["journal"]["whole"] is False and told["not_on_disk"]

    with_program(tmp_path, story)


def test_it_is_proven_beside_the_window_and_what_goes_wrong_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(program: Program) -> None:
        row = await desk(program).place(limit(await far_price(program, "005930")), program.workspace.gesture())
        threads: list[threading.Thread] = []
        whole = SqliteJournal.prove

        def slow(journal: SqliteJournal, facts: Iterable[Fact]) -> Proof:
            threads.append(threading.current_thread())
            return whole(journal, facts)

        monkeypatch.setattr(SqliteJournal, "prove", slow)
        with pytest.raises(OSError, match="그 폴더가 없습니다"):
            await exported(program, tmp_path / "nowhere" / "a.zip", row.id)
        assert threads and threads[0] is not threading.main_thread()
        with pytest.raises(OSError, match="주문을 찾을 수 없습니다"):
            await exported(program, tmp_path / "a.zip", OrderId("nobody"))

    with_program(tmp_path, story)


def test_a_day_that_is_over_keeps_its_orders_and_their_evidence(tmp_path: Path) -> None:
    """The journal stays, the lists of the broker and of the window begin anew."""
    kept: list[OrderId] = []

    def day(clock: datetime, story: Callable[[Program], Awaitable[None]]) -> None:
        with PracticeServer(clock=clock, quiet=True) as server:
            port = server.rest.rsplit(":", 1)[1]
            for folder in tmp_path.glob("practice-*"):
                folder.rename(tmp_path / f"practice-{port}")
            with_program(tmp_path, story, practice_url=server.rest)

    async def yesterday(program: Program) -> None:
        row = await desk(program).place(limit(await far_price(program, "005930")), program.workspace.gesture())
        await desk(program).cancel(row.id, None, program.workspace.gesture())
        await until(lambda: now(program, row.id).state is OrderState.CANCELED)
        kept.append(row.id)
        assert [dict(past.days) for past in await program.past_orders()] == [{}, {}], "today is in the list of orders"

    async def today(program: Program) -> None:
        past = {past.market: past for past in await program.past_orders()}
        (facts,) = past[Market.STOCK].days.values()
        book = Ledger(facts)
        (order,) = book.orders()
        assert (order.id, order.state) == (kept[0], OrderState.CANCELED) and order not in desk(program).orders()
        tail = account_tail(program)
        await program.workspace.switch(World.MOCK)
        await past[Market.STOCK].evidence_of(book)(tmp_path / "old.zip", order.id)
        files = contents(tmp_path / "old.zip")
        told = json.loads(files["facts.json"])
        assert "cancelling" in kinds(files) and told["journal"]["whole"] is True, "its journal, though closed by now"
        assert (told["environment"], told["account"]) == ("연습", f"****{tail}")

    day(datetime(2026, 11, 23, 10, tzinfo=SEOUL), yesterday)
    day(datetime(2026, 11, 24, 10, tzinfo=SEOUL), today)
