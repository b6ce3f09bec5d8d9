"""A client of the practice exchange that knows nothing but the protocol: plain HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection, connect

from kiwoom_desk.simulator.server import PracticeServer

Json = dict[str, Any]
ORDERS: Final = "/api/dostk/ordr"
ACCOUNT: Final = "/api/dostk/acnt"
INFO: Final = "/api/dostk/stkinfo"
MARKET: Final = "/api/dostk/mrkcond"


class Desk:
    """One app key's REST client; the token is fetched at the start."""

    def __init__(self, server: PracticeServer, *, gold: bool = False, timeout: float = 30.0) -> None:
        self.keys = (
            (server.gold_appkey, server.gold_secretkey) if gold else (server.appkey, server.secretkey)
        )  # fmt: skip
        self.http = httpx.Client(base_url=server.rest, timeout=timeout, trust_env=False)
        self.token: str = self.issue()["token"]

    def issue(self, **changes: str) -> Json:
        appkey, secretkey = self.keys
        body = {"grant_type": "client_credentials", "appkey": appkey, "secretkey": secretkey} | changes
        answer: Json = self.http.post("/oauth2/token", json=body).json()
        return answer

    def revoke(self) -> Json:
        appkey, secretkey = self.keys
        body = {"appkey": appkey, "secretkey": secretkey, "token": self.token}
        answer: Json = self.http.post("/oauth2/revoke", json=body).json()
        return answer

    def post(self, api_id: str, path: str, body: Json, **headers: str) -> httpx.Response:
        heads = {"api-id": api_id, "authorization": f"Bearer {self.token}"} | headers
        return self.http.post(path, json=body, headers=heads)

    def ask(self, api_id: str, path: str, body: Json) -> Json:
        answer: Json = self.post(api_id, path, body).json()
        return answer

    def pages(self, api_id: str, path: str, body: Json, most: int = 20) -> list[Json]:
        """Every page, as a client reads them: the key of each answer goes into the next request."""
        response = self.post(api_id, path, body)
        pages: list[Json] = [response.json()]
        while response.headers["cont-yn"] == "Y" and len(pages) < most:
            heads = {"cont-yn": "Y", "next-key": response.headers["next-key"]}
            response = self.post(api_id, path, body, **heads)
            pages.append(response.json())
        return pages

    # The everyday requests

    def buy(self, code: str = "005930", quantity: int = 10, price: int = 0, **changes: str) -> Json:
        return self.ask("kt10000", ORDERS, order_body(code, quantity, price) | changes)

    def sell(self, code: str = "005930", quantity: int = 10, price: int = 0, **changes: str) -> Json:
        return self.ask("kt10001", ORDERS, order_body(code, quantity, price) | changes)

    def amend(self, number: str, price: int, quantity: int = 0, code: str = "005930", **changes: str) -> Json:
        body = {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": code, "mdfy_qty": str(quantity)}
        return self.ask("kt10002", ORDERS, body | {"mdfy_uv": str(price)} | changes)

    def cancel(self, number: str, quantity: int = 0, code: str = "005930", **changes: str) -> Json:
        body = {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": code, "cncl_qty": str(quantity)}
        return self.ask("kt10003", ORDERS, body | changes)

    def day(self, **changes: str) -> list[Json]:
        """All rows of kt00007, oldest first."""
        body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"} | changes
        pages = self.pages("kt00007", ACCOUNT, body)
        return [row for page in pages for row in page["acnt_ord_cntr_prps_dtl"]]

    def row(self, number: str) -> Json:
        return next(row for row in self.day() if row["ord_no"] == number)

    def open_orders(self) -> list[Json]:
        body = {"all_stk_tp": "0", "trde_tp": "0", "stex_tp": "0"}
        rows: list[Json] = [row for page in self.pages("ka10075", ACCOUNT, body) for row in page["oso"]]
        return rows

    def price(self, name: str, code: str = "005930") -> int:
        """A price of ka10001 (`base_pric`, `upl_pric`, `lst_pric`, `cur_prc`) without its sign."""
        return abs(int(self.ask("ka10001", INFO, {"stk_cd": code})[name]))

    def close(self) -> None:
        self.http.close()


def order_body(code: str, quantity: int, price: int) -> Json:
    """A limit order at `price`, or a market order where it is 0."""
    return {
        "dmst_stex_tp": "KRX",
        "stk_cd": code,
        "ord_qty": str(quantity),
        "ord_uv": str(price) if price else "",
        "trde_tp": "0" if price else "3",
        "cond_uv": "",
    }


class Stream:
    """One WebSocket connection after LOGIN; `seen` keeps every entry of every REAL frame."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Json] = []

    async def say(self, message: Json) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Json:
        """The next frame, PINGs answered on the way."""
        while True:
            message: Json = json.loads(await self.socket.recv())
            if message.get("trnm") == "PING":
                await self.say(message)
                continue
            self.seen += message.get("data", []) if message.get("trnm") == "REAL" else []
            return message

    async def answer(self, name: str) -> Json:
        """The next answer to a LOGIN, REG or REMOVE."""
        while (message := await self.hear()).get("trnm") != name:
            pass
        return message

    async def register(self, items: list[str], types: list[str], group: str = "1", refresh: str = "1") -> Json:
        data = [{"item": items, "type": types}]
        await self.say({"trnm": "REG", "grp_no": group, "refresh": refresh, "data": data})
        return await self.answer("REG")

    async def entry(self, type: str, wanted: Callable[[Json], bool] = lambda entry: True) -> Json:
        """The first entry of this type that is wanted, from the beginning of the connection on."""
        checked = 0
        while True:
            for entry in self.seen[checked:]:
                if entry["type"] == type and wanted(entry):
                    return entry
            checked = len(self.seen)
            await self.hear()

    async def order_event(self, number: str, state: str) -> Json:
        """The values of the first 00 event of an order with this 913."""
        found = await self.entry("00", lambda e: e["values"]["9203"] == number and e["values"]["913"] == state)
        values: Json = found["values"]
        return values


@asynccontextmanager
async def stream(server: PracticeServer, token: str) -> AsyncIterator[Stream]:
    """Connected and logged in."""
    async with connect(server.websocket, ping_interval=None, proxy=None, max_size=None) as socket:
        opened = Stream(socket)
        await opened.say({"trnm": "LOGIN", "token": token})
        first = await opened.hear()
        assert first["trnm"] == "LOGIN" and first["return_code"] == 0, first
        yield opened


def until(condition: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is something, and return it."""
    while not (found := condition()):
        time.sleep(0.05)
    return found


async def in_thread(act: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    return await asyncio.to_thread(act, *arguments, **keywords)
