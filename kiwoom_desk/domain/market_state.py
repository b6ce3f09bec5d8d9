"""What the status bar says of the market: what is open at each venue, and until when (market/rules.md 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.instruments import SEOUL, Market, Venue
from kiwoom_desk.domain.rules_model import MarketRules, moment
from kiwoom_desk.domain.sessions import BOOKS, days_from, open_sessions, running, venue_word

_BEFORE, _AFTER, _BETWEEN = "장 시작 전", "장 마감", "대기"


@dataclass(frozen=True, slots=True)
class MarketState:
    """For the status bar: `words` such as 정규장(KRX) · 메인(NXT), when they next change, and whether orders match."""

    words: str
    next_change: datetime | None
    trading: bool


def market_state(rules: MarketRules, now: datetime, market: Market = Market.STOCK) -> MarketState:
    """What the status bar says at that moment."""
    local = now.astimezone(SEOUL)
    return MarketState(
        _words(rules, market, local), _next_change(rules, market, local), _matching(rules, market, local)
    )


def _books(market: Market) -> tuple[Venue, ...]:
    return (Venue.KRX,) if market is Market.GOLD else BOOKS


def _words(rules: MarketRules, market: Market, local: datetime) -> str:
    because = rules.closed_because(local.date())
    if because is not None:
        return f"휴장({because})"
    words = [(venue_word(market, v), _venue_state(rules, market, v, local)) for v in _books(market)]
    distinct = {word for _, word in words}
    if len(distinct) == 1 and distinct <= {_BEFORE, _AFTER}:
        return distinct.pop()
    return " · ".join(f"{word}({venue})" for venue, word in words)


def _venue_state(rules: MarketRules, market: Market, venue: Venue, local: datetime) -> str:
    sessions = open_sessions(rules, market, venue, local)
    if sessions:
        return sessions[0].short
    times = [hours.accept for _, hours in running(rules, market, venue, local.date())]
    if all(local.time() < w.start for w in times):
        return _BEFORE
    return _AFTER if all(w.end <= local.time() for w in times) else _BETWEEN


def _matching(rules: MarketRules, market: Market, local: datetime) -> bool:
    return any(
        hours.match is not None and local.time() in hours.match
        for venue in _books(market)
        for _, hours in running(rules, market, venue, local.date())
    )


def _next_change(rules: MarketRules, market: Market, local: datetime) -> datetime | None:
    """The next moment at which a session begins or ends and the words become others."""
    words = _words(rules, market, local)
    for day in days_from(local.date()):
        moments = {
            moment(day, at)
            for venue in _books(market)
            for _, hours in running(rules, market, venue, day)
            for at in (hours.accept.start, hours.accept.end)
        }
        for at in sorted(m for m in moments if m > local):
            if _words(rules, market, at) != words:
                return at
    return None
