"""A client that knows nothing but the protocol, with the pace of the environment it talks to."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from kiwoom_desk.domain.instruments import SEOUL

Json = dict[str, Any]
ORDERS, ACCOUNT, INFO = "/api/dostk/ordr", "/api/dostk/acnt", "/api/dostk/stkinfo"
CODE, GOLD_CODE = "005930", "M04020000"
MOST_PAGES = 50
CANCELLED = "cancelled"

_CODE = re.compile(r"\[2000\]\(\s*([A-Z]{0,2}\d{3,6})|CODE=(\d{3,5})|\[(\d{3,5})[:\]]")
_CLOSED = ("RC4010", "RC4057", "RC4058", "571489")
_NOT_AT_THIS_HOUR = "521790"
_EMPTY = ("501724", "571758")
_NOT_OFFERED = ("RC9000", "RC7006", "8104")


class NotAsked(Exception):
    """This card cannot be asked here and now; the text says why."""


def code_of(said: Json) -> str:
    """The code inside the text of an answer; blank without one."""
    found = _CODE.search(str(said.get("return_msg") or said.get("message") or ""))
    return next(group for group in found.groups() if group) if found else ""


def refuse_what_is_not_offered(said: Json) -> None:
    """Raises NotAsked."""
    if code_of(said) in _NOT_OFFERED:
        raise NotAsked(f"not offered here: {said['return_msg']}")


@dataclass(frozen=True, slots=True)
class Left:
    """An open order, as either market's list has it."""

    number: int
    original: int
    content: tuple[str, int, int]
    """Code, quantity and price."""
    venue: str


