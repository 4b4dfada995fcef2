"""The SOC 2 pack against our list of obligations."""

import re

import pytest

import obligations
from obligations import PACKS, judging, scalars

RULES = {rule.id: obligations.RULES[rule.id] for rule in PACKS["soc2"].rules}
ROWS = [row for row in obligations.ROWS if row["framework"] == "SOC2"]
EVERY_ROW = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['control_id']}-{row['check_family']}-{row['scope']}" for row in ROWS]
)
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def amounts(rule):
    """Return the numbers among a rule's parameters that ask for something."""
    found = [one for one in map(str, scalars(rule.get("with"))) if re.match(r"\d+( |x)\w+$", one)]
    # The longest interval there is: any interval.
    return [one for one in found if one != "100 years"]


@EVERY_ROW
def test_the_category_of_an_obligation_is_that_of_its_rules(row):
    for rule in judging(row):
        wanted = None if row["scope"] == "common" else row["scope"]
        assert rule.get("when", {}).get("category") == wanted


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
