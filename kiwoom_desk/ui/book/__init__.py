"""The order book: ten levels each way, painted; a click on a price fills the ticket and never sends."""
