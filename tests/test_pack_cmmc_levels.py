"""Which rules of the CMMC pack apply: by level and assessment, never by the calendar."""

from datetime import date

import pytest

from catalogs import CMMC, of_level
from cmmc_pack import C3PAO, LEVEL_1, LEVEL_3, RULES, applying, failing, outcomes, verdict
from cmpolicy.errors import CmpolicyError

SELF_STATUS = "attestations[clinic/cmmc-l2-self]"

# --- 1, and the dates: the level comes from the contract, not from the calendar -------------------

PHASES = [
    date(2025, 11, 10),
    date(2026, 7, 13),
    date(2026, 11, 9),
    date(2026, 11, 10),
    date(2027, 11, 10),
    date(2028, 11, 10),
]


@pytest.mark.parametrize("day", PHASES)
def test_no_phase_changes_which_rules_apply(day):
    assert applying(as_of=day) == applying()
    assert applying(LEVEL_1, as_of=day) == applying(LEVEL_1)


@pytest.mark.parametrize("day", PHASES)
def test_a_certificate_is_asked_for_where_the_contract_names_it_alone(day):
    assert verdict("cmmc-l2-c3pao-status", as_of=day).outcome == "not-applicable"
    assert verdict("cmmc-l2-c3pao-status", C3PAO, as_of=day).outcome == "fail"


def test_the_dates_of_the_catalog_say_that_phase_2_is_suspended():
    (phase_2,) = [one for one in CMMC.dates if one.on == date(2026, 11, 10)]
    assert phase_2.state == "suspended"


def test_without_a_level_the_rules_of_every_level_apply():
    away = {name for name, rule in RULES.items() if "assessment" in rule.get("when", {})}
    found = applying(("remove", "frameworks.cmmc.level"), ("remove", "frameworks.cmmc.assessment"))
    assert set(RULES) - found == away
    assert {"cmmc-level-stated", "cmmc-assessment-stated"} <= failing(
        ("remove", "frameworks.cmmc.level"), ("remove", "frameworks.cmmc.assessment")
    )


# --- levels ---------------------------------------------------------------------------------------


def test_all_134_requirements_allocated_satisfy_the_matrix_at_level_3():
    added = [
        ("add", "allocations", row)
        for row in (
            {
                "control": control.reference,
                "origin": "shared",
                "from": "northbridge",
                "customer": "decides",
                "provider": "acts",
                "evidence": "northbridge",
                "state": "in-place",
            }
            for control in of_level(3)
        )
    ]
    statuses = [
        ("set", f"{SELF_STATUS}.scheme", "cmmc-l2-c3pao"),
        ("add", "attestations", {"party": "clinic", "scheme": "cmmc-l3", "issued": "2026-03-01"}),
    ]
    dibcac = ("set", "frameworks.cmmc.assessment", "dibcac")
    assert failing(LEVEL_3, dibcac, *added, *statuses) == set()


def test_level_2_needs_no_watch_around_the_clock():
    edit = ("set", "coverage[security-monitoring-detect].calendar", "business-hours")
    assert failing(edit) == set()
    assert "cmmc-l3-soc" in failing(LEVEL_3, edit)


def test_a_level_2_status_satisfies_level_1():
    assert failing(LEVEL_1) == {"cmmc-cui-needs-level-2"}
    assert failing(LEVEL_1, ("remove", SELF_STATUS)) == {"cmmc-cui-needs-level-2", "cmmc-l1-status"}


def test_a_framework_still_ahead_is_not_judged():
    edits = [("set", "frameworks.cmmc.from", "2027-01-01"), ("remove", "allocations")]
    assert set(outcomes(*edits).values()) == {"not-applicable"}


def test_a_level_that_does_not_exist_is_no_agreement():
    with pytest.raises(CmpolicyError):
        outcomes(("set", "frameworks.cmmc.level", 4))
