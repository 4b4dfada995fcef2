"""What is often got wrong about SOC 2, each with a test that fails if the pack falls into it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import obligations
from cmpolicy import bundled
from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.edits import Edit
from cmpolicy.evaluate import judge
from cmpolicy.policy.library import Catalogs, load_in_full, read_file
from cmpolicy.rule_examples import example_agreement

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 24)
PACK = load_in_full("soc2", Catalogs())
RULES = {rule.id: obligations.RULES[rule.id] for rule in PACK.rules}
BASE = read_file(bundled.base())
CHOSEN = ["availability", "confidentiality", "processing-integrity", "privacy"]
REPORT = "attestations[northbridge/soc2-type2]"
READER = ("set", "frameworks.soc2.standing", "reader")


def verdicts(*edits, as_of=AS_OF):
    """Return the outcomes of all rules on the known-good agreement with these edits."""
    made = [Edit(action, path, *value) for action, path, *value in edits]
    agreement = example_agreement(BASE, made, "soc2", PACK.words)
    return {rule.id: judge(agreement, "a.yaml", rule, "soc2", as_of).outcome for rule in PACK.rules}


def failing(*edits, as_of=AS_OF):
    """Return the rules that an edited agreement does not satisfy."""
    wrong = {"fail", "undetermined"}
    return {name for name, outcome in verdicts(*edits, as_of=as_of).items() if outcome in wrong}


def basis(name):
    return RULES[name]["basis"]


def in_scope(*categories):
    return ("set", "frameworks.soc2.categories", ["common", *categories])


def test_the_known_good_agreement_satisfies_every_rule():
    assert set(verdicts().values()) == {"pass"}


def test_the_bundled_example_satisfies_every_rule_that_applies():
    path = "tests/agreements/agreements/larkspur-analytics.yaml"
    loader = Loader(lambda name: (ROOT / name).read_bytes(), words=PACK.words)
    agreement = loader.load(read((ROOT / path).read_bytes(), path))
    outcomes = {rule.id: judge(agreement, path, rule, "soc2", AS_OF).outcome for rule in PACK.rules}
    assert set(outcomes.values()) == {"pass", "not-applicable"}
    left_out = {name for name, outcome in outcomes.items() if outcome == "not-applicable"}
    assert left_out == {
        name for name in RULES if RULES[name].get("when") == {"category": "privacy"}
    }


# --- trap 1: no law, no interval, no number of hours ----------------------------------------------


def test_trap_periodic_has_no_number():
    kinds = {
        "vendor-review": {"soc2-vendor-review-yearly"},
        "service-review": {"soc2-service-review-quarterly"},
        "risk-assessment": {"soc2-risk-assessment-yearly"},
        "policy-review": {"soc2-procedures-reviewed-yearly"},
        "access-review": {"soc2-access-review"},
        "recovery-test": {"soc2-recovery-test-yearly"},
        "backup-test": {"soc2-backup-test-yearly"},
        "report": set(),
        "vulnerability-scan": set(),
        "incident-exercise": set(),
    }
    for kind, rules in kinds.items():
        assert failing(("set", f"reviews[{kind}].every", "10 years")) == rules
        assert {basis(name) for name in rules} <= {"practice"}


@pytest.mark.parametrize("kind", ["vendor-review", "risk-assessment", "access-review"])
def test_on_request_is_no_interval(kind):
    found = failing(("set", f"reviews[{kind}].every", "on request"))
    assert "inferred" in {basis(name) for name in found}


def test_trap_no_number_of_hours():
    slow = ("set", "notices[security-incident].within", "60 days")
    assert failing(slow) == {"soc2-incident-notice-hours"}
    assert basis("soc2-incident-notice-hours") == "practice"
    slow = ("set", "notices[privacy-breach].within", "60 days")
    assert failing(slow) == {"soc2-privacy-notice-hours"}
    office = ("set", "coverage[security-monitoring-detect].calendar", "business-hours")
    assert failing(office) == {"soc2-monitoring-gaps"}
    assert basis("soc2-monitoring-gaps") == "practice"


# --- trap 2: AICPA's text -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "phrase",
    [
        "the entity",
        "entity's",
        "objectives",
        "internal control",
        "logical access",
        "coso principle",
    ],
)
def test_trap_no_text_of_the_criteria(phrase):
    said = " ".join(
        f"{rule['title']} {rule['why']} {rule['fix']}" for rule in RULES.values()
    ).lower()
    assert phrase not in said


# --- trap 3: complementary user entity controls ---------------------------------------------------


def test_trap_user_entity_controls_are_the_customers_and_a_named_persons():
    for who in ("sam", "northbridge", "clinic", "clinic-duty"):
        holder = ("set", "responsibilities[user-entity-controls].accountable", who)
        assert failing(holder) == {"soc2-user-entity-controls"}
    # Few suffice: there is no number of them.
    assert not failing(
        ("remove", "responsibilities[user-entity-controls-leavers]"),
        ("remove", "responsibilities[user-entity-controls-reports]"),
    )


def test_trap_a_user_of_a_report_runs_its_controls_in_both_directions():
    gone = [
        ("remove", f"responsibilities[user-entity-controls{end}]")
        for end in ("", "-leavers", "-reports")
    ]
    assert failing(*gone) == failing(READER, *gone) == {"soc2-user-entity-controls"}


# --- trap 4: carve-out ----------------------------------------------------------------------------


def test_trap_an_audited_customer_lists_what_it_assumes_of_the_provider():
    gone = ("remove", "clauses[subservice-controls/northbridge]")
    assert failing(gone) == {"soc2-subservice-controls"}
    # With the inclusive method, the clause says so: it must be allowed, and be told.
    assert "inside the report" in RULES["soc2-subservice-controls"]["why"]


# --- trap 5: direction ----------------------------------------------------------------------------


def test_trap_direction_is_stated_and_decides():
    silent = ("remove", "frameworks.soc2.standing")
    gone = ("remove", "clauses[subservice-controls/northbridge]")
    assert failing(silent) == {"soc2-standing"}
    assert failing(silent, gone) == {"soc2-standing", "soc2-subservice-controls"}
    assert not failing(READER, gone)
    changed = {name for name, outcome in verdicts(READER).items() if outcome == "not-applicable"}
    assert changed == {"soc2-subservice-controls", "soc2-subservice-controls-cloud"}


# --- trap 6: a vendor always, a subservice organisation sometimes ---------------------------------


def test_trap_a_provider_is_a_vendor_in_both_directions():
    edits = [
        ("remove", "clauses[exit-assistance/northbridge]"),
        ("remove", "reviews[vendor-review]"),
        ("remove", "responsibilities[vendor-management]"),
    ]
    found = failing(READER, *edits)
    assert found == failing(*edits)
    assert {"soc2-exit-assistance", "soc2-vendor-review", "soc2-relationship-owner"} <= found
    for rule in RULES.values():
        if "soc2:CC9.2" in rule["controls"]:
            assert "standing" not in rule.get("when", {})


def test_trap_a_mere_vendor_may_say_that_nothing_is_assumed():
    assert "none are assumed" in RULES["soc2-subservice-controls"]["fix"]
    assert set(RULES["soc2-subservice-controls"]["controls"]) == {"soc2:DC7"}


# --- trap 7: freshness, bridge letters, quarterly reviews -----------------------------------------


def test_trap_twelve_months_and_a_quarter_are_practice():
    assert RULES["soc2-report-fresh"]["with"]["max_age_of"] == {"soc2-type2": "1 year"}
    assert RULES["soc2-access-review"]["with"]["every"] == "3 months"
    assert basis("soc2-report-fresh") == basis("soc2-access-review") == "practice"


def test_trap_a_bridge_letter_closes_the_gap_and_does_not_renew_the_report():
    of_the_report = {"soc2-report-current", "soc2-report-read", "soc2-report-scope"}
    last = date(2026, 12, 31)
    assert not of_the_report & failing(as_of=last)
    assert of_the_report <= failing(as_of=last + timedelta(1))
    assert failing(("remove", f"{REPORT}.bridge_letter_to")) == of_the_report
    old = [
        ("set", f"{REPORT}.period", {"from": "2024-07-01", "to": "2025-06-30"}),
        ("set", f"{REPORT}.bridge_letter_to", "2027-06-30"),
    ]
    assert failing(*old) == {"soc2-report-fresh"}


@pytest.mark.parametrize("scheme", ["soc2-type1", "soc1-type2"])
def test_a_report_of_another_kind_shows_nothing_of_the_controls_over_a_period(scheme):
    found = failing(("set", f"{REPORT}.scheme", scheme))
    assert found == {f"soc2-report-{name}" for name in ("current", "fresh", "scope", "read")}


def test_the_report_of_somebody_else_is_not_the_providers():
    """The subcontractor's, the host's and the customer's own reports stand for themselves alone."""
    of_the_provider = {f"soc2-report-{name}" for name in ("current", "fresh", "scope", "read")}
    assert failing(("remove", REPORT)) == of_the_provider
    sentinel = ("remove", "attestations[sentinel/soc2-type2]")
    assert failing(sentinel) == {"soc2-report-subcontractor"}
    assert not failing(("remove", "attestations[clinic/soc2-type2]"))


