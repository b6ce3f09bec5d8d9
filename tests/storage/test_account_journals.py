"""Journals by environment and account: one program each, found again at the next start."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage.account_journals import AccountJournals, InUse
from kiwoom_desk.storage.folders import Folders
from kiwoom_desk.storage.journal_file import JournalRefused
from kiwoom_desk.trading.environments import LIVE, MOCK
from kiwoom_desk.trading.lane import OpenJournal
from kiwoom_desk.trading.ports import AccountName, Keys
from tests.support.facts import MORNING, placing
from tests.support.faults import fault

ACCOUNT, OTHER = AccountName("8123456711"), AccountName("8123456811")


def program(folder: Path) -> AccountJournals:
    return AccountJournals(Folders.of_user(folder), lambda: MORNING)


def test_it_is_what_a_lane_opens_its_journal_with(tmp_path: Path) -> None:
    opens: OpenJournal = program(tmp_path).open
    journal = opens(LIVE, Market.STOCK, ACCOUNT)
    asyncio.run(journal.close())


@fault("X01")
def test_a_second_program_is_refused_and_the_first_hears_of_it(tmp_path: Path) -> None:
    """X01"""
    first, second = program(tmp_path), program(tmp_path)

    async def run() -> None:
        journal = first.open(LIVE, Market.STOCK, ACCOUNT)
        with pytest.raises(InUse, match="이미 실행 중"):
            second.open(LIVE, Market.STOCK, ACCOUNT)
        assert first.raise_requested() and not first.raise_requested()
        assert not second.raise_requested()
        await second.open(LIVE, Market.STOCK, OTHER).close()
        await second.open(MOCK, Market.STOCK, ACCOUNT).close()
        await journal.close()
        await journal.close()
        assert first.opened == [] and second.opened == []
        again = second.open(LIVE, Market.STOCK, ACCOUNT)
        await again.close()

    asyncio.run(run())


@fault("X01")
def test_a_key_is_kept_from_a_second_program_before_anybody_signs_in(tmp_path: Path) -> None:
    first, second = program(tmp_path), program(tmp_path)
    ours, theirs = Keys("our-app-key", "s"), Keys("their-app-key", "s")
    give_back = first.reserve(LIVE, Market.STOCK, ours)
    with pytest.raises(InUse, match="이미 실행 중"):
        second.reserve(LIVE, Market.STOCK, ours)
    assert first.raise_requested()
    second.reserve(LIVE, Market.STOCK, theirs)()
    second.reserve(MOCK, Market.STOCK, ours)()
    give_back()
    second.reserve(LIVE, Market.STOCK, ours)()
    assert not any(b"our-app-key" in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not any("our-app-key" in file.name for file in tmp_path.rglob("*"))


def test_every_account_finds_its_own_facts_again(tmp_path: Path) -> None:
    async def run() -> None:
        lanes = [(LIVE, Market.STOCK, ACCOUNT), (LIVE, Market.GOLD, ACCOUNT), (LIVE, Market.STOCK, OTHER)]
        for n, lane in enumerate(lanes):
            journal = program(tmp_path).open(*lane)
            await journal.append(placing(n))
            await journal.close()
        for n, lane in enumerate(lanes):
            journal = program(tmp_path).open(*lane)
            assert journal.replay() == [placing(n)]
            await journal.close()

    asyncio.run(run())


def test_a_swapped_file_is_refused_and_its_lock_given_back(tmp_path: Path) -> None:
    """X03, by hand: the journal of the mock renamed to the live one's name."""

    async def run() -> None:
        await program(tmp_path).open(MOCK, Market.STOCK, ACCOUNT).close()
        await program(tmp_path).open(LIVE, Market.STOCK, ACCOUNT).close()
        folder = Folders(tmp_path).journals
        (mock,), (live,) = folder.glob("mock-*.journal"), folder.glob("live-*.journal")
        mock.replace(live)
        for _ in range(2):
            with pytest.raises(JournalRefused, match="다른 환경"):
                program(tmp_path).open(LIVE, Market.STOCK, ACCOUNT)

    asyncio.run(run())
