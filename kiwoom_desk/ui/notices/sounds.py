"""Short sounds for acceptance, fill, refusal and alarm: our own files, played by what the system has.

QtMultimedia is not part of the small Qt we ship. Windows plays through `winsound`, macOS by `afplay`, Linux by the
first player found; where there is none, the system's beep stands in for all four.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QStandardPaths
from PySide6.QtWidgets import QApplication

from kiwoom_desk.trading.notices import Notice, Sound
from kiwoom_desk.trading.settings import SOUND_ACCEPTED, SOUND_ALARM, SOUND_FILLED, SOUND_REFUSED, Setting
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import resources

log = logging.getLogger(__name__)

SWITCHES: dict[Sound, Setting[bool]] = {
    "accept": SOUND_ACCEPTED,
    "fill": SOUND_FILLED,
    "refuse": SOUND_REFUSED,
    "alarm": SOUND_ALARM,
}
PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


def file_of(sound: Sound) -> Path:
    return resources.path("sounds", f"{sound}.wav")


class Sounds:
    """Plays what the trader left switched on; never waits and never fails."""

    def __init__(self, workspace: Workspace) -> None:
        self._settings = workspace.settings
        self._player = _find_player()
        self._end = workspace.notices.subscribe(self.take)

    def take(self, notice: Notice) -> None:
        if notice.sound is not None and self._settings.get(SWITCHES[notice.sound]):
            self.play(notice.sound)

    def play(self, sound: Sound) -> None:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file_of(sound)), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        elif self._player is not None:
            program, *words = self._player
            QProcess.startDetached(program, [*words, str(file_of(sound))])
        else:
            QApplication.beep()

    def stop(self) -> None:
        self._end()


def _find_player() -> tuple[str, ...] | None:
    for name, *words in PLAYERS:
        found = QStandardPaths.findExecutable(name)
        if found:
            return (found, *words)
    return None
