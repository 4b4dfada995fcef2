"""GitLab's code quality report."""

import json

import pytest

from cmpolicy.errors import Location
from cmpolicy.lacks import wrong
from cmpolicy.reporters.gitlab import render
from cmpolicy.rule_facts import Severity
from cmpolicy.verdict import Outcome
from reports import (
    LOW,
    MEDIUM,
    RULE,
    every_outcome,
    for_any_report,
    observation,
    report,
    rule,
    verdict,
)
from schema_files import FOLDER, problems

SCHEMA = FOLDER / "gitlab-code-quality.schema.json"


def entries(given):
    return json.loads(render(given))


@pytest.mark.parametrize(
    "outcome", [Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE], ids=lambda each: each.value
)
def test_what_is_clean_is_an_empty_list(outcome):
    assert render(report(verdict(outcome, reason="why"))) == "[]\n"
    assert render(report()) == "[]\n"


@for_any_report
def test_random_reports_fit_the_schema_and_every_fingerprint_is_unique(given):
    found = entries(given)

    assert problems(SCHEMA, found) == []
    assert len({entry["fingerprint"] for entry in found}) == len(found)


def test_an_entry():
    assert entries(report(verdict())) == [
        {
            "description": f"lakeside-clinic: {RULE.title}: 90 days are more than 60 days",
            "check_name": "hipaa-breach-notice",
            "fingerprint": wrong("notices[breach].within").fingerprint("lakeside-clinic"),
            "severity": "blocker",
            "location": {"path": "agreements/lakeside.yaml", "lines": {"begin": 88}},
        }
    ]


def test_severities_the_worst_first():
    high = rule("high", severity=Severity.HIGH)
    found = report(*(verdict(of=each) for each in (LOW, MEDIUM, high, RULE)))

    assert [entry["severity"] for entry in entries(found)] == [
        "blocker",
        "critical",
        "major",
        "minor",
    ]


def test_what_is_known_or_below_the_gate_is_info_and_comes_last():
    known = verdict(known=True, agreement="a")
    below = verdict(of=MEDIUM, agreement="b")
    found = entries(report(known, below, verdict(agreement="c"), fail_on="high"))

    assert [entry["severity"] for entry in found] == ["blocker", "info", "info"]


def test_without_a_gate_severities_are_told_all_the_same():
    found = entries(report(verdict(of=MEDIUM), fail_on="never"))

    assert [entry["severity"] for entry in found] == ["major"]


def test_what_lacks_once_is_one_entry():
    twice = verdict(
        Outcome.FAIL,
        observation("too late"),
        observation("too vague", place=Location("x.yaml", 3)),
        observation("too late"),
        observation("other", path="notices[other].within"),
    )

    phrase = [entry["description"].split(": ", 2)[2] for entry in entries(report(twice))]
    assert phrase == ["too late; too vague", "other"]


def test_an_agreement_that_cannot_be_read_has_an_entry_for_each_problem_not_for_each_rule():
    found = [
        entry
        for entry in entries(every_outcome())
        if entry["check_name"] == "cmpolicy-not-evaluated"
    ]

    assert [entry["location"]["lines"]["begin"] for entry in found] == [9, 1]
    assert {entry["severity"] for entry in found} == {"blocker"}
