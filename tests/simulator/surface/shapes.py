"""The documented shape of every answer and push (`shapes.json`), as a checker."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

_TABLE: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("shapes.json").read_text(encoding="utf-8"))
TRS: Final[dict[str, Any]] = _TABLE["trs"]
FIDS: Final[dict[str, dict[str, str]]] = _TABLE["fids"]


def faults_of(values: dict[str, Any], fields: dict[str, str]) -> list[str]:
    """What is missing, is no text or does not have its format; `form` may be "padded_int:10" or "code:0|1"."""
    return [
        f"{name}={values.get(name)!r} is not {form}"
        for name, form in fields.items()
        if not (isinstance(values.get(name), str) and _has(values[name], form))
    ]


def _has(value: str, form: str) -> bool:
    kind, _, detail = form.partition(":")
    if kind == "code":
        return value == "" or value in detail.split("|")
    if value and detail and len(value) != int(detail):
        return False
    return bool(re.fullmatch(_TABLE["formats"][kind], value))
