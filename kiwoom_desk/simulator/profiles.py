"""What distinguishes the three worlds this exchange can play: practice, the broker's mock and its live domain.

practice offers everything and limits only a program that runs wild (500 requests a second of one TR); mock and live
refuse as errors.md 5 and kiwoom/README.md 3 ("Mock") describe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kiwoom_desk.simulator.model import Venue

Environment = Literal["practice", "mock", "live"]


@dataclass(frozen=True, slots=True)
class Profile:
    """`per_second` limits one TR of one app key; `refused` maps a TR to the code and text it is refused with."""

    name: Environment
    per_second: int
    venues: tuple[Venue, ...]
    refused: dict[str, tuple[str, str]]


_MOCK_REFUSED: Final = {
    "kt00010": ("RC7006", "모의투자 조회처리에 실패하였습니다."),
    "kt00005": ("RC9000", "모의투자에서는 해당업무가 제공되지 않습니다."),
}
PROFILES: Final[dict[Environment, Profile]] = {
    "practice": Profile("practice", 500, ("KRX", "NXT", "SOR"), {}),
    "mock": Profile("mock", 1, ("KRX",), _MOCK_REFUSED),
    "live": Profile("live", 5, ("KRX", "NXT", "SOR"), {}),
}
