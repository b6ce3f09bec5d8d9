"""What the account's questions are worth: one that a person waits for goes before those that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import cast

import pytest

from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.kiwoom.account import KiwoomAccount
from kiwoom_desk.kiwoom.client import Client
from kiwoom_desk.kiwoom.queries import Page
from kiwoom_desk.trading.ports import Quotes, Urgency
from tests.support.day import at

PAGE = Page(b'{"return_code":0,"ord_alow_amt":"1000000","min_ord_alowq":"7"}', None, empty=True)


class Asked:
    """A client that notes how urgent each question was."""

    def __init__(self) -> None:
        self.urgencies: list[Urgency] = []

    async def ask(self, tr: str, path: str, body: Mapping[str, str], urgency: Urgency) -> Page:
        self.urgencies.append(urgency)
        return PAGE

    async def pages(self, tr: str, path: str, body: Mapping[str, str], urgency: Urgency) -> AsyncIterator[Page]:
        yield await self.ask(tr, path, body, urgency)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("market", Market)
def test_who_looks_at_how_much_can_be_ordered_waits_for_it(market: Market, side: Side) -> None:
    client = Asked()
    account = KiwoomAccount(market, cast(Client, client), cast(Quotes, None), lambda: at(0))
    asyncio.run(account.orderable("005930", side, 70_000))
    assert client.urgencies == [Urgency.WAITED_FOR]
    client.urgencies.clear()
    asyncio.run(account.portfolio())
    assert set(client.urgencies) == {Urgency.BACKGROUND}
