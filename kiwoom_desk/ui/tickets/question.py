"""What the guard panel has asked about: passing it sends this, to this desk, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from kiwoom_desk.domain.checks.model import Advice
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.trading.desk import OrderDesk

OF_OWN_ORDERS = {"own_cross", "unconfirmed_same_side"}
"""Advice that names orders: of another one it is another warning. All else is one warning, whatever figure moves."""
Draft = TypeVar("Draft", OrderDraft, AmendDraft)


@dataclass(frozen=True, slots=True)
class Question(Generic[Draft]):
    """`draft` to `desk`, since a draft knows no world; `told` are the strong warnings that stand on the screen."""

    draft: Draft
    desk: OrderDesk | None
    told: frozenset[str] = frozenset()

    def is_about(self, draft: Draft | None, desk: OrderDesk | None) -> bool:
        """The form still says the order that was asked about, and it would go to the same account."""
        return draft == self.draft and desk is self.desk

    def leaves_out(self, strong: Iterable[Advice]) -> bool:
        """A strong warning has arisen that nobody was asked about."""
        return any(_warning(advice) not in self.told for advice in strong)

    def telling(self, strong: Iterable[Advice]) -> Question[Draft]:
        """The same question, with these warnings on the screen."""
        return replace(self, told=self.told | {_warning(advice) for advice in strong})


def _warning(advice: Advice) -> str:
    return advice.sentence if advice.code in OF_OWN_ORDERS else advice.code
