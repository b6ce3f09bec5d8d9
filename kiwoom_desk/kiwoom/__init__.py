"""The only place that knows the broker's field names and codes.

May import `trading`, `domain`, httpx, websockets, msgspec, truststore and certifi.
"""
