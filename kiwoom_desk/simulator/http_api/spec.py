"""What a TR is: its path, the form of its body, whose account it needs and the function that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from kiwoom_desk.simulator.clock import MarketClock
from kiwoom_desk.simulator.envelope import Answer, Body, Rows, bad_input
from kiwoom_desk.simulator.history import History
from kiwoom_desk.simulator.model import AccountKind, Core, Listing, Order, Venue
from kiwoom_desk.simulator.profiles import Profile
from kiwoom_desk.simulator.tokens import Client

PAGE: Final = 20  # rows per page of account lists: small, so that an ordinary day already needs several

_INT: Final = re.compile(r"(0|[1-9][0-9]{0,11})?")
_NUMBER: Final = re.compile(r"([0-9]{1,7})?")
_DATE: Final = re.compile(r"([0-9]{8})?")
_TEXT: Final = re.compile(r"[^\x00-\x1f]*")


@dataclass(frozen=True, slots=True)
class Field:
    """One body field. A required one may not be empty unless `blank`; `codes` lists its values where they are few."""

    name: str
    required: bool = True
    form: re.Pattern[str] = _TEXT
    codes: tuple[str, ...] = ()
    longest: int = 1_000
    blank: bool = False

    def check(self, body: Body) -> None:
        """Raises Denied: 1511 for what is missing, 1517 for what is malformed."""
        value = body.get(self.name, "")
        if value == "":
            if self.required and (self.name not in body or not self.blank):
                raise bad_input(1511, f"필수 입력 값에 값이 존재하지 않습니다. 필수입력 파라미터={self.name}")
            return
        if not isinstance(value, str):
            raise self._malformed("문자열이 아닙니다")
        if len(value) > self.longest:
            raise self._malformed("길이가 초과되었습니다")
        if (self.codes and value not in self.codes) or not self.form.fullmatch(value):
            raise self._malformed("형식이 올바르지 않습니다")

    def _malformed(self, why: str) -> Exception:
        return bad_input(1517, f"입력 값의 형식이 올바르지 않습니다. 파라미터={self.name}, 사유={why}")


def text(name: str, *, required: bool = True, longest: int = 20) -> Field:
    return Field(name, required, longest=longest)


def number(name: str, *, required: bool = True, longest: int = 12, blank: bool = False) -> Field:
    """Digits without sign, padding or separators."""
    return Field(name, required, _INT, longest=longest, blank=blank)


def order_number(name: str, *, required: bool = True, longest: int = 7) -> Field:
    return Field(name, required, _NUMBER, longest=longest)


def day(name: str, *, required: bool = False) -> Field:
    return Field(name, required, _DATE, longest=8)


def choice(name: str, *codes: str, required: bool = True) -> Field:
    return Field(name, required, codes=codes)


@dataclass(slots=True)
class Office:
    """Everything a TR may ask."""

    core: Core
    clock: MarketClock
    profile: Profile
    history: History


@dataclass(frozen=True, slots=True)
class Call:
    """One validated request. `now` is market time; `lag` is how far behind the order lists run (a scripted fault)."""

    api_id: str
    body: dict[str, str]
    client: Client
    now: datetime
    lag: timedelta = timedelta(0)

    def get(self, name: str) -> str:
        return self.body.get(name, "")

    def integer(self, name: str) -> int:
        """0 when nothing was given."""
        return int(self.body.get(name) or 0)

    @property
    def account(self) -> AccountKind:
        return self.client.account


Run = Callable[[Office, Call], Answer | Rows]


@dataclass(frozen=True, slots=True)
class Tr:
    """`account` None means any key may call it; `paged` is the page size of its list."""

    id: str
    path: str
    run: Run
    fields: tuple[Field, ...] = ()
    account: AccountKind | None = None
    paged: int = PAGE


def parse(fields: tuple[Field, ...], body: Any) -> dict[str, str]:
    """The checked body. Raises Denied."""
    if not isinstance(body, dict):
        raise bad_input(1517, "요청 본문이 JSON 객체가 아닙니다")
    for field in fields:
        field.check(body)
    return {name: value for name, value in body.items() if isinstance(value, str)}


def listing_of(office: Office, code: str, venue: Venue = "KRX") -> Listing | None:
    """The instrument, if it exists and the venue shows it: quotes of unknown codes are blank, not errors."""
    listing = office.core.listings.get(code)
    if listing is None or (venue == "NXT" and not (listing.nxt and "NXT" in office.profile.venues)):
        return None
    return listing


def orders_of(office: Office, call: Call, account: AccountKind) -> list[Order]:
    """The orders of the day asked for (`ord_dt`, default today), as the lists know them."""
    asked = call.get("ord_dt")
    that_day = _day(asked) if asked else call.now.date()
    orders = office.core.orders(account, that_day)
    return office.history.seen_until(orders, call.now - call.lag) if call.lag else orders


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise bad_input(1517, "입력 값의 형식이 올바르지 않습니다. 파라미터=ord_dt") from None
