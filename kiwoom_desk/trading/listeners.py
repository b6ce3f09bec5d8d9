"""Plain callbacks, so that the core can be tested without Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


class Listeners(Generic[T]):
    """Calls everybody who asked. One that fails is logged and does not keep the others from hearing."""

    def __init__(self) -> None:
        self._all: list[Callable[[T], None]] = []

    def add(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Returns the call that ends it; calling that twice does no harm."""
        self._all.append(listener)
        return lambda: self._all.remove(listener) if listener in self._all else None

    def tell(self, news: T) -> None:
        for listener in tuple(self._all):
            try:
                listener(news)
            except Exception:
                log.exception("a listener failed")
