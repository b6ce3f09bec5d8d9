"""From the text of `market_rules.json` to `MarketRules`. Pure: the caller brings the text (market/rules.md, 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar, get_args

from kiwoom_desk.domain.instruments import Flag, InstrumentKind, Market, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import (
    Allowed,
    Event,
    EventRule,
    Fees,
    Guards,
    Hours,
    MarketRules,
    Matching,
    Retired,
    Session,
    SpecialDay,
    TypeRow,
    Window,
)
from kiwoom_desk.domain.rules_reader import Node, read_json

E = TypeVar("E", bound=Enum)
K = TypeVar("K")
V = TypeVar("V")

FORMAT = 1
_WORDS = {
    "yes": Allowed.YES,
    "likely_yes": Allowed.LIKELY_YES,
    "unknown": Allowed.UNKNOWN,
    "likely_no": Allowed.LIKELY_NO,
    "no": Allowed.NO,
}
_OTHERS: dict[object, Allowed | None] = {"no": Allowed.NO, "elsewhere": None}
_PARTS = (
    "format as_of calendar_until ticks lots band_percent max_quantity type_names retired_types sessions events"
    " closed_days special_days fees guards"
)


def parse_rules(text: str) -> MarketRules:
    """The rules in `text`. Raises ValueError with one Korean sentence that names the place of the first mistake."""
    root = read_json(text).having(_PARTS)
    if root["format"].whole(1) != FORMAT:
        raise root["format"].fail(f"이 프로그램이 아는 형식은 {FORMAT}입니다 ({root['format'].shown()})")
    sessions = _unique(root["sessions"], _session, lambda s: s.id)
    ids = frozenset(sessions)
    return MarketRules(
        as_of=root["as_of"].day(),
        calendar_until=root["calendar_until"].day(),
        ticks=_complete(root["ticks"], InstrumentKind, _tick_table),
        lots=_complete(root["lots"], InstrumentKind, lambda n: n.whole(1)),
        band_percent=_complete(root["band_percent"], InstrumentKind, _percent_or_none),
        max_quantity=_map((k.member(InstrumentKind), v.whole(1)) for k, v in root["max_quantity"].members()),
        type_names=_complete(root["type_names"], OrderType, lambda n: n.text()),
        retired=_map((k.member(OrderType), _retired(v)) for k, v in root["retired_types"].members()),
        sessions=tuple(sessions.values()),
        events=_every_event(root["events"], ids),
        closed_days=_map((k.day(), v.text()) for k, v in root["closed_days"].members()),
        special_days=_unique(root["special_days"], lambda n: _special_day(n, ids), lambda s: s.day),
        fees=_fees(root["fees"]),
        guards=_guards(root["guards"]),
    )


def _map(pairs: Iterable[tuple[K, V]]) -> Mapping[K, V]:
    return MappingProxyType(dict(pairs))


def _complete(node: Node, kind: type[E], read: Callable[[Node], V]) -> Mapping[E, V]:
    """An object with exactly one entry per member of `kind`."""
    node.having(" ".join(str(m.value) for m in kind))
    return _map((m, read(node[str(m.value)])) for m in kind)


def _unique(node: Node, read: Callable[[Node], V], key: Callable[[V], K]) -> Mapping[K, V]:
    result: dict[K, V] = {}
    for item in node.items():
        value = read(item)
        if key(value) in result:
            raise item.fail(f"'{key(value)}' 항목이 두 번 있습니다")
        result[key(value)] = value
    return MappingProxyType(result)


def _tick_table(node: Node) -> tuple[tuple[int, int], ...]:
    """Ascending rows from 0; each begins on the grid of both its own tick and the one below, so no step is lost."""
    rows = []
    for item in node.items():
        pair = item.items()
        if len(pair) != 2:
            raise item.fail("[시작 가격, 호가단위] 두 수여야 합니다")
        rows.append((pair[0].whole(0), pair[1].whole(1)))
    if not rows or rows[0][0] != 0:
        raise node.fail("첫 줄은 0원부터여야 합니다")
    for (low, tick), (start, next_tick) in pairwise(rows):
        if start <= low or start % tick or start % next_tick:
            raise node.fail(f"{start}원에서 호가단위가 이어지지 않습니다")
    return tuple(rows)


def _percent_or_none(node: Node) -> int | None:
    if node.value is None:
        return None
    percent = node.whole(1)
    if percent >= 100:
        raise node.fail(f"100보다 작아야 합니다 ({percent})")
    return percent


def _retired(node: Node) -> Retired:
    node.having("from reason")
    return Retired(node["from"].day(), node["reason"].text())


def _window(node: Node) -> Window:
    ends = node.items()
    if len(ends) != 2:
        raise node.fail('["09:00:00", "15:20:00"]처럼 두 시각이어야 합니다')
    window = Window(ends[0].time(), ends[1].time())
    if window.start > window.end:
        raise node.fail("끝이 시작보다 빠릅니다")
    return window


def _hours(node: Node) -> Hours:
    match = node.get("match")
    return Hours(_window(node["accept"]), None if match is None else _window(match))


def _session(node: Node) -> Session:
    node.having(
        "id market venue name short accept match matching amend cancel types",
        "extended from until excluded_kinds excluded_flags",
    )
    matching: dict[object, Matching] = {word: word for word in get_args(Matching)}
    word = node["matching"].text()
    if word not in matching:
        raise node["matching"].fail(f"{', '.join(map(str, matching))} 가운데 하나여야 합니다")
    since, until, extended = node.get("from"), node.get("until"), node.get("extended")
    return Session(
        id=node["id"].text(),
        market=node["market"].member(Market),
        venue=node["venue"].member(Venue),
        name=node["name"].text(),
        short=node["short"].text(),
        hours=_hours(node),
        matching=matching[word],
        types=_types(node["types"]),
        amend=node["amend"].flag(),
        cancel=node["cancel"].flag(),
        extended=extended is not None and extended.flag(),
        since=None if since is None else since.day(),
        until=None if until is None else until.day(),
        excluded_kinds=_members(node.get("excluded_kinds"), InstrumentKind),
        excluded_flags=_members(node.get("excluded_flags"), Flag),
    )


def _members(node: Node | None, kind: type[E]) -> frozenset[E]:
    return frozenset() if node is None else frozenset(n.member(kind) for n in node.items())


def _types(node: Node) -> TypeRow:
    """A row of the matrix: the types per word, and what holds for those not named."""
    node.having("others", " ".join(w for w in _WORDS if w != "no"))
    others = node["others"].text()
    if others not in _OTHERS:
        raise node["others"].fail("no 또는 elsewhere여야 합니다")
    row = dict.fromkeys(OrderType, _OTHERS[others])
    named: set[OrderType] = set()
    for word, listed in node.members():
        if word.value == "others":
            continue
        for item in listed.items():
            kind = item.member(OrderType)
            if kind in named:
                raise item.fail(f"'{kind.value}' 유형이 두 번 있습니다")
            named.add(kind)
            row[kind] = _WORDS[word.text()]
    return MappingProxyType(row)


def _every_event(node: Node, ids: frozenset[str]) -> Mapping[Event, EventRule]:
    events = _unique(node, lambda n: _event(n, ids), lambda e: e.event)
    if missing := [e.value for e in Event if e not in events]:
        raise node.fail(f"'{missing[0]}' 항목이 없습니다")
    return events


def _event(node: Node, ids: frozenset[str]) -> EventRule:
    node.having("id name detail sessions types amend cancel")
    return EventRule(
        event=node["id"].member(Event),
        name=node["name"].text(),
        detail=node["detail"].text(),
        sessions=None
        if node["sessions"].value == "all"
        else frozenset(_known(n, ids) for n in node["sessions"].items()),
        types=_types(node["types"]),
        amend=node["amend"].flag(),
        cancel=node["cancel"].flag(),
    )


def _known(node: Node, ids: frozenset[str]) -> str:
    if node.text() not in ids:
        raise node.fail(f"'{node.text()}'라는 세션이 없습니다")
    return node.text()


def _special_day(node: Node, ids: frozenset[str]) -> SpecialDay:
    node.having("day name note changes")
    changes: dict[str, Hours | None] = {}
    for key, value in node["changes"].members():
        changes[_known(key, ids)] = None if value.value is None else _hours(value.having("accept match"))
    day: date = node["day"].day()
    return SpecialDay(day, node["name"].text(), node["note"].text(), MappingProxyType(changes))


def _fees(node: Node) -> Fees:
    node.having(
        "commission_percent gold_commission_percent gold_vat_percent sale_tax_percent sale_tax_percent_by_board"
    )
    return Fees(
        commission=_complete(node["commission_percent"], Venue, lambda n: n.decimal()),
        gold_commission=node["gold_commission_percent"].decimal(),
        gold_vat=node["gold_vat_percent"].decimal(),
        sale_tax=_complete(node["sale_tax_percent"], InstrumentKind, lambda n: n.decimal()),
        sale_tax_by_board=_map((k.text(), v.decimal()) for k, v in node["sale_tax_percent_by_board"].members()),
    )


def _guards(node: Node) -> Guards:
    single = (
        "far_percent far_percent_extended duplicate_stop_seconds duplicate_warn_seconds habit_times thin_book_ticks"
        " polled_stale_seconds"
    )
    node.having(f"{single} amount_steps listed_percent_steps")
    numbers = {name: node[name].whole(1) for name in single.split()}
    return Guards(
        amount_steps=_steps(node["amount_steps"]), listed_percent_steps=_steps(node["listed_percent_steps"]), **numbers
    )


def _steps(node: Node) -> tuple[int, int, int]:
    steps = [n.whole(1) for n in node.items()]
    if len(steps) != 3 or sorted(set(steps)) != steps:
        raise node.fail("커지는 수 세 개여야 합니다")
    return steps[0], steps[1], steps[2]
