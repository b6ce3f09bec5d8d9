"""One TLS context for both sockets: the system's trust, TLS 1.2 or newer, deaf to environment variables."""

from __future__ import annotations

import os
import ssl
import sys

import certifi
import truststore


def make_context() -> ssl.SSLContext:
    """A client context that verifies (docs/reliability.md 4, TLS; docs/decisions.md 10).

    Built by hand because `ssl.create_default_context` honours SSLKEYLOGFILE and would write every session key to disk.
    """
    context = _certifi() if _trust_redirected() else _system()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED
    assert context.keylog_filename is None, "session keys must never be logged"
    return context


def _trust_redirected() -> bool:
    """OpenSSL's default paths follow these two, so with either set the system's store is not the system's."""
    return sys.platform == "linux" and any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))


def _system() -> ssl.SSLContext:
    try:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (ImportError, OSError, ssl.SSLError):
        return _certifi()


def _certifi() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=certifi.where())
    return context
