"""HTTP of one environment: HTTP/1.1, no retries, no redirects, no proxy, and a record of how far a request got.

`Http.post` never raises for what the network does: an `Exchange` carries either the reply or the error, and always the
send watermark, which alone decides whether an order may have left (docs/reliability.md R3, 2.6).
"""

from __future__ import annotations

import asyncio
import json
import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any

import httpx

import kiwoom_desk
from kiwoom_desk.kiwoom.mask import Mask
from kiwoom_desk.kiwoom.server_clock import ServerClock
from kiwoom_desk.kiwoom.tls import make_context
from kiwoom_desk.trading.ports import Clock, MayLeave, always

USER_AGENT = f"kiwoom-desk/{getattr(kiwoom_desk, '__version__', '0.1')}"
"""Our own: the broker's firewall blocks the default of one HTTP library (errors.md 1)."""

ORDER_CAP = 64 * 1024
LIST_CAP = 4 * 1024 * 1024
ORDER_DEADLINE = 8.0
QUERY_DEADLINE = 10.0
KEEP_ALIVE = 15.0


class Pool(Enum):
    """Whose connections: questions that hang can then never take the one that a cancel needs (R3)."""

    QUERY = "query"
    ORDER = "order"


CONNECTIONS = {Pool.QUERY: 10, Pool.ORDER: 40}
"""At most. Four orders and cancels leave in a second (errors.md 5), and each may hang for eight."""


class Mark(IntEnum):
    """The furthest point a request is known to have reached."""

    NONE = 0
    CONNECT = 1
    SEND_STARTED = 2
    HEADERS_SENT = 3
    ANSWERING = 4


_MARKS = {
    "connection.connect_tcp.started": Mark.CONNECT,
    "http11.send_request_headers.started": Mark.SEND_STARTED,
    "http11.send_request_headers.complete": Mark.HEADERS_SENT,
    "http11.receive_response_headers.complete": Mark.ANSWERING,
}


class Held(Exception):
    """`Call.may_leave` stopped the request before its first byte; `str()` is its Korean sentence."""


_OF_THE_WORLD = (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, Held)


