"""How many random cases a test tries, and from which seed."""

import random

from hypothesis import settings

MORE = 10
"""How many times as many a random run tries."""


def examples(few):
    """Return how many cases to try: a few, or more under `--hypothesis-profile=random`."""
    return few if settings.default.derandomize else MORE * few


def seed(fixed):
    """Return a seed: the same in every run, or another under `--hypothesis-profile=random`."""
    return fixed if settings.default.derandomize else random.randrange(2**32)  # noqa: S311 - no secret
