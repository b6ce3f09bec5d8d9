"""The order and price stream of one app key: signed in, registered, listened to, and brought back when it breaks.

One connection at a time; a second login with the same key throws the older one out, and then this one stays out until
the trader decides (kiwoom/websocket.md 1; docs/reliability.md W06 to W10).
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from kiwoom_desk.kiwoom import frames
from kiwoom_desk.kiwoom.frames import Answer, Odd, Ping, Push, Real, System
from kiwoom_desk.kiwoom.http import USER_AGENT
from kiwoom_desk.kiwoom.queries import failed
from kiwoom_desk.kiwoom.refusals import RENEW
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.kiwoom.tls import make_context
from kiwoom_desk.kiwoom.tokens import DEAD, TakenOver, Tokens
from kiwoom_desk.trading.ports import (
    Clock,
    Quarantined,
    QueryFailed,
    StreamDown,
    StreamEvent,
    StreamUp,
)

log = logging.getLogger(__name__)

DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
SETTLED = 60.0
"""A connection that lasted this long starts the delays anew; quick reconnects are answered with a close."""

MAX_FRAME = 256 * 1024
QUEUE = 10_000
ACCOUNT_TYPES = ("00", "04", "0s")
BAD_TOKEN = 805004

PushReader = Callable[[Push], Iterable[StreamEvent]]
Registration = tuple[str, str]
"""An item as the wire names it, and a realtime type."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, to wait for an answer, and until a silent line counts as dead."""

    connect: float = 5.0
    answer: float = 10.0
    silence: float = 60.0


