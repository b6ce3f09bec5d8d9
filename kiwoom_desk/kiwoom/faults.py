"""What broke between us and the broker, in a sentence the trader can act on."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx


def sentence(error: BaseException | None, *, connecting: bool) -> str:
    """`connecting`: the request had not begun to leave."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"키움 서버의 인증서를 믿을 수 없어 연결하지 않았습니다 ({_certificate(cause)})."
        if isinstance(cause, ssl.SSLError) and connecting:
            return "암호화 연결(TLS)을 맺지 못했습니다. 보안 프로그램이나 프록시를 확인하세요."
        if isinstance(cause, socket.gaierror):
            return "키움 서버의 주소를 찾지 못했습니다. 인터넷 연결을 확인하세요."
        if isinstance(cause, ConnectionRefusedError):
            return "키움 서버가 연결을 받지 않습니다."
    if isinstance(error, httpx.PoolTimeout):
        return "보낼 연결이 모두 사용 중이라 보내지 않았습니다."
    if connecting:
        return "키움 서버에 연결하지 못했습니다. 인터넷 연결을 확인하세요."
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "키움의 응답이 제때 오지 않았습니다."
    return "요청이 나간 뒤 연결이 끊겨 응답을 받지 못했습니다."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    """The reason in few words: an expired certificate is mostly a wrong clock, an unknown one a proxy."""
    text = (error.verify_message or "").lower()
    if "expired" in text or "not yet valid" in text:
        return "유효 기간이 맞지 않음, PC 시계를 확인하세요"
    if "hostname" in text or "ip address" in text:
        return "서버 이름이 다름"
    return "발급자를 알 수 없음"
