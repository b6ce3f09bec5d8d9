"""Where a build looks for a newer version when the trader asks: named by the environment, written into the build.

`KIWOOM_DESK_FEED` is an https address of a JSON object with `version`, `notes` and `page` (`kiwoom_desk/updates.py`). A
build without one says that it has none.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from devtools import Stop

NAME = "KIWOOM_DESK_FEED"
NONE = f"no feed ({NAME}): the program says that it cannot look for a newer version"
PLACE = Path("_internal") / "resources" / "release.json"


def write_feed(frozen: Path, environment: Mapping[str, str]) -> str:
    """Write the address into the frozen folder, and say what was done. Raises Stop: not an https address."""
    feed = environment.get(NAME, "").strip()
    if not feed:
        return NONE
    address = urlsplit(feed)
    if address.scheme != "https" or not address.hostname:
        raise Stop(f"{NAME} must be an https address: the program asks no other")
    (frozen / PLACE).write_text(json.dumps({"feed": feed}) + "\n", encoding="utf-8")
    return f"feed at {address.hostname}"
