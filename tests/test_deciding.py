"""What is undetermined names the value that decides, over every case and pack example."""

import pytest

from cmpolicy.checks import CHECKS
from cmpolicy.evaluate import judge
from cmpolicy.lacks import LackKind
from cmpolicy.verdict import Holds, Outcome
from unknowns import loaded, subjects


def verdicts(kind):
    for one in subjects():
        # Without an unknown value only what a task says in words is undetermined.
        if one.rule.facts.check == kind and (one.small or "'unknown'" in str(one.document.value)):
            agreement = loaded(one, one.document.value)
            file = one.document.file
            yield one.label, judge(agreement, file, one.rule, one.framework, one.as_of)


@pytest.mark.parametrize("kind", [kind.KIND for kind in CHECKS])
def test_what_is_undetermined_names_the_value_that_decides(kind):
    found = [pair for pair in verdicts(kind) if pair[1].outcome is Outcome.UNDETERMINED]
    assert found

    for label, verdict in found:
        doubtful = [item for item in verdict.observations if item.holds is Holds.UNKNOWN]
        assert doubtful, label
        for item in doubtful:
            assert item.lack.kind is LackKind.UNKNOWN, (label, item.message)
            assert item.lack.paths[0] in item.message, label
