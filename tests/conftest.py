"""For all tests: how hypothesis runs. No deadline: these are tests of what happens, not of how fast."""

from hypothesis import settings

settings.register_profile("asps", deadline=None, print_blob=True)
settings.load_profile("asps")
