"""What a trader types or pastes, as a whole number or as a sentence that says what is wrong with it.

Understood: thousands commas, full-width digits, 원 주 g 그램 and arrows around the number, 만 and 억 (2.5만,
1억 2,000만). Anything that could be read in two ways is a problem, not a guess: 71.200 or 71,20 never becomes an order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

MAX_PRICE = 999_999_999
MAX_QUANTITY = 999_999_999
"""No order of this size exists; beyond it a slip of the keyboard is certain."""


class Flaw(Enum):
    """Why a text is no number for an order."""

    LETTERS = "letters"
    COMMAS = "commas"
    FRACTION = "fraction"
    NOT_POSITIVE = "not_positive"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """The flaw and a Korean sentence for the line under the field. The text itself stays in the field."""

    flaw: Flaw
    sentence: str


Parsed = int | Problem | None
"""A number of at least 1, a problem, or None for an empty field."""

_AROUND = " \t\r\n\u00a0₩▲▼△▽↑↓+"
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}
"""Full-width forms to ASCII. Not NFKC: that would read 10² as 102."""
_PRICE_UNITS = ("원",)
_QUANTITY_UNITS = ("그램", "주", "g", "G")
_NUMBER = r"\d+(?:,\d+)*(?:\.\d+)?"
_PLAIN = re.compile(rf"(?P<minus>-?)(?P<number>{_NUMBER})", re.ASCII)
_KOREAN = re.compile(
    rf"(?P<minus>-?)(?:(?P<eok>{_NUMBER})억\s*)?(?:(?P<man>{_NUMBER})만\s*)?(?:(?P<cheon>\d)천\s*)?(?P<rest>{_NUMBER})?",
    re.ASCII,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d+", re.ASCII)
_LONGEST = 40


def parse_price(text: str) -> Parsed:
    """A price in won. Never raises."""
    return _parse(text, _PRICE_UNITS, MAX_PRICE, "단가", "원")


def parse_quantity(text: str) -> Parsed:
    """A quantity in shares or grams. Never raises."""
    return _parse(text, _QUANTITY_UNITS, MAX_QUANTITY, "수량", "")


def parse_amount(text: str) -> Parsed:
    """An amount of money in won, for orders by amount. Never raises."""
    return _parse(text, _PRICE_UNITS, 9_999_999_999_999, "금액", "원")


def _parse(text: str, units: tuple[str, ...], most: int, what: str, unit: str) -> Parsed:
    plain = text.translate(_NARROW).strip(_AROUND)
    for word in units:
        if plain.endswith(word):
            plain = plain.removesuffix(word).rstrip(_AROUND)
            break
    if not plain:
        return None if not text.strip() else Problem(Flaw.LETTERS, f"{what}에 숫자가 없습니다: '{_cut(text)}'")
    if len(plain) > _LONGEST:
        return Problem(Flaw.LETTERS, f"{what}에 쓰기에는 너무 깁니다: '{_cut(text)}'")
    value = _value(plain)
    if value is None:
        return Problem(Flaw.LETTERS, f"{what}에는 숫자만 쓸 수 있습니다: '{_cut(text)}'")
    if isinstance(value, Flaw):
        return Problem(value, f"{_FLAW_WORDS[value]}: '{_cut(text)}'")
    if value < 1:
        return Problem(Flaw.NOT_POSITIVE, f"{what} {value:,}{unit}: 1 이상이어야 합니다")
    if value > most:
        return Problem(Flaw.TOO_LARGE, f"{what} {value:,}{unit}: 너무 큽니다 (최대 {most:,}{unit})")
    return value


_FLAW_WORDS = {
    Flaw.COMMAS: "쉼표의 자리가 맞지 않습니다",
    Flaw.FRACTION: "소수점은 쓸 수 없습니다",
}


def _value(plain: str) -> int | Flaw | None:
    """None: not a number at all."""
    if match := _PLAIN.fullmatch(plain):
        number = match["number"]
        if "." in number:
            return Flaw.FRACTION
        if not _GROUPED.fullmatch(number):
            return Flaw.COMMAS
        value = int(number.replace(",", ""))
        return -value if match["minus"] else value
    match = _KOREAN.fullmatch(plain)
    if match is None or not (match["eok"] or match["man"] or match["cheon"]):
        return None
    return _korean(match)


def _korean(match: re.Match[str]) -> int | Flaw:
    total = Decimal(0)
    for part, worth in (("eok", 100_000_000), ("man", 10_000), ("cheon", 1_000), ("rest", 1)):
        number = match[part]
        if number is None:
            continue
        if not _GROUPED.fullmatch(number.split(".")[0]):
            return Flaw.COMMAS
        total += Decimal(number.replace(",", "")) * worth
    if total != total.to_integral_value():
        return Flaw.FRACTION
    return -int(total) if match["minus"] else int(total)


def _cut(text: str) -> str:
    """One short line of what was typed, safe to show."""
    line = "".join(c if c.isprintable() else " " for c in text).strip()
    return line if len(line) <= 20 else line[:20] + "…"
