"""The one place that builds everything and joins it. It decides nothing."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from kiwoom_desk import __version__
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.kiwoom.tls import make_context
from kiwoom_desk.options import Options
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.account_journals import AccountJournals, InUse
from kiwoom_desk.storage.directory_cache import DirectoryFiles
from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.storage.evidence import Dossier, Words, bundle
from kiwoom_desk.storage.export import csv_bytes, why_unsaved, write_bundle
from kiwoom_desk.storage.folders import Folders
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.storage.log import Scrubber, start_logging
from kiwoom_desk.storage.rules_file import load_rules
from kiwoom_desk.storage.settings import SettingsFile
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.chain import Book, Past, WriteEvidence, by_day
from kiwoom_desk.trading.clock import SystemClock
from kiwoom_desk.trading.environments import PRACTICE, Environment, World
from kiwoom_desk.trading.heartbeat import Heartbeat
from kiwoom_desk.trading.ports import AccountName, Journal, Keys
from kiwoom_desk.trading.workspace import Outside, Workspace
from kiwoom_desk.ui import labels
from kiwoom_desk.updates import CannotTell, feed_of, latest, newer

log = logging.getLogger(__name__)

PRACTICE_KEYS: Mapping[Market, Keys] = {
    Market.STOCK: Keys("practice-appkey", "practice-secretkey"),
    Market.GOLD: Keys("practice-gold-appkey", "practice-gold-secretkey"),
}
"""The practice exchange's published keys (docs/decisions.md 12); they open nothing else."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whose journal it is: held on to, it names and proves the same account wherever the trader goes by then."""

    market: Market
    world: World
    tail: str
    journal: SqliteJournal


