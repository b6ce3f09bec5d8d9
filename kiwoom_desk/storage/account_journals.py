"""The journals of the data folder, opened by environment and account, each under its lock (docs/decisions.md 13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage.account_tag import identity_of, key_name, name_of
from kiwoom_desk.storage.folders import Folders
from kiwoom_desk.storage.journal import SqliteJournal, open_journal
from kiwoom_desk.storage.lock import InstanceLock
from kiwoom_desk.storage.troubles import sentence
from kiwoom_desk.trading.environments import Environment
from kiwoom_desk.trading.ports import AccountName, JournalBroken, Keys


class InUse(JournalBroken):
    """Another program has this account open; it was asked to show its window."""


class AccountJournals:
    """`open` is what a lane needs (`OpenJournal`). `raise_requested` is polled to bring the window to the front."""

    def __init__(self, folders: Folders, now: Callable[[], datetime]) -> None:
        self._folders, self._now = folders, now
        self._locks: set[InstanceLock] = set()
        self.opened: list[SqliteJournal] = []

    def reserve(self, environment: Environment, market: Market, keys: Keys) -> Callable[[], None]:
        """Before a sign-in, which would throw out another program with this key. Returns the call that gives it back.

        Takes some 50 ms. Raises InUse or JournalBroken, in Korean."""
        lock = self._take(key_name(self._folders.journals, environment.world, market, keys))
        return lambda: self._release(lock)

    def open(self, environment: Environment, market: Market, account: AccountName) -> SqliteJournal:
        """Takes some 100 ms and more for long journals. Raises JournalBroken, JournalRefused or InUse, in Korean."""
        identity = identity_of(self._folders.journals, environment.world, market, account)
        name = name_of(identity)
        lock = self._take(name)
        try:
            journal = open_journal(
                self._folders.journals,
                name,
                identity,
                self._folders.evidence,
                self._now(),
                closed=lambda: self._closed(journal, lock),
            )
        except BaseException:
            self._release(lock)
            raise
        self.opened.append(journal)
        return journal

    def of(self, market: Market) -> SqliteJournal | None:
        """This market's open journal."""
        return next((journal for journal in self.opened if journal.identity.market == market.value), None)

    def raise_requested(self) -> bool:
        """True once for each time that another start asked for our window."""
        return any(lock.raise_requested() for lock in tuple(self._locks))

    def _take(self, name: str) -> InstanceLock:
        lock = InstanceLock(self._folders.locks, name)
        try:
            if not lock.acquire():
                lock.ask_to_raise()
                raise InUse("이 계좌는 이미 실행 중인 프로그램에서 쓰고 있습니다. 그 창을 앞으로 가져옵니다.")
        except OSError as error:
            raise JournalBroken(sentence(error)) from error
        self._locks.add(lock)
        return lock

    def _closed(self, journal: SqliteJournal, lock: InstanceLock) -> None:
        self.opened.remove(journal)
        self._release(lock)

    def _release(self, lock: InstanceLock) -> None:
        self._locks.discard(lock)
        lock.release()
