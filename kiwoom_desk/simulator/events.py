"""What happens in the market by script: other participants, and the broker's bad moments."""

from __future__ import annotations

import logging
from typing import Final, Protocol, cast, get_args, runtime_checkable

from kiwoom_desk.simulator.fault_script import Fault
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.model import AccountKind, Refused, Side, Venue
from kiwoom_desk.simulator.stream.hub import Hub
from kiwoom_desk.simulator.tokens import TokenDesk

_log: Final = logging.getLogger(__name__)


@runtime_checkable
class Driven(Protocol):
    """A core that others can be made to trade on, beside what `Core` offers to account holders."""

    def take(self, code: str, venue: Venue, side: Side, quantity: int, price: int) -> int: ...

    def reach(self, number: int, quantity: int) -> int: ...

    def surge(self, code: str, side: Side) -> bool: ...


class MarketActs:
    def __init__(self, office: Office, tokens: TokenDesk, hub: Hub) -> None:
        self._office = office
        self._tokens = tokens
        self._hub = hub

    def perform(self, fault: Fault) -> None:
        """Do what `fault` says. A refusal by the exchange is logged: a script may ask for what cannot be."""
        try:
            self._perform(fault)
        except Refused as refused:
            _log.warning("scripted %s was refused: %s", fault.do, refused)

    def _perform(self, fault: Fault) -> None:
        core = self._office.core
        match fault.do:
            case "external_order":
                self._order(fault)
            case "external_cancel":
                self._cancel(fault)
            case "take" if isinstance(core, Driven):
                core.take(fault.code, _venue(fault), _side(fault), fault.quantity, fault.price)
            case "vi" if isinstance(core, Driven):
                if not core.surge(fault.code, _side(fault)):
                    _log.warning("scripted vi of %s is not possible now", fault.code)
            case "expire_tokens":
                self._tokens.expire()
            case "cut_streams":
                self._hub.cut_all()

    def fill(self, number: int, quantity: int) -> None:
        """Let the market trade `quantity` (0: all) of an own order, as when a fill overtakes an amendment."""
        core = self._office.core
        today, accounts = self._office.clock.now().date(), get_args(AccountKind)
        order = next((o for account in accounts for o in core.orders(account, today) if o.number == number), None)
        if order is not None and isinstance(core, Driven):
            core.reach(number, quantity or order.remaining)

    def _order(self, fault: Fault) -> None:
        account = _account(fault)
        type = fault.order_type or ("00" if account == "gold" else "0" if fault.price else "3")
        self._office.core.place(
            account, fault.code, _venue(fault), _side(fault), type, fault.quantity, fault.price, 0,
            now=self._office.clock.now(), channel=fault.channel,
        )  # fmt: skip

    def _cancel(self, fault: Fault) -> None:
        """Of the order `number`; 0 takes the newest that is open."""
        account, now = _account(fault), self._office.clock.now()
        orders = [o for o in self._office.core.orders(account, now.date()) if o.remaining and o.kind != "cancel"]
        chosen = [o for o in orders if fault.number in (0, o.number)][-1:]
        for order in chosen:
            self._office.core.cancel(
                account, order.number, order.code, order.venue, fault.quantity, now=now, channel=fault.channel
            )


def _venue(fault: Fault) -> Venue:
    return cast(Venue, fault.venue)


def _side(fault: Fault) -> Side:
    return cast(Side, fault.side)


def _account(fault: Fault) -> AccountKind:
    return cast(AccountKind, fault.account)
