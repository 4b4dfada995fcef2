"""Lacks: one cause is one lack, whoever meets it."""

from datetime import date

import pytest

from build import agreement
from cmpolicy.evaluate import judge
from cmpolicy.lacks import LackKind, conflict, missing, unknown, wrong
from test_checks import rule_of


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
