"""What stands between a finger and the market: arming, the block on new orders, the trader's own limits.

Rules: docs/decisions.md 14–16. New orders and amendments can be stopped here; a cancel never is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Fact, Noted
from kiwoom_desk.trading.environments import Environment
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.ports import AccountName, Clock


class Denied(Exception):
    """Nothing left the computer; `str()` says why, in Korean."""


BLOCKED, UNBLOCKED = "blocked", "unblocked"
BLOCK_SENTENCE = "새 주문과 정정을 차단했습니다. 취소는 됩니다."
NO_LIMITS = Limits()
MINUTE = timedelta(minutes=1)
ACKNOWLEDGE = "확인한 다음 메뉴에서 ‘다시 연결’을 누르세요."


class Safety:
    """One environment's safety catch. Starts disarmed where arming is asked for, and never arms by itself."""

    def __init__(
        self, environment: Environment, clock: Clock, limits_now: Callable[[], Limits] = lambda: NO_LIMITS
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._listeners: Listeners[str] = Listeners()
        self._sent: deque[tuple[datetime, int]] = deque()
        self._disarmed_because = ""
        self._keepers: list[Callable[[Fact], None]] = []
        self.limits_now = limits_now
        self.reconciled: Callable[[], bool] = lambda: True
        self.account: AccountName | None = None
        self.armed_until: datetime | None = None
        self.blocked = False
        self._locks: dict[str, str] = {}

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """The listener gets a Korean sentence with each change."""
        return self._listeners.add(listener)

    @property
    def limits(self) -> Limits:
        """What holds at this moment: a raised limit takes effect later (`kept_limits`)."""
        return self.limits_now()

    # --- arming ------------------------------------------------------------------------------------------------
    @property
    def needs_arming(self) -> bool:
        return self._environment.arming

    @property
    def armed(self) -> bool:
        if not self.needs_arming:
            return True
        return self.armed_until is not None and self._clock.now() < self.armed_until

    def arm(self, tail: str, minutes: int) -> None:
        """`tail` is what the trader typed: the last four of the account's first eight digits. Raises Denied."""
        if self.account is None:
            raise Denied("계좌가 확인되지 않아 실전 주문을 켤 수 없습니다.")
        if None in (self.limits.value_per_order, self.limits.value_per_day, self.limits.orders_per_minute):
            raise Denied("주문 한도(1회 금액, 하루 금액, 분당 건수)를 먼저 정해야 실전 주문을 켤 수 있습니다.")
        if self.locked_because:
            raise Denied(f"지금은 실전 주문을 켤 수 없습니다: {self.locked_because}")
        if not self.reconciled():
            raise Denied("주문 목록을 아직 끝까지 조회하지 못했습니다. 조회가 끝나면 다시 켜세요.")
        if tail != self.account.tail:
            raise Denied("계좌번호 뒤 네 자리가 다릅니다.")
        self.armed_until = self._clock.now() + timedelta(minutes=minutes)
        self._listeners.tell(f"실전 주문을 켰습니다 ({minutes}분).")

    def disarm(self, reason: str) -> None:
        if self.needs_arming and self.armed_until is not None:
            self.armed_until = None
            self._disarmed_because = reason
            self._listeners.tell(f"실전 주문을 껐습니다: {reason}")

    # --- locks -------------------------------------------------------------------------------------------------
    @property
    def locked_because(self) -> str:
        """Every reason that stands now, the oldest first; empty while there is none."""
        return " ".join(self._locks.values())

    def lock(self, key: str, reason: str) -> None:
        """Stop new orders: the disk, the clock, a wrong key. Disarms too.

        Each `key` has a reason of its own and ends by its own `unlock`. What only the trader can judge (another program
        with the same key, a damaged journal, a wrong environment) is never unlocked: it ends when he connects anew,
        since a new connection has a safety catch of its own."""
        self.disarm(reason)
        known, self._locks[key] = self._locks.get(key), reason
        if known is None:
            self._listeners.tell(f"주문 잠금: {reason}")

    def lock_until_reconnected(self, key: str, reason: str) -> None:
        """`lock` for what only the trader can judge; says what he has to do."""
        self.lock(key, f"{reason} {ACKNOWLEDGE}")

    def unlock(self, key: str) -> None:
        """The reason `key` is gone; the others stand."""
        if self._locks.pop(key, None) is not None:
            self._listeners.tell(f"아직 주문 잠금: {self.locked_because}" if self._locks else "주문 잠금을 풀었습니다.")

    # --- the block ---------------------------------------------------------------------------------------------
    def block(self) -> None:
        """새 주문 차단: no new orders or amendments until it is lifted by hand, over restarts too; cancels pass."""
        if not self.blocked:
            self.blocked = True
            self._remember(BLOCKED, BLOCK_SENTENCE)

    def unblock(self) -> None:
        if self.blocked:
            self.blocked = False
            self._remember(UNBLOCKED, "새 주문 차단을 풀었습니다.")

    def keep(self, write: Callable[[Fact], None]) -> None:
        """From now on write the block and its end to this journal too; a block that stands at once, since it may have
        begun before this journal was open."""
        self._keepers.append(write)
        if self.blocked:
            write(Noted(self._clock.now(), BLOCKED, BLOCK_SENTENCE))

    def restore(self, facts: Iterable[Fact]) -> None:
        """Be blocked again when the last word in the journal is that nobody lifted the block."""
        told = [f.what for f in facts if isinstance(f, Noted) and f.what in (BLOCKED, UNBLOCKED)]
        if told and told[-1] == BLOCKED:
            self.blocked = True

    def _remember(self, what: str, text: str) -> None:
        for write in self._keepers:
            write(Noted(self._clock.now(), what, text))
        self._listeners.tell(text)

    # --- the gate ----------------------------------------------------------------------------------------------
    def check(self, draft: OrderDraft, value: int | None) -> None:
        """Raise Denied unless a new order or amendment of `value` won (None: unknown) may go out now."""
        self.check_open(draft)
        self._check_limits(value)

    def check_open(self, draft: OrderDraft) -> None:
        """Raise Denied while new orders and amendments are stopped altogether, whatever their size."""
        if self.blocked:
            raise Denied("새 주문이 차단되어 있습니다. 차단을 풀고 다시 누르세요.")
        if self.locked_because:
            raise Denied(f"주문 잠금: {self.locked_because}")
        if draft.venue not in self._environment.venues:
            raise Denied(f"모의투자는 KRX만 됩니다. {draft.venue.value} 주문은 보낼 수 없습니다.")
        if not self.armed:
            why = f" ({self._disarmed_because})" if self._disarmed_because else ""
            raise Denied(f"실전 주문이 꺼져 있습니다{why}. 켠 다음 다시 누르세요.")

    def _check_limits(self, value: int | None) -> None:
        limits, now = self.limits, self._clock.now()
        if limits.value_per_order is not None and value is None:
            raise Denied("현재가를 몰라 주문 한도를 확인할 수 없습니다. 시세가 나온 다음 다시 누르세요.")
        if limits.value_per_order is not None and value is not None and value > limits.value_per_order:
            raise Denied(f"1회 주문 한도 {limits.value_per_order:,}원을 넘습니다 ({value:,}원).")
        today = self.spent_today
        if limits.value_per_day is not None and today + (value or 0) > limits.value_per_day:
            self.disarm("하루 주문 한도에 닿았습니다.")
            raise Denied(f"하루 주문 한도 {limits.value_per_day:,}원을 넘습니다 (오늘 {today:,}원 + {value or 0:,}원).")
        minute = sum(1 for at, _ in self._sent if now - at < MINUTE)
        if limits.orders_per_minute is not None and minute >= limits.orders_per_minute:
            self.disarm("1분 주문 건수 한도에 닿았습니다.")
            raise Denied(f"1분에 {limits.orders_per_minute}건까지만 주문합니다. 잠시 뒤에 다시 누르세요.")

    @property
    def spent_today(self) -> int:
        """Won of all orders and amendments that went out today."""
        today = self._clock.now().date()
        return sum(value for at, value in self._sent if at.date() == today)

    def count(self, at: datetime, value: int) -> None:
        """Remember an order that goes out (or went out, at a start) against the limits."""
        self._sent.append((at, value))
        while self._sent and self._sent[0][0].date() < at.date() and at - self._sent[0][0] >= MINUTE:
            self._sent.popleft()
