"""How figures read: thousands separators, units, direction, ages. Pure functions, no Qt."""

from __future__ import annotations

from datetime import datetime

from kiwoom_desk.domain.instruments import Market

NOTHING = "–"
HIDDEN = "•••"
"""What stands for what the account has while 금액 가리기 is on."""
UP, DOWN, FLAT = "▲", "▼", "–"


def number(value: int | None) -> str:
    """71200 → "71,200"; None → "–"."""
    return NOTHING if value is None else f"{value:,}"


def won(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}원"


def unit(market: Market) -> str:
    """주 for shares, g for gold."""
    return "g" if market is Market.GOLD else "주"


def quantity(value: int | None, market: Market) -> str:
    return NOTHING if value is None else f"{value:,}{unit(market)}"


def arrow(change: int | float | None) -> str:
    """▲ up, ▼ down, – unchanged; nothing when the change is not known."""
    if change is None:
        return ""
    return UP if change > 0 else DOWN if change < 0 else FLAT


def change(value: int | None) -> str:
    """850 → "▲ 850", -850 → "▼ 850", 0 → "– 0"; the sign is the arrow."""
    return NOTHING if value is None else f"{arrow(value)} {abs(value):,}"


def rate(percent: float | None) -> str:
    """1.208 → "+1.21%"; an unchanged price reads "0.00%"."""
    if percent is None:
        return NOTHING
    text = f"{percent:+.2f}%"
    return "0.00%" if text in ("+0.00%", "-0.00%") else text


def signed(value: int | None) -> str:
    """+1,200 / -800 / 0, for profit and loss."""
    return NOTHING if value is None else "0" if value == 0 else f"{value:+,}"


def age(seconds: float | None) -> str:
    """How long ago, in the grain that matters: "0.2초 전", "12초 전", "3분 전", "2시간 전"."""
    if seconds is None:
        return "받은 값 없음"
    seconds = max(seconds, 0.0)
    if seconds < 9.95:
        return f"{seconds:.1f}초 전"
    if seconds < 99.5:
        return f"{seconds:.0f}초 전"
    if seconds < 5_400:
        return f"{seconds / 60:.0f}분 전"
    return f"{seconds / 3_600:.0f}시간 전"


def since(at: datetime | None, now: datetime) -> str:
    return age(None if at is None else (now - at).total_seconds())


def clock(at: datetime | None) -> str:
    return "--:--:--" if at is None else f"{at:%H:%M:%S}"


def clock_ms(at: datetime | None) -> str:
    """10:20:59.118"""
    return NOTHING if at is None else f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"


def duration(seconds: float) -> str:
    """0.412 → "0.4초"; 75 → "1분 15초"."""
    if seconds < 60:
        return f"{seconds:.1f}초"
    return f"{int(seconds) // 60}분 {int(seconds) % 60}초"


def account(tail: str | None, *, hide: bool = False) -> str:
    """****-1234 (docs/decisions.md 17: the last four of the first eight digits)."""
    return "****" if hide else f"****-{tail}" if tail else "계좌 확인 전"
