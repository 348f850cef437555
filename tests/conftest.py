"""For all tests: how hypothesis runs. No deadline: these are tests of what happens, not of how fast.

The same cases in every run, so that what passes for one passes for all; `HYPOTHESIS_PROFILE=explore make test` looks
elsewhere each time.
"""

import os

from hypothesis import settings

settings.register_profile("asps", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "asps"))
