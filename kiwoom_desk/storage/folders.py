"""Where the program keeps its files: one place per user, chosen here and nowhere else, readable by that user alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ORGANISATION = "KiwoomDesk"
PROGRAM = "KiwoomDesk"
"""Both are fixed, so that the folder does not follow the executable's name (packaging/README.md 3)."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Everything lies under `root`. Nothing is made before `make`."""

    root: Path

    @staticmethod
    def of_user(chosen: Path | None = None) -> Folders:
        """`chosen` (the `--data-dir` argument) or this user's local data folder; no environment variable of ours."""
        if chosen is not None:
            return Folders(chosen.absolute())
        import platformdirs  # not needed where the folder is given, and not free

        return Folders(Path(platformdirs.user_data_dir(PROGRAM, ORGANISATION, roaming=False)))

    @property
    def journals(self) -> Path:
        return self.root / "journals"

    @property
    def evidence(self) -> Path:
        """Damaged files, as they were found."""
        return self.root / "evidence"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time."""
        return self.root / "cache"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def rules(self) -> Path:
        """The trader's own copy of the market rules; usually none."""
        return self.root / "market_rules.json"

    def make(self) -> None:
        """Every folder, for this user alone (Windows: what lies under the local profile is that already).

        Raises OSError."""
        for folder in (self.root, self.journals, self.evidence, self.locks, self.logs, self.cache):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
