"""App keys: in an allowed vault or in memory, never beside another's secret, never in a message (S1, S3, X05, X06)."""

from __future__ import annotations

import importlib
import logging
import sys
import types
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage import vault as module
from kiwoom_desk.storage.vault import ALLOWED, LONGEST, KeyVault, system_backend
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Keys
from tests.support.faults import fault

KEYS = Keys("the-app-key-canary", "the-secret-canary")
REAL = [World.MOCK, World.LIVE]


class WinVault:
    """Remembers like the Credential Manager, 2,560 bytes an entry, and counts down to a failure where told."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self._left = fail_after

    def _step(self, secret: str = "") -> None:
        if self._left is not None:
            if self._left == 0:
                raise OSError(f"locked while handling {secret}")
            self._left -= 1

    def get_password(self, service: str, username: str) -> str | None:
        self._step()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._step(password)
        if len(password.encode("utf-16-le")) > 2_560:
            raise ValueError("CredWrite: the stub received bad data")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._step()
        if (service, username) not in self.entries:
            raise KeyError(username)
        del self.entries[service, username]


words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=LONGEST)


@given(st.sampled_from(REAL), st.sampled_from(Market), words, words)
def test_what_was_put_lasts_in_an_entry_each_and_for_its_world_and_market_alone(
    world: World, market: Market, key: str, secret: str
) -> None:
    backend = WinVault()
    assert KeyVault(backend).put(world, market, Keys(key, secret))
    later = KeyVault(backend)
    assert later.lasting
    for w in World:
        for m in Market:
            assert later.get(w, m) == (Keys(key, secret) if (w, m) == (world, market) else None)
    assert len(backend.entries) == 2
    later.forget(world, market)
    assert backend.entries == {} and later.get(world, market) is None


@pytest.mark.parametrize("keys", [Keys("k" * (LONGEST + 1), "s"), Keys("k", "s" * (LONGEST + 1)), Keys("", "s")])
def test_what_no_windows_entry_can_hold_is_refused_everywhere(keys: Keys) -> None:
    backend = WinVault()
    for vault in (KeyVault(backend), KeyVault(system=False)):
        with pytest.raises(ValueError, match="1,280") as refused:
            vault.put(World.LIVE, Market.STOCK, keys)
        assert "kkk" not in str(refused.value) and "sss" not in str(refused.value)
        assert vault.get(World.LIVE, Market.STOCK) is None
    assert backend.entries == {}


@fault("X05")
@pytest.mark.parametrize("world", REAL)
def test_without_a_vault_keys_live_for_this_run(world: World) -> None:
    vault = KeyVault(system=False)
    assert not vault.lasting
    assert vault.put(world, Market.STOCK, KEYS) is False
    assert vault.get(world, Market.STOCK) == KEYS
    assert KeyVault(system=False).get(world, Market.STOCK) is None
    vault.forget(world, Market.STOCK)
    assert vault.get(world, Market.STOCK) is None


@given(st.integers(0, 8))
def test_a_vault_that_fails_at_any_step_never_mixes_two_pairs_nor_quotes_a_secret(step: int) -> None:
    backend = WinVault()
    KeyVault(backend).put(World.LIVE, Market.STOCK, Keys("old-key", "old-secret"))
    backend._left = step
    lines: list[str] = []
    catcher = logging.Handler()
    catcher.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger(module.__name__)
    log.addHandler(catcher)
    level, log.level = log.level, logging.DEBUG
    try:
        vault = KeyVault(backend)
        stored = vault.put(World.LIVE, Market.STOCK, KEYS)
        assert vault.get(World.LIVE, Market.STOCK) in ({KEYS, None} if stored else {KEYS})
    finally:
        log.removeHandler(catcher)
        log.level = level
    backend._left = None
    kept = KeyVault(backend).get(World.LIVE, Market.STOCK)
    assert kept in (KEYS, None, Keys("old-key", "old-secret"))
    assert not any("canary" in line for line in lines)


def test_the_practice_exchanges_published_keys_never_touch_the_systems_vault() -> None:
    backend = WinVault(fail_after=0)
    vault = KeyVault(backend)
    assert vault.get(World.PRACTICE, Market.STOCK) is None
    assert vault.put(World.PRACTICE, Market.STOCK, KEYS) is False
    assert vault.get(World.PRACTICE, Market.STOCK) == KEYS
    vault.forget(World.PRACTICE, Market.STOCK)
    assert backend.entries == {}


# --- which backend --------------------------------------------------------------------------------------------------
class Deaf:
    """What keyring's own base class does with the environment."""

    priority = 5
    persist = "enterprise"

    def __init__(self) -> None:
        self.set_properties_from_env()

    def set_properties_from_env(self) -> None:
        raise AssertionError("the environment was asked")


def install(monkeypatch: pytest.MonkeyPatch, found: dict[str, dict[str, Any]]) -> None:
    """Only these modules of keyring's backends exist."""

    def load(name: str) -> types.ModuleType:
        if name not in found:
            raise ImportError(name)
        made = types.ModuleType(name)
        vars(made).update(found[name])
        return made

    monkeypatch.setattr(importlib, "import_module", load)


def test_only_the_vaults_of_the_list_are_ever_taken() -> None:
    named = {f"{m}.{c}" for row in ALLOWED.values() for m, c in row}
    assert named == {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }


@fault("X06")
def test_null_plaintext_and_unknown_backends_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    backends = ["keyring.backends.null", "keyring.backends.chainer", "keyrings.alt.file", "keyring.backends.fail"]
    install(monkeypatch, {name: {"Keyring": Deaf, "PlaintextKeyring": Deaf} for name in backends})
    assert system_backend("linux") is None
    assert system_backend("plan9") is None


def test_the_windows_vault_stays_on_this_pc_and_does_not_ask_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, {"keyring.backends.Windows": {"WinVaultKeyring": Deaf}})
    backend: Any = system_backend("win32")
    assert isinstance(backend, Deaf) and backend.persist == "local machine"


def test_a_backend_that_says_it_cannot_work_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent(type):
        @property
        def priority(cls) -> float:
            raise RuntimeError("no session bus")

    class NoBus(metaclass=Absent):
        pass

    install(
        monkeypatch,
        {"keyring.backends.SecretService": {"Keyring": NoBus}, "keyring.backends.kwallet": {"DBusKeyring": Deaf}},
    )
    assert isinstance(system_backend("linux"), Deaf)


def test_keyrings_own_choice_by_the_environment_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3, with the real keyring: what the variable names is not even imported."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    backend = system_backend(sys.platform)
    assert backend is None or type(backend).__mro__[1].__module__ in {m for m, _ in ALLOWED[sys.platform]}


def test_keyring_is_not_imported_before_it_is_needed() -> None:
    vault = KeyVault()
    assert vault._backend is None and vault.get(World.PRACTICE, Market.STOCK) is None
    assert vault._look, "the practice exchange alone never looks for a vault"
