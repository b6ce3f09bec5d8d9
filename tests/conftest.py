"""What holds for all tests."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A test is right or wrong, not fast or slow: on a busy machine a time limit for each example only finds the machine.
# A failure prints what repeats it.
settings.register_profile("kiwoom-desk", deadline=None, print_blob=True)
settings.load_profile("kiwoom-desk")


@pytest.fixture(autouse=True)
def logging_stays_on() -> Iterator[None]:
    """A test that silences the log of its whole process would blind the ones that come after it."""
    yield
    assert logging.root.manager.disable == 0
