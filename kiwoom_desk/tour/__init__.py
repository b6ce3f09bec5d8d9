"""The tour and the self-test: the real window, driven by its real widgets through a trading day.

A witness asks the exchange, in words of its own, what became of the orders. Stands above `app`; may import everything.
"""