@dataclass
class Wire:
    """The stock account. `gap`: seconds between two requests of one TR (the mock takes one a second); `patience`: how
    many to wait for a push; `linger`: how many a card waits to see whether something keeps."""

    rest: str
    websocket: str
    app_key: str = field(repr=False)
    secret: str = field(repr=False)
    gap: float = 0.0
    patience: float = 8.0
    linger: float = 30.0
    placed: list[str] = field(default_factory=list)
    unanswered: list[Json] = field(default_factory=list)

    code = CODE
    buying, selling, amending, cancelling = "kt10000", "kt10001", "kt10002", "kt10003"
    day_list, open_list = ("kt00007", "acnt_ord_cntr_prps_dtl"), ("ka10075", "oso")

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.rest, timeout=20.0, trust_env=False, headers={"User-Agent": "kiwoom-desk/cards"}
        )
        self._last: dict[str, float] = {}
        self._strangers: set[int] | None = None
        self._date = datetime.now(SEOUL)
        self.token = str(self.issue().json().get("token", ""))

    def issue(self) -> httpx.Response:
        body = {"grant_type": "client_credentials", "appkey": self.app_key, "secretkey": self.secret}
        self._wait("au10001")
        return self.http.post("/oauth2/token", json=body)

    def post(self, tr: str, path: str, body: Json, **headers: str) -> httpx.Response:
        self._wait(tr)
        return self.at_once(tr, path, body, **headers)

    def at_once(self, tr: str, path: str, body: Json, **headers: str) -> httpx.Response:
        """Without waiting for our turn: for those cards that ask about the limit."""
        heads = {"api-id": tr, "authorization": f"Bearer {self.token}", **headers}
        self._last[tr] = time.monotonic()
        response = self.http.post(path, json=body, headers=heads)
        if response.headers.get("date"):
            self._date = parsedate_to_datetime(response.headers["date"]).astimezone(SEOUL)
        return response

    def ask(self, tr: str, path: str, body: Json) -> Json:
        answer: Json = self.post(tr, path, body).json()
        return answer

    def pause(self) -> None:
        """Until every TR may be asked again."""
        time.sleep(self.gap)

    def _wait(self, tr: str) -> None:
        time.sleep(max(0.0, self._last.get(tr, 0.0) + self.gap - time.monotonic()))
        self._last[tr] = time.monotonic()

    # --- lists -------------------------------------------------------------------------------------------------------
    def pages(self, tr: str, path: str, body: Json, key: str) -> Iterator[list[Json]]:
        """Page by page, each asked for at once. Raises NotAsked for what is not offered here, RuntimeError for what is
        no answer."""
        heads: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            response = self.post(tr, path, body, **heads)
            said = response.json()
            refuse_what_is_not_offered(said)
            if said.get("return_code") != 0 and code_of(said) not in _EMPTY:
                raise RuntimeError(f"{tr}: {said.get('return_msg')}")
            yield said.get(key) or []
            if response.headers.get("cont-yn") != "Y":
                return
            heads = {"cont-yn": "Y", "next-key": response.headers["next-key"]}
        raise RuntimeError(f"{tr}: more than {MOST_PAGES} pages")

    def day_pages(self, day: str = "") -> Iterator[list[Json]]:
        body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"}
        return self.pages(self.day_list[0], ACCOUNT, body | ({"ord_dt": day} if day else {}), self.day_list[1])

    def rows(self, day: str = "") -> list[Json]:
        return [row for page in self.day_pages(day) for row in page]

    def row(self, number: str) -> Json:
        return next(row for row in self.rows() if int(row["ord_no"]) == int(number))

    def open_rows(self, **more: str) -> list[Json]:
        body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0", **more}
        return [row for page in self.pages(self.open_list[0], ACCOUNT, body, self.open_list[1]) for row in page]

    def now(self) -> datetime:
        """By the broker's own clock, as its last answer was dated."""
        return self._date

    def today(self) -> date:
        return self.now().date()

    def day_before(self) -> str:
        """The weekday before, as YYYYMMDD."""
        day = self.today() - timedelta(days=1)
        while day.weekday() > 4:
            day -= timedelta(days=1)
        return f"{day:%Y%m%d}"

    # --- orders ------------------------------------------------------------------------------------------------------
    def price(self, name: str) -> int:
        return abs(int(self.ask("ka10001", INFO, {"stk_cd": CODE})[name]))

    def send(self, tr: str, body: Json, path: str = ORDERS, *, now: bool = False) -> Json:
        """An order or amendment. Until it is answered it is remembered by its content, so that `tidy` finds it too.

        Raises NotAsked where the market is closed."""
        if self._strangers is None:
            self._strangers = {int(row["ord_no"]) for row in self.open_rows()}
        self.unanswered.append(body)
        said: Json = (self.at_once if now else self.post)(tr, path, body).json()
        if said.get("return_code") == 0:
            self.placed.append(str(said["ord_no"]))
        self.unanswered.remove(body)
        if code_of(said) in _CLOSED:
            raise NotAsked(f"the market is closed: {said['return_msg']}")
        return said

    def new(self, quantity: int, price: int | None, venue: str = "KRX", type_: str | None = None, **more: str) -> Json:
        """The body of a new order."""
        return {"dmst_stex_tp": venue, "stk_cd": CODE, "ord_qty": str(quantity), "ord_uv": str(price or ""),
                "trde_tp": type_ or ("0" if price else "3"), "cond_uv": "", **more}  # fmt: skip

    def buy(self, quantity: int, price: int | None, venue: str = "KRX", type_: str | None = None, **more: str) -> Json:
        """Without price and type at the market. Raises NotAsked where that is not possible at this hour."""
        said = self.send(self.buying, self.new(quantity, price, venue, type_, **more))
        if price is None and type_ is None and code_of(said) == _NOT_AT_THIS_HOUR:
            raise NotAsked(f"no market orders now: {said['return_msg']}")
        return said

    def sell(self, quantity: int, price: int) -> Json:
        return self.send(self.selling, self.new(quantity, price))

    def changing(self, number: str, what: Json, venue: str = "KRX", code: str = "") -> Json:
        return {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": code or self.code, **what}

    def amend(self, number: str, price: int, quantity: int = 0) -> Json:
        what = {"mdfy_qty": str(quantity), "mdfy_uv": str(price), "mdfy_cond_uv": ""}
        return self.send(self.amending, self.changing(number, what))

    def cancel(self, number: str, quantity: int = 0, venue: str = "KRX", code: str = "") -> Json:
        return self.ask(self.cancelling, ORDERS, self.changing(number, {"cncl_qty": str(quantity)}, venue, code))

    # --- the end -----------------------------------------------------------------------------------------------------
    def left(self) -> list[Left]:
        """What of ours is open: by its number, as the amendment of ours, or by what an unanswered request asked for."""
        ours = {int(number) for number in self.placed}
        asked = [_asked(body) for body in self.unanswered]
        rows = [self.as_left(row) for row in self.open_rows()]
        return [
            row
            for row in rows
            if ours & {row.number, row.original} or (row.number not in (self._strangers or ()) and row.content in asked)
        ]

    def as_left(self, row: Json) -> Left:
        venue = "SOR" if row["sor_yn"] == "Y" else {"2": "NXT"}.get(row["stex_tp"], "KRX")
        content = (row["stk_cd"].strip(), int(row["ord_qty"]), int(row["ord_pric"] or 0))
        return Left(int(row["ord_no"]), int(row["orig_ord_no"] or 0), content, venue)

    def tidy(self) -> list[str]:
        """Cancels what these cards left open, and names what may still be: the reader has to see to it himself.

        Never raises, so that one order that resists, or an impatient reader, leaves no other unnamed."""
        if not self.placed and not self.unanswered:
            return []
        said: dict[Left, str] = {}
        try:
            still = [f"order {left.number:07d}: {said.get(left, 'listed late')}" for left in self._clear(said)]
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - whatever it was, the numbers have to be told
            cancelled = {left.number for left, word in said.items() if word == CANCELLED}
            numbers = [number for number in self.placed if int(number) not in cancelled]
            still = [f"the open orders could not be seen to ({type(error).__name__}); ours were: {', '.join(numbers)}"]
        found = {left.content for left in said}
        lost = [body for body in self.unanswered if "ord_qty" in body and _asked(body) not in found]
        return still + [f"never answered, and may be open: {json.dumps(body)}" for body in lost]

    def _clear(self, said: dict[Left, str]) -> list[Left]:
        """What is still open in the end; `said` is filled while it goes. What has no answer may be listed late."""
        for _ in range(2):
            found = self.left()
            for left in found:
                said[left] = self._end(left)
            if not found and not self.unanswered:
                return []
        return self.left()

    def _end(self, left: Left) -> str:
        try:
            said = self.cancel(f"{left.number:07d}", venue=left.venue, code=left.content[0].removeprefix("A"))
        except Exception as error:  # noqa: BLE001 - the next order may still be cancelled
            return type(error).__name__
        return CANCELLED if said.get("return_code") == 0 else str(said.get("return_msg"))

    def close(self) -> None:
        self.http.close()

    # --- the stream --------------------------------------------------------------------------------------------------
    def stream(self, act: Callable[[Line], None]) -> None:
        with connect(self.websocket, proxy=None, ping_interval=None) as socket:
            act(Line(socket, self.token, self.patience))


def _asked(body: Json) -> tuple[str, int, int]:
    """The content an order would have; an amendment of ours is known by its original anyway."""
    quantity, price = (
        int(text) if text.isdecimal() else 0 for text in (body.get("ord_qty", ""), body.get("ord_uv", ""))
    )
    return str(body["stk_cd"]), quantity, price


class GoldWire(Wire):
    """The gold account: lists and orders of its own, and no exchange to choose."""

    code = GOLD_CODE
    buying, selling, amending, cancelling = "kt50000", "kt50001", "kt50002", "kt50003"
    day_list, open_list = ("kt50031", "acnt_ord_cntr_prps_dtl"), ("kt50075", "acnt_ord_oso_prst")

    def open_rows(self, **more: str) -> list[Json]:
        body = {"ord_dt": f"{self.today():%Y%m%d}", "qry_tp": "1", "mrkt_deal_tp": "5", "stk_bond_tp": "0",
                "sell_tp": "0", "stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%", **more}  # fmt: skip
        return [row for page in self.pages(self.open_list[0], ACCOUNT, body, self.open_list[1]) for row in page]

    def send(self, tr: str, body: Json, path: str = ORDERS, *, now: bool = False) -> Json:
        """Raises NotAsked also where gold is not offered: whether the mock has it is an open question."""
        said = super().send(tr, body, path, now=now)
        refuse_what_is_not_offered(said)
        return said

    def price(self, name: str) -> int:
        return abs(int(self.ask("ka50100", "/api/dostk/mrkcond", {"stk_cd": GOLD_CODE})[name]))

    def new(self, quantity: int, price: int | None, venue: str = "KRX", type_: str | None = None, **more: str) -> Json:
        return {"stk_cd": GOLD_CODE, "ord_qty": str(quantity), "ord_uv": str(price or ""), "trde_tp": type_ or "00"}

    def changing(self, number: str, what: Json, venue: str = "KRX", code: str = "") -> Json:
        return {
            "orig_ord_no": number,
            "stk_cd": code or self.code,
            **{k: v for k, v in what.items() if k != "mdfy_cond_uv"},
        }

    def as_left(self, row: Json) -> Left:
        content = (row["stk_cd"].strip(), int(row["ord_qty"]), int(row["ord_uv"] or 0))
        return Left(int(row["ord_no"]), int(row["orig_ord_no"] or 0), content, "KRX")


class Line:
    """One WebSocket connection; `entries` are those of type 00, in the order they came, `pushed` those of any other."""

    def __init__(self, socket: ClientConnection, token: str, patience: float) -> None:
        self._socket, self._token, self._patience = socket, token, patience
        self.entries: list[Json] = []
        self.pushed: list[Json] = []

    def say(self, message: Json) -> None:
        self._socket.send(json.dumps(message))

    def hear(self) -> Json:
        """The next frame. Raises TimeoutError."""
        message: Json = json.loads(self._socket.recv(timeout=self._patience))
        if message.get("trnm") == "PING":
            self.say(message)
        if message.get("trnm") == "REAL":
            self.entries += [entry["values"] for entry in message["data"] if entry.get("type") == "00"]
            self.pushed += [entry for entry in message["data"] if entry.get("type") != "00"]
        return message

    def log_in(self) -> Json:
        self.say({"trnm": "LOGIN", "token": self._token})
        return self.hear()

    def register(self, items: list[str], *types: str, refresh: str = "1") -> Json:
        data = [{"item": items, "type": list(types or ("00",))}]
        self.say({"trnm": "REG", "grp_no": "1", "refresh": refresh, "data": data})
        while (message := self.hear()).get("trnm") != "REG":
            pass
        return message

    def events_until(self, enough: Callable[[list[Json]], bool]) -> list[Json]:
        """The order events so far, once they are enough or no more come."""
        try:
            while not enough(self.entries):
                self.hear()
        except TimeoutError:
            pass
        return self.entries

    def first_pushed(self) -> Json | None:
        """The first entry of another type, or None when none comes in time."""
        try:
            while not self.pushed:
                self.hear()
        except TimeoutError:
            return None
        return self.pushed[0]
