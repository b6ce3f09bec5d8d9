"""증거 묶음: the journal's own rows, what is missing from them, and all that a stranger needs to check it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiwoom_desk.domain.facts import Accepted, Fact, OrderId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.storage.codec import encode
from kiwoom_desk.storage.evidence import HEADER, NOT_ON_DISK, Dossier, Words, bundle
from kiwoom_desk.storage.export import write_bundle
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.storage.proof import Proof
from tests.storage.journals import OURS, black_box, database, using, write
from tests.support.day import answered, at, draft, placing, pushed, ref
from tests.trading.test_story import CHAIN, WIRE

WORDS = Words(lambda order: f"<상태 {order.state.value}>", lambda member: f"[{member.value}]")
OTHERS: Sequence[Fact] = (placing("Z", 0.05), answered("Z", 0.2, Accepted(ref(77))))


def proven(folder: Path, facts: Iterable[Fact], spoil: str = "") -> Proof:
    """What the file proves of `facts` after `spoil` was done to it behind the program's back."""
    found: list[Proof] = []

    async def work(journal: SqliteJournal) -> None:
        if spoil:
            edit(folder, spoil)
        found.append(journal.prove(facts))

    using(folder, work)
    return found[0]


def edit(folder: Path, statement: str) -> None:
    db = sqlite3.connect(database(folder))
    db.execute("DROP TRIGGER fact_is_never_changed")
    db.execute("DROP TRIGGER fact_is_never_removed")
    db.execute(statement)
    db.commit()
    db.close()


def dossier(facts: Sequence[Fact], name: str = "A") -> Dossier:
    ledger = Ledger(facts)
    order = ledger.order(OrderId(name))
    assert order is not None
    return Dossier.of(ledger, order, "연습", "0123", at(100))


def in_zip(folder: Path, files: Mapping[str, bytes]) -> zipfile.ZipFile:
    write_bundle(folder / "evidence.zip", files)
    return zipfile.ZipFile(folder / "evidence.zip")


# --- the proof ------------------------------------------------------------------------------------------------------
def test_rows_come_from_the_file_in_their_places(tmp_path: Path) -> None:
    write(tmp_path, [CHAIN[0], *OTHERS, *CHAIN[1:]])
    proof = proven(tmp_path, CHAIN)
    assert [row.body for row in proof.rows] == [encode(fact) for fact in CHAIN]
    assert [row.seq for row in proof.rows][:3] == [1, 4, 5] and proof.length == len(CHAIN) + 2
    assert proof.whole and proof.rows[0].prev == proof.first and proof.rows[-1].hash == proof.last
    assert "모두 이어집니다" in proof.sentences[0] and "모두 기록 파일에 있" in proof.sentences[-1]


def test_a_cut_tail_is_told_though_the_chain_before_it_is_whole(tmp_path: Path) -> None:
    write(tmp_path, CHAIN)
    proof = proven(tmp_path, CHAIN, "DELETE FROM fact WHERE seq > 2")
    assert (proof.length, proof.fault, len(proof.rows), len(proof.absent)) == (2, None, 2, len(CHAIN) - 2)
    assert (proof.cut, proof.sends) == (len(CHAIN) - 2, 4) and not proof.whole
    told = " ".join(proof.sentences)
    assert f"사실 {len(CHAIN) - 2}건이 기록 파일에 없습니다" in told and "블랙박스에 있는 전송 4건" in told
    assert "끝 13건이 파일에서 없어졌습니다" in told


def test_an_edit_ends_the_chain_and_what_follows_is_not_vouched_for(tmp_path: Path) -> None:
    write(tmp_path, CHAIN)
    proof = proven(tmp_path, CHAIN, "UPDATE fact SET body = replace(body, '71200', '71201') WHERE seq = 3")
    assert proof.length == 2 and len(proof.rows) == 2 and "끊겼습니다" in proof.sentences[0] and not proof.whole


def test_a_file_that_is_gone_or_no_database_is_told_in_korean(tmp_path: Path) -> None:
    write(tmp_path, CHAIN)

    async def work(journal: SqliteJournal) -> None:
        database(tmp_path).rename(tmp_path / "away")
        assert "기록 파일이 없습니다" in journal.prove(CHAIN).sentences[0]
        database(tmp_path).write_bytes(b"x" * 8192)
        assert "손상" in journal.prove(CHAIN).sentences[0]
        database(tmp_path).unlink()
        (tmp_path / "away").rename(database(tmp_path))

    using(tmp_path, work)


