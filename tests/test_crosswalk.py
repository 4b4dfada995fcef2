"""The table of which practice supports which controls, and its two directions in `explain`."""

import csv

import pytest

from catalogs import CATALOGS
from cmpolicy import bundled
from obligations import RULES

with bundled.crosswalk().open(encoding="utf-8", newline="") as _FILE:
    ROWS = list(csv.DictReader(_FILE, delimiter="\t", quoting=csv.QUOTE_NONE))
PAIRS = [row for row in ROWS if row["support"] != "-" and row["control_id"] != "-"]


def test_every_pair_is_partial_and_of_something_there():
    assert len(PAIRS) == 209
    for row in PAIRS:
        assert row["support"] == "partial"
        reference = f"{row['framework']}:{row['control_id']}"
        assert CATALOGS[row["framework"]].find(reference).reference == reference


def test_every_practice_is_asked_for_by_a_rule():
    asked = {name for rule in RULES.values() for name in rule["references"]}
    assert {f"practice:{row['practice']}" for row in ROWS} <= asked


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("pci:12.8.5", "- cm-02: cm-both-halves (both halves of shared tasks)"),
        ("soc2:CC1.3", "- cm-01: cm-required-areas, cm-one-accountable (tasks by IT area"),
        ("cm-both-halves", "- iso27001:A.5.2"),
    ],
)
def test_explain_shows_both_directions(cmpolicy, what, says):
    assert says in cmpolicy("explain", what).out


@pytest.mark.parametrize("what", ["pci:1.1.1", "csf-scan"])
def test_what_no_practice_supports_has_no_such_section(cmpolicy, what):
    assert "upport" not in cmpolicy("explain", what).out
