"""What the broker says may repeat what we told it: our key, secret, token and account never go on from here.

An error page can echo the request's headers, a refusal the account. The words are taken out of the answer before
anything reads, writes or shows it (docs/reliability.md 4: logs, journal privacy).
"""

from __future__ import annotations

import re

HIDDEN = "•••"
SHORTEST = 8
"""Characters. Anything shorter is no secret, and would be found in every other word."""

_MESSAGE = re.compile(rb'("return_msg"\s*:\s*)("(?:[^"\\]|\\.)*")')


class Mask:
    """The secrets of one app key, as far as they are known by now."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._account: re.Pattern[str] | None = None

    def hide(self, *secrets: str) -> None:
        """From now on, also when they are no longer valid."""
        self._secrets.update(secret for secret in secrets if len(secret) >= SHORTEST)

    def hide_account(self, digits: str) -> None:
        """Its ten digits, and the eight that are the account without its kind."""
        self._account = re.compile(rf"(?<![0-9]){re.escape(digits[:8])}(?:-?[0-9]{{2}})?(?![0-9])")

    def text(self, text: str) -> str:
        """For words that a person reads and for what is kept as evidence."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text if self._account is None else self._account.sub(HIDDEN, text)

    def evidence(self, body: bytes) -> bytes:
        """A whole body of which no value is an account or an amount that we have to read."""
        return self.text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def answer(self, body: bytes) -> bytes:
        """A body whose values are read: secrets are taken out everywhere, the account only of the broker's sentence,
        since elsewhere the same digits are the account we compare with, or an amount."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            body = body.replace(secret.encode(), HIDDEN.encode())
        return _MESSAGE.sub(lambda found: found[1] + self.evidence(found[2]), body)
