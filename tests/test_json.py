"""The JSON reports, and the schemas that are published for them."""

import json

import pytest

from cmpolicy.reporters.json import render, render_lines
from cmpolicy.verdict import fingerprint
from reports import every_outcome, for_any_report, report
from schema_files import OWN, problems

REPORT = OWN / "report.schema.json"
VERDICT = OWN / "verdict.schema.json"


def lines(given):
    return [json.loads(line) for line in render_lines(given).splitlines()]


@pytest.mark.parametrize("given", [every_outcome(), report()], ids=["everything", "nothing"])
def test_the_reports_fit_their_schemas(given):
    assert problems(REPORT, json.loads(render(given))) == []
    assert [problems(VERDICT, line) for line in lines(given)] == [[]] * len(given.verdicts)


@for_any_report
def test_random_reports_fit_their_schemas(given):
    assert problems(REPORT, json.loads(render(given))) == []
    assert all(problems(VERDICT, line) == [] for line in lines(given))


@for_any_report
def test_the_lines_are_the_verdicts_of_the_report(given):
    assert lines(given) == json.loads(render(given))["verdicts"]


@for_any_report
def test_nothing_that_was_found_is_lost(given):
    """What people wrote is told as they wrote it: JSON is read by programs, not by terminals."""
    told = json.loads(render(given))

    assert [
        [(item["subject"], item["message"], item["path"]) for item in each["observations"]]
        for each in told["verdicts"]
    ] == [
        [(item.subject, item.message, item.path) for item in each.observations]
        for each in given.verdicts
    ]
    assert told["summary"]["gate"] == ("passed" if given.passed else "failed")


@for_any_report
def test_the_same_report_gives_the_same_bytes(given):
    assert render(given) == render(given)
    assert render_lines(given) == render_lines(given)
    assert render(given).isascii()


def test_the_schemas_refuse_what_no_report_says():
    told = json.loads(render(every_outcome()))
    told["verdicts"][0]["outcome"] = "skipped"
    told["surprise"] = 1

    said = " ".join(problems(REPORT, told))
    assert "skipped" in said
    assert "surprise" in said


def test_a_verdict_as_the_command_line_page_shows_it():
    (told,) = [
        line
        for line in lines(every_outcome())
        if (line["agreement"], line["rule"]) == ("lakeside-clinic", "hipaa-breach-notice")
    ]

    assert told == {
        "agreement": "lakeside-clinic",
        "file": "agreements/lakeside.yaml",
        "pack": "hipaa",
        "rule": "hipaa-breach-notice",
        "check": "notice",
        "title": "The provider tells the customer of a breach of PHI in time",
        "severity": "critical",
        "basis": "law",
        "controls": ["hipaa:164.410(b)", "hipaa:164.314(a)(2)(i)(C)"],
        "outcome": "fail",
        "reason": None,
        "known": False,
        "drop": None,
        "holds_from": None,
        "holds_until": None,
        "observations": [
            {
                "subject": "northbridge",
                "holds": "no",
                "message": "90 days are more than 60 days",
                "path": "notices[breach].within",
                "file": "agreements/lakeside.yaml",
                "line": 88,
                "column": 14,
                "fingerprint": fingerprint("hipaa-breach-notice", "lakeside-clinic", "northbridge"),
            }
        ],
        "waiver": None,
    }
