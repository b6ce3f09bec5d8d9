"""What the trader can set, declared once: name, type, default, range and the Korean words of the settings window.

Values only; `storage.settings` keeps them. Limits have rules of their own (`kept_limits`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from kiwoom_desk.domain.advice import GUARDS
from kiwoom_desk.domain.checks.model import Level, Limits
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.kept_limits import KeptLimits

T = TypeVar("T", bool, int, str)


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting. `low`/`high` bound a number, in `unit`; `choices` are the values a word may take, with the Korean
    word for each."""

    key: str
    default: T
    group: str
    label: str
    description: str
    low: int | None = None
    high: int | None = None
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def accept(self, value: object) -> T:
        """`value` when it is one that this setting can have. Raises ValueError with a Korean sentence."""
        if type(value) is not type(self.default):
            raise ValueError(f"{self.label}: 알 수 없는 값입니다.")
        if self.choices and value not in [word for word, _ in self.choices]:
            raise ValueError(f"{self.label}: {', '.join(shown for _, shown in self.choices)} 가운데 하나여야 합니다.")
        if isinstance(value, int) and self.low is not None and value < self.low:
            raise ValueError(f"{self.label}: {self.low:,}{self.unit} 이상이어야 합니다.")
        if isinstance(value, int) and self.high is not None and value > self.high:
            raise ValueError(f"{self.label}: {self.high:,}{self.unit} 이하여야 합니다.")
        return value


LOOK, SOUND, ORDER, LIVE, GUARD = "화면", "소리와 알림", "주문", "실전", "주문 경고"

THEME = Setting(
    "theme",
    "system",
    LOOK,
    "테마",
    "화면의 밝기. 시스템은 운영체제의 설정을 따릅니다.",
    choices=(("system", "시스템"), ("light", "밝게"), ("dark", "어둡게")),
)
TEXT_SIZE = Setting(
    "text_size",
    "normal",
    LOOK,
    "글자 크기",
    "표와 글자의 크기. 좁게 12, 보통 13, 넓게 14픽셀입니다.",
    choices=(("compact", "좁게"), ("normal", "보통"), ("comfortable", "넓게")),
)
COLOURS = Setting(
    "colours",
    "korean",
    LOOK,
    "매수·매도 색",
    "색을 구별하기 어려우면 색약용을 고르세요. 매수 ▲와 매도 ▼는 언제나 함께 보입니다.",
    choices=(("korean", "빨강·파랑"), ("colour_blind", "색약용")),
)
REDUCE_MOTION = Setting("reduce_motion", False, LOOK, "움직임 줄이기", "값이 바뀔 때 깜박이지 않습니다.")
HIDE_AMOUNTS = Setting("hide_amounts", False, LOOK, "금액 가리기", "화면을 공유할 때 계좌와 잔고 금액을 가립니다.")

SOUND_ACCEPTED = Setting("sound_accepted", True, SOUND, "접수 소리", "주문이 접수되면 짧은 소리를 냅니다.")
SOUND_FILLED = Setting("sound_filled", True, SOUND, "체결 소리", "체결되면 짧은 소리를 냅니다.")
SOUND_REFUSED = Setting("sound_refused", True, SOUND, "거부 소리", "주문이 거부되거나 나가지 않으면 소리를 냅니다.")
SOUND_ALARM = Setting("sound_alarm", True, SOUND, "경고 소리", "확인필요 주문이나 잠금이 생기면 소리를 냅니다.")
TOASTS = Setting("toasts", True, SOUND, "알림 쪽지", "접수·체결·거부를 창 구석의 쪽지로 알립니다.")

