"""SARIF 2.1.0, by its schema and by what GitHub code scanning asks beyond it."""

import json
import re
from urllib.parse import unquote

import pytest

from cmpolicy.errors import Location, Problem
from cmpolicy.lacks import wrong
from cmpolicy.reporters.sarif import render
from cmpolicy.verdict import Outcome, Skipped
from reports import (
    HIGH,
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

SCHEMA = FOLDER / "sarif-2.1.0-rtm.5.json"


def run_of(*verdicts, limits=None, **changes):
    (run,) = json.loads(render(report(*verdicts, **changes), **(limits or {})))["runs"]
    return run


def many(count, of=RULE):
    return (verdict(of=of, agreement=f"a{number:05}") for number in range(count))


@pytest.mark.parametrize("given", [every_outcome(), report()], ids=["everything", "nothing"])
def test_it_fits_the_schema(given):
    assert problems(SCHEMA, json.loads(render(given))) == []


@for_any_report
def test_random_reports_fit_the_schema_and_fingerprints_are_unique(given):
    log = json.loads(render(given))

    (run,) = log["runs"]
    prints = [result["partialFingerprints"]["cmpolicy/v1"] for result in run["results"]]
    assert problems(SCHEMA, log) == []
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_result():
    (result,) = run_of(verdict())["results"]

    print_ = wrong("notices[breach].within").fingerprint("lakeside-clinic")
    assert result == {
        "ruleId": "hipaa-breach-notice",
        "ruleIndex": 0,
        "kind": "fail",
        "level": "error",
        "message": {"text": "lakeside-clinic: 90 days are more than 60 days"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "agreements/lakeside.yaml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {
                        "startLine": 88,
                        "startColumn": 14,
                        "endLine": 88,
                        "endColumn": 21,
                    },
                }
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{print_}:1",
            "cmpolicy/v1": print_,
        },
        "properties": {
            "agreement": "lakeside-clinic",
            "lack": {
                "kind": "wrong",
                "list": "notices",
                "path": "notices[breach].within",
            },
            "path": "notices[breach].within",
            "rules": ["hipaa-breach-notice"],
            "controls": ["hipaa:164.410(b)", "hipaa:164.314(a)(2)(i)(C)"],
            "shared": None,
            "severity": "critical",
            "outcome": "fail",
            "failsGate": True,
        },
    }


def test_rules_that_meet_one_lack_are_one_result():
    (result,) = run_of(verdict(), verdict(Outcome.FAIL, observation(), of=LOW))["results"]

    assert result["ruleId"] == RULE.id
    assert result["properties"]["rules"] == [RULE.id, LOW.id]


def test_fingerprints_outlive_a_waiver_of_one_of_the_rules():
    other = verdict(Outcome.FAIL, observation(), of=LOW)
    waived = verdict(Outcome.WAIVED, reason="waived")

    before, after = (
        run_of(each, other)["results"][0]["partialFingerprints"] for each in (verdict(), waived)
    )
    assert before == after


def test_fingerprints_stay_when_words_lines_and_files_move():
    moved = observation("60 days are fewer than 90", place=Location("new/place.yaml", 1))

    before, after = (
        run_of(each)["results"][0]["partialFingerprints"]
        for each in (verdict(), verdict(Outcome.FAIL, moved, file="new/place.yaml"))
    )
    assert before == after


def test_a_rule_tells_all_that_a_reader_needs():
    (phrase,) = run_of(verdict(Outcome.PASS))["tool"]["driver"]["rules"]

    assert phrase["id"] == "hipaa-breach-notice"
    assert phrase["shortDescription"]["text"] == RULE.title
    assert phrase["fullDescription"]["text"] == RULE.why
    assert phrase["defaultConfiguration"] == {"level": "error"}
    for text in phrase["help"].values():
        for words in (RULE.why, RULE.fix, "hipaa:164.410(b)", "partial", "law", "45 CFR 164.410"):
            assert words in text
    assert phrase["properties"]["tags"] == [
        "security",
        "hipaa:164.410(b)",
        "hipaa:164.314(a)(2)(i)(C)",
        "pack:hipaa",
        "basis:law",
    ]
    assert phrase["properties"]["security-severity"] == "9.5"
    assert phrase["properties"]["controls"] == [
        "hipaa:164.410(b) (full)",
        "hipaa:164.314(a)(2)(i)(C) (partial)",
    ]


def test_severities_lie_in_the_bands_of_github():
    run = run_of(*(verdict(of=each) for each in (RULE, HIGH, MEDIUM, LOW)))

    scores = {
        phrase["properties"]["severity"]: float(phrase["properties"]["security-severity"])
        for phrase in run["tool"]["driver"]["rules"]
    }
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert scores["critical"] > 9.0 >= scores["high"] > 6.9
    assert 6.9 >= scores["medium"] > 3.9 >= scores["low"] > 0
    assert [levels[each.id] for each in (RULE, HIGH, MEDIUM, LOW)] == [
        "error",
        "error",
        "warning",
        "note",
    ]


def test_a_rule_has_no_more_tags_than_github_takes():
    controls = tuple((f"cmmc:AC.L2-3.1.{number}", "partial") for number in range(1, 41))
    (phrase,) = run_of(verdict(of=rule(controls=controls)))["tool"]["driver"]["rules"]

    assert len(phrase["properties"]["tags"]) == 20
    assert len(phrase["properties"]["controls"]) == 40


