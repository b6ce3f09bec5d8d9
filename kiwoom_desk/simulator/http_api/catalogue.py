"""Every TR this exchange answers, by id."""

from __future__ import annotations

from typing import Final

from kiwoom_desk.simulator.http_api import books, order_lists, orders, quotes
from kiwoom_desk.simulator.http_api.spec import Tr

TRS: Final[dict[str, Tr]] = {tr.id: tr for family in (orders, order_lists, quotes, books) for tr in family.TRS}
PATHS: Final = frozenset(tr.path for tr in TRS.values())
