"""Reading the broker's numbers. Only the forms of kiwoom/trs.json `formats` are numbers; anything else is `Unreadable`.

Blank means "not said" and becomes None, never 0. Python's own `int()` is too friendly: it takes full-width digits,
underscores and blanks in between. Commas, decimals in whole numbers and more than sixteen digits are refused, since no
table of the broker has them: a row with one is set aside whole rather than half understood.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.kiwoom.texts import plain

LARGEST = 10**16
_WHOLE = re.compile(r"-?[0-9]{1,20}")
_SIGNED = re.compile(r"([ +-]*)([0-9]{1,20})")
_DECIMAL = re.compile(r"([ +-]*)([0-9]{1,15}(?:\.[0-9]{1,8})?)%?")
_NUMBER = re.compile(r"[0-9]{1,10}")
_TIME = re.compile(r"([0-9]{2}):?([0-9]{2}):?([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
Text = str | None


class Unreadable(ValueError):
    """The broker wrote something that no documented form covers; `str()` names the value, cut."""


def whole(text: Text) -> int | None:
    """`padded_int`: fixed width, zero padded, minus inside the width ("-00000163958")."""
    stripped = (text or "").strip(" ")
    if not stripped:
        return None
    if not _WHOLE.fullmatch(stripped):
        raise _unreadable("whole number", stripped)
    return _bounded(int(stripped))


def count(text: Text) -> int:
    """A `padded_int` or `plain_int` quantity where blank reads as 0 (cntr_qty)."""
    return signed(text) or 0


def signed(text: Text) -> int | None:
    """`plain_int` and `signed_int`: the last sign belongs to the number, earlier ones are direction marks ("+-121")."""
    stripped = (text or "").strip(" ")
    if not stripped:
        return None
    found = _SIGNED.fullmatch(stripped)
    if found is None:
        raise _unreadable("signed number", stripped)
    return _bounded(_sign(found[1]) * int(found[2]))


def price(text: Text) -> int | None:
    """`direction_int` in won: the sign is the direction against yesterday, "0" and "-0" are no price."""
    value = signed(text)
    return abs(value) if value else None


def decimal(text: Text) -> float | None:
    """Percent and decimal texts with a real sign ("++0.34", "20%")."""
    stripped = (text or "").strip(" ")
    if not stripped:
        return None
    found = _DECIMAL.fullmatch(stripped)
    if found is None:
        raise _unreadable("decimal", stripped)
    return _sign(found[1]) * float(found[2])


def order_number(text: Text) -> int | None:
    """An order number, compared without its leading zeros; blank and "0000000" are none."""
    stripped = (text or "").strip(" ")
    if not stripped:
        return None
    if not _NUMBER.fullmatch(stripped):
        raise _unreadable("order number", stripped)
    return int(stripped) or None


def required(value: int | None, what: str) -> int:
    """`value`, which a row without makes no sense. Raises Unreadable when it was not said."""
    if value is None:
        raise Unreadable(f"{what} missing")
    return value


def moment(day: date, text: Text) -> datetime | None:
    """HHmmss or HH:mm:ss of `day` in Korean time; blank and zeros ("000000", an idle book's "0") are none."""
    stripped = (text or "").strip(" ")
    if not stripped.replace(":", "").strip("0"):
        return None
    found = _TIME.fullmatch(stripped)
    if found is None:
        raise _unreadable("time", stripped)
    try:
        hour, minute, second = (int(part) for part in found.groups())
        return datetime.combine(day, time(hour, minute, second), SEOUL)
    except ValueError:
        raise _unreadable("time", stripped) from None


def stamp(text: Text) -> datetime | None:
    """YYYYMMDDHHmmss in Korean time."""
    stripped = (text or "").strip(" ")
    found = _DAY.fullmatch(stripped[:8])
    if found is None:
        return None
    try:
        return moment(date(*(int(part) for part in found.groups())), stripped[8:])
    except ValueError:
        raise _unreadable("time", stripped) from None


def _sign(marks: str) -> int:
    return -1 if marks.rstrip(" ").endswith("-") else 1


def _bounded(value: int) -> int:
    if abs(value) >= LARGEST:
        raise Unreadable("number too large")
    return value


def _unreadable(what: str, text: str) -> Unreadable:
    return Unreadable(f"not a {what}: {plain(text, 40)!r}")
