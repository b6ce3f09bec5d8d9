"""The HTTP connection with its transport in reach, so that a scripted fault can end it in the middle of things."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Wire(H11Protocol):
    """Every request's (and WebSocket's) `scope["state"]` carries `transport`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
