"""What the trader sees; the only place that imports Qt, with qasync in `ui.aio` alone.

Widgets speak drafts, never the wire.
"""
