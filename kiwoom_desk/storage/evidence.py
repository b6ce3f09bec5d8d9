"""증거 묶음: everything known about one order in one file, for a dispute with the broker.

A zip with a page to read, a table for Excel, the facts as the journal holds them, and the check of the journal's hash
chain. No secret is in it: facts carry none, and the account is named by its last four digits.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.storage.export import csv_bytes, json_bytes, write_bundle
from kiwoom_desk.trading.news import headline
from kiwoom_desk.trading.story import Line, lines

HEADER = ("시각", "사실", "내용", "요청", "요청 내용", "응답 상태", "응답 내용")
_STYLE = (
    "body{font:14px sans-serif;max-width:60em;margin:2em auto}td,th{border-bottom:1px solid #ccc;padding:.3em .6em;"
    "text-align:left;vertical-align:top}pre{white-space:pre-wrap;margin:0;font-size:12px}"
)


def bundle(
    order: Order, facts: Sequence[Fact], *, environment: str, account: str, chain: str, at: datetime
) -> Mapping[str, bytes]:
    """The files by name. `environment` is the Korean word, `account` the four digits, `chain` the check's sentence."""
    told = lines(facts)
    about = [
        ("주문", headline(order)),
        ("상태", order.state.value),
        ("주문번호", "-" if order.ref is None else f"{order.ref.day:%Y-%m-%d} #{order.ref}"),
        ("환경", environment),
        ("계좌", f"****{account}"),
        ("만든 때", f"{at:%Y-%m-%d %H:%M:%S.%f}"[:-3]),
        ("기록 확인", chain),
    ]
    return {
        "order.html": _page(about, told).encode("utf-8"),
        "order.csv": csv_bytes(HEADER, [_row(line) for line in told]),
        "facts.json": json_bytes(facts),
    }


def export(path: Path, files: Mapping[str, bytes]) -> None:
    """Raises OSError."""
    write_bundle(path, files)


def _row(line: Line) -> tuple[str | int | None, ...]:
    wire = line.wire
    sent = (None, None, None, None) if wire is None else (wire.tr, wire.request, wire.status, wire.answer)
    return (_moment(line.at), line.what, line.detail, *sent)


def _moment(at: datetime) -> str:
    return f"{at:%H:%M:%S.%f}"[:-3]


def _page(about: Sequence[tuple[str, str]], told: Sequence[Line]) -> str:
    head = "".join(f"<tr><th>{html.escape(a)}</th><td>{html.escape(b)}</td></tr>" for a, b in about)
    body = "".join(_line(line) for line in told)
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>주문 증거</title><style>{_STYLE}</style>'
        f"<h1>주문 증거</h1><table>{head}</table><h2>시간순 사실</h2><table>{body}</table></html>"
    )


def _line(line: Line) -> str:
    wire = line.wire
    messages = "" if wire is None else f"<pre>{html.escape(f'{wire.tr} {wire.request}')}\n{_answer(line)}</pre>"
    cells = (_moment(line.at), html.escape(line.what), html.escape(line.detail) + messages)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _answer(line: Line) -> str:
    wire = line.wire
    assert wire is not None
    return "응답 없음" if wire.answer is None else html.escape(f"HTTP {wire.status} {wire.answer}")
