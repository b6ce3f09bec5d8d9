"""One salt per data folder, whoever comes first and however many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage.account_tag import identity_of
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import AccountName

ACCOUNT = AccountName("1234567811")


def test_accounts_opened_at_once_for_the_first_time_share_one_salt(tmp_path: Path) -> None:
    """Both lanes of a connection open in threads of their own; a second salt would orphan the first one's journal."""
    for n in range(12):
        folder = tmp_path / str(n)
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(identity_of, folder, World.LIVE, Market.STOCK, ACCOUNT) for _ in range(4)]
            found = {answer.result() for answer in asked}
        assert found == {identity_of(folder, World.LIVE, Market.STOCK, ACCOUNT)}
