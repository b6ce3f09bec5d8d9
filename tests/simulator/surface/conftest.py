"""Practice exchanges for the tests: a quiet one, where nothing moves but what a test sends, and one per need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from kiwoom_desk.simulator.calendar import SEOUL
from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import Desk

MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)


@pytest.fixture
def serve() -> Iterator[Callable[..., PracticeServer]]:
    """Starts exchanges that are stopped after the test; ten in the morning and quiet unless told otherwise."""
    started: list[PracticeServer] = []

    def start(**options: Any) -> PracticeServer:
        usual: dict[str, Any] = {"clock": MORNING, "quiet": True}
        server = PracticeServer(**usual | options).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def server(serve: Callable[..., PracticeServer]) -> PracticeServer:
    return serve()


@pytest.fixture
def login() -> Iterator[Callable[..., Desk]]:
    """REST clients that are closed after the test."""
    opened: list[Desk] = []

    def open_desk(server: PracticeServer, **options: Any) -> Desk:
        desk = Desk(server, **options)
        opened.append(desk)
        return desk

    yield open_desk
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(server: PracticeServer, login: Callable[..., Desk]) -> Desk:
    return login(server)


@pytest.fixture
def gold(server: PracticeServer, login: Callable[..., Desk]) -> Desk:
    return login(server, gold=True)
