"""What is often got wrong of CMMC: our notes list it, and the pack must not fall into it."""

import pytest

from catalogs import CMMC, of_level
from cmmc_pack import (
    LEVEL_1,
    LEVEL_3,
    RULES,
    SOURCE,
    applying,
    failing,
    outcomes,
    verdict,
)

NORTHBRIDGE = "parties[northbridge].handles"
FEDRAMP = "attestations[govcloud/fedramp-moderate]"
CUI_NOTICE = "notices[cui-incident]"
ONE_NOTICE = ("remove", "notices[security-incident]")
ON_A_PROVIDER = {
    "cmmc-service-description",
    "cmmc-malware-submission",
    "cmmc-evidence-preserved",
    "cmmc-dod-access",
    "cmmc-assessment-support",
    "cmmc-screening",
    "cmmc-staff-departure",
}
"""Rules on an external service provider."""
SCOPED = ("enclave", "identity", "network", "workstations")
"""Services with CUI or security protection data."""


def test_the_known_good_agreement_satisfies_every_rule():
    assert failing() == set()


# --- 2: the provider needs no certificate of its own ----------------------------------------------


def test_2_a_provider_without_any_certificate_fails_no_rule():
    assert failing(("remove", "attestations[northbridge/soc2-type2]")) == set()
    at_level_1 = failing(LEVEL_1, ("remove", "attestations[northbridge/soc2-type2]"))
    assert at_level_1 == {"cmmc-cui-needs-level-2"}


def test_2_a_provider_may_undertake_to_hold_a_status_instead_of_being_assessed():
    assert "status of its own" in RULES["cmmc-assessment-support"]["fix"]


def test_2_no_rule_asks_for_a_certificate_of_a_provider():
    holders = {rule["with"]["party"] for rule in RULES.values() if rule["check"] == "attestation"}
    assert holders == {"customer", "cloud-provider"}


# --- 3: who is an external service provider -------------------------------------------------------


@pytest.mark.parametrize("data", ["cui", "security-data", "credentials"])
def test_3_cui_or_security_protection_data_make_an_external_provider(data):
    assert applying(("set", NORTHBRIDGE, [data])) >= ON_A_PROVIDER


@pytest.mark.parametrize("data", [[], ["financial", "phi"]])
def test_3_a_provider_with_neither_is_none(data):
    none = [("remove", f"services[{one}].data") for one in SCOPED]
    assert not applying(("set", NORTHBRIDGE, data), *none) & ON_A_PROVIDER
    assert failing(("set", NORTHBRIDGE, data), *none) == set()


def test_3_a_provider_that_says_neither_and_works_on_what_holds_it_is_one():
    assert applying(("set", NORTHBRIDGE, [])) >= ON_A_PROVIDER


def test_3_what_a_provider_can_touch_must_be_said():
    found = failing(("remove", NORTHBRIDGE))
    assert "cmmc-provider-classed" in found
    assert outcomes(("set", NORTHBRIDGE, "unknown"))["cmmc-provider-classed"] == "undetermined"


# --- 4, 5, 6: clouds ------------------------------------------------------------------------------


def test_4_a_provider_that_runs_a_tenant_is_not_the_cloud_provider():
    # northbridge administers the tenant and holds CUI; govcloud is the cloud.
    seen = verdict("cmmc-cloud-authorised").observations
    assert {item.subject for item in seen} == {"govcloud"}


@pytest.mark.parametrize("data", ["security-data", "credentials", "fci"])
def test_5_a_cloud_without_cui_needs_no_fedramp(data):
    seen = ("set", "access[cloud-operators].data", [data])
    edits = [("set", "parties[govcloud].handles", [data]), seen, ("remove", FEDRAMP)]
    assert verdict("cmmc-cloud-authorised", *edits).outcome == "not-applicable"
    assert verdict("cmmc-cloud-terms", *edits).outcome == "not-applicable"
    assert failing(*edits) == set()


def test_5_a_cloud_with_cui_needs_it():
    assert failing(("remove", FEDRAMP)) == {"cmmc-cloud-authorised"}


@pytest.mark.parametrize("scheme", ["soc2-type2", "iso27001", "cmmc-l2-c3pao"])
def test_6_another_certificate_is_no_equivalent(scheme):
    edits = [("remove", FEDRAMP), ("remove", "attestations[govcloud/soc2-type2]")]
    item = {"party": "govcloud", "scheme": scheme, "issued": "2026-03-15", "expires": "2027-03-14"}
    assert failing(*edits, ("add", "attestations", item)) == {"cmmc-cloud-authorised"}


# --- 7: a provider is not simply a subcontractor --------------------------------------------------


def test_7_the_flow_down_says_which_and_asks_for_no_status():
    rule = RULES["cmmc-flow-down-provider"]
    assert "170.19" in rule["fix"]
    assert "170.23" in rule["fix"]
    assert rule["check"] == "item"


def test_7_a_provider_without_fci_and_cui_gets_no_flow_down():
    edits = [("set", NORTHBRIDGE, ["security-data"]), ("remove", "clauses[flow-down/northbridge]")]
    assert failing(*edits, *(("remove", f"services[{one}].data") for one in SCOPED)) == set()


# --- 8: no matrix at Level 1 ----------------------------------------------------------------------


