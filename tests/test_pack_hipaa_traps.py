"""What is often got wrong about HIPAA, each with a test that fails if the pack falls into it."""

from datetime import date

import pytest

from catalogs import HIPAA
from cmpolicy import bundled
from cmpolicy.edits import Edit
from cmpolicy.evaluate import judge
from cmpolicy.policy.library import Catalogs, load_in_full, read_file
from cmpolicy.rule_examples import example_agreement

AS_OF = date(2026, 11, 24)
PACK = load_in_full("hipaa", Catalogs())
RULES = {rule.id: rule for rule in PACK.rules}
BASE = read_file(bundled.base())
UPSTREAM = ("set", "frameworks.hipaa.standing", "business-associate")
NO_PHI_IN_SERVICES = tuple(
    ("remove", f"services[{one}].data") for one in ("ehr", "email", "billing", "workstations")
)
NO_BUSINESS_ASSOCIATE = (
    ("set", "parties[northbridge].handles", ["security-data"]),
    *NO_PHI_IN_SERVICES,
)


def verdicts(*edits):
    """Return the outcomes of all rules on the known-good agreement with these edits."""
    made = [Edit(action, path, *value) for action, path, *value in edits]
    agreement = example_agreement(BASE, made, "hipaa", PACK.words)
    return {
        rule.id: judge(agreement, "a.yaml", rule, "hipaa", AS_OF).outcome for rule in PACK.rules
    }


def failing(*edits):
    """Return the rules that an edited agreement does not satisfy."""
    wrong = {"fail", "undetermined"}
    return {name for name, outcome in verdicts(*edits).items() if outcome in wrong}


def basis(name):
    return RULES[name].facts.basis


def phrase(name):
    """Return a rule's parameters as text."""
    return str(RULES[name].parameters)


def test_the_known_good_agreement_satisfies_every_rule():
    outcomes = verdicts()
    assert {name for name, outcome in outcomes.items() if outcome == "not-applicable"} == {
        "hipaa-breach-time-left-upstream",
        "hipaa-cure-or-terminate-subcontractor",
    }
    assert not failing()


# --- traps: the proposed rewrite is not law -------------------------------------------------------


def test_trap_proposed_rule_is_no_law():
    """90 FR 898: MFA, restoring in 72 hours, notice in 24 hours, yearly audits."""
    assert failing(("set", "access[nb-admins].mfa", False)) == {"hipaa-mfa"}
    assert basis("hipaa-mfa") == "practice"
    assert not failing(
        ("set", "targets[p1-restore].within", "96 hours"),
        ("set", "targets[p1-resolve].within", "10 days"),
        ("set", "notices[contingency-activation].within", "5 days"),
        ("set", "notices[staff-departure].within", "3 days"),
        ("set", "notices[security-incident].within", "30 days"),
        ("set", "notices[sentinel-security-incident].within", "30 days"),
        ("set", "notices[breach].within", "10 days"),
    )


@pytest.mark.parametrize("amount", ["72 hours", "24 hours", "1 hour"])
def test_trap_no_number_of_the_proposed_rule_stands_in_a_rule(amount):
    assert "'60 days'" in phrase("hipaa-breach-notice")
    assert not [name for name in RULES if f"'{amount}'" in phrase(name)]


def test_trap_periodic_is_not_annual():
    """164.308(a)(8), (a)(1)(ii)(A), (D), (a)(7)(ii)(D) and 164.316(b)(2)(iii) name no interval."""
    kinds = {
        "security-evaluation": "hipaa-evaluation-yearly",
        "risk-assessment": "hipaa-risk-analysis-yearly",
        "log-review": "hipaa-log-review-monthly",
        "recovery-test": "hipaa-recovery-test-yearly",
        "policy-review": "hipaa-policy-review-yearly",
        "access-review": "hipaa-access-review-half-yearly",
    }
    for kind, rule in kinds.items():
        assert failing(("set", f"reviews[{kind}].every", "3 years")) == {rule}
        assert basis(rule) == "practice"