# --- trap 8: categories ---------------------------------------------------------------------------

BREAKS = {
    "availability": [
        ("remove", "responsibilities[capacity-planning]"),
        ("remove", "coverage[availability-monitoring-detect]"),
        ("remove", "responsibilities[backup]"),
        ("set", "tools[vault].kind", "documentation"),
        ("remove", "reviews[recovery-test]"),
        ("remove", "reviews[backup-test]"),
    ],
    "confidentiality": [
        ("remove", "clauses[confidentiality/northbridge]"),
        ("remove", "responsibilities[data-retention]"),
    ],
    "processing-integrity": [("remove", "responsibilities[application-support]")],
    "privacy": [
        ("remove", "clauses[permitted-uses/northbridge]"),
        ("remove", "notices[privacy-breach]"),
        ("remove", "responsibilities[breach-notification]"),
    ],
}


@pytest.mark.parametrize("category", CHOSEN)
def test_trap_a_category_out_of_scope_fails_nothing(category):
    others = [name for name in CHOSEN if name != category]
    assert not failing(in_scope(*others), *BREAKS[category])


@pytest.mark.parametrize("category", ["availability", "confidentiality", "privacy"])
def test_a_category_in_scope_is_judged(category):
    found = failing(in_scope(category), *BREAKS[category])
    assert len(found) >= len(BREAKS[category])
    assert {RULES[name]["when"]["category"] for name in found} == {category}


def test_trap_security_is_always_in_scope():
    for scope in ([], ["common"], ["availability"], ["privacy"]):
        edits = [("set", "frameworks.soc2.categories", scope)] if scope else []
        edits.append(("remove", "coverage[security-monitoring-detect]"))
        assert {"soc2-monitoring-hours", "soc2-monitoring-gaps"} <= failing(*edits)
    for rule in RULES.values():
        assert rule.get("when", {}).get("category") != "common"


def test_a_scope_that_is_not_said_is_told():
    assert failing(("remove", "frameworks.soc2.categories")) == {"soc2-categories"}
    unknown = ("set", "frameworks.soc2.categories", "unknown")
    assert "soc2-privacy-notice" in failing(unknown, ("remove", "notices[privacy-breach]"))


# --- change ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clinic", "northbridge"])
def test_nobody_approves_alone_what_they_deploy(who):
    task = "responsibilities[change-management]"
    own = [("set", f"{task}.accountable", who), ("set", f"{task}.responsible", [who])]
    assert failing(*own, ("remove", f"{task}.split")) == {"soc2-change-approval"}