CONFIRM = Setting(
    "confirm",
    "never",
    ORDER,
    "주문 확인창",
    "계좌와 예상 비용까지 보여 주고 한 번 더 묻습니다. 강한 경고는 이 설정과 상관없이 언제나 묻습니다.",
    choices=(("never", "쓰지 않음"), ("above", "정한 금액부터"), ("always", "항상")),
)
CONFIRM_FROM = Setting(
    "confirm_from",
    10_000_000,
    ORDER,
    "확인창 기준 금액",
    "'정한 금액부터'일 때, 이 금액 이상인 주문에서 묻습니다.",
    low=1,
    high=10**12,
    unit="원",
)
DEFAULT_VENUE = Setting(
    "default_venue",
    "SOR",
    ORDER,
    "기본 거래소",
    "새 주문창의 거래소. 모의투자는 언제나 KRX입니다.",
    choices=(("KRX", "KRX"), ("NXT", "NXT"), ("SOR", "SOR")),
)
HOTKEYS = Setting(
    "hotkeys", False, ORDER, "주문 단축키", "이 창이 앞에 있을 때 단축키로 주문합니다. 켜 두면 화면에 표시됩니다."
)
LINK_SYMBOL = Setting(
    "link_symbol", True, ORDER, "종목 연동", "한 창에서 종목을 고르면 다른 창도 그 종목으로 바뀝니다."
)

ARMED_MINUTES = Setting(
    "armed_minutes",
    15,
    LIVE,
    "실전 주문을 켜 두는 시간",
    "이 시간이 지나면 실전 주문이 저절로 꺼집니다. 취소는 언제나 됩니다.",
    low=1,
    high=720,
    unit="분",
)
IDLE_MINUTES = Setting(
    "idle_minutes",
    30,
    LIVE,
    "자리 비움 시간",
    "이만큼 조작이 없으면 실전 주문이 꺼집니다.",
    low=1,
    high=720,
    unit="분",
)
TOKEN_RENEWAL = Setting(
    "token_renewal_minutes",
    10,
    LIVE,
    "접속 토큰 갱신",
    "만료되기 이만큼 전에 새 토큰을 받습니다.",
    low=2,
    high=120,
    unit="분",
)

_LEVELS: tuple[tuple[str, str, Level | None], ...] = (
    ("off", "끔", None),
    ("warn", "알림", Level.WARN),
    ("ask", "한 번 더 물음", Level.STRONG),
    ("refuse", "보내지 않음", Level.REFUSE),
)
_AS_PROGRAMMED = ("default", "기본")

GUARD_LEVELS: Mapping[str, Setting[str]] = {
    code: Setting(
        f"guard.{code}",
        "default",
        GUARD,
        name,
        f"'{name}'이 의심될 때 어떻게 할지 정합니다.",
        choices=(_AS_PROGRAMMED, *((word, shown) for word, shown, _ in _LEVELS)),
    )
    for code, name in GUARDS.items()
}
"""One setting per guard whose level the trader may choose."""

ALL: tuple[Setting[Any], ...] = (
    THEME,
    TEXT_SIZE,
    COLOURS,
    REDUCE_MOTION,
    HIDE_AMOUNTS,
    SOUND_ACCEPTED,
    SOUND_FILLED,
    SOUND_REFUSED,
    SOUND_ALARM,
    TOASTS,
    CONFIRM,
    CONFIRM_FROM,
    DEFAULT_VENUE,
    HOTKEYS,
    LINK_SYMBOL,
    ARMED_MINUTES,
    IDLE_MINUTES,
    TOKEN_RENEWAL,
    *GUARD_LEVELS.values(),
)


class Settings(Protocol):
    """Reading never fails. What cannot be stored holds for this run, and `trouble` says so."""

    def get(self, setting: Setting[T]) -> T: ...

    def put(self, setting: Setting[T], value: T) -> None:
        """Raises ValueError with a Korean sentence for a value that the setting cannot have."""

    def limits(self, world: World) -> KeptLimits: ...

    def set_limits(self, world: World, wanted: Limits, now: datetime) -> KeptLimits:
        """Lowering holds at once, raising after ten minutes (docs/decisions.md 16). Raises ValueError."""

    def layout(self, profile: str) -> bytes | None:
        """The window layout of a profile as the interface wrote it."""

    def put_layout(self, profile: str, layout: bytes | None) -> None: ...

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """The listener gets the key that changed; limits are `limits.WORLD`."""

    @property
    def trouble(self) -> str | None:
        """A Korean sentence when the file could not be read or written."""


def guard_levels(settings: Settings) -> dict[str, Level | None]:
    """The trader's own level per guard code; guards left as they are do not appear."""
    by_word = {word: level for word, _, level in _LEVELS}
    chosen = {code: settings.get(setting) for code, setting in GUARD_LEVELS.items()}
    return {code: by_word[word] for code, word in chosen.items() if word in by_word}
