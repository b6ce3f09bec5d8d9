"""The day's instruments between two starts of one day, so that the search works before the broker has listed them."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from kiwoom_desk.domain.instruments import Instrument
from kiwoom_desk.storage.codec import CodecError, rule_of
from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.workspace import DirectoryStore

log = logging.getLogger(__name__)

FORMAT = 1
BIGGEST = 16 * 1024 * 1024

_INSTRUMENTS = rule_of(tuple[Instrument, ...])
_MOMENT = rule_of(datetime)


class DirectoryFiles(DirectoryStore):
    """One file per world under `folder`. A cache: whatever is wrong with it, it is as if there were none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, world: World, day: date) -> tuple[Sequence[Instrument], datetime] | None:
        """The instruments of `day` with the time at which the broker gave them."""
        try:
            with self._path(world).open("rb") as file:
                value = json.loads(file.read(BIGGEST))
            if value["format"] != FORMAT or value["day"] != day.isoformat():
                return None
            return _INSTRUMENTS.read(value["instruments"]), _MOMENT.read(value["at"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RecursionError, CodecError) as error:
            log.warning("the cached directory is not readable: %s", type(error).__name__)
            return None

    def save(self, world: World, day: date, instruments: Sequence[Instrument], at: datetime) -> None:
        value = {
            "format": FORMAT,
            "day": day.isoformat(),
            "at": _MOMENT.write(at),
            "instruments": _INSTRUMENTS.write(tuple(instruments)),
        }
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path(world), json.dumps(value, separators=(",", ":")).encode("ascii"), sync=False)
        except OSError as error:
            log.warning("the directory could not be cached: %s", error)

    def _path(self, world: World) -> Path:
        return self._folder / f"directory-{world.value}.json"