class BadBody(Exception):
    """The answer's body is too large or not in the encoding it claims."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, headers with lower-case names, decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Exchange:
    """One attempt. Exactly one of `reply` and `error` is set when it is over; milliseconds count from `began`."""

    began: datetime
    started: float
    mark: Mark = Mark.NONE
    reply: Reply | None = None
    error: BaseException | None = None
    status: int | None = None
    first_byte_ms: float | None = None
    ended_ms: float | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """One POST to make. `headers` carry the token, so it has no repr. The answer to a sign-in is the token.

    `may_leave` is asked when a connection stands, before the first byte: names, TCP and TLS can take seconds (R4)."""

    path: str
    body: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    cap: int = LIST_CAP
    deadline: float = QUERY_DEADLINE
    pool: Pool = Pool.QUERY
    may_leave: MayLeave = always
    signs_in: bool = False


class Http:
    """The client of one environment. `last_traffic` is the monotonic time of each pool's last answer's end; `mask`
    takes our secrets out of every answer."""

    def __init__(self, base_url: str, clock: Clock) -> None:
        self._clock = clock
        self.server_clock = ServerClock(clock)
        self.mask = Mask()
        self.last_traffic: dict[Pool, float] = {}
        self._base_url, self._context = base_url, make_context()
        self._clients = self._fresh()
        self._ending: set[asyncio.Task[None]] = set()

    async def post(self, call: Call) -> Exchange:
        """Makes one POST and tells how it went. Raises only CancelledError, and that not once the send has begun.

        A cancellation after the watermark is an error like any other in the Exchange: what left may be an order, and
        the caller has to hear so. Callers still shield a send; this holds when the whole program is being stopped.
        """
        exchange = Exchange(self._clock.now(), self._clock.monotonic())
        try:
            async with asyncio.timeout(call.deadline):
                exchange.reply = await self._send(call, exchange)
        except asyncio.CancelledError as error:
            if exchange.mark < Mark.SEND_STARTED:
                raise
            exchange.error = error
        except Exception as error:
            # Whatever went wrong once the request may have left, the caller has to hear of the request, not of a bug.
            if exchange.mark < Mark.SEND_STARTED and not isinstance(error, _OF_THE_WORLD):
                raise
            exchange.error = error
        self._ended(exchange, call.pool)
        return exchange

    def drop(self) -> None:
        """Leave every connection: what is under way on one ends by its own deadline, what comes next gets a new one."""
        left, self._clients = self._clients, self._fresh()
        self.last_traffic.clear()
        ending = asyncio.ensure_future(self._end(left.values()))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _end(self, left: Iterable[httpx.AsyncClient]) -> None:
        try:
            await self._clock.sleep(QUERY_DEADLINE)
        finally:
            for client in left:
                await client.aclose()

    async def close(self) -> None:
        ending = tuple(self._ending)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        for client in self._clients.values():
            await client.aclose()

    def _fresh(self) -> dict[Pool, httpx.AsyncClient]:
        return {pool: _client(self._base_url, self._context, most) for pool, most in CONNECTIONS.items()}

    async def _send(self, call: Call, exchange: Exchange) -> Reply:
        async def trace(event: str, _info: Mapping[str, Any]) -> None:
            mark = _MARKS.get(event)
            if mark is None or mark <= exchange.mark:
                return
            if mark is Mark.SEND_STARTED:
                if stopped := call.may_leave():
                    raise Held(stopped)  # the pool closes a connection whose request ends so
                exchange.first_byte_ms = self._since(exchange)
            exchange.mark = mark

        client = self._clients[call.pool]
        request = client.build_request(
            "POST",
            call.path,
            content=json.dumps(dict(call.body), ensure_ascii=False, separators=(",", ":")).encode(),
            headers={
                "Content-Type": "application/json;charset=UTF-8",
                "Accept-Encoding": "gzip" if call.cap >= LIST_CAP else "identity",
                **call.headers,
            },
            # reading and writing have no times of their own: the deadline of the whole ends them, and under Qt's loop
            # each of theirs would live on as a timer until it is due
            timeout=httpx.Timeout(None, connect=min(3.0, call.deadline / 2), pool=0.2),
            extensions={"trace": trace},
        )
        response = await client.send(request, stream=True)
        try:
            exchange.status = response.status_code
            read = await _read(response, call.cap)
            body = read if call.signs_in else self.mask.answer(read)
        finally:
            await response.aclose()
        return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def _ended(self, exchange: Exchange, pool: Pool) -> None:
        exchange.ended_ms = self._since(exchange)
        if exchange.reply is not None:
            self.last_traffic[pool] = now = self._clock.monotonic()
            self.server_clock.hear(exchange.reply.headers.get("date"), now - exchange.started)

    def _since(self, exchange: Exchange) -> float:
        return (self._clock.monotonic() - exchange.started) * 1000


def _client(base_url: str, context: ssl.SSLContext, connections: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base_url,
        transport=httpx.AsyncHTTPTransport(
            verify=context,
            http1=True,
            http2=False,
            retries=0,
            trust_env=False,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE),
        ),
        trust_env=False,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
    )


async def _read(response: httpx.Response, cap: int) -> bytes:
    """The decoded body, at most `cap` bytes. Raises BadBody.

    httpx would inflate a whole network chunk at once, a thousandfold if it is a bomb; so raw bytes, inflated by hand.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise BadBody("모르는 압축 방식")
    inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk if inflate is None else inflate.decompress(chunk, cap + 1 - len(body))
            if len(body) > cap:
                raise BadBody("응답이 너무 큼")
    except zlib.error:
        raise BadBody("압축이 깨짐") from None
    if inflate is not None and not inflate.eof:
        raise BadBody("압축이 끝나지 않음")
    return bytes(body)
