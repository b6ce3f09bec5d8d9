"""What one session registered for: each item of a request with each type of the same object (websocket.md 2)."""

from __future__ import annotations

from typing import Any, Final

from kiwoom_desk.simulator.formats import split_code
from kiwoom_desk.simulator.model import Venue

# 0A … 0w without a table in the references are accepted and stay silent.
TYPES: Final = frozenset(
    {"00", "04", "0A", "0B", "0C", "0D", "0E", "0F", "0G", "0H", "0I", "0J", "0U", "0g", "0m", "0s", "0u", "0w", "1h"}
)
_MOST_INSTRUMENTS: Final = 200
_LONGEST_GROUP: Final = 4
_LONGEST_ITEM: Final = 104

Place = tuple[str, Venue]


class Rejected(Exception):
    """A REG or REMOVE that gets return_code 1."""


class Registrations:
    """Kept per group, so that two groups may hold the same item; it is pushed once all the same."""

    def __init__(self) -> None:
        self._entries: set[tuple[str, str, str]] = set()
        self._types: frozenset[str] = frozenset()
        self._places: dict[tuple[str, str, Venue], str] = {}

    def register(self, request: dict[str, Any]) -> list[Place]:
        """REG; returns the instruments that were named. Raises Rejected and changes nothing then."""
        group, pairs = _group(request), _pairs(request)
        refresh = request.get("refresh", "1")
        if refresh not in ("0", "1"):
            raise Rejected("refresh 값이 올바르지 않습니다")
        entries = set() if refresh == "0" else set(self._entries)
        entries |= {(group, item, type) for item, type in pairs}
        if len({item for _, item, _ in entries if item}) > _MOST_INSTRUMENTS:
            raise Rejected("실시간 등록 가능한 종목수를 초과하였습니다")
        self._hold(entries)
        return sorted({split_code(item) for item, _ in pairs if item})

    def remove(self, request: dict[str, Any]) -> None:
        """REMOVE; without `data` the whole group goes. What was never registered is no error."""
        group = _group(request)
        if request.get("data") in (None, []):
            self._hold({entry for entry in self._entries if entry[0] != group})
            return
        gone = {(group, item, type) for item, type in _pairs(request)}
        self._hold(self._entries - gone)

    def wants(self, type: str) -> bool:
        """For the types that concern the account or the market, whatever item was given."""
        return type in self._types

    def item(self, type: str, code: str, venue: Venue) -> str | None:
        """The item as the client wrote it, if it wants this type of this view."""
        return self._places.get((type, code, venue))

    def views(self, type: str) -> list[Place]:
        return [(code, venue) for kind, code, venue in self._places if kind == type]

    def _hold(self, entries: set[tuple[str, str, str]]) -> None:
        self._entries = entries
        self._types = frozenset(type for _, _, type in entries)
        self._places = {(type, *split_code(item)): item for _, item, type in entries if item}


def _group(request: dict[str, Any]) -> str:
    group = request.get("grp_no")
    if not isinstance(group, str) or not 1 <= len(group) <= _LONGEST_GROUP:
        raise Rejected("grp_no 값이 올바르지 않습니다")
    return group


def _pairs(request: dict[str, Any]) -> list[tuple[str, str]]:
    data = request.get("data")
    if not isinstance(data, list) or not data:
        raise Rejected("data 값이 존재하지 않습니다")
    return [pair for entry in data for pair in _pairs_of(entry)]


def _pairs_of(entry: Any) -> list[tuple[str, str]]:
    """The printed examples have plain strings where working clients send lists: both are taken."""
    if not isinstance(entry, dict):
        raise Rejected("data 값이 올바르지 않습니다")
    items, types = _texts(entry.get("item", [])) or [""], _texts(entry.get("type", []))
    unknown = [type for type in types if type not in TYPES]
    if not types or unknown:
        raise Rejected(f"실시간 항목이 올바르지 않습니다. type={','.join(unknown)}")
    if any(len(item) > _LONGEST_ITEM for item in items):
        raise Rejected("item 값이 너무 깁니다")
    return [(item, type) for item in items for type in types]


def _texts(value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
        raise Rejected("item 또는 type 값이 올바르지 않습니다")
    return values
