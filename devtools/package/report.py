"""What a packaging run did, step by step: as JSON for machines and as text for people, both in build/."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from devtools import Stop, say

T = TypeVar("T")


@dataclass
class Step:
    """One thing that was done. `detail` holds figures or the reason of a failure."""

    name: str
    verdict: str
    seconds: float
    detail: dict[str, object] = field(default_factory=dict)


@dataclass
class Report:
    """The steps of one run, in order. The first failure ends the run, and is in the report like the rest."""

    title: str
    steps: list[Step] = field(default_factory=list)
    current: dict[str, object] = field(default_factory=dict)

    def step(self, name: str, action: Callable[[], T]) -> T:
        """Do one thing and note how it went.

        Raises:
            Stop: It failed; noted before.
        """
        say(f"{name} …")
        self.current, began = {}, time.monotonic()
        try:
            result = action()
        except Stop as reason:
            self.steps.append(Step(name, "FAILED", time.monotonic() - began, {**self.current, "reason": str(reason)}))
            raise
        self.steps.append(Step(name, "ok", time.monotonic() - began, self.current))
        return result

    def note(self, **figures: object) -> None:
        """Add figures to the step that is being done."""
        self.current.update(figures)

    def skip(self, name: str, reason: str) -> None:
        """Note what was not done and why; it must never look like a success."""
        say(f"{name}: skipped, {reason}")
        self.steps.append(Step(name, "skipped", 0.0, {"reason": reason}))

    @property
    def ok(self) -> bool:
        return all(step.verdict != "FAILED" for step in self.steps)

    def text(self) -> str:
        lines = [self.title, "=" * len(self.title)]
        for step in self.steps:
            lines.append(f"{step.verdict:<8} {step.seconds:7.1f} s  {step.name}")
            lines += [f"{'':>20}{key}: {_short(value)}" for key, value in step.detail.items()]
        return "\n".join([*lines, "all steps succeeded" if self.ok else "A STEP FAILED", ""])

    def write(self, folder: Path, name: str) -> None:
        """Write `name`.json and `name`.txt, and show the text."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"title": self.title, "ok": self.ok, "steps": [asdict(step) for step in self.steps]}
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        (folder / f"{name}.txt").write_text(self.text(), encoding="utf-8")
        print(self.text(), flush=True)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 2_000 else text[:2_000] + " …"