@pytest.mark.parametrize(
    "kind", ["security-evaluation", "log-review", "recovery-test", "policy-review"]
)
def test_trap_on_request_is_not_periodic(kind):
    found = failing(("set", f"reviews[{kind}].every", "on request"))
    assert "inferred" in {basis(name) for name in found}


# --- traps: addressable ---------------------------------------------------------------------------


def test_trap_addressable_is_not_optional():
    areas = {
        "malware-protection": "hipaa-malware-owner",
        "onboarding-offboarding": "hipaa-leaver-owner",
        "access-review": "hipaa-access-rights-owner",
        "encryption-key-management": "hipaa-encryption-owner",
    }
    for area, rule in areas.items():
        assert rule in failing(("remove", f"responsibilities[{area}]"))


def test_trap_addressable_may_be_met_by_a_recorded_alternative():
    record = "Keep the record of why mail at rest is not encrypted, and of what does the same"
    assert not failing(
        ("set", "responsibilities[encryption-key-management].task", record),
        ("remove", "responsibilities[encryption-key-management].split"),
        ("remove", "responsibilities[encryption-key-management].responsible"),
    )


# --- traps: the breach notice ---------------------------------------------------------------------


def test_trap_sixty_days_is_an_outer_limit_counted_in_wall_clock_time():
    law = "hipaa-breach-notice"
    assert law not in failing(("set", "notices[breach].within", "60 days"))
    assert law in failing(("set", "notices[breach].within", "61 days"))
    business = ("set", "notices[breach].calendar", "business-hours")
    assert law in failing(("set", "notices[breach].within", "60 business days"), business)
    assert law in failing(("set", "notices[breach].within", "best effort"))


def test_trap_sixty_days_leave_the_customer_nothing():
    """164.404(a)(2): what an agent knows, the customer knows."""
    assert basis("hipaa-breach-time-left") == "inferred"
    sixty = ("set", "notices[breach].within", "60 days")
    ours = {"hipaa-breach-half-left", "hipaa-breach-prompt"}
    assert failing(sixty) == {"hipaa-breach-time-left", *ours}
    assert failing(("set", "notices[breach].within", "59 days")) == ours
    assert failing(sixty, UPSTREAM) == {"hipaa-breach-time-left-upstream", *ours}
    assert {basis(name) for name in ours} == {"practice"}


@pytest.mark.parametrize("start", ["confirmation", "decision", "receipt"])
def test_trap_discovery_is_not_confirmation(start):
    assert failing(("set", "notices[breach].starts", start)) == {
        "hipaa-breach-notice",
        "hipaa-breach-discovery",
    }


def test_trap_security_incidents_that_are_no_breaches_are_reported_too():
    assert "hipaa-incident-notice" in failing(("remove", "notices[security-incident]"))
    assert RULES["hipaa-incident-notice"].facts.check == "item"
    assert "within" not in phrase("hipaa-incident-notice")
    assert basis("hipaa-incident-notice") == "law"
    assert not failing(("set", "notices[security-incident].within", "365 days"))


def test_trap_nobody_is_asked_to_allow_a_delay_for_law_enforcement():
    parties = ("northbridge", "sentinel", "govcloud")
    assert not failing(*(("remove", f"clauses[law-enforcement-delay/{one}]") for one in parties))


# --- traps: records -------------------------------------------------------------------------------


def test_trap_six_years_are_for_required_documentation_not_for_logs_backups_and_charts():
    asked = {"policy-management", "risk-assessment", "security-assessment", "breach-notification"}
    others = [
        ("set", f"responsibilities[{task['id']}].evidence.kept", "90 days")
        for task in BASE.value["responsibilities"]
        if task["id"] not in asked
    ]
    assert len(others) > 40
    assert not failing(*others)
    for area in asked:
        found = failing(("set", f"responsibilities[{area}].evidence.kept", "5 years"))
        assert found == {"hipaa-records-kept"}


