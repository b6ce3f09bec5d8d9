"""The trader's settings as one JSON file: written whole or not at all, read forgivingly.

Keys that this version does not know are kept, values that a setting cannot have give way to the default and are named
in `notes`; a file that is no JSON at all is kept beside the new one.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.kept_limits import FIRST, NAMES, KeptLimit, KeptLimits
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.settings import ALL, Setting, T

log = logging.getLogger(__name__)

BIGGEST = 4 * 1024 * 1024
"""Bytes; a bigger settings file is not ours."""


class SettingsFile:
    """The port `Settings` over one file. `notes` are Korean sentences about what could not be taken from it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._listeners: Listeners[str] = Listeners()
        self._trouble: str | None = None
        self._unread = False
        self.notes: list[str] = []
        self._all = self._load()
        self._values = self._part("values")
        self._limits = self._part("limits")
        self._layouts = self._part("layouts")
        self._check()

    # --- the port ------------------------------------------------------------------------------------------------
    def get(self, setting: Setting[T]) -> T:
        try:
            return setting.accept(self._values.get(setting.key, setting.default))
        except ValueError:
            return setting.default

    def put(self, setting: Setting[T], value: T) -> None:
        self._values[setting.key] = setting.accept(value)
        self._save(setting.key)

    def limits(self, world: World) -> KeptLimits:
        try:
            return _read_limits(self._limits[world.value])
        except (KeyError, ValueError):
            return FIRST[world]

    def set_limits(self, world: World, wanted: Limits, now: datetime) -> KeptLimits:
        after = self.limits(world).changed(wanted, now)
        self._limits[world.value] = _write_limits(after)
        self._save(f"limits.{world.value}")
        return after

    def layout(self, profile: str) -> bytes | None:
        try:
            return base64.b64decode(self._layouts.get(profile, ""), validate=True) or None
        except (binascii.Error, TypeError, ValueError):
            return None

    def put_layout(self, profile: str, layout: bytes | None) -> None:
        if layout is None:
            self._layouts.pop(profile, None)
        else:
            self._layouts[profile] = base64.b64encode(layout).decode("ascii")
        self._save(f"layout.{profile}")

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        return self._listeners.add(listener)

    @property
    def trouble(self) -> str | None:
        return self._trouble

    # --- the file ------------------------------------------------------------------------------------------------
    def _load(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                raw = file.read(BIGGEST + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._trouble = f"설정 파일을 읽지 못해 기본값으로 시작합니다 ({error.strerror})."
            self._unread = True
            return {}
        try:
            value = json.loads(raw) if len(raw) <= BIGGEST else None
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        self.notes.append("설정 파일이 손상되어 기본값으로 시작합니다. 원래 파일은 옆에 보관했습니다.")
        try:
            self._set_aside("damaged")
        except OSError as error:
            self._trouble = f"손상된 설정 파일을 옮기지 못했습니다 ({error.strerror})."
            self._unread = True
        return {}

    def _set_aside(self, why: str) -> None:
        """Under a name of its own beside the new one. Raises OSError."""
        names = (self._path.with_name(f"{self._path.name}.{why}-{n}") for n in range(1, 1000))
        aside = next((name for name in names if not name.exists()), None)
        if aside is not None:
            os.replace(self._path, aside)

    def _part(self, name: str) -> dict[str, Any]:
        part = self._all.get(name)
        if not isinstance(part, dict):
            if part is not None:
                self.notes.append(f"설정의 '{name}' 부분을 읽지 못해 기본값을 씁니다.")
            self._all[name] = part = {}
        return part

    def _check(self) -> None:
        for setting in ALL:
            try:
                setting.accept(self._values.get(setting.key, setting.default))
            except ValueError as error:
                self.notes.append(f"{error} 기본값을 씁니다.")
        for world in World:
            try:
                if world.value in self._limits:
                    _read_limits(self._limits[world.value])
            except ValueError:
                self.notes.append("주문 한도를 읽지 못해 처음 한도를 씁니다.")

    def _save(self, key: str) -> None:
        try:
            if self._unread and self._path.exists():  # what could not be read is not written over
                self._set_aside("unread")
            self._unread = False
            write_whole(self._path, json.dumps(self._all, ensure_ascii=True, indent=1).encode("ascii"))
            self._trouble = None
        except OSError as error:
            log.error("the settings could not be written: %s", error)
            self._trouble = "설정을 저장하지 못했습니다. 이번 실행에만 적용됩니다."
        self._listeners.tell(key)


# --- limits ---------------------------------------------------------------------------------------------------------
def _write_limits(limits: KeptLimits) -> dict[str, Any]:
    return {name: _write_limit(getattr(limits, name)) for name in NAMES}


def _write_limit(limit: KeptLimit) -> dict[str, Any]:
    if limit.since is None:
        return {"value": limit.value}
    return {"value": limit.value, "later": limit.later, "since": limit.since.isoformat()}


def _read_limits(raw: Any) -> KeptLimits:
    """Raises ValueError."""
    if not isinstance(raw, dict) or not set(NAMES) <= raw.keys():
        raise ValueError("not limits")
    return KeptLimits(*(_read_limit(raw[name]) for name in NAMES))


def _read_limit(raw: Any) -> KeptLimit:
    if not isinstance(raw, dict) or "value" not in raw:
        raise ValueError("not a limit")
    if raw.get("since") is None:
        return KeptLimit(_amount(raw["value"]))
    if "later" not in raw or not isinstance(raw["since"], str):
        raise ValueError("not a limit")
    since = datetime.fromisoformat(raw["since"])
    if since.utcoffset() is None:
        raise ValueError("a time without a zone")
    return KeptLimit(_amount(raw["value"]), _amount(raw["later"]), since)


def _amount(raw: Any) -> int | None:
    if raw is None or (type(raw) is int and raw >= 1):
        return raw
    raise ValueError("not an amount")
