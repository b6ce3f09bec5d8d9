"""A journal in a test's folder, opened and closed in one breath."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path

from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.storage.journal import SqliteJournal, open_journal
from kiwoom_desk.storage.journal_file import Identity
from tests.support.facts import MORNING

OURS = Identity("practice", "stock", "tag-of-ours")


def opened(folder: Path, identity: Identity = OURS) -> SqliteJournal:
    return open_journal(folder / "journals", "ours", identity, folder / "evidence", MORNING)


def using(folder: Path, work: Callable[[SqliteJournal], Awaitable[None]], identity: Identity = OURS) -> SqliteJournal:
    """Open, do `work`, close; the closed journal still tells what its opening found."""

    async def run() -> SqliteJournal:
        journal = opened(folder, identity)
        try:
            await work(journal)
        finally:
            await journal.close()
        return journal

    return asyncio.run(run())


def write(folder: Path, facts: Sequence[Fact]) -> None:
    async def work(journal: SqliteJournal) -> None:
        for fact in facts:
            await journal.append(fact)

    using(folder, work)


def read(folder: Path, since: date | None = None) -> list[Fact]:
    found: list[Fact] = []

    async def work(journal: SqliteJournal) -> None:
        found.extend(journal.replay(since))

    using(folder, work)
    return found


def database(folder: Path) -> Path:
    return folder / "journals" / "ours.journal"


def black_box(folder: Path) -> Path:
    return folder / "journals" / "ours.blackbox"
