"""The three worlds, one frozen value each: hosts, stream, what it offers. There is no setter anywhere.

Hosts: kiwoom/README.md 2 and websocket.md 1. The practice exchange has no fixed port; its environment is made from
the loopback address it listens on, and nothing but loopback is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from ipaddress import ip_address
from urllib.parse import urlsplit

from kiwoom_desk.domain.instruments import Venue


class World(Enum):
    PRACTICE = "practice"
    MOCK = "mock"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Environment:
    """Base URLs without trailing slash; `venues` are what its stock orders may name.

    `arming`: new orders need arming first. `own_keys`: the trader's own app keys are needed to sign in."""

    world: World
    rest: str
    stream: str
    venues: frozenset[Venue]
    arming: bool
    own_keys: bool

    def at(self, rest: str) -> Environment:
        """The practice environment reached at `rest`. Raises ValueError unless it is a loopback address."""
        if self.world is not World.PRACTICE:
            raise ValueError("only the practice exchange can be addressed by hand")
        parts = urlsplit(rest)
        if parts.scheme != "http" or not is_loopback(parts.hostname) or parts.port is None:
            raise ValueError(f"not a loopback address with a port: {rest!r}")
        if parts.username or parts.password or parts.query or parts.fragment or parts.path not in ("", "/"):
            raise ValueError(f"only http://HOST:PORT is understood: {rest!r}")
        return replace(self, rest=f"http://{parts.netloc}", stream=f"ws://{parts.netloc}{STREAM_PATH}")


def is_loopback(host: str | None) -> bool:
    """True for localhost, 127.0.0.1 and ::1; names that merely resolve there do not count."""
    if host == "localhost":
        return True
    try:
        return host is not None and ip_address(host).is_loopback
    except ValueError:
        return False


STREAM_PATH = "/api/dostk/websocket"
PRACTICE = Environment(World.PRACTICE, "", "", frozenset(Venue), arming=False, own_keys=False)
MOCK = Environment(
    World.MOCK,
    "https://mockapi.kiwoom.com",
    f"wss://mockapi.kiwoom.com:10000{STREAM_PATH}",
    frozenset({Venue.KRX}),
    arming=False,
    own_keys=True,
)
LIVE = Environment(
    World.LIVE,
    "https://api.kiwoom.com",
    f"wss://api.kiwoom.com:10000{STREAM_PATH}",
    frozenset(Venue),
    arming=True,
    own_keys=True,
)
BY_WORLD = {e.world: e for e in (PRACTICE, MOCK, LIVE)}
