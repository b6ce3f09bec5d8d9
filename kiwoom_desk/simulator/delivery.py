"""How an answer travels: whole, or mangled the way a bad network or gateway does it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kiwoom_desk.simulator.envelope import Answer, Denied, not_authenticated, over_limit
from kiwoom_desk.simulator.fault_script import Fault

Pause = Callable[[float], Awaitable[None]]
_JSON: Final = "application/json;charset=UTF-8"
_HTML: Final = "<html><head><title>Error</title></head><body><h1>Request Blocked</h1></body></html>"
_DRIP: Final = 4  # bytes at a time


def encode(answer: Answer, api_id: str) -> Response:
    """The plain truth: JSON with the paging headers."""
    headers = {"api-id": api_id, "cont-yn": "Y" if answer.next_key else "N", "next-key": answer.next_key}
    content = json.dumps(answer.body, ensure_ascii=False).encode()
    return Response(content, answer.status, {**headers, "content-type": _JSON})


class Hangup(Response):
    """Ends the connection instead of answering (`fault.answer` close or reset), or never answers (silence)."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope["state"]["transport"]
        if self._fault.answer == "reset":
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        elif self._fault.answer == "close":
            transport.close()
        await until_gone(receive)


class Half(Response):
    """Promises the whole body, sends half of it and hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body[: len(self.body) // 2]), "more_body": True})
        scope["state"]["transport"].close()
        await until_gone(receive)


class Drip(Response):
    """Sends the body a few bytes at a time, with a pause after each."""

    seconds = 0.5
    pause: Pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        gone = asyncio.ensure_future(until_gone(receive))
        for start in range(0, len(self.body), _DRIP):
            await self.pause(self.seconds)
            if gone.done():
                break
            piece = bytes(self.body[start : start + _DRIP])
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def until_gone(receive: Receive) -> None:
    """Wait for the client (or the server's end) to close the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def respond(answer: Answer, api_id: str, fault: Fault, after: str, pause: Pause) -> Response:
    """The answer as `fault` lets it through; `after` is the request's next-key."""
    match fault.answer:
        case "close" | "reset" | "silence":
            return Hangup(fault)
        case "limit":
            return encode(over_limit(api_id, 5).answer(), api_id)
        case "refuse":
            return encode(_refusal(fault).answer(), api_id)
        case "status":
            return Response(fault.text or _HTML, fault.status, media_type="text/html")
        case "html":
            return Response(fault.text or _HTML, 200, media_type="text/html")
        case "no_number":
            answer.body.pop("ord_no", None)
        case "endless":
            answer.next_key = f"{int(after or 0) + 1:020d}"
        case "repeated":
            answer.next_key = f"{0:020d}"
    return _mangled(encode(answer, api_id), fault, pause)


def _mangled(response: Response, fault: Fault, pause: Pause) -> Response:
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    match fault.answer:
        case "malformed":
            return Response(bytes(response.body[:-1]) + b',"', response.status_code, headers)
        case "half":
            return Half(response.body, response.status_code, headers)
        case "drip":
            drip = Drip(response.body, response.status_code, headers)
            drip.seconds, drip.pause = fault.seconds, pause
            return drip
        case _:
            return response


def _refusal(fault: Fault) -> Denied:
    text = fault.text or "Token이 유효하지 않습니다"
    if fault.return_code == 3:
        return not_authenticated(int(fault.code or 8005), text)
    if fault.return_code == 20:
        return Denied(20, f"[2000]({fault.code}:{text})")
    return Denied(fault.return_code, f"입력 값 오류입니다[{fault.code}:{text}]")
