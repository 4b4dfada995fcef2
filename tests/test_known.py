"""Known and waived cover what stood: by outcome, subject, and what the change made worse."""

from datetime import date

import pytest

from cmpolicy.exemptions import Waiver
from cmpolicy.gate.known import known, since
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import Holds, Observation, Outcome, Verdict

RULE = RuleFacts("r", "p", "item", "R", Severity.LOW, "practice", (), (), "Why.", "Fix.")
NO, UNKNOWN, YES = Holds.NO, Holds.UNKNOWN, Holds.YES
WAIVER = Waiver("r", "a", None, "So be it", "J. Lee", date(2026, 1, 1), date(2026, 12, 31))


def verdict(outcome, *found, **changes):
    """A verdict; what was found is (subject or cells, holds, message)."""
    items = tuple(
        Observation(cells.split()[0], "", message, holds, cells=tuple(cells.split()))
        for cells, holds, message in found
    )
    return Verdict("lakeside", "a.yaml", RULE, outcome, observations=items, **changes)


FAIL, DOUBT, ERROR = Outcome.FAIL, Outcome.UNDETERMINED, Outcome.ERROR
ONE = ("one", NO, "2 hours")
TWO = ("two", NO, "x")


@pytest.mark.parametrize(
    ("before", "now", "worse", "expected"),
    [
        (verdict(FAIL, ONE), verdict(FAIL, ONE), False, True),
        (verdict(FAIL, ONE), verdict(FAIL, ONE), True, False),
        (None, verdict(FAIL, ONE), None, False),
        (verdict(Outcome.PASS, ("one", YES, "")), verdict(FAIL, ONE), None, False),
        (verdict(Outcome.NOT_APPLICABLE), verdict(FAIL, ONE), None, False),
        (verdict(FAIL, ONE), verdict(FAIL, ONE, TWO), None, False),
        (verdict(FAIL, ONE, TWO), verdict(FAIL, ONE), False, True),
        (verdict(FAIL, ONE, ("two", UNKNOWN, "x")), verdict(FAIL, ONE, TWO), None, False),
        (verdict(FAIL, ONE), verdict(DOUBT, ("one", UNKNOWN, "2 hours")), False, True),
        (verdict(DOUBT, ("one", UNKNOWN, "x")), verdict(FAIL, ("one", NO, "x")), None, False),
        (verdict(FAIL, ONE), verdict(FAIL, ("one", NO, "3 hours")), True, False),
        (verdict(FAIL, ("one two", NO, "x")), verdict(FAIL, TWO), False, True),
        (verdict(FAIL, ONE, TWO), verdict(FAIL, ("one two", NO, "x")), False, True),
        (verdict(FAIL, ONE), verdict(FAIL, ("one two", NO, "x")), None, False),
        (verdict(ERROR), verdict(FAIL, ONE), None, False),
        (verdict(FAIL, ONE), verdict(ERROR), None, False),
        (verdict(ERROR), verdict(ERROR), None, True),
    ],
)
def test_a_verdict_is_known_where_it_is_no_worse_than_before(before, now, worse, expected):
    """`worse` is asked only where the same was found before: None, never."""

    def asked(old, new):
        assert worse is not None
        assert (old, new) == (before, now)
        return worse

    assert known(now, before, asked) is expected
    assert since(now, before, asked).known is expected


@pytest.mark.parametrize(
    ("before", "worse", "outcome"),
    [
        (None, None, Outcome.WAIVED),
        (verdict(FAIL, ONE), False, Outcome.WAIVED),
        (verdict(FAIL, ONE), True, FAIL),
        (verdict(Outcome.PASS, ("one", YES, "")), None, FAIL),
        (verdict(Outcome.NOT_APPLICABLE), None, FAIL),
        (verdict(FAIL, TWO), None, FAIL),
    ],
)
def test_a_waiver_covers_what_stood_and_what_is_new_but_is_no_shield(before, worse, outcome):
    waived = verdict(Outcome.WAIVED, ONE, waiver=WAIVER, reason="waived until 2026-12-31")

    found = since(waived, before, lambda *_: worse)

    assert found.outcome is outcome
    assert found.fails("low") is (outcome is FAIL)
    if outcome is FAIL:
        assert found.waiver is None
        assert "worse now" in found.reason or "what stood" in found.reason
