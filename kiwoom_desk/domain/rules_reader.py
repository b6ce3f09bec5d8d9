"""Reading a JSON text piece by piece, where each wrong piece raises ValueError with a sentence that names its place.

The file may be edited by the trader, so sentences are Korean and an unknown or doubled key is an error: a typo that is
silently ignored would leave the old hours in force.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

E = TypeVar("E", bound=Enum)
T = TypeVar("T")


class Node:
    """One value of the text and the path to it. Every method raises ValueError when the value is not what it says."""

    def __init__(self, value: object, path: str = "") -> None:
        self.value = value
        self.path = path

    def fail(self, why: str) -> ValueError:
        return ValueError(f"시장 규칙 {self.path or '파일'}: {why}")

    def shown(self) -> str:
        text = json.dumps(self.value, ensure_ascii=False, default=str)
        return text if len(text) <= 40 else text[:40] + "…"

    def having(self, required: str, optional: str = "") -> Node:
        """Itself, once it has all the `required` keys and none beyond those and `optional` (names split by spaces)."""
        keys = set(self._dict())
        wanted = set(required.split())
        if missing := sorted(wanted - keys):
            raise self.fail(f"'{missing[0]}' 항목이 없습니다")
        if extra := sorted(keys - wanted - set(optional.split()) - {"note"}):
            raise self.fail(f"알 수 없는 항목 '{extra[0]}'")
        return self

    def _dict(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.fail(f"{{…}} 모양이어야 합니다 ({self.shown()})")
        return self.value

    def __getitem__(self, key: str) -> Node:
        return Node(self._dict()[key], f"{self.path}.{key}" if self.path else key)

    def get(self, key: str) -> Node | None:
        """The member, None when absent or null."""
        return None if self._dict().get(key) is None else self[key]

    def members(self) -> Iterator[tuple[Node, Node]]:
        """Key and value, except notes; the key is a node too, so that it can be read as a day or a word."""
        for key in self._dict():
            if key != "note":
                yield Node(key, f"{self.path}.{key}"), self[key]

    def items(self) -> list[Node]:
        if not isinstance(self.value, list):
            raise self.fail(f"[…] 목록이어야 합니다 ({self.shown()})")
        return [Node(v, f"{self.path}[{i}]") for i, v in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail(f"글자여야 합니다 ({self.shown()})")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail(f"true 또는 false여야 합니다 ({self.shown()})")
        return self.value

    def whole(self, least: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < least:
            raise self.fail(f"{least} 이상의 정수여야 합니다 ({self.shown()})")
        return self.value

    def decimal(self) -> Decimal:
        """A rate written as text, so that 0.015 stays exactly that."""
        try:
            number = Decimal(self.text())
        except InvalidOperation:
            raise self.fail(f'"0.015" 같은 수여야 합니다 ({self.shown()})') from None
        if not number.is_finite() or not 0 <= number < 100:
            raise self.fail(f"0 이상 100 미만이어야 합니다 ({self.shown()})")
        return number

    def day(self) -> date:
        return self._read(date.fromisoformat, '"2026-12-25" 같은 날짜여야 합니다')

    def time(self) -> time:
        at = self._read(time.fromisoformat, '"09:00:30" 같은 시각이어야 합니다')
        if at.tzinfo is not None:
            raise self.fail(f"시간대 없는 한국 시각이어야 합니다 ({self.shown()})")
        return at

    def _read(self, read: Callable[[str], T], why: str) -> T:
        try:
            return read(self.text())
        except ValueError:
            raise self.fail(f"{why} ({self.shown()})") from None

    def member(self, kind: type[E]) -> E:
        try:
            return kind(self.value)
        except ValueError:
            words = ", ".join(str(m.value) for m in kind)
            raise self.fail(f"{self.shown()} 대신 다음 가운데 하나여야 합니다: {words}") from None


def read_json(text: str) -> Node:
    """The root of a JSON text. Raises ValueError for anything that is not one plain JSON value."""
    try:
        return Node(json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant))
    except json.JSONDecodeError as e:
        raise ValueError(f"시장 규칙 파일 {e.lineno}번째 줄 {e.colno}번째 글자에서 JSON 문법이 틀렸습니다") from None
    except RecursionError:
        raise ValueError("시장 규칙 파일이 지나치게 깊게 묶여 있습니다") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        doubled = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise ValueError(f"시장 규칙 파일: '{doubled}' 항목이 두 번 있습니다")
    return result


def _no_constant(word: str) -> object:
    raise ValueError(f"시장 규칙 파일: {word}는 수가 아닙니다")
