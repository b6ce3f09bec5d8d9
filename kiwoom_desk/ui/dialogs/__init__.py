"""Dialogs: always opened beside the running loop and awaited (`aio.ask`), never executed."""
