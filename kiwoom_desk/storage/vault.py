"""App keys in the operating system's vault, or in memory for this run: never in a file of ours.

The backend is chosen here from a short list; what `PYTHON_KEYRING_BACKEND`, `KEYRING_PROPERTY_*` and keyringrc say is
not asked (docs/reliability.md 4, packaging/README.md 3). Key and secret are two entries, since a Windows entry holds
1,280 characters at most.
"""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Protocol

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Keys

log = logging.getLogger(__name__)

LONGEST = 1_280
"""Characters of one entry: 2,560 bytes of UTF-16 in the Windows Credential Manager."""

KEY, SECRET = "app-key", "secret"

ALLOWED: dict[str, tuple[tuple[str, str], ...]] = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.libsecret", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ),
}
"""Module and class per platform, the preferred first. Chainers, files, plain text and null are not among them."""


class Backend(Protocol):
    """The three calls of keyring's backends that are used. They raise whatever they like."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def system_backend(platform: str = sys.platform) -> Backend | None:
    """The first allowed backend that works here, None without one. Imports keyring: heavy, so call it when needed."""
    for module, name in ALLOWED.get(platform, ()):
        try:
            cls = getattr(importlib.import_module(module), name)
            cls.priority  # noqa: B018 - raises where the backend cannot work
            return _deaf(cls)
        except Exception as error:  # noqa: BLE001 - a vault that is not there fails in its own way
            log.info("key vault %s.%s is not usable: %s", module, name, type(error).__name__)
    return None


def _deaf(cls: type) -> Backend:
    """An instance that takes nothing from the environment."""
    quiet = type(cls.__name__, (cls,), {"set_properties_from_env": lambda self: None})
    backend: Backend = quiet()
    if hasattr(backend, "persist"):
        backend.persist = "local machine"  # Windows: stays on this PC, does not roam with the profile
    return backend


class KeyVault:
    """The port `Vault`. `backend`: None looks for the system's own at the first use."""

    def __init__(self, backend: Backend | None = None, *, system: bool = True) -> None:
        self._backend = backend
        self._look = system and backend is None
        self._for_this_run: dict[tuple[World, Market], Keys] = {}

    @property
    def lasting(self) -> bool:
        return self._vault() is not None

    def get(self, world: World, market: Market) -> Keys | None:
        if (world, market) in self._for_this_run:
            return self._for_this_run[world, market]
        vault = self._vault_for(world)
        if vault is None:
            return None
        service = service_of(world, market)
        try:
            key, secret = vault.get_password(service, KEY), vault.get_password(service, SECRET)
        except Exception as error:  # noqa: BLE001
            self._failed("read", error)
            return None
        return Keys(key, secret) if key and secret else None

    def put(self, world: World, market: Market, keys: Keys) -> bool:
        for word, value in (("앱키", keys.app_key), ("시크릿키", keys.secret)):
            if not 1 <= len(value.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST:
                raise ValueError(f"{word}가 비었거나 너무 깁니다({LONGEST:,}자까지).")
        vault = self._vault_for(world)
        if vault is not None and self._store(vault, service_of(world, market), keys):
            self._for_this_run.pop((world, market), None)
            return True
        self._for_this_run[world, market] = keys
        return False

    def forget(self, world: World, market: Market) -> None:
        self._for_this_run.pop((world, market), None)
        vault = self._vault_for(world)
        if vault is not None:
            _remove(vault, service_of(world, market))

    def _store(self, vault: Backend, service: str, keys: Keys) -> bool:
        """The old key goes first: whenever this is cut off, no key ever stands beside another one's secret."""
        try:
            _remove(vault, service)
            vault.set_password(service, SECRET, keys.secret)
            vault.set_password(service, KEY, keys.app_key)
        except Exception as error:  # noqa: BLE001
            self._failed("write", error)
            _remove(vault, service)
            return False
        return True

    def _failed(self, what: str, error: Exception) -> None:
        log.warning("the key vault did not %s: %s", what, type(error).__name__)  # its text may quote the secret

    def _vault_for(self, world: World) -> Backend | None:
        """The practice exchange's keys are published: they never touch the system's vault."""
        return None if world is World.PRACTICE else self._vault()

    def _vault(self) -> Backend | None:
        if self._look:
            self._look = False
            self._backend = system_backend()
        return self._backend


def service_of(world: World, market: Market) -> str:
    return f"kiwoom-desk/{world.value}/{market.value}"


def _remove(vault: Backend, service: str) -> None:
    for name in (KEY, SECRET):
        try:
            vault.delete_password(service, name)
        except Exception as error:  # noqa: BLE001 - not there is what was wanted; the rest shows at the next write
            log.debug("nothing to remove from the key vault: %s", type(error).__name__)
