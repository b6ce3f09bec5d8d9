"""Use cases over ports: place, amend, cancel, reconcile, connect, quote, account. May import `domain`, asyncio, logging."""
