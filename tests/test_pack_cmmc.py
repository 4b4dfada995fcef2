"""The CMMC pack against our list of obligations and requirements."""

import re
from collections import Counter

import pytest

import obligations
from catalogs import CMMC, rows
from cmmc_pack import PACK, RULES
from obligations import amounts, judging, scalars

ROWS = [row for row in obligations.ROWS if row["framework"] == "CMMC"]
EVERY_ROW = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['control_id']}-{row['check_family']}" for row in ROWS]
)
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
LENGTHS = {
    "max_interval_months=12": "1 year",
    "max_interval_months=36": "3 years",
    "max_days=180": "180 days",
    "min_days=90": "90 days",
    "min_years=6": "6 years",
    "max_hours=72": "72 hours",
    "max_hours=24": "24 hours",
}
"""What the list calls a length of time, in the words of rules."""
ANY_TIME = "1 minute"
"""How much of the 72 hours is left at all."""


# --- the list of obligations ----------------------------------------------------------------------


def test_one_duty_alone_is_not_judged():
    assert [duty.id for duty in PACK.not_judged] == ["cmmc:32CFR170.17(c)(6)(iii)"]


@EVERY_ROW
def test_the_numbers_of_the_list_are_those_of_the_rules(row):
    said = {
        amount for rule in judging(row) if rule["basis"] != "practice" for amount in amounts(rule)
    }
    asked = LENGTHS.get(row["parameter"])
    if asked:
        assert asked in said
    else:
        assert not said


def test_the_score_and_the_watch_are_those_of_the_list():
    assert RULES["cmmc-poam-score"]["with"]["score"]["at_least"] == 88
    assert RULES["cmmc-l3-score"]["with"]["score"]["at_least"] == 20
    assert RULES["cmmc-l3-soc"]["with"]["window"] == "24x7"


@EVERY_ROW
def test_a_rule_applies_at_the_levels_of_its_obligation(row):
    wanted = {"L1": {1}, "L2": {2}, "L3": {3}, "all": {1, 2, 3}}[row["scope"]]
    if "Level 1 knows no" in row["note"]:
        wanted = wanted - {1}
    reached = set()
    for rule in judging(row):
        level = rule.get("when", {}).get("level", [1, 2, 3])
        reached |= set(level if isinstance(level, list) else [level])
    assert wanted <= reached or not judging(row)


@EVERY_RULE
def test_what_level_2_asks_level_3_keeps(rule):
    level = rule.get("when", {}).get("level")
    if level == 2:
        # Level 3 has rules of its own: it stands on a Level 2 of which nothing is open.
        assert rule["id"] in {
            "cmmc-assessment-stated",
            "cmmc-l2-self-status",
            "cmmc-l2-c3pao-status",
            "cmmc-poam-barred",
            "cmmc-poam-encryption",
            "cmmc-poam-score",
        }
    else:
        assert level in (None, 1, 3, [2, 3])


# --- words and numbers ----------------------------------------------------------------------------


@EVERY_RULE
def test_a_number_of_our_own_is_called_our_default(rule):
    if rule["basis"] == "practice":
        assert "our default" in rule["title"]
        assert "our default" in rule["why"]
        assert "our default" in rule["fix"]
    else:
        assert "our default" not in rule["title"]
        assert set(amounts(rule)) <= {*LENGTHS.values(), ANY_TIME}


@EVERY_RULE
def test_no_control_is_said_to_be_judged_in_full(rule):
    # Every control takes evidence that no agreement holds: a log, an interview, a certificate.
    assert set(rule["controls"].values()) == {"partial"}


@EVERY_RULE
def test_every_rule_has_an_id_of_the_pack_and_a_reference(rule):
    assert rule["id"].startswith("cmmc-")
    assert any(not name.startswith("obligation:") for name in rule["references"])


def test_words_of_the_pack_are_told_in_the_fix_of_a_rule():
    fixes = " ".join(rule["fix"] for rule in RULES.values())
    for words in PACK.words.values():
        for word in words:
            assert word in fixes


# --- the list of requirements ---------------------------------------------------------------------


def listed(rule):
    return [name.removeprefix("cmmc:") for name in RULES[rule]["with"]["where"]["control"]]


def requirements(level, *poam):
    return [
        row["id"]
        for row in rows("cmmc.tsv")
        if row["level"] == level and (not poam or row["poam"] in poam)
    ]


def test_what_may_not_be_left_open_is_what_the_list_says():
    barred = listed("cmmc-poam-barred")
    assert barred == requirements("2", "no")
    assert barred == [
        control.id
        for control in CMMC.controls.values()
        if control.level == 2 and control.fact("poam") == "no"
    ]
    assert len(barred) == 63


def test_3_and_5_points_and_six_of_one_point_may_not_be_left_open():
    points = {row["id"]: row["sprs_points"] for row in rows("cmmc.tsv")}
    found = Counter(points[name] for name in listed("cmmc-poam-barred"))
    assert found["3"] == 14
    assert found["5"] == 43
    # 3.12.4 has no points at all, and is one of the six that are named.
    assert found["1"] + found["NA"] == 6


def test_encryption_alone_may_be_half_open():
    assert requirements("2", "partial-only") == ["SC.L2-3.13.11"]
    assert RULES["cmmc-poam-encryption"]["with"]["where"]["control"] == "cmmc:SC.L2-3.13.11"


def test_a_score_takes_the_points_of_the_list_and_a_final_level_2_has_nothing_open():
    for rule, level, asked in (("cmmc-l3-level-2-final", 2, 110), ("cmmc-l3-score", 3, 20)):
        score = RULES[rule]["with"]["score"]
        assert (score["level"], score["at_least"]) == (level, asked)
        assert (score["points"], score["partial"]) == ("sprs_points", "sprs_partial")
    for row in rows("cmmc.tsv"):
        points = CMMC.controls[row["id"]].fact("sprs_points")
        if row["level"] in {"2", "3"} and row["sprs_points"].isdigit():
            assert str(points) == row["sprs_points"]


def test_level_1_and_level_3_lists_are_those_of_the_requirements():
    assert listed("cmmc-l1-nothing-open") == requirements("1")
    assert listed("cmmc-l3-poam-barred") == requirements("3", "no")
    assert len(listed("cmmc-l1-nothing-open")) == 15


def test_a_rule_that_lists_requirements_names_them_as_controls():
    for name in ("cmmc-poam-barred", "cmmc-l1-nothing-open", "cmmc-l3-poam-barred"):
        named = {control.removeprefix("cmmc:") for control in RULES[name]["controls"]}
        assert set(listed(name)) <= named


def test_no_rule_holds_a_date():
    for rule in RULES.values():
        phrase = " ".join(map(str, scalars([rule.get("when"), rule.get("with")])))
        assert not re.search(r"\d{4}-\d\d-\d\d", phrase)
