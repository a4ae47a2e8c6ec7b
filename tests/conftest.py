"""What holds for all tests: how hypothesis draws its examples."""

import os

from hypothesis import settings

# At a desk every run draws anew and may find something; a build must fail for its change only.
settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("build")
