"""The comanaged pack against the list of practice it was made from, and the example agreements."""

import json
import re
from pathlib import Path

import pytest

from catalogs import rows
from cmpolicy import bundled
from cmpolicy.document import read
from obligations import scalars

EXAMPLES = Path(__file__).parent.parent / "examples"
PRACTICE = {row["id"]: row for row in rows("comanaged_practice.tsv")}
PACK = read(bundled.policies()["comanaged"].read_bytes(), "policies/comanaged.yaml").value
RULES = {rule["id"]: rule for rule in PACK["rules"]}
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
EVERY_ROW = pytest.mark.parametrize("row", PRACTICE.values(), ids=PRACTICE)

ADVICE = re.compile(r"^\d+ (?:hour|month|year)s?$|^\d+% of ")
"""What a parameter that is a number of ours looks like."""


def named(rule):
    """Return the rows of the list that a rule names."""
    return [reference.removeprefix("practice:") for reference in rule["references"]]


def of(row):
    """Return the rules that name a row."""
    return [rule for rule in RULES.values() if row["id"] in named(rule)]


@EVERY_ROW
def test_every_row_is_judged_by_a_rule_of_its_check_kind(row):
    assert row["check_kind"] in {rule["check"] for rule in of(row)}


@EVERY_RULE
def test_every_rule_comes_from_rows_of_the_list(rule):
    assert named(rule)
    assert set(named(rule)) <= set(PRACTICE)
    assert all(reference.startswith("practice:") for reference in rule["references"])


@EVERY_RULE
def test_every_rule_is_practice_for_co_managed_agreements(rule):
    assert rule["basis"] == "practice"
    assert rule["when"]["model"] == "co-managed"
    assert set(rule["controls"].values()) <= {"partial"}


@EVERY_RULE
def test_a_rule_supports_the_controls_of_the_crosswalk(rule):
    """Of the frameworks that have a catalog: `python tools/crosswalk.py` writes them."""
    wanted = {
        f"{row['framework']}:{row['control_id']}"
        for row in rows("crosswalk.tsv")
        if row["practice"] in named(rule) and row["framework"] in bundled.frameworks()
    }

    assert set(rule["controls"]) == wanted


@EVERY_RULE
def test_a_number_is_said_to_be_our_default(rule):
    numbers = [value for value in scalars(rule["with"]) if ADVICE.match(str(value))]
    numbers += scalars(rule["with"].get("share", {}))
    if numbers:
        assert "our default" in rule["title"]
        assert "our default" in rule["fix"]


@EVERY_ROW
def test_parameters_are_those_of_the_list(row):
    found = [value for rule in of(row) for value in scalars(rule["with"])]
    intervals = re.findall(r"\b(?:every|within) (\d+ \w+)", row["parameter"])
    areas = re.findall(r"[a-z-]+", row["parameter"].removeprefix("areas = "))

    assert set(intervals) <= set(found)
    if row["parameter"].startswith("areas = "):
        assert [rule["with"]["areas"] for rule in of(row) if rule["with"]] == [areas]
    if any("while" in rule["with"] for rule in of(row)):
        found.append("24x7")  # it is asked in the very hours in which somebody watches
    for word in ("24x7", "business-hours", "hand_over", "reaches", "both_halves", "digest"):
        if word in row["parameter"]:
            assert word in found or any(word in rule["with"] for rule in of(row))


@EVERY_RULE
def test_examples_show_the_base_and_an_agreement_that_is_not_co_managed(rule):
    passing = rule["examples"]["pass"]
    edits = [edit for entry in passing if isinstance(entry, list) for edit in entry]

    assert passing[0] == []
    assert "model" in [edit.get("set") for edit in edits]


FAULTS = {
    "larkspur-analytics": {},
    "lakeside-clinic": {
        "cm-respond-around-the-clock": "(incident-response) for Patient records, Imaging archive",
        "cm-attestation": "covered until 2025-12-31 only",
        "cm-attestation-scope": "covered until 2025-12-31 only",
        "cm-business-review": "last held on 2026-06-17 and was due by 2026-10-08",
    },
    "ironbridge-precision": {
        "cm-one-accountable": "walt and fernbrook are both accountable",
        "cm-both-halves": "walt and fernbrook are both accountable",
        "cm-signed-terms": "signed other terms",
    },
    "pemberton-lowe": {
        "cm-worst-answered": "112 h in the worst case",
        "cm-escalation-steps-differ": "can only be the same human being, hugh",
        "cm-escalation-hand-over": "`hand_over` is a placeholder ('to be completed')",
        "cm-reactive-share": "is 14 hours",
    },
}
"""What `comanaged` finds in each example agreement, and words of the message."""


def found_in(cmpolicy, name):
    """Return what `comanaged` finds wrong in an example: the rules, and their messages."""
    result = cmpolicy(
        "check",
        f"agreements/{name}.yaml",
        *("--pack", "comanaged", "--as-of", "2026-11-24", "--format", "json"),
        cwd=EXAMPLES,
    )
    return result.status, {
        verdict["rule"]: " / ".join(
            item["message"] for item in verdict["observations"] if item["holds"] != "yes"
        )
        for verdict in json.loads(result.out)["verdicts"]
        if verdict["outcome"] in ("fail", "undetermined", "error")
    }


@pytest.mark.parametrize("name", FAULTS)
def test_the_examples_hold_the_faults_that_they_are_there_for(cmpolicy, name):
    status, found = found_in(cmpolicy, name)

    assert status == (1 if FAULTS[name] else 0)
    assert set(FAULTS[name]) == set(found)
    for rule, words in FAULTS[name].items():
        assert words in found[rule]


def test_the_sound_example_passes_everything_that_it_is_held_to(cmpolicy):
    result = cmpolicy(
        "check", "agreements/larkspur-analytics.yaml", "--as-of", "2026-11-24", cwd=EXAMPLES
    )

    assert result.status == 0, result.out


def test_of_the_example_waivers_one_is_live_and_one_is_over(cmpolicy):
    result = cmpolicy("check", "--as-of", "2026-11-24", "--format", "json", cwd=EXAMPLES)
    states = {waiver["rule"]: waiver["state"] for waiver in json.loads(result.out)["waivers"]}

    assert states == {"cm-deputies": "live", "cm-attestation": "expired"}


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("agreements/*.yaml")), ids=lambda path: path.stem
)
def test_every_record_that_an_example_names_is_there(path):
    records = re.findall(r"record: ([^,}\s]+)", path.read_text(encoding="utf-8"))

    assert records
    assert [record for record in records if not (path.parent / record).is_file()] == []
