"""What the broker's answers say about who we are to it: another environment, another program with the same key.

Both lock new orders until the trader has looked (X02 and X04 of the fault matrix).
"""

from __future__ import annotations

from kiwoom_desk.domain.facts import Outcome, RefusalKind, Refused, RequestId
from kiwoom_desk.trading.ports import QueryFailed, SignInRefused
from kiwoom_desk.trading.safety import Safety

TAKEN_OVER = "다른 프로그램이 같은 앱키로 접속했습니다."
WRONG_ENVIRONMENT = "키움이 다른 환경(실전/모의)의 앱키라고 합니다."


class SignInWatch:
    """Of one account. `answered` hears each outcome, `failed` each question without an answer; `taken_over` comes from
    the stream."""

    def __init__(self, owner: str, safety: Safety) -> None:
        self._owner = owner
        self._safety = safety

    def answered(self, _: RequestId, outcome: Outcome) -> None:
        if isinstance(outcome, Refused) and outcome.kind is RefusalKind.WRONG_ENVIRONMENT:
            self._lock(f"{WRONG_ENVIRONMENT} 키움 메시지: {outcome.text}")

    def failed(self, failure: QueryFailed | None) -> None:
        if isinstance(failure, SignInRefused) and failure.locks:
            self._lock(str(failure))

    def taken_over(self) -> None:
        self._safety.lock_until_reconnected(f"taken over {self._owner}", TAKEN_OVER)

    def _lock(self, reason: str) -> None:
        self._safety.lock_until_reconnected(f"sign-in {self._owner}", reason)
