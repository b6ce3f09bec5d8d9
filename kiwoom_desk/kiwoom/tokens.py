"""The access token: in memory only, one owner, renewed outside the order path.

Rules: docs/decisions.md 6, docs/reliability.md 2.8.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.kiwoom.answers import parse, refusal, statement
from kiwoom_desk.kiwoom.http import ORDER_CAP, Call, Http, Pool
from kiwoom_desk.kiwoom.numbers import Unreadable, stamp
from kiwoom_desk.kiwoom.queries import failed, from_exchange
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.trading.ports import BrokerUnavailable, Clock, Keys, QueryFailed, SignInRefused

log = logging.getLogger(__name__)

PATH = "/oauth2/token"
RENEW_BEFORE = 600.0
REFRESH_EVERY = 60.0
AFTER_TROUBLE = 5.0
"""Seconds until the next try when the server failed: it refused nothing, and without a token no cancel goes out."""

DEAD = "8005"
TAKEN_WITHIN = 600.0
"""Seconds. A token lives for a day: when a second one is dead within these, another program has taken both from us."""

ASSUMED = 900.0
LONGEST = 48 * 3600.0
_TOKEN = re.compile(r"[\x21-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """One token and the monotonic second it ends. Never printed."""

    text: str
    ends: float

    @property
    def header(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.text}"}


class TakenOver(SignInRefused):
    """Another program signs in with the same key; we stay out until the trader connects anew (2.8, W10)."""

    def __init__(
        self, sentence: str = "다른 프로그램이 같은 앱키로 로그인합니다. 그 프로그램을 끝낸 다음 다시 연결하세요."
    ) -> None:
        super().__init__(sentence, DEAD)


class Tokens:
    """Owner of the one token of an app key.

    `held` never waits and is what orders use; `get` is for queries. After the sign-in at most one renewal a minute
    (T07), and once another program has taken two tokens from us none but for a cancel; `taken_over` tells (W10).
    """

    def __init__(self, http: Http, keys: Keys, clock: Clock) -> None:
        self._http, self._keys, self._clock = http, keys, clock
        http.mask.hide(keys.app_key, keys.secret)
        self._token: Token | None = None
        self._signed_in = False
        self._asked_at: float | None = None
        self._died_at: float | None = None
        self.taken_over = asyncio.Event()
        self._lock = asyncio.Lock()
        self._orders_in_flight = 0

    def held(self) -> Token | None:
        """The token if it is still good, without waiting or asking."""
        token = self._token
        return token if token is not None and self._clock.monotonic() < token.ends else None

    async def get(self, *, to_cancel: bool = False) -> Token:
        """A good token; asks for one when there is none. Raises QueryFailed, TakenOver unless it is `to_cancel`."""
        async with self._lock:
            held = self.held()
            if held is None and self.taken_over.is_set() and not to_cancel:
                raise TakenOver
            return held or await self._renew()

    async def replace(self, refused: Token, code: str) -> Token:
        """Another token after the broker refused `refused`; it may have been renewed meanwhile. Raises QueryFailed."""
        self.spoil(refused, code)
        return await self.get()

    def spoil(self, refused: Token, code: str) -> None:
        """`refused`, with `code`, is not to be used again; the next `get` asks for another."""
        if self._token is None or self._token.text != refused.text:
            return
        self._token = None
        if code == DEAD:
            now, before = self._clock.monotonic(), self._died_at
            self._died_at = now
            if before is not None and now - before < TAKEN_WITHIN:
                log.warning("the key is used elsewhere")
                self.taken_over.set()

    async def keep_fresh(self) -> None:
        """Renews forever, shortly before the end and never while an order is in flight. Runs until cancelled."""
        while True:
            await self._clock.sleep(5.0)
            if not self._due():
                continue
            try:
                async with self._lock:
                    await self._renew()
            except QueryFailed as error:
                log.warning("token renewal failed", extra={"code": error.code})
            except Exception:  # without a token no cancel goes out, so a bug of ours must not end this
                log.exception("token renewal failed on a bug of ours")

    @contextmanager
    def order(self) -> Iterator[None]:
        """While it is open no renewal begins."""
        self._orders_in_flight += 1
        try:
            yield
        finally:
            self._orders_in_flight -= 1

    def _due(self) -> bool:
        """Renewal may return the same token with the same end; then it is tried again a minute later."""
        now = self._clock.monotonic()
        ends_soon = self._token is None or self._token.ends - now < RENEW_BEFORE
        return ends_soon and not self._orders_in_flight and not self.taken_over.is_set() and self._wait(now) <= 0

    def _wait(self, now: float) -> float:
        return 0.0 if self._asked_at is None else self._asked_at + REFRESH_EVERY - now

    async def _renew(self) -> Token:
        now = self._clock.monotonic()
        if self._wait(now) > 0:
            raise SignInRefused(
                "로그인이 거듭 거절되었습니다. 다른 프로그램이 같은 앱키를 쓰고 있는지 확인하세요.", "8005"
            )
        self._asked_at = now if self._signed_in else None
        body = {"grant_type": "client_credentials", "appkey": self._keys.app_key, "secretkey": self._keys.secret}
        call = Call(PATH, body, {"api-id": "au10001"}, ORDER_CAP, pool=Pool.ORDER, signs_in=True)
        try:
            exchange = await self._http.post(call)
        except BaseException:
            self._asked_at = None  # nobody was asked: whoever wanted it gave up while it was connecting
            raise
        if exchange.error is not None:
            self._asked_at = None  # not refused: the trader may try again at once
        reply = from_exchange(exchange)
        if reply.status >= 500 and self._asked_at is not None:
            self._asked_at = now - REFRESH_EVERY + AFTER_TROUBLE
        try:
            answer = parse(reply.body)
        except ValueError:
            raise BrokerUnavailable(f"로그인 응답을 읽을 수 없습니다 (HTTP {reply.status}).") from None
        said = statement(answer.get("return_code"), self._http.mask.text(str(answer.get("return_msg") or "")))
        if reply.status != 200 or said.klass != 0:
            log.warning("token refused", extra={"status": reply.status, "code": said.code})
            raise failed(said, reply.status, refusal(reply.status, said))
        self._token = self._read(answer.get("token"), answer.get("expires_dt"))
        self._signed_in = True
        return self._token

    def _read(self, text: object, expires: object) -> Token:
        if not isinstance(text, str) or not _TOKEN.fullmatch(text):
            raise BrokerUnavailable("로그인 응답에 올바른 토큰이 없습니다.")
        self._http.mask.hide(text)
        return Token(text, self._clock.monotonic() + self._lifetime(expires))

    def _lifetime(self, expires: object) -> float:
        """Seconds until the end. It is Korean wall time even where a market clock is simulated (README.md 11, 4)."""
        try:
            end: datetime | None = stamp(expires) if isinstance(expires, str) else None
        except Unreadable:
            end = None
        if end is None:
            log.warning("token without a readable end", extra={"text": plain(expires, 20)})
            return ASSUMED
        left = (end - self._clock.now()).total_seconds()
        # A PC clock that is far off must not make us ask for a token every minute; a dead one answers 8005 anyway.
        return left if 0 < left <= LONGEST else ASSUMED
