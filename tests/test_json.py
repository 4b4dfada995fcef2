"""The JSON reports, and the schemas that are published for them."""

import json

import pytest

from cmpolicy.lacks import conflict, missing, unknown, wrong
from cmpolicy.reporters.json import render, render_lines
from cmpolicy.verdict import Holds, Observation, Outcome, fingerprint
from reports import LOW, every_outcome, for_any_report, report, verdict
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
    phrase = json.loads(render(given, evidence=True))

    assert [
        [(item["subject"], item["message"], item["path"]) for item in each["observations"]]
        for each in phrase["verdicts"]
    ] == [
        [(item.subject, item.message, item.path) for item in each.observations]
        for each in given.verdicts
    ]
    assert phrase["summary"]["gate"] == ("passed" if given.passed else "failed")


@for_any_report
def test_without_evidence_only_passes_lose_their_observations(given):
    verdicts = zip(json.loads(render(given))["verdicts"], given.verdicts, strict=True)

    for phrase, each in verdicts:
        shown = () if each.outcome is Outcome.PASS else each.observations
        assert len(phrase["observations"]) == len(shown)


def test_a_finding_says_what_lacks_and_which_rules_meet_it():
    gap = missing("coverage", area="backup", stage="detect")
    seen = Observation("it", "coverage", "nobody detects", Holds.NO, lack=gap)
    phrase = json.loads(
        render(report(verdict(Outcome.FAIL, seen), verdict(Outcome.FAIL, seen, of=LOW)))
    )

    assert phrase["findings"] == [
        {
            "agreement": "lakeside-clinic",
            "fingerprint": gap.fingerprint("lakeside-clinic"),
            "lack": {
                "kind": "missing",
                "list": "coverage",
                "key": {"area": "backup", "stage": "detect"},
            },
            "outcome": "fail",
            "severity": "critical",
            "fails": True,
            "known": False,
            "rules": ["hipaa-breach-notice", "cm-hand-over"],
            "controls": ["hipaa:164.410(b)", "hipaa:164.314(a)(2)(i)(C)"],
            "shared": None,
            "file": "agreements/lakeside.yaml",
            "line": 1,
            "column": 1,
            "message": "nobody detects",
        }
    ]
    assert phrase["summary"]["findings"] == 1
    assert (phrase["summary"]["fail"], phrase["summary"]["gate"]) == (2, "failed")


@pytest.mark.parametrize(
    ("lack", "expected"),
    [
        (missing("escalations"), {"kind": "missing", "list": "escalations", "key": "*"}),
        (wrong("term.ends"), {"kind": "wrong", "list": "term", "path": "term.ends"}),
        (
            unknown("services[b].owner", "services[a].owner"),
            {
                "kind": "unknown",
                "list": "services",
                "paths": ["services[b].owner", "services[a].owner"],
            },
        ),
        (
            conflict("targets[b]", "targets[a]"),
            {"kind": "conflict", "list": "targets", "paths": ["targets[a]", "targets[b]"]},
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_each_kind_of_lack_as_data(lack, expected):
    seen = Observation("it", "x", "it lacks", Holds.NO, lack=lack)
    (finding,) = json.loads(render(report(verdict(Outcome.FAIL, seen))))["findings"]

    assert finding["lack"] == expected


@for_any_report
def test_the_same_report_gives_the_same_bytes(given):
    assert render(given) == render(given)
    assert render_lines(given) == render_lines(given)
    assert render(given).isascii()


def test_the_schemas_refuse_what_no_report_says():
    phrase = json.loads(render(every_outcome()))
    phrase["verdicts"][0]["outcome"] = "skipped"
    phrase["surprise"] = 1

    said = " ".join(problems(REPORT, phrase))
    assert "skipped" in said
    assert "surprise" in said


def test_a_verdict_as_the_command_line_page_shows_it():
    (phrase,) = [
        line
        for line in lines(every_outcome())
        if (line["agreement"], line["rule"]) == ("lakeside-clinic", "hipaa-breach-notice")
    ]

    known = fingerprint("hipaa-breach-notice", "lakeside-clinic", "northbridge")
    assert phrase == {
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
                "fingerprint": known,
                "cells": [{"subject": "northbridge", "fingerprint": known}],
            }
        ],
        "waiver": None,
    }
