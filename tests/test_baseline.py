"""What an earlier report showed already, by outcome, subject and measure."""

from datetime import date

import pytest

from cmpolicy.baseline import mark_known
from cmpolicy.verdict import Holds, Observation, Outcome, Report, RuleFacts, Severity, Verdict

RULE = RuleFacts("r", "p", "item", "R", Severity.LOW, "practice", (), (), "Why.", "Fix.")
NO, UNKNOWN, YES = Holds.NO, Holds.UNKNOWN, Holds.YES


def report(outcome, *found):
    """A report of one verdict; what was found is (subject, holds, message)."""
    items = tuple(Observation(subject, "", message, holds) for subject, holds, message in found)
    verdict = Verdict("lakeside", "a.yaml", RULE, outcome, observations=items)
    return Report("1", date(2026, 3, 1), (), {}, None, "low", (verdict,))


FAIL, DOUBT, ERROR = Outcome.FAIL, Outcome.UNDETERMINED, Outcome.ERROR
ONE = ("one", NO, "2 hours")


@pytest.mark.parametrize(
    ("before", "now", "worse", "known"),
    [
        (report(FAIL, ONE), report(FAIL, ONE), None, True),
        (report(Outcome.PASS, ("one", YES, "")), report(FAIL, ONE), None, False),
        (report(Outcome.NOT_APPLICABLE), report(FAIL, ONE), None, False),
        (report(Outcome.WAIVED, ONE), report(FAIL, ONE), None, False),
        (report(FAIL, ONE), report(FAIL, ONE, ("two", NO, "x")), None, False),
        (report(FAIL, ONE, ("two", NO, "x")), report(FAIL, ONE), None, True),
        (
            report(FAIL, ONE, ("two", UNKNOWN, "x")),
            report(FAIL, ONE, ("two", NO, "x")),
            None,
            False,
        ),
        (report(FAIL, ONE), report(DOUBT, ("one", UNKNOWN, "2 hours")), False, True),
        (report(DOUBT, ("one", UNKNOWN, "x")), report(FAIL, ("one", NO, "x")), None, False),
        (report(FAIL, ONE), report(FAIL, ("one", NO, "3 hours")), True, False),
        (report(FAIL, ONE), report(FAIL, ("one", NO, "1 hour")), False, True),
        (report(ERROR), report(FAIL, ONE), None, False),
        (report(FAIL, ONE), report(ERROR), None, False),
        (report(ERROR), report(ERROR), None, True),
    ],
)
def test_a_verdict_is_known_where_it_is_no_worse_than_before(before, now, worse, known):
    """`worse` is asked only where the same is found in other words: None, never."""

    def asked(old, new):
        assert worse is not None
        assert (old, new) == (before.verdicts[0], now.verdicts[0])
        return worse

    (verdict,) = mark_known(now, before, asked).verdicts

    assert verdict.known is known
