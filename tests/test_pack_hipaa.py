"""The HIPAA pack against our list of obligations, and against what is often got wrong."""

import re
from collections import Counter

import pytest

from catalogs import HIPAA, rows
from cmpolicy import bundled
from cmpolicy.document import read
from cmpolicy.policy.library import Catalogs, load_in_full

PACK = load_in_full("hipaa", Catalogs())
SOURCE = bundled.policies()["hipaa"].read_bytes()
RULES = {rule["id"]: rule for rule in read(SOURCE, "policies/hipaa.yaml").value["rules"]}
ROWS = [row for row in rows("agreement_obligations.tsv") if row["framework"] == "HIPAA"]
EVERY_ROW = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['control_id']}-{row['check_family']}" for row in ROWS]
)
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
BASES = {"explicit": "law", "derived": "inferred"}

NUMBERS_OF_THE_LAW = {
    "60 days": "164.410(b)",
    "30 days": "164.412",
    "6 years": "164.316(b)(2)(i)",
    # Shorter than the 30 days of the customer, and shorter than 60 days at all.
    "29 days": "164.524(b)(2)(i)",
    "1 minute": "164.4",
    # The longest interval there is: any interval.
    "100 years": "164.",
}


def tag(row):
    return f"obligation:HIPAA/{row['control_id']}/{row['check_family']}"


def judging(row):
    return [rule for rule in RULES.values() if tag(row) in rule["references"]]


def not_judged():
    return {name for duty in PACK.not_judged for name in duty.obligations}


def scalars(value):
    """Return every plain value inside a value."""
    if isinstance(value, dict):
        return [one for inner in value.values() for one in scalars(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in scalars(inner)]
    return [value]


def amounts(rule):
    """Return the lengths of time among a rule's parameters."""
    return [one for one in map(str, scalars(rule.get("with"))) if re.match(r"\d+ \w+$", one)]


# --- the list of obligations ----------------------------------------------------------------------


def test_the_list_has_45_rows_each_with_a_tag_of_its_own():
    assert len(ROWS) == len({tag(row) for row in ROWS}) == 45


@EVERY_ROW
def test_every_obligation_is_judged_or_said_not_to_be(row):
    assert judging(row) or tag(row) in not_judged()


@EVERY_ROW
def test_the_basis_follows_how_directly_the_source_says_it(row):
    if tag(row) not in not_judged():
        assert BASES[row["directness"]] in {rule["basis"] for rule in judging(row)}
    if row["directness"] == "derived":
        assert "law" not in {rule["basis"] for rule in judging(row)}


@EVERY_ROW
def test_a_rule_cites_its_obligation_and_names_its_control(row):
    for rule in judging(row):
        cited = " ".join(rule["references"])
        assert row["control_id"].split(")(")[0] in cited
        assert any(part in cited for part in row["citation"].removeprefix("45 CFR ").split("; "))
    named = {
        control.removeprefix("hipaa:") for rule in judging(row) for control in rule["controls"]
    }
    assert row["control_id"] in named or tag(row) in not_judged()


@EVERY_ROW
def test_the_numbers_of_the_list_are_those_of_the_rules(row):
    found = {amount for rule in judging(row) for amount in amounts(rule)}
    kind, _, number = row["parameter"].partition("=")
    asked = {"max_days": f"{number} days", "min_years": f"{number} years"}.get(kind)
    if row["control_id"] == "164.504(e)(2)(ii)(E)":
        asked = "29 days"
    if asked:
        assert asked in found
    else:
        assert found <= {"100 years"}


def test_tags_and_duties_are_those_of_the_list():
    known = {tag(row) for row in ROWS}
    used = [name for rule in RULES.values() for name in rule["references"]]
    assert {name for name in used if name.startswith("obligation:")} | not_judged() <= known
    controls = [*RULES.values(), {"controls": {duty.id: "" for duty in PACK.not_judged}}]
    for rule in controls:
        for control in rule["controls"]:
            assert HIPAA.find(control) is not None, control


@EVERY_RULE
def test_a_number_that_the_law_does_not_state_is_said_to_be_ours(rule):
    for amount in amounts(rule):
        if rule["basis"] == "practice":
            assert "our default" in rule["why"]
            assert "our default" in rule["title"]
        else:
            assert NUMBERS_OF_THE_LAW[amount] in " ".join(rule["references"])


@EVERY_RULE
def test_practice_says_that_it_is_our_default_and_law_never_does(rule):
    assert ("our default" in rule["why"]) == (rule["basis"] == "practice")


@EVERY_RULE
def test_full_is_said_of_contract_terms_alone(rule):
    for control, part in rule["controls"].items():
        if part == "full":
            assert rule["basis"] == "law"
            assert re.match(r"hipaa:164\.(504\(e\)\(2\)|314\(a\)\(2\)\(i\))", control)


def test_no_control_is_judged_in_full_by_two_rules():
    full = Counter(
        control
        for rule in RULES.values()
        for control, part in rule["controls"].items()
        if part == "full"
    )
    assert full
    assert set(full.values()) == {1}
