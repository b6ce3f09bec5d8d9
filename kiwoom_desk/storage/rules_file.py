"""The market rules: the ones that came with the program, or the trader's newer copy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiwoom_desk.domain.market_rules import parse_rules
from kiwoom_desk.domain.rules_model import MarketRules

BIGGEST = 4 * 1024 * 1024


class RulesUnusable(Exception):
    """Not even the program's own rules can be read: the installation is damaged. `str()` is a Korean sentence."""


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """`own` tells that the trader's copy is in use; `notes` are Korean sentences about a copy that is not."""

    rules: MarketRules
    own: bool
    notes: tuple[str, ...] = ()


def load_rules(packaged: Path, own: Path) -> LoadedRules:
    """The trader's copy at `own` when it is readable and not older than `packaged`. Raises RulesUnusable."""
    notes: list[str] = []
    ours = _read(packaged, "프로그램의 시장 규칙", notes)
    theirs = _read(own, "사용자 시장 규칙", notes) if own.exists() else None
    if theirs is not None and (ours is None or theirs.as_of >= ours.as_of):
        return LoadedRules(theirs, True, tuple(notes))
    if ours is None:
        raise RulesUnusable(" ".join(notes))
    if theirs is not None:
        notes.append(f"사용자 시장 규칙({theirs.as_of})이 프로그램의 것({ours.as_of})보다 오래되어 쓰지 않습니다.")
    return LoadedRules(ours, False, tuple(notes))


def _read(path: Path, name: str, notes: list[str]) -> MarketRules | None:
    try:
        with path.open("rb") as file:
            raw = file.read(BIGGEST + 1)
        if len(raw) > BIGGEST:
            raise ValueError("파일이 너무 큽니다")
        return parse_rules(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        notes.append(f"{name}을 읽지 못했습니다: UTF-8 글이 아닙니다.")
    except OSError as error:
        notes.append(f"{name}을 읽지 못했습니다: {error.strerror}.")
    except (ValueError, RecursionError) as error:
        notes.append(f"{name}을 읽지 못했습니다: {error}")
    return None
