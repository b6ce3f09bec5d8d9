"""Asked for only by hand; nothing that comes back is trusted."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kiwoom_desk.updates import CannotTell, Release, feed_of, latest, newer

GOOD = {"version": "0.2.0", "notes": "고친 것", "page": "https://example.invalid/0.2.0"}


@contextmanager
def feed(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/latest.json"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(address: str) -> Release:
    return asyncio.run(latest(address, ssl.create_default_context(), insecure_for_tests=True))


def test_a_newer_version_is_told_with_its_notes() -> None:
    with feed(200, json.dumps(GOOD).encode()) as address:
        found = ask(address)
    assert found == Release("0.2.0", "고친 것", "https://example.invalid/0.2.0")
    assert newer(found.version, "0.1.9") and not newer(found.version, "0.2.0") and newer("0.10.0", "0.9.9")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, json.dumps(GOOD | {"version": "latest"}).encode()),
        (200, json.dumps(GOOD | {"page": "file:///etc/passwd"}).encode()),
        (200, b" " * 70_000),
    ],
)
def test_anything_else_is_a_sentence_and_no_version(status: int, body: bytes) -> None:
    with feed(status, body) as address, pytest.raises(CannotTell):
        ask(address)


def test_without_a_feed_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_text('{"feed": ""}', encoding="utf-8")
    assert feed_of(tmp_path / "release.json") == feed_of(tmp_path / "none.json") == ""
    with pytest.raises(CannotTell, match="주소가 없습니다"):
        ask("")
    with pytest.raises(CannotTell, match="안전하지"):
        asyncio.run(latest("http://127.0.0.1:1/x", ssl.create_default_context()))
