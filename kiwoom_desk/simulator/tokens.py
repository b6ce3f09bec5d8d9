"""App keys and access tokens (kiwoom/README.md 3 "Token" and 11.4).

The keys are fixed and published: they open nothing but a practice exchange on this very machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiwoom_desk.simulator.clock import wall_clock
from kiwoom_desk.simulator.envelope import Body, accepted, bad_input, not_authenticated
from kiwoom_desk.simulator.model import AccountKind

_LIFETIME: Final = timedelta(hours=24)
REFUSED_TOKEN: Final = (8005, "Token이 유효하지 않습니다")


@dataclass(frozen=True, slots=True)
class Client:
    """Who an app key belongs to: one account of one kind."""

    appkey: str
    secretkey: str
    account: AccountKind
    number: str


CLIENTS: Final[dict[AccountKind, Client]] = {
    "stock": Client("practice-appkey", "practice-secretkey", "stock", "8100123411"),
    "gold": Client("practice-gold-appkey", "practice-gold-secretkey", "gold", "8100123461"),
}


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    expires: datetime
    client: Client


class TokenDesk:
    """Issues one token per app key at a time; asked again, it hands out the same one until it ends."""

    def __init__(self, now: Callable[[], datetime] = wall_clock) -> None:
        self._now = now
        self._clients = {client.appkey: client for client in CLIENTS.values()}
        self._tokens: dict[str, Token] = {}

    def issue(self, body: Body) -> Body:
        """au10001. Raises Denied with 8011, 8012, 8020 or 8001."""
        grant = body.get("grant_type")
        if not grant:
            raise bad_input(8011, "grant_type이 없습니다")
        if grant != "client_credentials":
            raise bad_input(8012, "grant_type의 값이 맞지 않습니다")
        client = self._client(body)
        token = self._tokens.get(client.appkey)
        if token is None or token.expires <= self._now():
            token = Token(secrets.token_urlsafe(48), self._now() + _LIFETIME, client)
            self._tokens[client.appkey] = token
        return accepted(
            {"expires_dt": token.expires.strftime("%Y%m%d%H%M%S"), "token_type": "bearer", "token": token.text}
        ).body

    def revoke(self, body: Body) -> Body:
        """au10002. Raises Denied with 8016, 8015, 8020 or 8001."""
        client = self._client(body)
        text = body.get("token")
        if not text:
            raise bad_input(8016, "Token이 입력되지 않았습니다")
        token = self._tokens.get(client.appkey)
        if token is None or token.text != text:
            raise not_authenticated(8015, "Token 폐기에 실패하였습니다")
        del self._tokens[client.appkey]
        return accepted({}).body

    def owner(self, text: str) -> Client | None:
        """Whose token this is; None for one that is unknown, ended or revoked."""
        for token in self._tokens.values():
            if secrets.compare_digest(token.text.encode(), text.encode()) and token.expires > self._now():
                return token.client
        return None

    def expire(self) -> None:
        """End every token at once, as a broker does on a bad day."""
        self._tokens.clear()

    def _client(self, body: Body) -> Client:
        appkey, secretkey = body.get("appkey"), body.get("secretkey")
        if not appkey or not secretkey:
            raise bad_input(8020, "appkey 또는 secretkey가 입력되지 않았습니다")
        client = self._clients.get(appkey) if isinstance(appkey, str) else None
        if client is None or secretkey != client.secretkey:
            raise not_authenticated(8001, "App Key와 Secret Key 검증에 실패했습니다")
        return client
