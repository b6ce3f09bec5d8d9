"""Quotes to whoever registered for them: every trade, and the newest book at most once per flush.

Gold has no pushes (decided where the references are silent): its codes can be registered and stay silent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from kiwoom_desk.simulator.formats import VENUE_SUFFIXES, is_gold
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.http_api.views import View, view_of
from kiwoom_desk.simulator.http_api.year import year_of
from kiwoom_desk.simulator.model import BookEvent, Depth, Event, TradeEvent, Venue
from kiwoom_desk.simulator.stream.entries import Entry, Values, entry
from kiwoom_desk.simulator.stream.market_entries import (
    Flow,
    best_values,
    book_values,
    expected_values,
    trade_values,
)
from kiwoom_desk.simulator.stream.registrations import Place
from kiwoom_desk.simulator.stream.session import Session

_VIEWS: Final[dict[Venue, tuple[Venue, ...]]] = {"KRX": ("KRX", "SOR"), "NXT": ("NXT", "SOR"), "SOR": ("SOR",)}
_PER_FRAME: Final = 20
_MOST_TRADES: Final = 400  # per session and flush; more is beyond what a screen can show


class Feed:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._dirty: set[Place] = set()
        self._fresh: set[Place] = set()
        self._sent: dict[Place, Depth] = {}
        self._best: dict[Place, Values] = {}
        self._expected: dict[Place, tuple[int, int]] = {}
        self._flows: defaultdict[Place, Flow] = defaultdict(Flow)
        self._trades: defaultdict[Session, list[Entry]] = defaultdict(list)

    def refresh(self, places: Sequence[Place]) -> None:
        """Somebody has just registered for these: let them see the book as it is."""
        self._dirty.update(places)
        self._fresh.update(places)

    def hear(self, event: Event, sessions: Sequence[Session]) -> None:
        match event:
            case BookEvent(code=code, venue=venue):
                self._dirty.update((code, view) for view in _VIEWS[venue])
            case TradeEvent(code=code, venue=venue):
                for view in _VIEWS[venue]:
                    self._dirty.add((code, view))
                    self._flows[code, view].count(event)
                    self._trade((code, view), event, sessions)

    def flush(self, sessions: Sequence[Session]) -> None:
        dirty, self._dirty = self._dirty, set()
        books: defaultdict[Session, list[Entry]] = defaultdict(list)
        for place in dirty:
            self._books(place, sessions, books)
        self._fresh.clear()
        trades, self._trades = self._trades, defaultdict(list)
        for session in sessions:
            entries = trades[session] + books[session]
            for start in range(0, len(entries), _PER_FRAME):
                session.push(entries[start : start + _PER_FRAME], droppable=True)

    def _trade(self, place: Place, trade: TradeEvent, sessions: Sequence[Session]) -> None:
        interested = [(s, item) for s in sessions if (item := s.registrations.item("0B", *place)) is not None]
        view = self._view(place) if interested else None
        if view is None:
            return
        year = year_of(view.listing, view.tape, trade.at.date())
        phase = "2" if self._office.core.phase(trade.at) == "3" else "3"
        values = trade_values(view, trade, self._flows[place], year, phase)
        for session, item in interested:
            pending = self._trades[session]
            pending.append(entry("0B", item, values))
            del pending[:-_MOST_TRADES]

    def _books(self, place: Place, sessions: Sequence[Session], out: defaultdict[Session, list[Entry]]) -> None:
        wanted = [
            (session, type, item)
            for session in sessions
            for type in ("0C", "0D", "0H")
            if (item := session.registrations.item(type, *place)) is not None
        ]
        view = self._view(place) if wanted else None
        if view is None:
            return
        ready = self._changed(place, view)
        for session, type, item in wanted:
            if type in ready:
                out[session].append(entry(type, item, ready[type]))

    def _changed(self, place: Place, view: View) -> dict[str, Values]:
        """The values of each type that has something new to say."""
        ready = {"0D": book_values(view, self._sent.get(place))}
        self._sent[place] = view.depth
        best = best_values(view)
        if best != self._best.get(place) or place in self._fresh:
            self._best[place] = ready["0C"] = best
        expected = (view.depth.expected_price, view.depth.expected_quantity)
        before = self._expected.get(place, (0, 0))
        if expected[0] and (expected != before or place in self._fresh):
            ready["0H"] = expected_values(view, before[1])
        self._expected[place] = expected
        return ready

    def _view(self, place: Place) -> View | None:
        code, venue = place
        listing = self._office.core.listings.get(code)
        if listing is None or is_gold(listing) or venue not in self._office.profile.venues:
            return None
        return view_of(self._office, code + VENUE_SUFFIXES[venue])
