"""What the instrument itself asks to be careful about (market/rules.md 10.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kiwoom_desk.domain.checks.model import Advice, Level, Situation
from kiwoom_desk.domain.forms import Field
from kiwoom_desk.domain.instruments import Flag, Instrument, InstrumentKind

_FLAG_LEVELS = {
    Flag.LIQUIDATION: Level.STRONG,
    Flag.ADMINISTRATIVE: Level.STRONG,
    Flag.RISK: Level.STRONG,
    Flag.WARNING: Level.WARN,
    Flag.ATTENTION: Level.WARN,
    Flag.OVERHEATED: Level.WARN,
    Flag.ILLIQUID: Level.WARN,
    Flag.CAUTION: Level.INFO,
    Flag.ETF_CAUTION: Level.INFO,
}
"""Halted is not here: it is an event, and `place` speaks of it."""

_FLAG_WORDS = {
    Flag.LIQUIDATION: "상장폐지를 앞둔 종목으로 30분 단위 단일가, 상하한가 없음",
    Flag.ADMINISTRATIVE: "상장폐지 우려가 있는 종목, 현금 100%",
    Flag.RISK: "지정 뒤 거래가 멈출 수 있음, 현금 100%",
    Flag.WARNING: "더 오르면 거래가 멈출 수 있음, 현금 100%",
    Flag.ATTENTION: "투자에 주의가 필요한 코스닥 종목",
    Flag.OVERHEATED: "30분 단위 단일가로 거래",
    Flag.ILLIQUID: "10분 단위 단일가로 거래",
    Flag.CAUTION: "시장경보 첫 단계",
    Flag.ETF_CAUTION: "기초가치와 벌어졌는지 확인",
}

_CODE = re.compile(r"[0-9A-Z]{6}", re.ASCII)
"""A short code has six places, of late with letters among them; what is typed otherwise is a name, or part of one."""

_PREFERRED = re.compile(r"\d?우[A-C]?(?:\(전환\))?$")


def check(s: Situation) -> Iterator[Advice]:
    instrument = s.context.instrument
    if instrument is None:
        yield from _unknown(s)
        return
    for flag in Flag:
        level = _FLAG_LEVELS.get(flag)
        if flag in instrument.flags and level is not None:
            seen = flag in s.context.acknowledged
            yield Advice(
                min(level, Level.WARN) if seen else level,
                f"flag_{flag.name.lower()}",
                f"{flag.value} 종목입니다: {_FLAG_WORDS[flag]}",
                Field.CODE,
                shown=flag.value,
                normal="정상",
            )
    yield from _easily_mistaken(s, instrument)


def _unknown(s: Situation) -> Iterator[Advice]:
    code = s.draft.code.strip()
    if not code:
        return
    if s.context.directory_loaded:
        sentence = f"없는 종목입니다: {code[:20]}" if _CODE.fullmatch(code) else f"종목을 고르세요: '{code[:20]}'"
        yield Advice(Level.REFUSE, "symbol_unknown", sentence, Field.CODE, shown=code[:20])
    else:
        sentence = f"종목 목록을 아직 받지 못해 {code[:20]} 종목의 호가단위와 상하한가를 확인하지 못합니다"
        yield Advice(Level.WARN, "symbol_unchecked", sentence, Field.CODE, shown=code[:20])


def _easily_mistaken(s: Situation, instrument: Instrument) -> Iterator[Advice]:
    name = instrument.name
    if is_preferred(instrument):
        yield Advice(Level.INFO, "preferred", f"우선주입니다: {name}", Field.CODE, shown=name)
    elif instrument.kind is InstrumentKind.SHARE and "스팩" in name:
        yield Advice(Level.INFO, "spac", f"스팩(기업인수목적회사)입니다: {name}", Field.CODE, shown=name)
    if s.context.look_alikes:
        others = ", ".join(s.context.look_alikes[:3])
        yield Advice(
            Level.INFO,
            "look_alike",
            f"이름이 비슷한 종목이 있습니다: {name}({instrument.code}) ↔ {others}",
            Field.CODE,
            shown=name,
            normal=others,
        )


def is_preferred(instrument: Instrument) -> bool:
    """A preferred share: its name ends in 우 (우B, 2우B …) and, unlike 대우 or 연우, its code does not end in 0."""
    return (
        instrument.kind is InstrumentKind.SHARE
        and not instrument.code.endswith("0")
        and _PREFERRED.search(instrument.name) is not None
    )


def look_alikes(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """The names among `others` that differ from `name` in one letter (신풍제약, 신풍제지); short names never do."""
    if len(name) < 4:
        return ()
    return tuple(
        other
        for other in others
        if len(other) == len(name) and sum(a != b for a, b in zip(name, other, strict=True)) == 1
    )
