"""One WebSocket connection: its login, heartbeat, registrations and a bounded queue of frames to send."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from kiwoom_desk.simulator.fault_script import Fault
from kiwoom_desk.simulator.faults import FaultBook
from kiwoom_desk.simulator.stream.entries import Entry
from kiwoom_desk.simulator.stream.registrations import Registrations
from kiwoom_desk.simulator.tokens import Client

_ROOM: Final = 4_000  # frames; a client that is further behind loses quotes, and its connection before any order event
_HUGE: Final = 2 * 1024 * 1024
_NORMAL_END: Final = 1000

Frame = str | bytes


class Session:
    """`client` is None before LOGIN. All methods run in the server's loop."""

    def __init__(self, socket: WebSocket, faults: FaultBook) -> None:
        self.client: Client | None = None
        self.registrations = Registrations()
        self.pinged = 0.0
        self.answered = 0.0
        self._socket = socket
        self._faults = faults
        self._frames: deque[Frame | None] = deque()
        self._ready = asyncio.Event()
        self._held: Frame | None = None
        self._mute = False

    # Outgoing

    def send(self, message: dict[str, Any]) -> None:
        self._queue(_text(message))

    def push(self, entries: list[Entry], *, droppable: bool = False) -> None:
        """A REAL frame. Quotes may be dropped when the client does not read; order events never are."""
        if droppable and len(self._frames) >= _ROOM:
            return
        frame: Frame = _text({"trnm": "REAL", "data": entries})
        struck = self._faults.stream(frozenset(entry["type"] for entry in entries))
        frames = [frame]
        for fault in struck:
            frames = self._spoil(fault, frames)
        for each in frames:
            self._queue(each)
        if self._held is not None and not any(fault.do == "reorder" for fault in struck):
            held, self._held = self._held, None
            self._queue(held)
        if len(self._frames) > 2 * _ROOM:
            self.cut()

    def end(self) -> None:
        """Close the connection once everything queued is out."""
        self._frames.append(None)
        self._ready.set()

    def cut(self) -> None:
        """End the connection without a word."""
        self._socket.scope["state"]["transport"].abort()

    def _queue(self, frame: Frame) -> None:
        if not self._mute:
            self._frames.append(frame)
            self._ready.set()

    def _spoil(self, fault: Fault, frames: list[Frame]) -> list[Frame]:
        match fault.do:
            case "drop":
                return []
            case "duplicate":
                return frames * 2
            case "reorder":
                self._held = frames[0] if frames else None
                return frames[1:]
            case "garbage":
                return [fault.text or '{"trnm":"REAL","data":[{"type":"00","values":', *frames]
            case "binary":
                return [b"\x00\xff\x00\xff", *frames]
            case "huge":
                return [_text({"trnm": "REAL", "data": [{"type": "0B", "item": "x" * _HUGE, "values": {}}]}), *frames]
            case "half_open":
                self._mute = True
                return []
            case _:
                self.cut()
                return []

    async def write(self) -> None:
        """Send what is queued until the connection ends."""
        try:
            while True:
                await self._ready.wait()
                self._ready.clear()
                while self._frames:
                    frame = self._frames.popleft()
                    if frame is None:
                        await self._socket.close(_NORMAL_END)
                        return
                    await self._send(frame)
        except (WebSocketDisconnect, RuntimeError):
            return  # the client is gone; the reader notices too and cleans up

    async def _send(self, frame: Frame) -> None:
        if isinstance(frame, bytes):
            await self._socket.send_bytes(frame)
        else:
            await self._socket.send_text(frame)

    async def read(self) -> str | None:
        """The next text frame; binary frames are passed over. None when the connection has ended."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            text: str | None = message.get("text")
            if text is not None:
                return text


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
