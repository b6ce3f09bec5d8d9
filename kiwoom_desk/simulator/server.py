"""The practice exchange as a server on loopback: REST and WebSocket on one port, in a thread with a loop of its own.

Everything that touches the core runs in that loop, one thing at a time: requests, pushes, the market's pulse, and what
`PracticeServer.call` brings from other threads.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Final, TypeVar

import uvicorn

from kiwoom_desk.simulator.clock import MarketClock, default_start, wall_clock
from kiwoom_desk.simulator.core import PracticeCore
from kiwoom_desk.simulator.exchange import Exchange
from kiwoom_desk.simulator.faults import FaultBook
from kiwoom_desk.simulator.model import Core
from kiwoom_desk.simulator.profiles import PROFILES, Environment
from kiwoom_desk.simulator.tokens import CLIENTS
from kiwoom_desk.simulator.wire import Wire

T = TypeVar("T")

LOOPBACK: Final = {"127.0.0.1": socket.AF_INET, "localhost": socket.AF_INET, "::1": socket.AF_INET6}
WEBSOCKET_PATH: Final = "/api/dostk/websocket"
_KEEP_ALIVE: Final = 75
_LARGEST_FRAME: Final = 1024 * 1024


class PracticeServer:
    """Start, use `rest`, `websocket` and the keys, stop. Usable as a context manager.

    `port` 0 takes the next free one, and so does a port that is taken. `clock` is the market time to begin at.
    `core` replaces the exchange behind the protocol (it must live at `clock`).
    Raises ValueError for a host that is not a loopback name.
    """

    appkey = CLIENTS["stock"].appkey
    secretkey = CLIENTS["stock"].secretkey
    gold_appkey = CLIENTS["gold"].appkey
    gold_secretkey = CLIENTS["gold"].secretkey

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        seed: int = 1,
        clock: datetime | None = None,
        environment: Environment = "practice",
        faults: Iterable[Mapping[str, Any]] = (),
        core: Core | None = None,
        quiet: bool = False,
        ping_every: float = 15.0,
        patience: float = 40.0,
    ) -> None:
        if host not in LOOPBACK:
            raise ValueError(f"the practice exchange serves this machine only, not {host!r}")
        self._host = host
        self._port = port
        start = clock or default_start(wall_clock().date())
        self.core: Core = core or PracticeCore(MarketClock(start).now(), seed, environment, quiet=quiet)
        self.clock = MarketClock(start)
        self.faults = FaultBook(faults, seed)
        self._exchange = Exchange(
            self.core, self.clock, PROFILES[environment], self.faults, ping_every=ping_every, patience=patience
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None

    @property
    def rest(self) -> str:
        return f"http://{self._authority}"

    @property
    def websocket(self) -> str:
        return f"ws://{self._authority}{WEBSOCKET_PATH}"

    @property
    def _authority(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._port}"

    def start(self) -> PracticeServer:
        """Return when it listens. Raises OSError if no port can be had."""
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="practice-exchange", daemon=True)
        self._thread.start()
        ready.result()
        return self

    def stop(self) -> None:
        """Close every connection and wait until the thread has ended. Harmless when not running."""
        thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return
        loop.call_soon_threadsafe(self._end)
        thread.join()
        self._thread = self._loop = None

    def call(self, act: Callable[[], T]) -> T:
        """Run `act` in the exchange's own thread, between two requests, and return what it returns."""
        if self._loop is None:
            raise RuntimeError("the practice exchange is not running")
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(act())
            except BaseException as error:  # noqa: BLE001 - the caller's thread gets it, whatever it is
                future.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return future.result()

    def __enter__(self) -> PracticeServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # The server's thread

    def _run(self, listener: socket.socket, ready: Future[None]) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve(listener, ready))
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)  # start() is waiting for it

    async def _serve(self, listener: socket.socket, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._exchange.open()
        config = uvicorn.Config(
            self._exchange.app,
            http=Wire,
            ws="websockets-sansio",
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            ws_max_size=_LARGEST_FRAME,
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config, ready)
        pulse = asyncio.create_task(self._exchange.pulse())
        await self._server.serve(sockets=[listener])
        await pulse
        listener.close()

    def _end(self) -> None:
        assert self._server is not None
        self._exchange.close()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Future[None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set_result(None)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; a port that is taken gives way to a free one."""
    family = LOOPBACK[host]
    address = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    # the protocol is named so that asyncio sets TCP_NODELAY on accepted sockets: else each answer waits for an ACK
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        try:
            listener.bind((address, port))
        except OSError:
            listener.bind((address, 0))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
