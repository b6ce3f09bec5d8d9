"""One holding as the cells of its row. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_desk.domain.portfolio import Holding
from kiwoom_desk.ui import formats, theme
from kiwoom_desk.ui.plain import one_line
from kiwoom_desk.ui.theme import Tone

HEADS = ("종목", "보유", "수익률", "평가손익", "가능", "현재가", "평균가")
"""What a narrow dock should still show comes first."""


def cells(holding: Holding, *, hide: bool) -> Iterator[tuple[str, Tone]]:
    """(text, tone) for each of HEADS; prices and rates are no secret of the account."""
    tone = theme.tone_of(holding.profit)

    def secret(text: str) -> str:
        return formats.HIDDEN if hide else text

    yield one_line(holding.name or holding.code, 16), ""
    yield secret(formats.quantity(holding.quantity, holding.market)), ""
    yield formats.rate(holding.profit_rate), tone
    yield secret(formats.signed(holding.profit)), tone
    yield secret(formats.number(holding.sellable)), ""
    yield formats.number(holding.last), ""
    yield secret(formats.number(holding.average)), ""
