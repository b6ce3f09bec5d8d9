"""Facts as lines of JSON, and back. Total over every fact, strict in what it reads, stable in what it writes.

A line is one JSON object: `v` (version of this format), `@` (what it is), then the fields by name. A field that is None
and None by default is left out. The law: `decode(encode(fact)) == fact` for every fact. What a reader does not know
(a kind, a field, a version, a repeated key, another type) is a `CodecError`, never a guess.

The plan of each dataclass is made from its annotations once, at import: a field of a type that has no rule here stops
the program at its start rather than a trader's order in mid-day.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, NewType, Union, cast, get_args, get_origin, get_type_hints

from kiwoom_desk.domain import facts as f
from kiwoom_desk.domain.instruments import SEOUL

VERSION = 1

KINDS: dict[str, type[f.Fact]] = {
    "placing": f.Placing,
    "cancelling": f.Cancelling,
    "answered": f.Answered,
    "reported": f.Reported,
    "matched": f.Matched,
    "judged": f.Judged,
    "looked": f.Looked,
    "noted": f.Noted,
}
OUTCOMES: dict[str, type] = {
    "accepted": f.Accepted,
    "refused": f.Refused,
    "not_sent": f.NotSent,
    "answer_lost": f.AnswerLost,
}
"""Names on disk are written here by hand, so that renaming a class never makes an old journal unreadable."""

_NAMES: dict[type, str] = {cls: name for table in (KINDS, OUTCOMES) for name, cls in table.items()}


class CodecError(ValueError):
    """A line that is not a fact as this version knows it, or a fact that its own type does not allow."""


def kind_of(fact: f.Fact) -> str:
    return _NAMES[type(fact)]


def encode(fact: f.Fact) -> str:
    """One line without a line break. Raises CodecError for a value that the field's type does not allow."""
    if type(fact) not in KINDS.values():
        raise CodecError(f"not a fact: {type(fact).__name__}")
    value = {"v": VERSION, **_write_tagged(fact)}
    try:
        line = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        line.encode()
    except UnicodeEncodeError:  # half a surrogate pair in text of the broker: keep it, escaped
        line = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError as e:
        raise CodecError(str(e)) from e
    return line


def decode(line: str) -> f.Fact:
    """Raises CodecError for anything but a line that `encode` of this version could have written."""
    try:
        value = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as e:
        raise CodecError(f"not JSON: {e}") from e
    if not isinstance(value, dict):
        raise CodecError("not an object")
    if type(value.get("v")) is not int or value.pop("v") != VERSION:
        raise CodecError("unknown version of the line")
    return cast(f.Fact, _read_tagged(value, KINDS))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise CodecError("a key is repeated")
    return value


def _no_constant(name: str) -> Any:
    raise CodecError(f"not a number: {name}")


# --- tagged values --------------------------------------------------------------------------------------------------
def _write_tagged(value: Any) -> dict[str, Any]:
    return {"@": _NAMES[type(value)], **_plan(type(value)).write(value)}


def _read_tagged(value: Any, table: dict[str, Any]) -> Any:
    if not isinstance(value, dict):
        raise CodecError("not an object")
    tag = value.get("@")
    cls = table.get(tag) if isinstance(tag, str) else None
    if cls is None:
        raise CodecError(f"unknown kind: {tag!r}")
    return _plan(cls).read({k: v for k, v in value.items() if k != "@"})


