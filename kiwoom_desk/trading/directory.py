"""The instruments of the day, found by code, name, initial consonants or English name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kiwoom_desk.domain.advice import look_alikes
from kiwoom_desk.domain.hangul import initials, only_initials
from kiwoom_desk.domain.instruments import GOLD, Instrument


class DirectoryBook:
    """An index over the directory. Gold's two lines are always in it. `at` is when the stock part was obtained."""

    def __init__(self, instruments: Iterable[Instrument] = (), at: datetime | None = None) -> None:
        self._by_code = {i.code: i for i in (*GOLD, *instruments)}
        self._keys = [(i, i.name.casefold().replace(" ", ""), initials(i.name)) for i in self._by_code.values()]
        self.at = at
        self.error = ""

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Instrument | None:
        return self._by_code.get(code.strip().upper())

    def look_alikes(self, instrument: Instrument) -> tuple[str, ...]:
        """Names of other instruments that are easily mistaken for this one."""
        return look_alikes(instrument.name, (i.name for i in self._by_code.values()))[:3]

    def find(self, text: str, limit: int = 12) -> Sequence[Instrument]:
        """The best fits first: exact code, then names and codes that begin with `text`, then those that contain it."""
        wanted = text.strip().casefold().replace(" ", "")
        if not wanted:
            return ()
        ranked = sorted(
            (
                (rank, len(i.name), i.name, i.code, i)
                for i, name, first in self._keys
                if (rank := _rank(i, name, first, wanted))
            ),
            key=lambda hit: hit[:4],
        )
        return [hit[-1] for hit in ranked[:limit]]


def _rank(instrument: Instrument, name: str, first: str, wanted: str) -> int:
    """0 for no fit, else the smaller the better."""
    code, english = instrument.code.casefold(), instrument.english.casefold().replace(" ", "")
    if wanted in (code, name):
        return 1
    if code.startswith(wanted) or name.startswith(wanted):
        return 2
    if only_initials(wanted) and first.startswith(wanted):
        return 3
    if english and english.startswith(wanted):
        return 4
    if wanted in name or wanted in english:
        return 5
    return 6 if only_initials(wanted) and wanted in first else 0