# --- traps: who is a business associate -----------------------------------------------------------


def test_trap_no_contract_does_not_take_away_the_standing():
    found = failing(("remove", "documents[baa]"))
    assert found == {"hipaa-baa", "hipaa-baa-in-time"}
    assert verdicts(("remove", "documents[baa]"))["hipaa-breach-notice"] == "pass"


def test_trap_a_cloud_provider_that_keeps_phi_is_a_business_associate():
    assert failing(("remove", "documents[govcloud-baa]")) == {"hipaa-baa-cloud"}
    assert failing(("remove", "notices[govcloud-breach]")) == {"hipaa-breach-notice-cloud"}


def test_a_provider_that_touches_no_phi_owes_no_business_associate_terms():
    outcomes = verdicts(
        *NO_BUSINESS_ASSOCIATE, ("remove", "documents[baa]"), ("remove", "notices[breach]")
    )
    for name in ("hipaa-baa", "hipaa-baa-in-time", "hipaa-breach-notice"):
        assert outcomes[name] == "not-applicable"
    assert outcomes["hipaa-permitted-uses"] == "pass"
    assert outcomes["hipaa-security-official-customer"] == "pass"


def test_what_a_provider_touches_is_not_left_open():
    left_out = ("remove", "parties[northbridge].handles")
    outcomes = verdicts(left_out, ("remove", "documents[baa]"), *NO_PHI_IN_SERVICES)
    assert outcomes["hipaa-handling-stated"] == "fail"
    assert outcomes["hipaa-baa"] == "undetermined"


def test_what_a_provider_reaches_decides_where_it_does_not_say():
    left_out = ("remove", "parties[northbridge].handles")
    assert verdicts(left_out, ("remove", "documents[baa]"))["hipaa-baa"] == "fail"


def test_covered_entity_and_business_associate_are_kept_apart():
    here, there = verdicts(), verdicts(UPSTREAM)
    changed = {name for name in here if here[name] != there[name]}
    assert changed == {
        "hipaa-access-requests-time",
        "hipaa-breach-time-left",
        "hipaa-breach-time-left-upstream",
        "hipaa-cure-or-terminate",
        "hipaa-cure-or-terminate-subcontractor",
    }
    # Who does not say which it is, is held to both.
    silent = verdicts(("remove", "frameworks.hipaa.standing"))
    assert "not-applicable" not in silent.values()


def test_an_agreement_of_the_customer_with_a_subcontractor_does_not_discharge_the_provider():
    direct = ("set", "documents[sentinel-baa].between", ["clinic", "sentinel"])
    assert failing(direct) == {"hipaa-subcontractor-baa"}


@pytest.mark.parametrize(
    "topic",
    [
        "permitted-uses",
        "no-other-uses",
        "safeguards",
        "report-incidents",
        "bind-subcontractors",
        "access-requests",
        "amendment-requests",
        "accounting-of-disclosures",
        "regulator-access",
        "delegated-obligations",
        "return-or-destroy-data",
        "termination-for-breach",
    ],
)
@pytest.mark.parametrize("party", ["northbridge", "sentinel", "govcloud"])
def test_every_contract_term_is_law_and_binds_every_business_associate(topic, party):
    found = failing(("remove", f"clauses[{topic}/{party}]"))
    assert "law" in {basis(name) for name in found}


# --- traps: ids -----------------------------------------------------------------------------------


def test_trap_ids_follow_the_regulation():
    """164.314(a)(2)(iii) points to a paragraph that is gone; lists elsewhere misplace ids."""
    named = {control for rule in RULES.values() for control, _ in rule.facts.controls}
    assert "hipaa:164.308(b)(3)" in named
    assert HIPAA.find("hipaa:164.308(b)(4)") is None
    assert HIPAA.find("hipaa:164.308(a)(1)(i)(A)") is None
    assert not {"hipaa:164.308(b)(4)", "hipaa:164.308(a)(1)(i)(A)"} & named
