"""Lacks: one cause is one lack, whoever meets it."""

import json
from datetime import date

import pytest

from build import agreement
from cmpolicy import bundled
from cmpolicy.document import read
from cmpolicy.evaluate import judge
from cmpolicy.lacks import LackKind, conflict, missing, unknown, wrong
from cmpolicy.policy.library import Catalogs, load_in_full
from test_checks import rule_of

BASE = bundled.base()


def test_the_words_of_a_missing_row_come_in_any_order():
    one = missing("coverage", stage="detect", area="backup")

    assert one == missing("coverage", area="backup", stage="detect")
    assert one.text == "missing coverage area=backup stage=detect"


def test_words_that_are_not_asked_for_are_left_out():
    assert missing("targets", stage="respond", rank=None) == missing("targets", stage="respond")
    assert missing("notices", event="breach", from_="it").key == (
        ("event", "breach"),
        ("from", "it"),
    )


def test_without_words_all_of_the_list_is_missing():
    assert missing("tools").text == "missing tools *"
    assert missing("tools").kind is LackKind.MISSING


def test_more_unknown_values_behind_the_one_that_decides_are_the_same_lack():
    one = unknown("services[a].criticality")
    more = unknown("services[a].criticality", "services[b].criticality")

    assert one.fingerprint("clinic") == more.fingerprint("clinic")
    assert one.fingerprint("clinic") != unknown("services[b].criticality").fingerprint("clinic")


def test_rows_in_conflict_come_in_any_order():
    assert conflict("targets[b]", "targets[a]") == conflict("targets[a]", "targets[b]")


def test_a_fingerprint_is_of_the_agreement_too():
    assert wrong("term.ends").fingerprint("a") != wrong("term.ends").fingerprint("b")
    assert len(wrong("term.ends").fingerprint("a")) == 32


SAME = {
    "a review": (
        "reviews: [{id: a, kind: other-review, every: 1 month}]",
        {"check": "cadence", "with": {"kind": "report", "every": "1 month", "record": True}},
        {"check": "item", "with": {"list": "reviews", "where": {"kind": "report"}}},
        "missing reviews kind=report",
    ),
    "a task": (
        "responsibilities: [{id: a, area: backup, task: Back up, accountable: msp}]",
        {"check": "owner", "with": {"areas": ["log-review"], "holder": "customer"}},
        {"check": "item", "with": {"list": "responsibilities", "where": {"area": "log-review"}}},
        "missing responsibilities area=log-review",
    ),
    "all tasks": (
        "",
        {"check": "owner", "with": {"areas": ["log-review"]}},
        {"check": "item", "with": {"list": "responsibilities", "where": {"area": "backup"}}},
        "missing responsibilities *",
    ),
    "an allocation": (
        'allocations: [{control: "soc2:CC6.2", origin: customer}]',
        {"check": "allocation", "with": {"framework": "soc2"}},
        {"check": "item", "with": {"list": "allocations", "where": {"control": "soc2:CC6.1"}}},
        "missing allocations control=soc2:CC6.1",
    ),
    "a clause of each provider, and of the provider": (
        "clauses: [{topic: insurance, by: msp, where: s. 1}]",
        {
            "check": "item",
            "with": {"list": "clauses", "for_each": "provider", "where": {"topic": "audit-rights"}},
        },
        {
            "check": "item",
            "with": {"list": "clauses", "where": {"topic": "audit-rights", "by": "provider"}},
        },
        "missing clauses by=msp topic=audit-rights",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_rules_of_different_kinds_that_miss_one_row_lack_the_same(name):
    body, *cases, lack = SAME[name]

    for case in cases:
        verdict = judge(agreement(body), "a.yaml", rule_of(case), None, date(2026, 11, 24))

        assert lack in {item.lack.text for item in verdict.observations if item.lack}


def without(section, *ids):
    """Return the known-good agreement without a section, or without these rows of it."""
    value = dict(read(BASE.read_bytes(), BASE.name).value)
    del value["responsibilities"]  # its rows refer to others
    left = [row for row in value.pop(section) if ids and row["id"] not in ids]
    return agreement(head=json.dumps({**value, section: left} if ids else value, default=str))


@pytest.mark.parametrize(
    ("section", "ids", "check", "expected"),
    [
        ("escalations", (), "escalation", ["missing escalations *"] * 7),
        ("escalations", ("p1-path",), "escalation", ["missing escalations rank=1"] * 7),
        ("signatures", (), "signature", ["missing signatures *"] * 2),
        ("attestations", (), "attestation", ["missing attestations *"] * 2),
    ],
)
def test_rules_that_meet_one_missing_row_give_one_lack(section, ids, check, expected):
    found = without(section, *ids)
    rules = load_in_full("comanaged", Catalogs()).rules

    verdicts = [
        judge(found, "a.yaml", rule, None, date(2026, 11, 24))
        for rule in rules
        if rule.facts.check == check
    ]

    failing = [
        {item.lack.text for item in verdict.observations if item.holds == "no"}
        for verdict in verdicts
    ]
    assert failing == [{text} for text in expected]