class Program:
    """Everything that lives as long as the process. `start` once, `close` once.

    `elsewhere` says that another program has an account or an app key of this one open."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.folders = Folders.of_user(options.data_dir)
        self.folders.make()
        self.scrubber = Scrubber()
        self._end_logging = start_logging(self.folders.logs, self.scrubber)
        self.clock = SystemClock()
        self.settings = SettingsFile(self.folders.settings)
        self.rules = load_rules(resource("market_rules.json"), self.folders.rules)
        self.exchange: PracticeServer | None = None
        self._opened: dict[str, AccountJournals] = {}
        self._run = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}"
        self.elsewhere = False
        cache = DirectoryFiles(self.folders.cache)
        outside = Outside(open_gateway, self._open_journal, self._practice, cache, self._reserve)
        self.workspace = Workspace(self.clock, self.settings, self.rules.rules, _Vault(self.scrubber), outside)
        self.workspace.ask_version = self._ask_version
        self.heartbeat = Heartbeat(self.clock, self._woke, self._beat)

    async def close(self) -> None:
        """In reverse order of building; the journal is closed before the exchange it talks to."""
        await self.workspace.close()
        if self.exchange is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.exchange.stop)
            self.exchange = None
        self._end_logging()

    def raise_requested(self) -> bool:
        """True when a second start of the program asked for this window."""
        asked = [journals.raise_requested() for journals in self._opened.values()]
        return any(asked)

    def _woke(self, reason: str) -> None:
        if self.workspace.connection is not None:
            self.workspace.connection.woke_up(reason)

    def _beat(self) -> None:
        if self.workspace.connection is not None:
            self.workspace.connection.watchdog.beat()

    async def _ask_version(self) -> str:
        """Whether there is a newer version, as Korean text; asked only when the trader asks."""
        try:
            found = await latest(feed_of(resource("release.json")), make_context())
        except CannotTell as why:
            return str(why)
        if not newer(found.version, __version__):
            return f"쓰고 있는 {__version__}이(가) 가장 새 판입니다."
        return f"새 판 {found.version}이(가) 있습니다. 직접 받아 설치하세요: {found.page}\n\n{found.notes}"

    # --- files for the trader ----------------------------------------------------------------------------------
    def export_table(self, path: Path, header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
        """A CSV that Excel opens as it is. Raises OSError with a Korean sentence."""
        try:
            write_whole(path, csv_bytes(header, rows))
        except OSError as failed:
            raise OSError(failed.errno or 0, why_unsaved(failed)) from failed

    def evidence_of(self, market: Market, book: Book) -> WriteEvidence | None:
        """What writes the evidence about an order of the desk `book`, wherever the trader goes by then. None unless it
        is the desk of now: another one's orders are not proven by this account's journal."""
        connection = self.workspace.connection
        if connection is None or connection.lanes[market].desk is not book:
            return None
        account = self._account(market)
        return None if account is None else partial(self._export_evidence, account, book)

    def _account(self, market: Market) -> _Account | None:
        """The account of now, None while its journal is not open."""
        connection = self.workspace.connection
        if connection is None:
            return None
        account, journal = connection.lanes[market].account, self._journals(connection.environment).of(market)
        if account is None or journal is None:
            return None
        return _Account(market, connection.environment.world, account.tail, journal)

    async def _export_evidence(self, account: _Account, book: Book, path: Path, order_id: OrderId) -> None:
        """Everything known about one order by now, proven in a thread. Raises OSError with a Korean sentence."""
        order = book.order(order_id)
        if order is None:
            raise OSError(0, "주문을 찾을 수 없습니다.")
        about = Dossier.of(book, order, labels.word(account.world), account.tail, self.clock.now())

        def write() -> None:
            write_bundle(path, bundle(about, account.journal.prove(about.facts), Words(labels.status, labels.word)))

        try:
            await asyncio.get_running_loop().run_in_executor(None, write)
        except OSError as failed:
            raise OSError(failed.errno or 0, why_unsaved(failed)) from failed

    async def past_orders(self) -> Sequence[Past]:
        """What the open journals hold of the days before today, each with what proves it. Raises JournalBroken with a
        Korean sentence."""
        accounts = [account for market in Market if (account := self._account(market)) is not None]
        read = partial(self._past, accounts, self.workspace.now().date())
        return await asyncio.get_running_loop().run_in_executor(None, read)

    def _past(self, accounts: Iterable[_Account], today: date) -> Sequence[Past]:
        """Reads the disk."""
        found = []
        for account in accounts:
            days = {day: facts for day, facts in by_day(account.journal.replay()).items() if day < today}
            found.append(Past(account.market, account.world, days, partial(self._writer, account)))
        return found

    def _writer(self, account: _Account, book: Book) -> WriteEvidence:
        return partial(self._export_evidence, account, book)

    # --- the practice exchange ---------------------------------------------------------------------------------
    async def _practice(self) -> tuple[Environment, Mapping[Market, Keys]]:
        """Where the practice exchange is; starts it on a free loopback port when none was named. Raises OSError."""
        if self.options.practice_url is not None:
            return PRACTICE.at(self.options.practice_url), PRACTICE_KEYS
        if self.exchange is None:
            server = PracticeServer(seed=self.options.seed)
            self.exchange = await asyncio.get_running_loop().run_in_executor(None, server.start)
            self.workspace.faults = self.exchange.faults
        return PRACTICE.at(self.exchange.rest), PRACTICE_KEYS

    # --- journals ----------------------------------------------------------------------------------------------
    def _open_journal(self, environment: Environment, market: Market, account: AccountName) -> Journal:
        """Raises JournalBroken with a Korean sentence; also when another program has the account open."""
        with self._first_of_its_kind():
            return self._journals(environment).open(environment, market, account)

    def _reserve(self, environment: Environment, market: Market, keys: Keys) -> Callable[[], None]:
        with self._first_of_its_kind():
            return self._journals(environment).reserve(environment, market, keys)

    @contextmanager
    def _first_of_its_kind(self) -> Iterator[None]:
        try:
            yield
        except InUse:
            self.elsewhere = True
            raise

    def _journals(self, environment: Environment) -> AccountJournals:
        """An exchange started inside forgets its orders with the run, so its journal is of this run as well."""
        part = ""
        if environment.world is World.PRACTICE:
            port = environment.rest.rsplit(":", 1)[1]
            part = f"practice-{self._run}" if self.options.practice_url is None else f"practice-{port}"
        folders = self.folders if not part else Folders(self.folders.root / part)
        # both lanes open at once, each in a thread of its own: whoever comes second gets what the first one keeps
        return self._opened.setdefault(part, AccountJournals(folders, self.clock.now))


class _Vault(KeyVault):
    """The key vault, with everything that comes out of it known to the log's net."""

    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__()
        self._scrubber = scrubber

    def get(self, world: World, market: Market) -> Keys | None:
        keys = super().get(world, market)
        if keys is not None:
            self._scrubber.hide(keys.app_key, keys.secret)
        return keys

    def put(self, world: World, market: Market, keys: Keys) -> bool:
        self._scrubber.hide(keys.app_key, keys.secret)
        return super().put(world, market, keys)


def resource(name: str) -> Path:
    """A file that came with the program: beside the package in a checkout, inside the bundle when frozen."""
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    return (Path(frozen) if frozen else Path(__file__).parents[1]) / "resources" / name
