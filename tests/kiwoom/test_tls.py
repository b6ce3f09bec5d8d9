from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from kiwoom_desk.kiwoom.tls import make_context
from tests.support.faults import fault


def test_the_context_verifies_and_takes_nothing_old() -> None:
    context = make_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@fault("N11")
def test_session_keys_are_never_logged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    assert make_context().keylog_filename is None
    assert not log.exists()


@fault("N11")
def test_trust_cannot_be_redirected_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "nobody.pem"
    empty.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(empty))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert make_context().cert_store_stats()["x509_ca"] > 50