def test_waived_and_passing_rules_have_no_result_but_are_counted():
    run = run_of(
        verdict(Outcome.WAIVED),
        verdict(Outcome.PASS, of=LOW),
        verdict(Outcome.UNDETERMINED, of=HIGH),
    )

    (result,) = run["results"]
    assert result["kind"] == "fail"
    assert "undetermined: " in result["message"]["text"]
    assert run["properties"]["summary"]["waived"] == 1
    assert len(run["tool"]["driver"]["rules"]) == 3


def test_known_and_below_the_gate_are_notes():
    known = verdict(known=True, agreement="a")
    below = verdict(of=MEDIUM, agreement="b")
    results = run_of(known, below, verdict(agreement="c"), fail_on="high")["results"]

    phrase = [(each["level"], each.get("baselineState")) for each in results]
    assert phrase == [("error", None), ("note", None), ("note", "unchanged")]


def test_an_agreement_that_cannot_be_read_has_a_result_for_each_problem():
    (run,) = json.loads(render(every_outcome()))["runs"]

    found = [each for each in run["results"] if each["ruleId"] == "cmpolicy-not-evaluated"]
    assert [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in found] == [
        9,
        1,
    ]
    assert run["properties"]["summary"]["error"] == 4


def test_further_places_of_a_subject_are_related():
    places = [Location("a.yaml", line) for line in range(1, 41)]
    found = verdict(Outcome.FAIL, *(observation(place=place) for place in places))

    (result,) = run_of(found)["results"]
    assert len(result["locations"]) == 1
    assert len(result["relatedLocations"]) == 20


URIS = ["a b.yaml", "x:y/ü.yaml", "#1?.yaml", "%41.yaml", "x\ny.yaml", "c:/x.yaml"]


@pytest.mark.parametrize("path", URIS)
def test_uris_are_relative_and_quoted(path):
    (result,) = run_of(verdict(Outcome.FAIL, observation(place=Location(path, 3))))["results"]

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9_.~%/-]+", uri)
    assert unquote(uri) == path


def test_messages_hold_no_links_and_no_placeholders():
    found = verdict(Outcome.FAIL, observation(r"see [x](https://a) \ {0} @all a@b"))

    (result,) = run_of(found)["results"]
    assert result["message"]["text"].endswith(r"see \[x\](https://a) \\ {{0}} @ all a@ b")


def test_the_run_tells_what_judged():
    (run,) = json.loads(render(every_outcome()))["runs"]

    assert run["tool"]["driver"]["semanticVersion"] == "1.0.0"
    assert run["automationDetails"]["id"] == "cmpolicy/2026-11-24"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["properties"]["as_of"] == "2026-11-24"
    assert run["properties"]["disabled"][0]["rule"] == "cm-capacity-audit"
    assert [each["state"] for each in run["properties"]["waivers"]] == ["live", "expired", "stale"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    phrase = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert phrase[0].startswith("`area`: `patching`")
    assert phrase[1] == "cmpolicy.yaml:9: policy weakened: fail_on: low before, medium now"
    assert phrase[3] == "skipped: no cmpolicy file"


@pytest.mark.parametrize("version", ["1.0", "unknown"])
def test_a_version_that_is_not_semantic_is_not_said_to_be(version):
    assert "semanticVersion" not in run_of(version=version)["tool"]["driver"]


def test_past_the_limit_of_results_the_least_bad_are_left_out_and_that_is_told():
    run = run_of(*many(4, LOW), *many(3), limits={"most": 5})

    severities = [result["properties"]["severity"] for result in run["results"]]
    note = run["invocations"][0]["toolExecutionNotifications"][0]
    assert severities == ["critical"] * 3 + ["low"] * 2
    assert note["message"]["text"].startswith("2 results are left out")
    assert run["properties"]["left_out"] == 2
    assert run["properties"]["summary"]["fail"] == 7


@pytest.mark.parametrize("size", [8_000, 8_001, 12_345, 20_000])
def test_past_the_limit_of_bytes_too(size):
    given = report(*many(30), *many(30, MEDIUM))
    text = render(given, size=size)

    log = json.loads(text)
    kept = len(log["runs"][0]["results"])
    assert 0 < kept < 60
    assert log["runs"][0]["properties"]["left_out"] == 60 - kept
    assert size - 1_000 < len(text.encode()) <= size
    assert problems(SCHEMA, log) == []


def test_a_large_portfolio_keeps_within_what_github_takes():
    text = render(report(*many(26_000)))

    run = json.loads(text)["runs"][0]
    assert len(text.encode()) <= 10_000_000
    assert len(run["results"]) + run["properties"]["left_out"] == 26_000
    assert len(run["results"]) > 5_000


def test_notifications_are_limited_too():
    place = Location("a.yaml", 1)
    given = report(
        warnings=tuple(Problem(f"w{number}", place) for number in range(900)),
        skipped=tuple(Skipped(f"f{number}.yaml", "why") for number in range(900)),
    )

    (run,) = json.loads(render(given))["runs"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1_000
