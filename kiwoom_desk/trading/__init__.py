"""Use cases over ports: place, amend, cancel, reconcile, connect, quote. May import `domain`, asyncio, logging."""
