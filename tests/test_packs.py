"""What every bundled pack owes its readers, whichever framework it is for."""

import json
import re
from collections import Counter
from datetime import date
from itertools import chain

import pytest

from absent import built, without_rows, without_section
from catalogs import AICPA_PHRASES, CATALOGS, ISO_PHRASES, PCI_PHRASES, of_level
from cmpolicy import bundled
from cmpolicy.edits import Edit, apply_in_order
from cmpolicy.evaluate import judge
from cmpolicy.policy.library import read_file
from cmpolicy.rule_examples import starting_point
from obligations import PACKS, ROWS, RULES, amounts, judging, reasoned, scalars, tag

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=[tag(row) for row in ROWS])
LOADED = [(pack, rule) for pack in PACKS.values() for rule in pack.rules]
EVERY_LOADED = pytest.mark.parametrize(
    ("pack", "rule"), LOADED, ids=[rule.id for _, rule in LOADED]
)
STARTS = {name: starting_point(read_file(bundled.base()), pack) for name, pack in PACKS.items()}
"""The agreement that the examples of a pack edit."""
EVERY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
BASES = {"explicit": "law", "derived": "inferred"}
STANDARDS = {"SOC2", "CSF", "PCI", "ISO27001"}
"""No law: what such a source says itself is `inferred`, since a contract makes it binding."""

# --- the list of obligations ----------------------------------------------------------------------


def test_each_row_of_the_lists_has_a_tag_of_its_own():
    assert Counter(row["framework"] for row in ROWS) == {
        "SOC2": 45,
        "HIPAA": 53,
        "CMMC": 49,
        "CSF": 40,
        "PCI": 43,
        "FTC": 29,
        "ISO27001": 36,
    }
    assert len({tag(row) for row in ROWS}) == len(ROWS)


@EVERY_ROW
def test_every_obligation_is_judged_or_said_not_to_be(row):
    assert judging(row) or reasoned(row)
    for duty in reasoned(row):
        assert len(duty.because) > 40
        assert len(duty.evidence) > 40


@EVERY_ROW
def test_the_basis_follows_how_directly_the_source_says_it(row):
    found = {rule["basis"] for rule in judging(row)}

    standard = row["framework"] in STANDARDS
    wanted = "inferred" if standard else BASES[row["directness"]]
    assert wanted in found or reasoned(row)
    if row["directness"] == "derived" or standard:
        assert "law" not in found


@EVERY_ROW
def test_a_rule_cites_its_obligation_and_names_its_control(row):
    for rule in judging(row):
        cited = " ".join(rule["references"])
        assert any(part in cited for part in row["citation"].removeprefix("45 CFR ").split("; "))
        if row["framework"] != "HIPAA":
            assert row["citation"] in rule["references"]
    named = set(chain.from_iterable(rule["controls"] for rule in judging(row)))

    framework = row["framework"].lower()
    control = CATALOGS[framework].find(f"{framework}:{row['control_id']}")
    assert control.reference in named or reasoned(row)


def test_tags_are_those_of_the_list():
    used = {name for rule in RULES.values() for name in rule["references"]}
    used = {name for name in used if name.startswith("obligation:")}
    said = {
        name for pack in PACKS.values() for duty in pack.not_judged for name in duty.obligations
    }

    assert used | said == {tag(row) for row in ROWS}


# --- law, inferred, practice ----------------------------------------------------------------------

ANY = {
    "1 minute": "what is left of a deadline, at all",
    "29 days": "less than the customer's own 30 days (164.524(b)(2)(i))",
    "100 years": "any interval",
}
"""Amounts in rules that are no law of their own: they say `less than` and `any`."""


def in_words(amount):
    """Return a length of time as months where it is one: `1 year` and `12 months` are the same."""
    number, unit = amount.split()
    months = {"year": 12, "month": 1}.get(unit.rstrip("s"))
    return f"{int(number) * months} months" if months else f"{number} {unit.rstrip('s')}s"


def stated(row):
    """Return the lengths of time that a row of the list says its source states."""
    limits = re.findall(r"_(months|days|hours|years)=(\d+)", row["parameter"])
    return {in_words(f"{number} {unit}") for unit, number in limits}


def behind(rule):
    """Return the rows of the list that a rule names, or whose control it cites."""
    cited = " ".join(rule["references"])
    return [row for row in ROWS if tag(row) in rule["references"] or row["control_id"] in cited]


@EVERY_RULE
def test_no_number_is_law_or_implied_that_the_source_does_not_state(rule):
    if rule["basis"] == "practice":
        return
    known = set(chain.from_iterable(map(stated, behind(rule))))
    said = re.findall(r"\b\d+ (?:minute|hour|day|month|year)s?\b", rule["title"])
    if rule["basis"] == "law":
        assert {in_words(one) for one in (*amounts(rule), *said)} <= known
    else:
        assert {in_words(one) for one in (*amounts(rule), *said) if one not in ANY} <= known


