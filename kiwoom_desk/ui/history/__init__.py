"""One order's whole life."""