def test_what_was_only_noted_is_written_first_and_a_closed_journal_still_proves(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        for fact in CHAIN:
            journal.note(fact)
        assert journal.prove(CHAIN).whole

    closed = using(tmp_path, work)
    assert closed.prove(CHAIN).whole
    black_box(tmp_path).unlink()
    black_box(tmp_path).mkdir()
    assert "블랙박스를 읽지 못해" in " ".join(closed.prove(CHAIN).sentences)


# --- the bundle -----------------------------------------------------------------------------------------------------
def test_a_stranger_computes_the_chain_again_from_the_zip_alone(tmp_path: Path) -> None:
    write(tmp_path, [CHAIN[0], *OTHERS, *CHAIN[1:]])
    about = dossier(CHAIN)
    with in_zip(tmp_path, bundle(about, proven(tmp_path, about.facts), WORDS)) as packed:
        told = json.loads(packed.read("facts.json"))
        readme = packed.read("README.txt").decode("utf-8-sig")
    assert all(word in readme for word in ("prev", "seq", "kind", "request", "body", "빅엔디언", "SHA-256"))
    assert (told["environment"], told["account"]) == ("연습", "****0123") and told["journal"]["whole"] is True
    hashes: dict[int, str] = {0: told["journal"]["first"]}
    for row in told["facts"]:
        assert recomputed(row) == row["hash"], "as the note in the bundle says"
        hashes[row["seq"]] = row["hash"]
    linked = [row for row in told["facts"] if row["seq"] - 1 in hashes]
    assert all(row["prev"] == hashes[row["seq"] - 1] for row in linked) and len(linked) == len(CHAIN) - 1
    assert hashes[told["journal"]["rows"]] == told["journal"]["last"]
    forged = {**told["facts"][2], "body": told["facts"][2]["body"].replace("71200", "71201")}
    assert recomputed(forged) != forged["hash"]
    assert OURS.account not in json.dumps(told), "the journal's tag of the account stays at home"


def recomputed(row: Mapping[str, Any]) -> str:
    """README.txt, word for word."""
    text = bytes.fromhex(row["prev"])
    for part in (str(row["seq"]), row["at"], row["kind"], row["request"] or "", row["body"]):
        raw = part.encode("utf-8")
        text += len(raw).to_bytes(8, "big") + raw
    return hashlib.sha256(text).hexdigest()


def table(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["order.csv"].decode("utf-8-sig"), newline="")))


def test_the_table_says_when_by_both_clocks_with_date_and_zone_and_spoils_no_number(tmp_path: Path) -> None:
    sent = replace(placing("A", 0.2), gesture_at=at(0.1), there=at(0.2) + timedelta(seconds=5))
    facts: list[Fact] = [sent, replace(answered("A", 0.3, Accepted(ref(7))), wire=WIRE), pushed(7, 1, draft())]
    write(tmp_path, facts)
    rows = table(bundle(dossier(facts), proven(tmp_path, facts), WORDS))
    assert tuple(rows[0]) == HEADER and {row["환경"] for row in rows} == {"연습"}
    assert {row["계좌(끝 네 자리)"] for row in rows} == {"****0123"} and {row["주문번호"] for row in rows} == {
        "'0000007"
    }
    first, answer, report = rows
    assert first["시각(PC)"] == "2026-11-23T10:00:00.200+09:00" and first["계기시각"] == "2026-11-23T10:00:00.100+09:00"
    assert [row["시각(시장)"][11:23] for row in rows] == ["10:00:05.200", "10:00:05.300", "10:00:06.000"]
    assert (first["요청"], first["첫바이트ms"], first["응답 상태"]) == ("kt10000", "0.9", "")
    assert (answer["응답 상태"], answer["끝ms"], answer["요청"]) == ("200", "11.2", "")
    assert [row["기록 번호"] for row in rows] == ["1", "2", "3"] and report["첫바이트ms"] == ""


def test_a_fact_that_is_not_on_disk_is_marked_wherever_it_is_told(tmp_path: Path) -> None:
    write(tmp_path, CHAIN[:2])
    files = bundle(dossier(CHAIN), proven(tmp_path, CHAIN), WORDS)
    assert [row["기록 번호"] for row in table(files)] == ["1", "2", *[NOT_ON_DISK] * (len(CHAIN) - 2)]
    assert len(json.loads(files["facts.json"])["not_on_disk"]) == len(CHAIN) - 2
    page = files["order.html"].decode()
    assert page.count(NOT_ON_DISK) >= len(CHAIN) - 2 and "class=bad" in page


@pytest.mark.parametrize("name", ["A", "B", "C"])
def test_the_page_has_the_whole_chain_as_a_tree_in_words(tmp_path: Path, name: str) -> None:
    write(tmp_path, CHAIN)
    about = dossier(CHAIN, name)
    page = bundle(about, proven(tmp_path, about.facts), WORDS)["order.html"].decode()
    assert page.count("└ 정정") == 2 and page.count("└ 취소") == 2
    assert all(f"#{number:07d}" in page for number in range(1, 6))
    assert "&lt;상태 replaced&gt;" in page and "[KRX]" in page and "[limit]" in page
    assert "<th>환경</th><td>연습</td>" in page and "****0123" in page
    assert "2026-11-23T10:00:00.100+09:00" in page
