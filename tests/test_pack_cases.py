"""What an auditor would say of edits of the known-good agreement, and whether the packs say it.

The tables are `tests/packs/cases-*.yaml`; the head of each says how a case is written.
"""

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import reports
from cmpolicy import bundled
from cmpolicy.agreement import HELD_BY_POLICY, FrameworkScope
from cmpolicy.controls import Entry, contracts, said, standings
from cmpolicy.document import read
from cmpolicy.edits import parse
from cmpolicy.errors import CmpolicyError
from cmpolicy.evaluate import evaluate
from cmpolicy.policy.library import Catalogs, load_in_full, read_file
from cmpolicy.policy.requiring import Demand, hold
from cmpolicy.rule_examples import example_agreement
from cmpolicy.verdict import Holds, Outcome

FOLDER = Path(__file__).parent / "packs"
AS_OF = date(2026, 11, 24)
BASE = read_file(bundled.base())
CATALOGS = Catalogs()
NOT_SO = (AssertionError, CmpolicyError)
SIGNED = "cm-signed-terms"
"""It fails whenever the terms are no longer those that were signed, as in most cases here."""
OUTCOMES = ("fail", "pass", "undetermined", "not-applicable")
KEYS = {
    *("id", "packs", "because", "edits", "require", "only", "severity", "basis"),
    *("controls", "says", "yet", *OUTCOMES),
}


def tables():
    """Yield each case with the name of its file; what it leaves out is filled in."""
    for path in sorted(FOLDER.glob("cases-*.yaml")):
        table = read(path.read_bytes(), path.name).value
        for case in table["cases"]:
            yield path.stem, {"packs": table["packs"], "edits": [], "only": False, **case}


CASES = list(tables())
EVERY_CASE = [
    pytest.param(
        case,
        id=f"{name}-{case['id']}",
        marks=pytest.mark.xfail(strict=True, raises=NOT_SO, reason=case["yet"])
        if "yet" in case
        else (),
    )
    for name, case in CASES
]


@cache
def pack(name):
    return load_in_full(name, CATALOGS)


def agreement_of(case):
    """Return the edited agreement, held to its packs and to what the policy requires."""
    packs = [pack(name) for name in case["packs"]]
    words = defaultdict(frozenset)
    for one in packs:
        for vocabulary, more in one.words.items():
            words[vocabulary] |= more
    edits = [edit for entry in case["edits"] for edit in parse(entry, None)]
    asked = {
        name: FrameworkScope(name, HELD_BY_POLICY, facts, None)
        for name, facts in case.get("require", {}).items()
    }
    named = tuple(one.framework for one in packs if one.framework)
    agreement = example_agreement(BASE, edits, None, words)
    return hold(agreement, Demand(frameworks=asked, named=named), AS_OF)


def states_of(case, agreement, verdicts):
    """Return the states of the controls that a case names."""
    found = {}
    for framework in {reference.partition(":")[0] for reference in case.get("controls", {})}:
        catalog = CATALOGS[framework]
        paths = [item.path for verdict in verdicts for item in verdict.observations]
        kinds = {one.term_of for one in catalog.controls.values() if one.term_of}
        scope = agreement.frameworks[framework]
        entry = Entry(
            file="a.yaml",
            facts=scope.facts,
            starts=scope.starts,
            said=said(agreement, paths, AS_OF),
            contracts=contracts(agreement, kinds, AS_OF),
        )
        judged = reports.report(*verdicts, as_of=AS_OF)
        (shown,) = standings(judged, catalog, {agreement.id: entry})
        every = (*shown.controls, *shown.around)
        found |= {row.control.reference: row.state.value for row in every}
    return found


@pytest.mark.parametrize("case", EVERY_CASE)
def test_packs_say_what_an_auditor_would(case):
    agreement = agreement_of(case)
    rules = {rule.id: rule for one in case["packs"] for rule in pack(one).rules}
    verdicts = evaluate(agreement, "a.yaml", [pack(one) for one in case["packs"]], AS_OF)
    outcomes = {verdict.rule.id: verdict.outcome.value for verdict in verdicts}
    open_ = {name for name, one in outcomes.items() if one in ("fail", "undetermined")} - {SIGNED}
    expected = {rule: outcome for outcome in OUTCOMES for rule in case.get(outcome, ())}
    messages = " / ".join(
        item.message
        for verdict in verdicts
        if verdict.outcome in (Outcome.FAIL, Outcome.UNDETERMINED)
        for item in verdict.observations
        if item.holds is not Holds.YES
    )

    assert {rule: outcomes.get(rule) for rule in expected} == expected, messages
    if case["only"]:
        assert open_ == {*case.get("fail", ()), *case.get("undetermined", ())}, messages
    for field in ("severity", "basis"):
        wanted = case.get(field, {})
        facts = {rule: rules[rule].facts for rule in wanted if rule in rules}
        assert {rule: str(getattr(one, field)) for rule, one in facts.items()} == wanted
    states = states_of(case, agreement, verdicts)
    wanted = case.get("controls", {})
    assert {control: states.get(control) for control in wanted} == wanted
    assert [words for words in case.get("says", ()) if words not in messages] == []


def test_a_case_is_written_as_the_head_of_its_file_says():
    ids = [case["id"] for _, case in CASES]

    assert len(set(ids)) == len(ids)
    for _, case in CASES:
        assert set(case) <= KEYS, case["id"]
        assert len(case["because"]) > 30, case["id"]
        assert {*OUTCOMES, "only", "severity", "basis", "controls"} & set(case), case["id"]
