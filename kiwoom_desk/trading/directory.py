"""The instruments of the day, found by code, name, initial consonants or English name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest

from kiwoom_desk.domain.advice import look_alikes
from kiwoom_desk.domain.hangul import initials, only_initials
from kiwoom_desk.domain.instruments import GOLD, Instrument


class DirectoryBook:
    """An index over the directory. Gold's two lines are always in it. `at` is when the stock part was obtained."""

    def __init__(self, instruments: Iterable[Instrument] = (), at: datetime | None = None) -> None:
        self._by_code = {i.code: i for i in (*GOLD, *instruments)}
        self._keys = [_Keys.of(i) for i in self._by_code.values()]
        self._look_alikes: dict[str, tuple[str, ...]] = {}
        self.at = at
        self.error = ""

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Instrument | None:
        return self._by_code.get(code.strip().upper())

    def look_alikes(self, instrument: Instrument) -> tuple[str, ...]:
        """Names of other instruments that are easily mistaken for this one. A ticket asks with every key and price."""
        found = self._look_alikes.get(instrument.name)
        if found is None:
            found = look_alikes(instrument.name, (i.name for i in self._by_code.values()))[:3]
            self._look_alikes[instrument.name] = found
        return found

    def find(self, text: str, limit: int = 12) -> Sequence[Instrument]:
        """The best fits first: exact code, then names and codes that begin with `text`, then those that contain it."""
        wanted = _folded(text.strip())
        if not wanted:
            return ()
        initial = only_initials(wanted)
        ranked = [
            (rank, len(keys.shown), keys.shown, keys.instrument.code, keys.instrument)
            for keys in self._keys
            if (rank := keys.rank(wanted, initial))
        ]
        return [hit[-1] for hit in nsmallest(limit, ranked, key=lambda hit: hit[:4])]


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one instrument is found by: folded once, as the trader waits for each key."""

    instrument: Instrument
    shown: str
    code: str
    name: str
    english: str
    initials: str

    @classmethod
    def of(cls, i: Instrument) -> _Keys:
        return cls(i, i.name, i.code.casefold(), _folded(i.name), _folded(i.english), initials(i.name))

    def rank(self, wanted: str, initial: bool) -> int:
        """0 for no fit, else the smaller the better; `initial` says that `wanted` is initial consonants alone."""
        if wanted in (self.code, self.name):
            return 1
        if self.code.startswith(wanted) or self.name.startswith(wanted):
            return 2
        if initial and self.initials.startswith(wanted):
            return 3
        if self.english and self.english.startswith(wanted):
            return 4
        if wanted in self.name or wanted in self.english:
            return 5
        return 6 if initial and wanted in self.initials else 0


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "")
