"""An account's tag: tells one account from another on disk without writing its number anywhere.

The tag is a slow salted hash (PBKDF2). The salt is made once for the data folder and kept twice, each copy with a
checksum: a lost salt would give every account another tag, and with it an empty journal. So when both copies are gone
and journals are there, nothing is opened.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from pathlib import Path

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.storage.journal_file import Identity
from kiwoom_desk.storage.lock import InstanceLock
from kiwoom_desk.storage.troubles import sentence
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import AccountName, JournalBroken, Keys

ROUNDS = 100_000
SALT_BYTES = 16
COPIES = ("salt", "salt.copy")


def identity_of(journals: Path, world: World, market: Market, account: AccountName) -> Identity:
    """Whose journal it is. Takes some 50 ms. Raises JournalBroken when the salt is lost or the disk fails."""
    tag = _tag(journals, world.value, market.value, account.digits)
    return Identity(world.value, market.value, tag[:32])


def key_name(journals: Path, world: World, market: Market, keys: Keys) -> str:
    """The name of the lock on an app key: known before the account is, and as little on disk. As slow as the other."""
    tag = _tag(journals, "key", world.value, market.value, keys.app_key)
    return f"{world.value}-{market.value}-key-{tag[:12]}"


def _tag(journals: Path, *known: str) -> str:
    try:
        salt = _salt(journals)
    except OSError as error:
        raise JournalBroken(sentence(error)) from error
    return hashlib.pbkdf2_hmac("sha256", "\0".join(known).encode(), salt, ROUNDS).hex()


def name_of(identity: Identity) -> str:
    """The name of the journal's files, of its lock, of its evidence."""
    return f"{identity.environment}-{identity.market}-{identity.account[:12]}"


_ONE_AT_A_TIME = threading.Lock()
"""Two lanes open at once, each in a thread: only one of them may make the salt."""


def _salt(folder: Path) -> bytes:
    """Raises JournalBroken when it is lost, or while another program is making one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _ONE_AT_A_TIME:
        whole = [_read(folder / name) for name in COPIES]
        if whole[0] is not None and whole[0] == whole[1]:
            return whole[0]
        maker = InstanceLock(folder, "salt")
        if not maker.acquire():
            raise JournalBroken("다른 프로그램이 계좌 구별 파일을 만들고 있습니다. 잠시 뒤에 다시 연결하세요.")
        try:
            return _made(folder)
        finally:
            maker.release()


def _made(folder: Path) -> bytes:
    """The salt, new or put back from its copy; called under both locks."""
    paths = [folder / name for name in COPIES]
    found = [_read(path) for path in paths]
    salt = next((s for s in found if s is not None), None)
    if salt is None:
        if any(folder.glob("*.journal")) or any(folder.glob("*.blackbox")):
            raise JournalBroken(
                "계좌를 구별하는 파일(salt)이 없어져 주문 기록을 열 수 없습니다. 백업에서 되살리십시오."
            )
        salt = secrets.token_bytes(SALT_BYTES)
    for path, there in zip(paths, found, strict=True):
        if there != salt:
            write_whole(path, _line(salt))
    return salt


def _line(salt: bytes) -> bytes:
    return f"{salt.hex()} {hashlib.sha256(salt).hexdigest()}\n".encode("ascii")


def _read(path: Path) -> bytes | None:
    """None when there is no such file or it is damaged. Raises OSError when it cannot be read."""
    try:
        raw = path.read_bytes()
        salt = bytes.fromhex(raw.split(b" ")[0].decode("ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return salt if raw == _line(salt) else None