def test_8_a_level_1_agreement_needs_no_matrix():
    assert failing(LEVEL_1, ("remove", "allocations")) == {"cmmc-cui-needs-level-2"}
    assert "cmmc-responsibility-matrix" in failing(("remove", "allocations"))
    assert "cmmc-responsibility-matrix" in failing(LEVEL_3, ("remove", "allocations"))


# --- 9: periodically ------------------------------------------------------------------------------

YEARLY = {
    "RA.L2-3.11.1": "cmmc-risk-assessment-yearly",
    "RA.L2-3.11.2": "cmmc-vulnerability-scan-yearly",
    "CA.L2-3.12.1": "cmmc-control-assessment-yearly",
    "CA.L2-3.12.4": "cmmc-security-plan-yearly",
}


def test_9_a_year_is_inferred_where_the_requirement_says_periodically_alone():
    found = {
        name: rule["id"]
        for rule in RULES.values()
        if rule["basis"] == "inferred" and rule["with"].get("every")
        for name in (control.removeprefix("cmmc:") for control in rule["controls"])
    }
    assert found == YEARLY


def test_9_an_exercise_every_two_years_fails_our_default_alone():
    edit = ("set", "reviews[incident-exercise].every", "2 years")
    assert failing(edit) == {"cmmc-incident-exercise-yearly"}
    assert RULES["cmmc-incident-exercise-yearly"]["basis"] == "practice"


def test_9_flaws_are_given_no_number():
    assert "within" not in RULES["cmmc-flaw-times"]["with"]


# --- 10: the 72 hours -----------------------------------------------------------------------------


def test_10_four_business_hours_over_a_holiday_weekend_are_more_than_72():
    edits = [
        ONE_NOTICE,
        ("set", f"{CUI_NOTICE}.within", "4 business hours"),
        ("set", f"{CUI_NOTICE}.calendar", "business-hours"),
    ]
    assert failing(*edits) == {"cmmc-incident-notice", "cmmc-incident-notice-24-hours"}


def test_10_71_hours_fail_our_default_alone():
    edits = [ONE_NOTICE, ("set", f"{CUI_NOTICE}.within", "71 hours")]
    assert failing(*edits) == {"cmmc-incident-notice-24-hours"}


def test_10_72_hours_leave_the_customer_nothing():
    edits = [ONE_NOTICE, ("set", f"{CUI_NOTICE}.within", "72 hours")]
    assert "cmmc-incident-notice" in failing(*edits)


def test_10_no_clock_of_the_provider_is_called_law():
    for rule in RULES.values():
        if rule["check"] == "notice":
            assert rule["basis"] in {"inferred", "practice"}


def test_10_a_notice_of_either_event_will_do():
    assert failing(("remove", CUI_NOTICE)) == set()
    assert failing(ONE_NOTICE) == set()


# --- 11: the affirming official, and signatures ---------------------------------------------------


def test_11_the_affirming_official_is_never_the_provider_s():
    edit = ("set", "people[helen].roles", ["executive-sponsor", "affirming-official"])
    assert failing(edit) == {"cmmc-affirming-official"}


def test_11_no_rule_asks_for_a_signature():
    assert all(rule["check"] != "signature" for rule in RULES.values())
    assert failing(("remove", "signatures")) == set()


# --- 12: two plans of action ----------------------------------------------------------------------


def test_12_the_operational_plan_has_no_180_days():
    assert "cmmc:CA.L2-3.12.2" not in RULES["cmmc-poam-closeout"]["controls"]
    assert "3.12.2" in RULES["cmmc-poam-closeout"]["why"]


# --- 13: old ids ----------------------------------------------------------------------------------


def test_13_an_old_level_1_id_is_told():
    edit = ("set", "allocations[cmmc:AC.L2-3.1.1].control", "cmmc:AC.L1-3.1.1")
    messages = [item.message for item in verdict("cmmc-responsibility-matrix", edit).observations]
    assert any("no control AC.L1-3.1.1" in message for message in messages)


def test_13_level_1_has_15_requirements():
    assert len(of_level(1)) == 15


# --- 14, 15, 16: numbers of clauses, revisions, portals -------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cmmc:FAR 52.204-21(c)", "cmmc:FAR 52.240-93"),
        ("cmmc:DFARS 252.204-7020", "cmmc:DFARS 252.240-7997"),
    ],
)
def test_14_a_clause_is_found_by_several_numbers(old, new):
    assert CMMC.find(old) is CMMC.find(new)
    assert new.removeprefix("cmmc:").split()[1] in SOURCE.decode()


def test_14_rules_on_the_far_clause_name_both_numbers():
    for rule in RULES.values():
        if "cmmc:FAR52.204-21(c)" in rule["controls"]:
            assert "FAR 52.240-93" in rule["references"]


def test_14_252_204_7019_is_cited_by_no_rule():
    assert not any("7019" in name for rule in RULES.values() for name in rule["references"])


def test_15_level_2_cites_revision_2():
    for rule in RULES.values():
        for name in rule["references"]:
            assert "800-171 r3" not in name
            assert "800-171" not in name or "800-171 r2" in name or "800-171A" in name


def test_16_no_portal_is_named():
    assert "dibnet" not in SOURCE.decode().lower()
    assert "http" not in SOURCE.decode()
