"""One thread that writes: the interface never waits for a disk, a send does, and what need not wait goes along.

Entries that nobody waits for are written within `FLUSH_SECONDS`, or with the next that somebody waits for, in one
transaction and in the order in which they were given.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from kiwoom_desk.storage.journal_file import Entry
from kiwoom_desk.storage.troubles import CLOSED, UNWRITABLE
from kiwoom_desk.trading.ports import JournalBroken

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.05
MOST_KEPT = 20_000
"""Entries that a broken disk keeps waiting in memory; beyond it, what a look can repeat is let go."""

REPEATABLE = frozenset({"reported", "looked"})


class Unique(Exception):
    """The database refused a second send of one request; nothing else is wrong."""


@dataclass(slots=True)
class _Job:
    done: Future[None] | None
    entry: Entry | None = None
    call: Callable[[], None] | None = None


def _promise() -> Future[None]:
    """A future that nobody can cancel: what was given is written, whoever stops waiting for it."""
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()
    return done


class Writer:
    """`write` gets the entries of one transaction; it raises JournalBroken, which stays until `call(repair)` returns,
    or Unique. `broken` is that Korean sentence."""

    def __init__(self, write: Callable[[Sequence[Entry]], None], name: str) -> None:
        self._write = write
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._urgent = False
        self._flush_at: float | None = None
        self._closed = False
        self.broken: str | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    # --- from any thread -----------------------------------------------------------------------------------------
    def put(self, entry: Entry) -> Future[None]:
        """Resolved when it is on disk; fails with JournalBroken or Unique."""
        done = _promise()
        self._give(_Job(done, entry=entry))
        return done

    def note(self, entry: Entry) -> None:
        """Queued; kept in memory as long as the disk is broken."""
        if self.broken is not None and len(self._jobs) >= MOST_KEPT and entry.kind in REPEATABLE:
            return
        self._give(_Job(None, entry=entry))

    def call(self, work: Callable[[], None]) -> Future[None]:
        """Run in the writer's thread, after everything given before. Success ends `broken`."""
        done = _promise()
        self._give(_Job(done, call=work))
        return done

    def close(self, last: Callable[[], None]) -> Future[None]:
        """Write what waits, run `last`, end the thread."""
        done = _promise()
        self._give(_Job(done, call=last), closing=True)
        return done

    def _give(self, job: _Job, *, closing: bool = False) -> None:
        with self._wake:
            if self._closed:
                if job.done is not None:
                    job.done.set_exception(JournalBroken(CLOSED))
                return
            self._closed = closing
            self._jobs.append(job)
            if job.done is not None:
                self._urgent = True
            elif self._flush_at is None:
                self._flush_at = time.monotonic() + FLUSH_SECONDS
            self._wake.notify()

    # --- in the writer's thread ----------------------------------------------------------------------------------
    def _run(self) -> None:
        while True:
            batch, last = self._next()
            self._do(batch)
            if last:
                return

    def _next(self) -> tuple[list[_Job], bool]:
        """Everything given so far, once somebody waits or the oldest note is old enough."""
        with self._wake:
            while not self._urgent:
                rest = None if self._flush_at is None else self._flush_at - time.monotonic()
                if rest is not None and rest <= 0 and self.broken is None:
                    break
                self._wake.wait(None if self.broken is not None else rest)
            batch = list(self._jobs)
            self._jobs.clear()
            self._urgent, self._flush_at = False, None
            return batch, self._closed

    def _do(self, batch: Sequence[_Job]) -> None:
        entries: list[_Job] = []
        for job in batch:
            if job.call is None:
                entries.append(job)
                continue
            entries = self._store(entries)
            self._call(job)
        self._keep(self._store(entries))

    def _call(self, job: _Job) -> None:
        assert job.call is not None and job.done is not None
        try:
            job.call()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
            job.done.set_exception(error)
            return
        job.done.set_result(None)

    def mend(self) -> None:
        """Within a `call`: the disk takes entries again."""
        self.broken = None

    def _store(self, jobs: list[_Job]) -> list[_Job]:
        """Write them; returns the notes that have to wait because the disk is broken."""
        if not jobs:
            return []
        error: Exception | None = None if self.broken is None else JournalBroken(self.broken)
        if error is None:
            try:
                self._write([job.entry for job in jobs if job.entry is not None])
            except Unique as unique:
                if len(jobs) > 1:  # only the doubled one may fail
                    return [waiting for job in jobs for waiting in self._store([job])]
                error = unique
            except JournalBroken as broken:
                self.broken = str(broken)
                error = broken
                log.error("the journal is broken: %s", broken)
            except Exception:  # a bug of ours must not leave those waiting for ever
                log.exception("the journal is broken by a bug")
                self.broken = UNWRITABLE
                error = JournalBroken(UNWRITABLE)
        for job in jobs:
            if job.done is not None:
                job.done.set_result(None) if error is None else job.done.set_exception(error)
        return [job for job in jobs if job.done is None] if isinstance(error, JournalBroken) else []

    def _keep(self, waiting: Sequence[_Job]) -> None:
        with self._wake:
            self._jobs.extendleft(reversed(waiting))
            if waiting and self._flush_at is None:
                self._flush_at = time.monotonic() + FLUSH_SECONDS
