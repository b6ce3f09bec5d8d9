"""A client that knows nothing but the protocol, with the pace of the environment it talks to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

Json = dict[str, Any]
ORDERS, ACCOUNT, INFO = "/api/dostk/ordr", "/api/dostk/acnt", "/api/dostk/stkinfo"
CODE = "005930"


@dataclass
class Wire:
    """`gap`: seconds between two requests of one TR (the mock takes one a second); `patience`: how many to wait for a
    push."""

    rest: str
    websocket: str
    app_key: str = field(repr=False)
    secret: str = field(repr=False)
    gap: float = 0.0
    patience: float = 8.0
    placed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.rest, timeout=20.0, trust_env=False, headers={"User-Agent": "kiwoom-desk/cards"}
        )
        self._last: dict[str, float] = {}
        self.token = str(self.issue().json().get("token", ""))

    def issue(self) -> httpx.Response:
        body = {"grant_type": "client_credentials", "appkey": self.app_key, "secretkey": self.secret}
        self._wait("au10001")
        return self.http.post("/oauth2/token", json=body)

    def post(self, tr: str, path: str, body: Json, **headers: str) -> httpx.Response:
        self._wait(tr)
        heads = {"api-id": tr, "authorization": f"Bearer {self.token}", **headers}
        return self.http.post(path, json=body, headers=heads)

    def ask(self, tr: str, path: str, body: Json) -> Json:
        answer: Json = self.post(tr, path, body).json()
        return answer

    def _wait(self, tr: str) -> None:
        time.sleep(max(0.0, self._last.get(tr, 0.0) + self.gap - time.monotonic()))
        self._last[tr] = time.monotonic()

    # --- orders ------------------------------------------------------------------------------------------------------
    def price(self, name: str) -> int:
        return abs(int(self.ask("ka10001", INFO, {"stk_cd": CODE})[name]))

    def buy(self, quantity: int, price: int | None, venue: str = "KRX", type_: str | None = None, **more: str) -> Json:
        body = {"dmst_stex_tp": venue, "stk_cd": CODE, "ord_qty": str(quantity), "ord_uv": str(price or ""),
                "trde_tp": type_ or ("0" if price else "3"), "cond_uv": "", **more}  # fmt: skip
        said = self.ask("kt10000", ORDERS, body)
        if said.get("return_code") == 0:
            self.placed.append(str(said["ord_no"]))
        return said

    def amend(self, number: str, price: int, quantity: int = 0) -> Json:
        body = {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": CODE, "mdfy_qty": str(quantity)}
        said = self.ask("kt10002", ORDERS, body | {"mdfy_uv": str(price), "mdfy_cond_uv": ""})
        if said.get("return_code") == 0:
            self.placed.append(str(said["ord_no"]))
        return said

    def cancel(self, number: str, quantity: int = 0, venue: str = "KRX") -> Json:
        body = {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": CODE, "cncl_qty": str(quantity)}
        return self.ask("kt10003", ORDERS, body)

    def rows(self) -> list[Json]:
        body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"}
        found: list[Json] = []
        key = ""
        while True:
            heads = {"cont-yn": "Y", "next-key": key} if key else {}
            response = self.post("kt00007", ACCOUNT, body, **heads)
            found += response.json().get("acnt_ord_cntr_prps_dtl") or []
            if response.headers.get("cont-yn") != "Y":
                return found
            key = response.headers["next-key"]

    def row(self, number: str) -> Json:
        return next(row for row in self.rows() if int(row["ord_no"]) == int(number))

    def open_rows(self) -> list[Json]:
        body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
        rows: list[Json] = self.ask("ka10075", ACCOUNT, body).get("oso") or []
        return rows

    def tidy(self) -> None:
        """Cancel what these cards left open."""
        ours = {int(number) for number in self.placed}
        for row in self.open_rows():
            if int(row["ord_no"]) in ours:
                venue = "SOR" if row["sor_yn"] == "Y" else {"2": "NXT"}.get(row["stex_tp"], "KRX")
                self.cancel(row["ord_no"], venue=venue)

    def close(self) -> None:
        self.http.close()

    # --- the stream --------------------------------------------------------------------------------------------------
    def stream(self, act: Callable[[Line], None]) -> None:
        with connect(self.websocket, proxy=None, ping_interval=None) as socket:
            act(Line(socket, self.token, self.patience))


class Line:
    """One WebSocket connection; `entries` are those of type 00, in the order they came."""

    def __init__(self, socket: ClientConnection, token: str, patience: float) -> None:
        self._socket, self._token, self._patience = socket, token, patience
        self.entries: list[Json] = []

    def say(self, message: Json) -> None:
        self._socket.send(json.dumps(message))

    def hear(self) -> Json:
        """The next frame. Raises TimeoutError."""
        message: Json = json.loads(self._socket.recv(timeout=self._patience))
        if message.get("trnm") == "PING":
            self.say(message)
        if message.get("trnm") == "REAL":
            self.entries += [entry["values"] for entry in message["data"] if entry.get("type") == "00"]
        return message

    def log_in(self) -> Json:
        self.say({"trnm": "LOGIN", "token": self._token})
        return self.hear()

    def register(self, items: list[str]) -> Json:
        data = [{"item": items, "type": ["00"]}]
        self.say({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": data})
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
