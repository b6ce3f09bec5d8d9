"""What holds for all tests."""

from hypothesis import settings

# A test is right or wrong, not fast or slow: on a busy machine a time limit for each example only finds the machine.
# A failure prints what repeats it.
settings.register_profile("kiwoom-desk", deadline=None, print_blob=True)
settings.load_profile("kiwoom-desk")