@EVERY_RULE
def test_what_is_counted_is_nothing_everything_or_what_the_source_counts(rule):
    """Counts and shares: `at_least: 0` asks for none, and rank 1 is the worst there is.

    The level of a score says what is scored; who asks for every point asks for everything.
    """
    parameters = dict(rule.get("with") or {})
    score = dict(parameters.pop("score", {}))
    level = score.pop("level", None)
    counts = {one for one in scalars([parameters, score]) if type(one) is int} - {0, 1}

    if rule["basis"] == "law":
        assert counts == set()
    if rule["basis"] == "inferred":
        scores = {row["parameter"].removeprefix("min_score=") for row in behind(rule)}
        scores |= {str(len(of_level(level)))} if score else set()
        where = parameters.get("where", {})
        controls = where.get("control", ()) if isinstance(where, dict) else ()
        assert {str(one) for one in counts} <= scores | {str(len(controls))}


@EVERY_RULE
def test_a_number_of_our_own_is_called_our_default(rule):
    """Around the clock and `at all` are no numbers of ours."""
    if rule["basis"] != "practice":
        assert "our default" not in f"{rule['title']} {rule['why']}"
    elif amounts(rule) or any(re.match(r"\d+%", str(one)) for one in scalars(rule.get("with"))):
        assert "our default" in rule["title"]
        assert "our default" in f"{rule['why']} {rule['fix']}"


@EVERY_RULE
def test_only_what_the_list_calls_explicit_is_law(rule):
    named = [row for row in ROWS if tag(row) in rule["references"]]

    if rule["basis"] == "law":
        assert named
        assert {row["directness"] for row in named} == {"explicit"}


# --- texts ----------------------------------------------------------------------------------------


@EVERY_RULE
def test_a_rule_says_why_how_to_mend_it_and_where_it_stands(rule):
    assert rule["basis"] in {"law", "inferred", "practice"}
    for text in (rule["why"], rule["fix"]):
        assert len(text) > 30
        assert text.endswith(".")
    assert not rule["title"].endswith(".")
    assert rule["references"]
    for control in rule.get("controls", {}):
        assert CATALOGS[control.partition(":")[0]].find(control) is not None, control


@EVERY_RULE
def test_no_rule_quotes_the_criteria_or_a_standard(rule):
    """Nor does a page that is made of these texts and the catalogs'."""
    said = f"{rule['title']} {rule['why']} {rule['fix']}".lower()

    standard = rule["id"].partition("-")[0]
    phrases = {"pci": PCI_PHRASES, "iso27001": ISO_PHRASES}.get(standard, AICPA_PHRASES)
    assert [phrase for phrase in phrases if phrase in said] == []


@pytest.mark.parametrize("name", PACKS)
def test_no_two_rules_of_a_pack_have_one_title(name):
    """Two frameworks may well ask the same."""
    titles = Counter(rule.facts.title for rule in PACKS[name].rules)

    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("name", PACKS)
def test_no_two_rules_of_a_new_pack_ask_the_same(name):
    if name in ("comanaged", "soc2", "hipaa", "cmmc"):
        return
    asked = Counter(
        json.dumps([rule.facts.check, rule.parameters, rule.when], default=str)
        for rule in PACKS[name].rules
    )

    assert [question for question, count in asked.items() if count > 1] == []


# --- examples -------------------------------------------------------------------------------------

ONLY_WHAT_IS_THERE = {
    "cm-draft-overdue": "a draft has a date, without which it is no agreement",
    "cm-notices-unambiguous": "no notices need exist",
    "cm-pauses-limited": "no targets need exist",
    "cm-audit-frequency": "no limit need exist",
    "cm-audit-notice": "no limit need exist",
    "cm-exit-unconditional": "no condition need exist",
    "cm-rota-used": "no rota need exist",
    "cm-targets-unambiguous": "no targets need exist",
    "cmmc-cui-needs-level-2": "a service without CUI needs no Level 2",
    "cmmc-l1-nothing-open": "no matrix need exist at Level 1",
}
"""Rules that ask something of what is there, and not that it be there."""


def edits(example):
    return example["edits"] if isinstance(example, dict) else example


@EVERY_RULE
def test_a_rule_has_examples_and_one_removes_what_it_asks_for(rule):
    examples = rule["examples"]
    removing = [one for one in examples["fail"] if any("remove" in edit for edit in edits(one))]

    assert [] in examples["pass"]
    assert all(one["says"] for one in examples["fail"])
    assert bool(removing) != (rule["id"] in ONLY_WHAT_IS_THERE)