class _Connect(connect):
    """Redirects are never followed: LOGIN carries the token, which must not leave the broker's host."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class _Ended(Exception):
    """This connection is over; `str()` is a Korean sentence. `at_once`: worth another try without waiting."""

    def __init__(self, sentence: str, *, at_once: bool = False) -> None:
        super().__init__(sentence)
        self.at_once = at_once


class Stream:
    """`read` turns a push into events (prices reach their listeners by themselves and yield none)."""

    def __init__(
        self, url: str, tokens: Tokens, clock: Clock, read: PushReader, patience: Patience | None = None
    ) -> None:
        self._url, self._tokens, self._clock, self._read = url, tokens, clock, read
        self._patience = patience or Patience()
        self._context: ssl.SSLContext | None = make_context() if url.startswith("wss") else None
        self._queue: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        self._wanted: frozenset[Registration] = frozenset()
        self._changed = asyncio.Event()
        self._dropped = asyncio.Event()
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._renewed = False
        self._up_at: float | None = None
        self._heard_at = 0.0

    @property
    def up(self) -> bool:
        """Signed in and registered for the account."""
        return self._up_at is not None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.ensure_future(self._live())

    def want(self, registrations: Iterable[Registration]) -> None:
        """From now on exactly these items are pushed, now and after each reconnect."""
        self._wanted = frozenset(registrations)
        self._changed.set()

    def drop(self) -> None:
        """The computer slept: the line is given up, whatever the system still believes of it, and a new one made."""
        self._dropped.set()

    async def events(self) -> AsyncIterator[StreamEvent]:
        """Everything that happens, for one listener, until `close`."""
        while (event := await self._queue.get()) is not None:
            yield event

    async def close(self) -> None:
        """Ends the stream and its listener. Idempotent."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._queue.put_nowait(None)

    # --- the life of the stream --------------------------------------------------------------------------------------
    async def _live(self) -> None:
        tries = 0
        while True:
            try:
                await self._session()
            except TakenOver as over:
                self._up_at = None
                self._emit(StreamDown(self._clock.now(), str(over), None, taken_over=True))
                return
            except _Ended as end:
                again_at_once, reason = end.at_once, str(end)
            except QueryFailed as failure:
                again_at_once, reason = False, str(failure)
            except (OSError, TimeoutError, WebSocketException) as error:
                log.info("stream ended", extra={"why": type(error).__name__})
                again_at_once, reason = False, "실시간 연결이 끊겼습니다."
            except Exception:
                log.exception("the stream failed on a bug of ours")
                again_at_once, reason = False, "실시간 연결에 문제가 생겨 다시 연결합니다."
            tries = 0 if self._settled() else tries
            wait = 0.0 if again_at_once else DELAYS[min(tries, len(DELAYS) - 1)] * random.uniform(0.8, 1.2)
            tries += 1
            self._up_at = None
            self._emit(StreamDown(self._clock.now(), reason, wait))
            await self._clock.sleep(wait)

    def _settled(self) -> bool:
        return self._up_at is not None and self._clock.monotonic() - self._up_at >= SETTLED

    async def _session(self) -> None:
        """One connection from login to its end. Always ends by an exception."""
        token = await self._tokens.get()
        async with _Connect(
            self._url,
            ssl=self._context,
            proxy=None,
            ping_interval=None,
            max_size=MAX_FRAME,
            open_timeout=self._patience.connect,
            close_timeout=1,
            compression=None,
            user_agent_header=USER_AGENT,
        ) as line:
            self._answers = asyncio.Queue()
            await line.send(json.dumps({"trnm": "LOGIN", "token": token.text}))
            listening = asyncio.ensure_future(self._listen(line))
            guarding = asyncio.ensure_future(self._guard())
            working = asyncio.ensure_future(self._work(line, token.text))
            dropping = asyncio.ensure_future(self._drop_when_told())
            watching = asyncio.ensure_future(self._watch_the_key())
            parts = (listening, guarding, working, dropping, watching)
            try:
                done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
                # A line that broke explains a failed request better than the request does.
                next(part for part in parts if part in done).result()
            finally:
                for part in parts:
                    part.cancel()
                await asyncio.gather(*parts, return_exceptions=True)

    # --- listening ---------------------------------------------------------------------------------------------------
    async def _listen(self, line: ClientConnection) -> None:
        while True:
            raw = await line.recv()
            self._heard_at = asyncio.get_running_loop().time()
            await self._hear(line, frames.read(raw))

    async def _guard(self) -> None:
        """Ends a line that has been silent for too long.

        Not a time-out around each `recv`: under Qt's loop a timer lives on until its time has come, so that a busy
        market would keep ten thousands of them alive (the limit for a process under Windows)."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        while (rest := self._heard_at + self._patience.silence - loop.time()) > 0:  # noqa: ASYNC110 - each frame moves the end
            await asyncio.sleep(rest)
        raise _Ended(f"실시간 연결이 {self._patience.silence:.0f}초 동안 조용해 다시 연결합니다.")

    async def _drop_when_told(self) -> None:
        self._dropped.clear()
        await self._dropped.wait()
        raise _Ended("절전에서 복귀해 실시간에 다시 연결합니다.", at_once=True)

    async def _watch_the_key(self) -> None:
        await self._tokens.taken_over.wait()
        raise TakenOver

    async def _hear(self, line: ClientConnection, frame: frames.Frame) -> None:
        match frame:
            case Real(pushes, odd):
                for push in pushes:
                    for event in self._read(push):
                        self._emit(event)
                for text in odd:
                    self._quarantine("읽을 수 없는 실시간 항목", text)
            case Ping(text):
                await line.send(text)
            case Answer():
                self._answers.put_nowait(frame)
            case System("R10001", _):
                raise TakenOver("다른 프로그램이 같은 앱키로 접속해 실시간 연결이 끝났습니다.")
            case System("R10002", _):
                raise _Ended("키움이 응답이 없다고 보고 실시간 연결을 끊었습니다.")
            case System(code, message):
                self._quarantine(f"시스템 메시지 {code}", message)
            case Odd(why, text):
                self._quarantine(why, text)

    # --- asking ------------------------------------------------------------------------------------------------------
    async def _work(self, line: ClientConnection, token: str) -> None:
        await self._signed_in(token)
        if not await self._ask(line, "REG", [("", kind) for kind in ACCOUNT_TYPES]):
            raise _Ended("주문 통보를 등록하지 못했습니다.")
        self._up_at = self._clock.monotonic()
        self._renewed = False
        self._emit(StreamUp(self._clock.now()))
        registered: frozenset[Registration] = frozenset()
        while True:
            self._changed.clear()
            wanted = self._wanted
            if registered - wanted:
                await self._ask(line, "REMOVE", sorted(registered - wanted))
            if wanted - registered:
                await self._ask(line, "REG", sorted(wanted - registered))
            registered = wanted
            await self._changed.wait()

    async def _signed_in(self, token: str) -> None:
        """Waits for the answer to LOGIN, the first frame there is. A refused token is replaced once."""
        said = (await self._answer("LOGIN")).said
        if said.klass == 0:
            return
        refused = self._tokens.held()
        if (said.klass == BAD_TOKEN or said.code in RENEW) and not self._renewed:
            self._renewed = True
            if refused is not None and refused.text == token:
                await self._tokens.replace(refused, said.code or DEAD)
            raise _Ended("로그인을 갱신하고 실시간에 다시 연결합니다.", at_once=True)
        raise _Ended(f"실시간 로그인이 거절되었습니다. {failed(said, 200, None)}")

    async def _ask(self, line: ClientConnection, what: str, registrations: Iterable[Registration]) -> bool:
        """One REG or REMOVE and its answer, True when accepted; one at a time, as answers do not name requests."""
        by_item: dict[str, list[str]] = {}
        for item, kind in registrations:
            by_item.setdefault(item, []).append(kind)
        by_types: dict[tuple[str, ...], list[str]] = {}
        for item, kinds in by_item.items():
            by_types.setdefault(tuple(kinds), []).append(item)
        data = [{"item": items, "type": list(kinds)} for kinds, items in by_types.items()]
        message: dict[str, object] = {"trnm": what, "grp_no": "1", "data": data}
        if what == "REG":
            message["refresh"] = "1"
        await line.send(json.dumps(message))
        said = (await self._answer(what)).said
        if said.klass != 0:
            self._quarantine(f"{what} 거절", said.text)
        return said.klass == 0

    async def _answer(self, to: str) -> Answer:
        try:
            async with asyncio.timeout(self._patience.answer):
                while (answer := await self._answers.get()).to != to:
                    self._quarantine("묻지 않은 응답", answer.to)
                return answer
        except TimeoutError:
            raise _Ended("실시간 서버가 요청에 답하지 않습니다.") from None

    # --- telling -----------------------------------------------------------------------------------------------------
    def _quarantine(self, why: str, text: str) -> None:
        self._emit(Quarantined(self._clock.now(), why, plain(text)))

    def _emit(self, event: StreamEvent) -> None:
        """Order events are never dropped; noise is, when nobody takes it."""
        if isinstance(event, Quarantined) and self._queue.qsize() > QUEUE:
            return
        self._queue.put_nowait(event)
