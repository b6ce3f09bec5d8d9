"""What decoding the broker's JSON can raise: not only a wrong shape, but half a letter or a nest without end (J01)."""

from __future__ import annotations

import msgspec

UNDECODABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
