"""Is there a newer version? Looked up only when the trader asks; shows the notes and a link, downloads nothing.

The place to look is data that comes with a release (`resources/release.json`, key `feed`): an https address of a JSON
object with `version`, `notes` and `page`. A build without one says so.
"""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

BIGGEST = 64 * 1024
PATIENCE = 8.0
_VERSION = re.compile(r"[0-9]+(\.[0-9]+){1,3}")


class CannotTell(Exception):
    """`str()` is a Korean sentence: why nobody knows whether there is a newer version."""


@dataclass(frozen=True, slots=True)
class Release:
    """`notes` is plain text, cut; `page` an https address to read and download by hand."""

    version: str
    notes: str
    page: str


def feed_of(resource: Path) -> str:
    """The address in `release.json`, empty when this build has none."""
    try:
        feed = json.loads(resource.read_text(encoding="utf-8")).get("feed", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return feed if isinstance(feed, str) else ""


async def latest(feed: str, context: ssl.SSLContext, *, insecure_for_tests: bool = False) -> Release:
    """Ask once. Raises CannotTell."""
    if not feed:
        raise CannotTell("이 배포판에는 새 판을 알리는 주소가 없습니다. 받은 곳에서 확인하세요.")
    if urlsplit(feed).scheme != "https" and not insecure_for_tests:
        raise CannotTell("새 판을 알리는 주소가 안전하지 않아 묻지 않았습니다.")
    try:
        async with httpx.AsyncClient(
            verify=context, trust_env=False, follow_redirects=False, timeout=PATIENCE
        ) as client:
            answer = await client.get(feed, headers={"Accept": "application/json"})
    except httpx.HTTPError as error:
        raise CannotTell(f"새 판을 확인하지 못했습니다 ({type(error).__name__}).") from error
    if answer.status_code != 200 or len(answer.content) > BIGGEST:
        raise CannotTell(f"새 판을 확인하지 못했습니다 (응답 {answer.status_code}).")
    return _read(answer.content)


def _read(content: bytes) -> Release:
    try:
        told = json.loads(content)
        version, notes, page = str(told["version"]), str(told["notes"]), str(told["page"])
    except (ValueError, TypeError, KeyError) as error:
        raise CannotTell("새 판의 안내를 읽지 못했습니다.") from error
    if not _VERSION.fullmatch(version) or urlsplit(page).scheme != "https":
        raise CannotTell("새 판의 안내가 올바르지 않습니다.")
    return Release(version, notes[:4_000], page)


def newer(found: str, mine: str) -> bool:
    """True when `found` is a later version than `mine`: compared part by part as numbers."""
    return _parts(found) > _parts(mine)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
