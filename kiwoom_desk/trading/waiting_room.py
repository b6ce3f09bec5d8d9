"""Requests between their gesture and their record on disk: a crash now means that nothing was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.trading.ports import Call
from kiwoom_desk.trading.safety import Denied


@dataclass(frozen=True, slots=True)
class Prepared:
    """`of` is the number that it changes (an order's own name may change while it waits: it may prove to be our lost
    one), `turn` its wait for the request budget."""

    call: Call
    draft: OrderDraft
    of: BrokerRef | None
    turn: asyncio.Future[None]


class WaitingRoom:
    """By the name that each request will have. Reads and plain steps; waits for nothing but a turn."""

    def __init__(self) -> None:
        self._prepared: dict[OrderId, Prepared] = {}

    def enter(self, name: OrderId, request: Prepared) -> None:
        self._prepared[name] = request

    def leave(self, name: OrderId) -> None:
        del self._prepared[name]

    def names(self, name: OrderId, of: BrokerRef | None) -> None:
        """Its turn has come: this is the number that it changes, which may be another than when it was asked for."""
        self._prepared[name] = replace(self._prepared[name], of=of)

    @property
    def drafts(self) -> Sequence[OrderDraft]:
        """New orders that wait for the request budget or for the disk."""
        return [p.draft for p in self._prepared.values() if p.call is Call.PLACE]

    def changes(self, ref: BrokerRef | None, besides: OrderId, *, cancel: bool) -> bool:
        """True when an amendment (or a cancel) of this number waits, other than the one named `besides`."""
        others = [p for name, p in self._prepared.items() if name != besides]
        return any(p.of == ref and (p.call is Call.CANCEL) is cancel for p in others)

    async def turn(self, name: OrderId) -> None:
        """Raises Denied when it was withdrawn meanwhile."""
        try:
            await self._prepared[name].turn
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if me is not None and me.cancelling():
                raise
            raise Denied("전송을 기다리다가 철회되었습니다. 나가지 않았습니다.") from None

    def waits(self, name: OrderId) -> bool:
        """True while this request waits for its turn and can be withdrawn."""
        waiting = self._prepared.get(name)
        return waiting is not None and not waiting.turn.done()

    def withdraw(self, name: OrderId) -> bool:
        """Take back an order that still waits for its turn; False when it has left or is not known."""
        waiting = self._prepared.get(name)
        return waiting is not None and waiting.turn.cancel()

    def withdraw_all(self) -> None:
        """Take back everything that still waits for its turn: the computer slept, the environment is being left."""
        for name in tuple(self._prepared):
            self.withdraw(name)
