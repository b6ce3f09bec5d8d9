"""Answers of the gateway and the ways it says no (errors.md 1 and 2).

Almost everything is HTTP 200: the class is in `return_code` (an int), the specific code inside `return_msg`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

Body = dict[str, Any]

INPUT: Final = 2
AUTHENTICATION: Final = 3
LIMIT: Final = 5
BUSINESS: Final = 20


@dataclass(slots=True)
class Answer:
    """What goes back for one request; `next_key` is empty on the last (or only) page."""

    body: Body
    status: int = 200
    next_key: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list answer before it is cut into pages.

    `rows` pairs each row with a mark that grows (or, `descending`, falls) along the list: a page ends at a mark and the
    next one begins behind it, so that rows which come or go between two pages shift nothing.
    """

    key: str
    rows: list[tuple[int, Body]]
    head: Body = field(default_factory=dict)
    descending: bool = False
    message: str = "조회가 완료되었습니다"


class Denied(Exception):
    """The gateway or the back office declines a request."""

    def __init__(self, return_code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.return_code = return_code
        self.message = message
        self.status = status

    def answer(self) -> Answer:
        return Answer({"return_code": self.return_code, "return_msg": self.message}, self.status)


def accepted(body: Body, message: str = "정상적으로 처리되었습니다") -> Answer:
    return Answer({**body, "return_code": 0, "return_msg": message})


def bad_input(code: int, text: str) -> Denied:
    return Denied(INPUT, f"입력 값 오류입니다[{code}:{text}]")


def not_authenticated(code: int, text: str) -> Denied:
    return Denied(AUTHENTICATION, f"인증에 실패했습니다[{code}:{text}]")


def over_limit(api_id: str, per_second: int) -> Denied:
    text = f"[1700:허용된 요청 개수를 초과하였습니다. 유량={per_second}, API ID={api_id}]"
    return Denied(LIMIT, f"허용된 요청 개수를 초과하였습니다{text}", 429)


def business(code: str, text: str) -> Denied:
    return Denied(BUSINESS, f"[2000]({code}:{text})")


def page(rows: Rows, size: int, after: str) -> Answer:
    """One page of `rows`, beginning behind the mark `after` names ("" is the beginning)."""
    left = rows.rows
    if after:
        mark = _mark(after)
        left = [row for row in left if (row[0] < mark if rows.descending else row[0] > mark)]
    answer = accepted({**rows.head, rows.key: [row for _, row in left[:size]]}, rows.message)
    if len(left) > size:
        answer.next_key = f"{left[size - 1][0]:020d}"
    return answer


def _mark(next_key: str) -> int:
    if not next_key.isdecimal():
        raise bad_input(1517, "next-key 값이 올바르지 않습니다")
    return int(next_key)