# --- one rule per type ----------------------------------------------------------------------------------------------
class Rule:
    """How one annotated type is written to and read from a JSON value. Both directions check the type."""

    def __init__(self, write: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
        self.write, self.read = write, read


class Plan(Rule):
    """The rules of one dataclass, field by field."""

    def __init__(self, cls: type) -> None:
        hints = get_type_hints(cls)
        self.cls = cls
        self.rules = {field.name: (field, rule_of(hints[field.name])) for field in fields(cls)}
        super().__init__(self._write, self._read)

    def _write(self, value: Any) -> dict[str, Any]:
        if type(value) is not self.cls:
            raise CodecError(f"{type(value).__name__} is not {self.cls.__name__}")
        written = {}
        for name, (field, rule) in self.rules.items():
            part = getattr(value, name)
            if part is not None or field.default is not None:
                written[name] = rule.write(part)
        return written

    def _read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise CodecError(f"{self.cls.__name__}: not an object")
        if unknown := value.keys() - self.rules.keys():
            raise CodecError(f"{self.cls.__name__}: unknown field {sorted(unknown)}")
        missing = [n for n, (field, _) in self.rules.items() if n not in value and _required(field)]
        if missing:
            raise CodecError(f"{self.cls.__name__}: missing field {missing}")
        return self.cls(**{name: self.rules[name][1].read(part) for name, part in value.items()})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


_PLANS: dict[type, Plan] = {}


def _plan(cls: type) -> Plan:
    if cls not in _PLANS:
        _PLANS[cls] = Plan(cls)
    return _PLANS[cls]


def rule_of(hint: Any) -> Rule:
    """The rule of an annotation. Raises TypeError for a type that facts have not used so far: add its rule here."""
    if isinstance(hint, NewType):
        return rule_of(hint.__supertype__)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) in (Union, types.UnionType):
        return _union(get_args(hint))
    if get_origin(hint) is tuple and get_args(hint)[1:] == (...,):
        return _sequence(rule_of(get_args(hint)[0]))
    if get_origin(hint) is frozenset:
        return _set_of(rule_of(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if is_dataclass(hint):
        return _plan(cast(type, hint))
    raise TypeError(f"no rule to store {hint!r}")


def _same(*kinds: type) -> Rule:
    def check(value: Any) -> Any:
        if type(value) not in kinds:  # bool is not an int here
            raise CodecError(f"{type(value).__name__} is not {kinds[0].__name__}")
        return value

    return Rule(check, check)


def _finite(value: Any) -> Any:
    if type(value) not in (float, int) or not math.isfinite(value):
        raise CodecError(f"not a finite number: {value!r}")
    return value


def _write_moment(value: Any) -> str:
    if type(value) is not datetime or value.utcoffset() is None:
        raise CodecError(f"not a time with a zone: {value!r}")
    return value.isoformat()


def _read_moment(value: Any) -> datetime:
    moment: datetime = _parsed(datetime.fromisoformat, value)
    if moment.utcoffset() is None:
        raise CodecError(f"a time without a zone: {value!r}")
    return moment.astimezone(SEOUL) if moment.utcoffset() == timedelta(hours=9) else moment


def _write_day(value: Any) -> str:
    if type(value) is not date:
        raise CodecError(f"not a day: {value!r}")
    return value.isoformat()


def _parsed(parse: Callable[[str], Any], value: Any) -> Any:
    if type(value) is not str:
        raise CodecError(f"not text: {value!r}")
    try:
        return parse(value)
    except ValueError as e:
        raise CodecError(str(e)) from e


_PLAIN: dict[Any, Rule] = {
    str: _same(str),
    int: _same(int),
    bool: _same(bool),
    float: Rule(_finite, _finite),
    datetime: Rule(_write_moment, _read_moment),
    date: Rule(_write_day, lambda value: _parsed(date.fromisoformat, value)),
}


def _enum(cls: type[Enum]) -> Rule:
    def write(value: Any) -> Any:
        if type(value) is not cls:
            raise CodecError(f"{value!r} is not a {cls.__name__}")
        return value.value

    return Rule(write, lambda value: _parsed(cls, value))


def _sequence(item: Rule) -> Rule:
    def write(value: Any) -> Any:
        if type(value) is not tuple:
            raise CodecError(f"{type(value).__name__} is not a tuple")
        return [item.write(part) for part in value]

    def read(value: Any) -> Any:
        if type(value) is not list:
            raise CodecError(f"{type(value).__name__} is not a list")
        return tuple(item.read(part) for part in value)

    return Rule(write, read)


def _set_of(item: Rule) -> Rule:
    """A set of words, written in their order so that equal sets make equal lines."""
    plain = _sequence(item)
    return Rule(lambda value: sorted(plain.write(tuple(value))), lambda value: frozenset(plain.read(value)))


def _union(members: tuple[Any, ...]) -> Rule:
    kinds = [m for m in members if m is not type(None)]
    if len(kinds) == 1:
        inner = rule_of(kinds[0])
        return Rule(
            lambda value: None if value is None else inner.write(value),
            lambda value: None if value is None else inner.read(value),
        )
    if set(kinds) != set(OUTCOMES.values()) or len(kinds) != len(members):
        raise TypeError(f"no rule to store {members!r}")
    return Rule(_write_outcome, lambda value: _read_tagged(value, OUTCOMES))


def _write_outcome(value: Any) -> Any:
    if type(value) not in OUTCOMES.values():
        raise CodecError(f"{type(value).__name__} is not an outcome")
    return _write_tagged(value)


for _cls in _NAMES:
    _plan(_cls)
