"""All sessions of the exchange: who may log in, who is thrown out, and which event goes to whom."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any, Final

from starlette.websockets import WebSocket

from kiwoom_desk.simulator.faults import FaultBook
from kiwoom_desk.simulator.http_api.spec import Office
from kiwoom_desk.simulator.model import Event, HoldingEvent, InterruptionEvent, OrderEvent, PhaseEvent
from kiwoom_desk.simulator.stream.account_entries import holding_values, order_values
from kiwoom_desk.simulator.stream.entries import entry
from kiwoom_desk.simulator.stream.feed import Feed
from kiwoom_desk.simulator.stream.interruption_entries import interruption_values
from kiwoom_desk.simulator.stream.market_entries import phase_values
from kiwoom_desk.simulator.stream.registrations import Rejected
from kiwoom_desk.simulator.stream.session import Session
from kiwoom_desk.simulator.tokens import TokenDesk

_BAD_LOGIN: Final = 805004
_NOT_LOGGED_IN: Final = 100013
_PUBLIC: Final = ("0s", "1h")  # of the market as a whole, for whichever account


class Hub:
    """One session per app key (kiwoom/websocket.md 1). `ping_every` and `patience` are seconds."""

    def __init__(
        self, office: Office, tokens: TokenDesk, faults: FaultBook, *, ping_every: float = 15.0, patience: float = 40.0
    ) -> None:
        self._office = office
        self._tokens = tokens
        self._faults = faults
        self._ping_every = ping_every
        self._patience = patience
        self._sessions: dict[str, Session] = {}
        self._open: set[Session] = set()
        self._feed = Feed(office)

    async def serve(self, socket: WebSocket) -> None:
        """Starlette endpoint of the stream."""
        await socket.accept()
        session = Session(socket, self._faults)
        self._open.add(session)
        writer = asyncio.create_task(session.write())
        try:
            while (text := await session.read()) is not None:
                self._hear(session, text)
        finally:
            self._forget(session)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    # What clients say

    def _hear(self, session: Session, text: str) -> None:
        if text.strip().strip('"') == "PING":
            session.answered = time.monotonic()
            return
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("trnm"), str):
            session.send({"trnm": "", "return_code": 1, "return_msg": "입력 메시지 형식이 올바르지 않습니다"})
            return
        self._answer(session, message["trnm"], message)

    def _answer(self, session: Session, name: str, message: dict[str, Any]) -> None:
        if name == "LOGIN":
            self._login(session, message)
        elif session.client is None:
            text = "로그인 인증이 들어오기 전에 다른 전문이 들어왔습니다"
            session.send({"trnm": name, "return_code": _NOT_LOGGED_IN, "return_msg": text})
        elif name == "PING":
            session.answered = time.monotonic()
        elif name in ("REG", "REMOVE"):
            self._register(session, name, message)
        else:
            session.send({"trnm": name, "return_code": 1, "return_msg": "지원하지 않는 전문입니다"})

    def _login(self, session: Session, message: dict[str, Any]) -> None:
        token, fault = message.get("token"), self._faults.login()
        client = self._tokens.owner(token) if isinstance(token, str) else None
        if client is None or fault is not None:
            code = (fault.code if fault else "") or "8005"
            text = f"토큰 인증에 실패했습니다[CODE={code}, MESSAGE=Token이 유효하지 않습니다]"
            session.send({"trnm": "LOGIN", "return_code": _BAD_LOGIN, "return_msg": text})
            session.end()
            return
        older = self._sessions.get(client.appkey)
        if older is not None and older is not session:
            self._throw_out(older, "R10001", "동일한 App key로 접속이 되었습니다. 기존 접속은 종료됩니다.")
        session.client = client
        session.pinged = session.answered = time.monotonic()
        self._sessions[client.appkey] = session
        sor = "Y" if client.account == "stock" and "SOR" in self._office.profile.venues else "N"
        session.send({"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": sor})

    def _register(self, session: Session, name: str, message: dict[str, Any]) -> None:
        try:
            if name == "REG":
                self._feed.refresh(session.registrations.register(message))
            else:
                session.registrations.remove(message)
        except Rejected as rejected:
            session.send({"trnm": name, "return_code": 1, "return_msg": str(rejected)})
        else:
            session.send({"trnm": name, "return_code": 0, "return_msg": ""})

    # Heartbeat and ends

    def beat(self, now: float) -> None:
        """Send the PINGs that are due and end whoever left one unanswered (R10002)."""
        for session in list(self._sessions.values()):
            if session.pinged > session.answered and now - session.pinged > self._patience:
                self._throw_out(session, "R10002", "PING 응답이 없어 접속을 종료합니다.")
            elif session.pinged <= session.answered and now - max(session.pinged, session.answered) >= self._ping_every:
                session.pinged = now
                session.send({"trnm": "PING"})

    def cut_all(self) -> None:
        """Every connection ends without a word."""
        for session in list(self._open):
            session.cut()

    def _throw_out(self, session: Session, code: str, text: str) -> None:
        session.send({"trnm": "SYSTEM", "code": code, "message": text})
        session.end()
        self._leave(session)

    def _leave(self, session: Session) -> None:
        """No more pushes; the connection itself may still be closing."""
        if session.client is not None and self._sessions.get(session.client.appkey) is session:
            del self._sessions[session.client.appkey]

    def _forget(self, session: Session) -> None:
        self._leave(session)
        self._open.discard(session)

    # What the exchange says

    def hear(self, event: Event) -> None:
        """A listener of the core: account events go out at once, quotes with the next flush."""
        match event:
            case OrderEvent(order=order) if order.account == "stock":
                self._push("00", order.code, order_values(self._office, event))
            case HoldingEvent(account="stock", code=code):
                for holding in self._office.core.holdings("stock"):
                    if holding.code == code:
                        self._push("04", code, holding_values(self._office, holding))
            case PhaseEvent():
                self._push("0s", "", phase_values(event))
            case InterruptionEvent(interruption=one):
                self._push("1h", one.code, interruption_values(self._office, event))
            case _:
                self._feed.hear(event, list(self._sessions.values()))

    def flush(self) -> None:
        """Send the quotes that changed since the last flush."""
        self._feed.flush(list(self._sessions.values()))

    def _push(self, type: str, item: str, values: dict[str, str] | None) -> None:
        if values is None:
            return
        for session in list(self._sessions.values()):
            entitled = type in _PUBLIC or (session.client is not None and session.client.account == "stock")
            if entitled and session.registrations.wants(type):
                session.push([entry(type, item, values)])
