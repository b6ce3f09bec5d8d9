"""Type × venue × session: the reference's table (market/rules.md 4.2), written out a second time in another form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import pytest

from kiwoom_desk.simulator.model import Reason, Refused, Venue
from tests.simulator.core.market import Market, open_market

TYPES = ["0", "3", "5", "6", "7", "10", "13", "16", "20", "23", "26", "28", "29", "30", "31", "61", "62", "81"]
PRICED = {"0", "5", "10", "20", "28", "62"}


@dataclass(frozen=True)
class Row:
    """Who takes what between two times; types not named belong to another session of the same moment."""

    venue: Venue
    start: str
    end: str
    yes: str = ""
    likely_yes: str = ""
    unknown: str = ""
    likely_no: str = ""
    no: str = ""
    na: str = ""

    def holds(self, clock: str) -> bool:
        return time.fromisoformat(self.start) <= time.fromisoformat(clock) < time.fromisoformat(self.end)

    def takes(self, type: str) -> bool:
        return type in f"{self.yes} {self.likely_yes} {self.unknown}".split()


TABLE = [
    Row("KRX", "08:30:00", "09:00:00", yes="0 3", likely_yes="5", no="6 7 10 13 16 20 23 26 28 29 30 31 61 62 81"),
    Row("KRX", "08:30:00", "08:40:00", na="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 62 81", yes="61"),
    Row("KRX", "09:00:00", "15:20:00", yes="0 3 5 6 7 10 13 16 20 23 26 28 29", likely_yes="30 31", no="61 62 81"),
    Row("KRX", "15:20:00", "15:30:00", yes="0 3", likely_no="5", no="6 7 10 13 16 20 23 26 28 29 30 31 61 62 81"),
    Row("KRX", "15:30:00", "16:00:00", no="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62", yes="81"),
    Row("KRX", "16:00:00", "20:00:00", yes="0", no="3 5 13 23 28 29 30 31 61 62 81", likely_yes="6 7 10 16 20 26"),
    Row("NXT", "08:00:00", "08:50:00", yes="0 6 7", no="3 5 13 23 28 29 30 31 61 62 81", likely_yes="10 16 20 26"),
    Row("NXT", "08:50:00", "09:00:30", no="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62 81"),
    Row(
        "NXT",
        "09:00:30",
        "15:20:00",
        yes="0 6 7 10 16 20 26 28 29 30 31",
        likely_no="3",
        no="5 61 62 81",
        likely_yes="13 23",
    ),
    Row("NXT", "15:20:00", "15:30:00", no="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62 81"),
    Row("NXT", "15:30:00", "15:40:00", yes="0", no="3 5 10 13 16 20 23 26 28 29 30 31 61 62 81", likely_no="6 7"),
    Row("NXT", "15:40:00", "20:00:00", yes="0 6 7", no="3 5 13 23 28 29 30 31 61 62 81", likely_yes="10 16 20 26"),
    Row("NXT", "15:00:00", "16:00:00", na="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62", yes="81"),
    Row(
        "SOR",
        "08:00:00",
        "08:50:00",
        yes="0",
        likely_no="3",
        no="5 13 23 28 29 30 31 61 62 81",
        likely_yes="6 7",
        unknown="10 16 20 26",
    ),
    Row(
        "SOR", "08:50:00", "09:00:30", likely_yes="0 3", likely_no="5 6 7 10 13 16 20 23 26 28 29 30 31 61 81", no="62"
    ),
    Row("SOR", "09:00:30", "15:20:00", yes="0 3 6 7 10 13 16 20 23 26", likely_no="5 28 29 30 31", no="61 62 81"),
    Row(
        "SOR", "15:20:00", "15:30:00", likely_yes="0 3", likely_no="5 6 7 10 13 16 20 23 26 28 29 30 31 61 81", no="62"
    ),
    Row("SOR", "15:30:00", "15:40:00", likely_yes="0", no="3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62 81"),
    Row(
        "SOR",
        "15:40:00",
        "16:00:00",
        yes="0",
        no="3 5 13 23 28 29 30 31 61 62 81",
        likely_yes="6 7",
        unknown="10 16 20 26",
    ),
    Row("SOR", "16:00:00", "20:00:00", likely_yes="0", no="3 5 13 23 28 29 30 31 61 62 81", unknown="6 7 10 16 20 26"),
    Row("SOR", "15:00:00", "16:00:00", na="0 3 5 6 7 10 13 16 20 23 26 28 29 30 31 61 62", yes="81"),
]
MOMENTS = [
    "08:15:00",
    "08:35:00",
    "08:45:00",
    "08:55:00",
    "10:00:00",
    "15:05:00",
    "15:25:00",
    "15:35:00",
    "15:50:00",
    "17:00:00",
]


def accepts(market: Market, venue: Venue, type: str) -> bool:
    price = market.core.tape("005930", "KRX").base if type in PRICED else 0
    trigger = market.core.tape("005930", "KRX").upper if type == "28" else 0
    try:
        market.place("buy", 1, price, type=type, trigger=trigger, venue=venue)
    except Refused as refusal:
        assert refusal.reason in (
            Reason.TYPE_NOT_NOW, Reason.BREAK_CANCEL_ONLY, Reason.BEFORE_OPEN, Reason.CLOSED
        ), refusal.reason  # fmt: skip
        return False
    return True


@pytest.mark.parametrize("clock", MOMENTS)
def test_the_exchange_takes_what_the_table_says(clock: str) -> None:
    market = open_market(clock)
    venues: list[Venue] = ["KRX", "NXT", "SOR"]
    for venue in venues:
        rows = [row for row in TABLE if row.venue == venue and row.holds(clock)]
        for type in TYPES:
            assert accepts(market, venue, type) == any(row.takes(type) for row in rows), (clock, venue, type)


def test_every_row_of_the_table_is_visited() -> None:
    assert all(any(row.holds(clock) for clock in MOMENTS) for row in TABLE)


@pytest.mark.parametrize(
    ("clock", "taken"),
    [("08:45:00", {"00"}), ("10:00:00", {"00", "10", "20"}), ("15:25:00", {"00"})],
)
def test_gold_takes_ioc_and_fok_only_while_it_trades_continuously(clock: str, taken: set[str]) -> None:
    market = open_market(clock)
    base = market.core.listings["M04020000"].base
    for type in ("00", "10", "20"):
        if type in taken:
            market.place("buy", 1, base, type=type, code="M04020000", account="gold")
        else:
            with pytest.raises(Refused, match="type_not_now"):
                market.place("buy", 1, base, type=type, code="M04020000", account="gold")
