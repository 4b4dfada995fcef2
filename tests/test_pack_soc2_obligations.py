"""The SOC 2 pack against our list of obligations."""

import re
from collections import Counter

import pytest

from catalogs import SOC2, rows
from cmpolicy import bundled
from cmpolicy.document import read
from cmpolicy.policy.library import Catalogs, load_in_full

PACK = load_in_full("soc2", Catalogs())
SOURCE = bundled.policies()["soc2"].read_bytes()
RULES = {rule["id"]: rule for rule in read(SOURCE, "policies/soc2.yaml").value["rules"]}
ROWS = [row for row in rows("agreement_obligations.tsv") if row["framework"] == "SOC2"]
PAIRS = Counter((row["control_id"], row["check_family"]) for row in ROWS)
EVERY_ROW = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['control_id']}-{row['check_family']}-{row['scope']}" for row in ROWS]
)

EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def tag(row):
    """Return the name of a row; a chosen category that shares id and family adds its own."""
    name = f"obligation:SOC2/{row['control_id']}/{row['check_family']}"
    shared = PAIRS[row["control_id"], row["check_family"]] > 1 and row["scope"] != "common"
    return f"{name}/{row['scope']}" if shared else name


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
    """Return the numbers among a rule's parameters that ask for something."""
    found = [one for one in map(str, scalars(rule.get("with"))) if re.match(r"\d+( |x)\w+$", one)]
    # The longest interval there is: any interval.
    return [one for one in found if one != "100 years"]


def test_the_list_has_45_rows_each_with_a_tag_of_its_own():
    assert len(ROWS) == len({tag(row) for row in ROWS}) == 45


@EVERY_ROW
def test_every_obligation_is_judged_or_said_not_to_be(row):
    assert bool(judging(row)) != (tag(row) in not_judged())


@EVERY_ROW
def test_a_rule_cites_its_obligation_and_names_its_control(row):
    for rule in judging(row):
        assert row["citation"] in rule["references"]
    named = {control.removeprefix("soc2:") for rule in judging(row) for control in rule["controls"]}
    assert row["control_id"] in named or tag(row) in not_judged()


@EVERY_ROW
def test_the_category_of_an_obligation_is_that_of_its_rules(row):
    for rule in judging(row):
        wanted = None if row["scope"] == "common" else row["scope"]
        assert rule.get("when", {}).get("category") == wanted


def test_tags_and_controls_are_known():
    used = {name for rule in RULES.values() for name in rule["references"]}
    assert {name for name in used if name.startswith("obligation:")} | not_judged() == {
        tag(row) for row in ROWS
    }
    named = {control for rule in RULES.values() for control in rule["controls"]}
    for control in named | {duty.id for duty in PACK.not_judged}:
        assert SOC2.find(control) is not None, control


# --- numbers are ours -----------------------------------------------------------------------------


@EVERY_RULE
def test_trap_nothing_is_law_and_nothing_is_judged_in_full(rule):
    assert rule["basis"] in {"inferred", "practice"}
    assert set(rule["controls"].values()) == {"partial"}


@EVERY_RULE
def test_trap_every_number_is_our_default_and_says_so(rule):
    if amounts(rule):
        assert rule["basis"] == "practice"
    ours = rule["basis"] == "practice"
    assert ("our default" in rule["why"]) == ("our default" in rule["title"]) == ours


@EVERY_RULE
def test_an_obligation_is_judged_by_what_the_criteria_imply(rule):
    tagged = any(name.startswith("obligation:") for name in rule["references"])
    assert not (tagged and rule["basis"] == "practice")
