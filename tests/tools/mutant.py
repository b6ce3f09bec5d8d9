"""What a deliberate bug is, and where the core can have one."""

from __future__ import annotations

from dataclasses import dataclass

DESK, RECONCILER = "kiwoom_desk/trading/desk.py", "kiwoom_desk/trading/reconciler.py"
HEIRS = "kiwoom_desk/domain/heirs.py"
LEDGER, ROWS = "kiwoom_desk/domain/ledger.py", "kiwoom_desk/domain/rows.py"
MATCHING, MERGE = "kiwoom_desk/domain/matching.py", "kiwoom_desk/domain/broker_orders.py"
INTENTS, BINDINGS, SAFETY = (
    "kiwoom_desk/domain/intents.py",
    "kiwoom_desk/domain/bindings.py",
    "kiwoom_desk/trading/safety.py",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """`find` stands exactly once in `file`. `equivalent` says why no check can tell it from the original."""

    name: str
    file: str
    find: str
    put: str
    equivalent: str = ""
