"""Every TR this exchange answers, by id."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.http_api import (
    balances,
    books,
    cash,
    charts,
    directory,
    gold_account,
    gold_lists,
    gold_quotes,
    interruptions,
    order_lists,
    orders,
    quotes,
    results,
)
from kiwoom_desk.simulator.http_api.spec import Tr

_FAMILIES: Final[tuple[list[Tr], ...]] = (
    orders.TRS,
    order_lists.TRS,
    gold_lists.TRS,
    cash.TRS,
    balances.TRS,
    results.TRS,
    gold_account.TRS,
    quotes.TRS,
    interruptions.TRS,
    books.TRS,
    gold_quotes.TRS,
    directory.TRS,
    charts.TRS,
)
TRS: Final[dict[str, Tr]] = {tr.id: tr for family in _FAMILIES for tr in family}
PATHS: Final = frozenset(tr.path for tr in TRS.values())
