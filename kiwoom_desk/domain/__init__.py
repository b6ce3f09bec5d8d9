"""What an order is. Pure and synchronous: no Qt, no I/O, no async, no clock; the standard library's values only."""