EXCUSED = {
    "hipaa-delegated-duties": "no duty toward individuals need be handed over",
    "cm-privileged-access-approved": "access that is listed may be of other kinds",
    "cmmc-privileged-named": "access that is listed may be of other kinds",
    "cm-respond-around-the-clock": "another rule asks that somebody watches",
    "cm-notices-unambiguous": "other rules ask for the notices",
    "cm-pauses-limited": "other rules ask for the targets",
    "cm-sums-stated": "other rules ask for the clauses",
    "cm-audit-frequency": "a right that is not there has no limits",
    "cm-audit-notice": "a right that is not there has no limits",
    "cm-exit-cost": "another rule asks for help at the exit",
    "cm-exit-payer": "another rule asks for help at the exit",
    "cm-exit-unconditional": "a clause that is not there has no condition",
    "cm-confidentiality-survives": "other rules ask for confidentiality",
    "cm-uptime-measured": "an agreement need not promise availability",
    "cm-uptime-maintenance": "an agreement need not promise availability",
    "cm-uptime-credited": "an agreement need not promise availability",
    "cm-rota-used": "an agreement need not have a rota",
    "cm-targets-covered": "other rules ask for the targets",
    "cm-targets-unambiguous": "other rules ask for the targets",
    "cmmc-cui-needs-level-2": "a service without CUI needs no Level 2",
    "cmmc-l1-nothing-open": "no matrix need exist at Level 1, where the rule only reads states",
    "hipaa-law-enforcement-delay": "a clause that is not there allows no delay",
    "hipaa-subcontractors-listed": "an engagement need not have a subcontractor",
    "hipaa-unique-accounts-subcontractor": "a subcontractor need not have access",
}
"""Rules that pass although nothing of what they ask about is there, and why that is true."""
TRUE_OF_NOTHING = (
    r"^no entry in .*, and nothing to ask$|^no target for .*: nothing to judge$"
    r"|^no notice: nothing to judge$"
    r"|^nobody promises to .* at any time, so that nothing is asked$"
)
IN_SCOPE = ("level", "assessment", "standing")


def in_scope(pack, rule):
    """Return the base held to what the rule's `when` asks of its framework."""
    wanted = {name: rule.when[name][0] for name in IN_SCOPE if name in rule.when}
    return apply_in_order(
        STARTS[pack.id],
        [Edit("set", f"frameworks.{pack.framework}.{name}", to) for name, to in wanted.items()],
    )


@pytest.mark.parametrize("without", [without_section, without_rows])
@EVERY_LOADED
def test_no_rule_passes_where_all_that_it_asks_about_is_absent(pack, rule, without):
    """What such a pass says must be true all the same: that there is nothing."""
    left = without(in_scope(pack, rule), rule)
    if left is None or "draft" in rule.when.get("status", ()):
        return

    verdict = judge(built(left, pack), "a.yaml", rule, pack.framework, date(2026, 11, 24))

    assert verdict.outcome != "not-applicable"
    assert (verdict.outcome == "pass") <= (rule.id in EXCUSED), verdict
    if verdict.outcome == "pass":
        for item in verdict.observations:
            assert re.search(TRUE_OF_NOTHING, item.message)


def test_every_excuse_is_needed():
    for name in EXCUSED:
        pack, rule = next(found for found in LOADED if found[1].id == name)
        variants = [make(in_scope(pack, rule), rule) for make in (without_section, without_rows)]
        verdicts = [
            judge(built(left, pack), "a.yaml", rule, pack.framework, date(2026, 11, 24))
            for left in variants
            if left is not None
        ]

        assert any(verdict.outcome == "pass" for verdict in verdicts), name


CITED = [rule for rule in RULES.values() if rule.get("with", {}).get("list") == "clauses"]


@pytest.mark.parametrize("rule", CITED, ids=lambda rule: rule["id"])
def test_a_clause_without_its_place_is_none_for_what_is_law_or_judged_in_full(rule):
    if rule["basis"] == "law" or "full" in rule["controls"].values():
        assert rule["with"]["must"]["where"] == {"present": True}


@pytest.mark.parametrize("name", PACKS)
def test_every_example_is_judged_as_it_says(cmpolicy, name):
    run = cmpolicy("test", name)

    assert run.status == 0, run.out
    assert " 0 wrong, 0 rules untested" in run.out


# --- reviews are held -----------------------------------------------------------------------------

HELD = [
    (pack, rule)
    for pack in PACKS.values()
    for rule in pack.rules
    if rule.facts.check == "cadence" and re.match(r"\d", str(rule.parameters.get("every")))
]


@pytest.mark.parametrize(("pack", "rule"), HELD, ids=[rule.id for _, rule in HELD])
def test_a_review_of_long_ago_is_overdue(pack, rule):
    """Plans alone hold nothing: where only the plan is asked for, another rule sets the limit."""
    agreement = built(in_scope(pack, rule), pack)

    def outcome(day):
        return judge(agreement, "a.yaml", rule, pack.framework, day)

    later = outcome(date(2036, 11, 24))
    assert outcome(date(2026, 11, 24)).outcome == "pass"
    if rule.parameters["every"] == "100 years":
        assert later.outcome == "pass"
    else:
        assert later.outcome == "fail"
        assert any("was due by" in item.message for item in later.observations)
