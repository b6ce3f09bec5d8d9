"""The language of fault scripts: what can go wrong, and one line of a script as a checked `Fault` (docs/faults.md).

A line says *where* it strikes (`on`), *when* (`when`, `after`, `every`) and *what* happens then (`do`). Requests are
described by three independent parts, and every name in `HTTP` is a preset of them that a script may override:
`process`  now | skip | twice | late (only after `seconds`; the client may be gone by then)
`answer`   one of `ANSWERS`
`delay`    seconds between processing and answering
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from kiwoom_desk.simulator.http_api.catalogue import TRS
from kiwoom_desk.simulator.model import AccountKind, Side, Venue
from kiwoom_desk.simulator.stream.registrations import TYPES

HTTP: Final[dict[str, dict[str, Any]]] = {
    "lose_before": {"process": "skip", "answer": "close"},
    "lose_after": {"answer": "close"},
    "reset_before": {"process": "skip", "answer": "reset"},
    "reset_after": {"answer": "reset"},
    "silence_before": {"process": "skip", "answer": "silence"},
    "silence_after": {"answer": "silence"},
    "delay": {"delay": 3.0},
    "late_accept": {"process": "late", "seconds": 5.0},
    "lost_then_accepted": {"process": "late", "seconds": 5.0, "answer": "close"},
    "duplicate": {"process": "twice"},
    "limit": {"process": "skip", "answer": "limit"},
    "status": {"process": "skip", "answer": "status"},
    "status_after": {"answer": "status"},
    "token_error": {"process": "skip", "answer": "refuse", "return_code": 3, "code": "8005"},
    "refuse": {"process": "skip", "answer": "refuse"},
    "half_body": {"answer": "half"},
    "html": {"answer": "html"},
    "malformed": {"answer": "malformed"},
    "no_number": {"answer": "no_number"},
    "drip": {"answer": "drip", "seconds": 0.5},
    "endless": {"answer": "endless"},
    "repeated_key": {"answer": "repeated"},
    "lag": {"seconds": 5.0},
    "fill_first": {},
}
STREAM: Final = frozenset({"cut", "drop", "duplicate", "reorder", "half_open", "garbage", "binary", "huge"})
MARKET: Final = frozenset({"external_order", "external_cancel", "take", "vi", "expire_tokens", "cut_streams"})
PROCESS: Final = ("now", "skip", "twice", "late")
ANSWERS: Final = (
    "real", "close", "reset", "silence", "half", "malformed", "html", "status", "no_number", "drip", "refuse", "limit",
    "endless", "repeated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a script; see the module. `quantity`, `price`, `code`, `side` … serve the market's acts."""

    on: str
    do: str
    nth: int = 1
    times: int = 1
    chance: float = 1.0
    page: int = 0
    process: str = "now"
    answer: str = "real"
    delay: float = 0.0
    seconds: float = 0.0
    status: int = 503
    return_code: int = 3
    code: str = ""
    text: str = ""
    type: str = ""
    after: float = 0.0
    every: float = 0.0
    account: str = "stock"
    venue: str = "KRX"
    side: str = "buy"
    order_type: str = ""
    number: int = 0
    quantity: int = 0
    price: int = 0
    channel: str = "영웅문4"


_GROUPS: Final = ("place", "amend", "cancel", "order", "list", "query", "token", "any")
_PLACES: Final = (*_GROUPS, "login", "stream", "market", "au10001", "au10002", *TRS)
_WHEN: Final = ("nth", "times", "chance", "page")
_FIELDS: Final = {f.name: f.type for f in fields(Fault)}
_WORDS: Final[dict[str, Collection[str]]] = {
    "on": _PLACES,
    "process": PROCESS,
    "answer": ANSWERS,
    "type": ("", *TYPES),
    "account": get_args(AccountKind),
    "venue": get_args(Venue),
    "side": get_args(Side),
}
_NEEDED: Final = {"external_order": ("code", "quantity"), "take": ("code", "quantity"), "vi": ("code",)}


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a script, each of which `parse` takes. Raises ValueError with a sentence, OSError."""
    lines = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(lines, list):
        raise ValueError("it is not a JSON list")
    for number, line in enumerate(lines, 1):
        try:
            parse(line)
        except ValueError as error:
            raise ValueError(f"line {number} of the list: {error}") from None
    return lines


def parse(line: Mapping[str, Any]) -> Fault:
    """One fault from its JSON object. Raises ValueError with a sentence for anything it does not know."""
    if not isinstance(line, Mapping):
        raise ValueError(f"a fault is a JSON object, not {line!r}")
    values = {name: value for name, value in line.items() if name != "when"} | _when(line.get("when", "once"))
    for name, value in values.items():
        _known("field", name, _FIELDS)
        _check_value(name, value)
    if missing := [name for name in ("on", "do") if name not in values]:
        raise ValueError(f"a fault needs {' and '.join(map(repr, missing))}")
    _known("'do'", values["do"], _acts(values["on"]), f" on {values['on']!r}")
    if values["do"] == "delay" and "seconds" in values:
        values.setdefault("delay", values["seconds"])
    fault = Fault(**{**HTTP.get(values["do"], {}), **values})
    _check_ranges(fault)
    if lacking := [name for name in _NEEDED.get(fault.do, ()) if not getattr(fault, name)]:
        raise ValueError(f"{fault.do!r} needs {' and '.join(map(repr, lacking))}")
    return fault


def _when(when: Any) -> dict[str, Any]:
    if isinstance(when, Mapping):
        for name in when:
            _known("'when'", name, _WHEN)
        return dict(when)
    _known("'when'", when, ("once", "always"), ", or an object")
    return {"times": 0} if when == "always" else {}


def _acts(on: str) -> Collection[str]:
    return {"stream": STREAM, "market": MARKET, "login": ("refuse",)}.get(on, HTTP)


def _check_value(name: str, value: Any) -> None:
    kind = _FIELDS[name]
    if kind == "str":
        if not isinstance(value, str):
            raise ValueError(f"{name!r} is a text, not {value!r}")
        if name in _WORDS:
            _known(repr(name), value, _WORDS[name])
        return
    number = isinstance(value, int | float if kind == "float" else int) and not isinstance(value, bool)
    if not number or value < 0:
        raise ValueError(f"{name!r} is a {'number' if kind == 'float' else 'whole number'} from 0 on, not {value!r}")


def _check_ranges(fault: Fault) -> None:
    if fault.nth < 1 or fault.chance > 1 or fault.page > 2:
        raise ValueError("'nth' counts from 1, 'chance' goes from 0 to 1, 'page' is 1 (first pages) or 2 (later ones)")
    if not 200 <= fault.status <= 599:
        raise ValueError("'status' goes from 200 to 599")
    if fault.on != "market":
        if fault.after or fault.every:
            raise ValueError("'after' and 'every' belong to 'on': 'market'; requests are counted with 'when'")
    elif not fault.every and (fault.nth, fault.times) != (1, 1):
        raise ValueError("on 'market' something happens more than once only with 'every' (seconds)")


def _known(what: str, word: Any, words: Iterable[str], where: str = "") -> None:
    """Raises ValueError that names what is near, or else all there is."""
    known = list(words)
    if word in known:
        return
    near = get_close_matches(str(word), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(filter(None, known)))}"
    raise ValueError(f"unknown {what} {word!r}{where}; {hint}")
