"""The HIPAA pack against our list of obligations, and against what is often got wrong."""

import re
from collections import Counter

import pytest

import obligations
from obligations import PACKS, amounts, judging

RULES = {rule.id: obligations.RULES[rule.id] for rule in PACKS["hipaa"].rules}
ROWS = [row for row in obligations.ROWS if row["framework"] == "HIPAA"]
EVERY_ROW = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['control_id']}-{row['check_family']}" for row in ROWS]
)
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)

NUMBERS_OF_THE_LAW = {
    "60 days": "164.410(b)",
    "30 days": "164.412",
    "6 years": "164.316(b)(2)(i)",
    # Shorter than the 30 days of the customer, and shorter than 60 days at all.
    "29 days": "164.524(b)(2)(i)",
    "1 minute": "164.4",
}


# --- the list of obligations ----------------------------------------------------------------------


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
        assert not found


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
