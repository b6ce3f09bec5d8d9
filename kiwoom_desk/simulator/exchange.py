"""The exchange as an ASGI application, and the pulse that lets its market live."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiwoom_desk.simulator.clock import MarketClock
from kiwoom_desk.simulator.events import MarketActs
from kiwoom_desk.simulator.faults import FaultBook, Plan
from kiwoom_desk.simulator.gateway import TOKEN_PATHS, Gateway
from kiwoom_desk.simulator.history import History
from kiwoom_desk.simulator.http_api.catalogue import PATHS
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.model import Core, Event
from kiwoom_desk.simulator.profiles import Profile
from kiwoom_desk.simulator.stream.hub import Hub
from kiwoom_desk.simulator.tokens import TokenDesk

_log: Final = logging.getLogger(__name__)
_PULSE: Final = 0.05
_FLUSH_EVERY: Final = 2  # pulses: books go out at most ten times a second
_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Exchange:
    """Built in any thread; `open`, `close` and everything after belong to the server's loop."""

    def __init__(
        self,
        core: Core,
        clock: MarketClock,
        profile: Profile,
        faults: FaultBook,
        *,
        ping_every: float,
        patience: float,
    ) -> None:
        self._office = Office(core, clock, profile, History())
        self._faults = faults
        self._tokens = TokenDesk()
        self._hub = Hub(self._office, self._tokens, faults, ping_every=ping_every, patience=patience)
        self._acts = MarketActs(self._office, self._tokens, self._hub)
        self._gateway = Gateway(self._office, self._tokens, faults, self._pause, self._before)
        self._closing: asyncio.Event
        core.subscribe(self._hear)
        routes = [Route(path, self._gateway.handle, methods=["POST"]) for path in sorted({*PATHS, *TOKEN_PATHS})]
        stream = WebSocketRoute("/api/dostk/websocket", self._hub.serve)
        self.app: ASGIApp = Threshold(Starlette(routes=[*routes, stream]), clock)

    def open(self) -> None:
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let nothing wait any longer; the connections are about to end."""
        self._closing.set()

    async def pulse(self) -> None:
        """Advance the market, carry out what the script plans for it, and send quotes and heartbeats."""
        beats = 0
        while not self._closing.is_set():
            try:
                self._beat(beats)
            except Exception:  # noqa: BLE001 - whatever it was, a frozen market would be worse
                _log.exception("the market stumbled; it goes on with the next beat")
            beats += 1
            await self._pause(_PULSE)

    def _beat(self, beats: int) -> None:
        self._office.core.advance(self._office.clock.now())
        for fault in self._faults.due():
            self._acts.perform(fault)
        if beats % _FLUSH_EVERY == 0:
            self._hub.flush()
            self._hub.beat(time.monotonic())

    async def _pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the server."""
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    def _hear(self, event: Event) -> None:
        self._office.history.hear(event, self._office.clock.now())
        self._hub.hear(event)

    def _before(self, plan: Plan, body: dict[str, Any]) -> None:
        for quantity in plan.fills_first:
            self._acts.fill(int(body.get("orig_ord_no") or 0), quantity)


class Threshold:
    """Lets in only who calls this machine by a loopback name, and dates every answer by the market clock."""

    def __init__(self, app: ASGIApp, clock: MarketClock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", self._clock.http_date().encode())
                message = {**message, "headers": [*message.get("headers", []), date]}
            await send(message)

        if _host(scope) in _NAMES:
            await self._app(scope, receive, dated)
        elif scope["type"] == "http":
            await dated({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.close", "code": 1008})


def _host(scope: Scope) -> str:
    """The host name of the request without its port; a page elsewhere cannot make a browser send a loopback one."""
    text = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    if text.startswith("["):
        return text[: text.find("]") + 1].lower()
    return text.partition(":")[0].lower()
