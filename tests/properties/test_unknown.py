"""The law of the unknown, over every check kind: see `unknowns.py`."""

import pytest

from cmpolicy.checks import CHECKS
from drawing import examples, seed
from unknowns import contradictions

CASES = examples(60)
"""Random cases of each kind; `python tests/unknowns.py` draws more, of any seed."""


@pytest.mark.parametrize("kind", [kind.KIND for kind in CHECKS])
def test_no_certain_verdict_that_a_value_for_an_unknown_contradicts(kind):
    chosen = seed(9)
    found = [str(one) for one in contradictions(CASES, chosen, kind)]

    assert found == [], chosen
