"""Which of two settings of a rule is the stricter: what `diff` says of a changed limit."""

import pytest

from cmpolicy.checks import CHECKS
from cmpolicy.checks.parameters import COUNT, DURATION, INTERVAL, PERCENT, RANK
from cmpolicy.checks.strictness import stricter

PARAMETERS = {kind.KIND: kind.PARAMETERS for kind in CHECKS}


@pytest.mark.parametrize(
    ("kind", "old", "new", "answers"),
    [
        ("cadence", {"every": "3 months"}, {"every": "1 month"}, [True]),
        ("cadence", {"every": "3 months"}, {"every": "12 months"}, [False]),
        ("cadence", {"every": "12 months"}, {"every": "1 year"}, []),
        ("cadence", {"every": "3 months"}, {"every": "on change"}, [None]),
        ("cadence", {"grace": "7 days"}, {"grace": "14 days"}, [False]),
        ("cadence", {"grace": "7 days"}, {}, [None]),
        ("cadence", {"agenda": ["risks"]}, {"agenda": ["risks", "capacity"]}, [True]),
        ("cadence", {"agenda": ["risks"]}, {"agenda": ["capacity"]}, [None]),
        ("cadence", {"agenda": ["risks"]}, {}, [False]),
        ("cadence", {}, {"record": True}, [True]),
        ("cadence", {}, {"record": False}, []),
        ("cadence", {"kind": "report"}, {"kind": "access-review"}, [None]),
        ("target", {"within": "4 hours"}, {"within": "90 minutes"}, [True]),
        ("target", {"within": "4 hours"}, {}, [False]),
        ("target", {"attainment": 95}, {"attainment": 90}, [False]),
        ("target", {"rank": 1}, {"rank": 2}, [True]),
        ("target", {"rank": 1}, {}, [None]),
        ("target", {"stage": ["restore"]}, {"stage": ["restore", "resolve"]}, [False]),
        ("target", {"within": "4 hours", "rank": 1}, {"within": "2 hours", "rank": 2}, [True] * 2),
        ("coverage", {"max_gap": "4 hours"}, {"max_gap": "1 hour"}, [True]),
        ("coverage", {"window": "24x7"}, {"window": "day"}, [None]),
        ("notice", {"leaves": "24 hours"}, {"leaves": "12 hours"}, [False]),
        ("notice", {"starts": ["discovery"]}, {"starts": ["discovery", "receipt"]}, [False]),
        ("attestation", {"max_age": "1 year"}, {"max_age": "2 years"}, [False]),
        ("attestation", {"bridge": True}, {"bridge": False}, [True]),
        ("escalation", {"distinct_people": 2}, {"distinct_people": 3}, [True]),
        ("owner", {"share": {"at_least": 50}}, {"share": {"at_least": 60}}, [True]),
        ("item", {"at_least": 1}, {"at_least": 2}, [True]),
        (
            "item",
            {"must": {"evidence.kept": {"at_least": "6 years"}}},
            {"must": {"evidence.kept": {"at_least": "1 year"}}},
            [False],
        ),
        ("item", {"where": {"topic": "a"}}, {"where": {"topic": "b"}}, [None]),
        ("allocation", {"level": 1}, {"level": 2}, [True]),
    ],
)
def test_which_setting_is_the_stricter(kind, old, new, answers):
    mirrored = [None if answer is None else not answer for answer in answers]

    assert list(stricter(PARAMETERS[kind], old, new)) == answers
    assert list(stricter(PARAMETERS[kind], new, old)) == mirrored
    assert list(stricter(PARAMETERS[kind], new, new)) == []


@pytest.mark.parametrize("kind", PARAMETERS)
def test_every_amount_says_which_way_is_the_stricter(kind):
    amounts = [DURATION, INTERVAL, PERCENT, COUNT, RANK]
    undeclared = [
        name
        for name, schema in PARAMETERS[kind].items()
        if {key: value for key, value in schema.items() if key != "meta"} in amounts
        and "stricter" not in schema["meta"]
    ]

    assert undeclared == []
