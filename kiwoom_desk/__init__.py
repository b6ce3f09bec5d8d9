"""kiwoom_desk: an order desk for Korean discretionary traders over the Kiwoom Securities REST API.

Packages, from the inside out: `domain` (what an order is), `trading` (use cases and ports), `kiwoom` (the wire),
`storage` (disk and key vault), `simulator` (the practice exchange, a stranger that speaks the broker's protocol),
`ui` (what the trader sees) and `app`, the one place that builds everything and decides nothing.
"""

__version__ = "0.1.0"
