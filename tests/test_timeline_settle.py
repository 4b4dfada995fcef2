"""What is told of intervals, apart from where they come from."""

from datetime import date

import pytest

from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.timeline.merging import lapses
from cmpolicy.timeline.model import By, Cause, Period, days_in
from cmpolicy.verdict import Outcome, Verdict

RULE = RuleFacts("r", "p", "item", "R", Severity.LOW, "practice", (), (), "Why.", "Fix.")


def day(number):
    return date(2026, 3, number)


def interval(first, last, outcome, agreement="lakeside"):
    verdict = Verdict(agreement, "a.yaml", RULE, outcome)
    return Period(verdict, day(first), day(last), Cause(By.DEADLINE), None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([interval(5, 9, Outcome.FAIL)], [5]),
        ([interval(4, 9, Outcome.FAIL)], []),
        ([interval(10, 12, Outcome.FAIL)], [10]),
        ([interval(11, 12, Outcome.FAIL)], []),
        ([interval(1, 6, Outcome.UNDETERMINED), interval(7, 9, Outcome.FAIL)], []),
        ([interval(1, 5, Outcome.UNDETERMINED), interval(7, 9, Outcome.FAIL)], [7]),
        ([interval(1, 6, Outcome.WAIVED), interval(7, 9, Outcome.FAIL)], [7]),
        ([interval(1, 6, Outcome.FAIL, "other"), interval(7, 9, Outcome.FAIL)], [7]),
    ],
)
def test_what_lapses_was_in_compliance_the_day_before(found, expected):
    phrase = lapses(found, after=day(4), last=day(10))

    assert [one.first.day for one in phrase] == expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 0),
        ([(1, 1)], 1),
        ([(1, 3), (3, 5)], 5),
        ([(1, 9), (2, 4), (9, 10)], 10),
        ([(6, 7), (1, 2)], 4),
    ],
)
def test_a_day_counts_once(spans, expected):
    assert days_in((day(first), day(last)) for first, last in spans) == expected
