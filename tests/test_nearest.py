from __future__ import annotations

import pytest

from cmpolicy.nearest import nearest


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("calender", ["coverage", "calendar", "charged"], "calendar"),
        ("hihg", ["critical", "high", "low"], "high"),
        ("Patch Management", ["patch-management"], "patch-management"),
        ("capacity_audit", ["capacity-audit", "msp-selection"], "capacity-audit"),
        ("HIPAA", ["hipaa", "soc2"], "hipaa"),
        ("zebra", ["critical", "high", "low"], None),
        ("p4", ["p1", "p2"], None),
        ("", ["p1"], None),
        ("x", [], None),
    ],
)
def test_nearest_word(word, known, expected):
    assert nearest(word, known) == expected


def test_order_of_the_known_words_makes_no_difference():
    known = ["severity", "severities", "Severity", "severe"]

    assert nearest("severitys", known) == nearest("severitys", reversed(known))


def test_endless_word_is_near_to_nothing():
    assert nearest("a" * 100_000, ["a" * 90_000]) is None
