"""Four agreements that are written by hand: the examples as they stood before they were on plans.

Tests that change a word of an agreement, or look at one file alone, take these. `examples/` is what
a user reads.
"""

from pathlib import Path

BY_HAND = Path(__file__).parent / "agreements"
