"""The practice exchange: a stranger that speaks the broker's protocol on loopback.

It imports nothing else of this program, and has its own code tables on purpose: if it shared ours, a wrong code
would agree with itself. May import: starlette, uvicorn, websockets and the standard library.
"""
