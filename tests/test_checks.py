"""Every check kind, judged by data: `tests/checks/<kind>/<outcome>-*.yaml`.

The file's name says the outcome: `pass`, `fail`, `unknown` (undetermined), `not-applicable`. A case
is an agreement of a few lines, a rule's check and parameters, and what is found:

    claim: what the case shows, in a sentence
    check: owner
    with: {areas: [backup]}
    when: {party_handles: [phi]}     # optional, as of a rule; each a list
    basis: law                       # optional; practice where left out
    as_of: 2026-11-24                # optional; this day where left out
    agreement: |                     # added to the head in `build.py`; a section here replaces its
      responsibilities: [...]
    expect:                          # every observation shown, in order; or some, with `more: true`
      - {subject: backup/nightly, holds: no, path: "responsibilities[nightly]", says: [words]}
    holds_until: 2026-12-31          # optional: the last day on which the verdict is the same
    reason: words                    # optional: why the rule is not applicable

`holds` is `yes`, `no` or `unknown`; a case of several cells has `cells` instead of `subject`;
`lack` is the line that says what lacks; `line`, where given, counts in the lines of `agreement`.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from build import HEAD, agreement
from cmpolicy import bundled
from cmpolicy.checks import CHECKS, Context
from cmpolicy.document import read
from cmpolicy.evaluate import judge
from cmpolicy.framework import load
from cmpolicy.policy.pack import Rule
from cmpolicy.policy.parameters import normalise
from cmpolicy.rule_facts import RuleFacts, Severity

FOLDER = Path(__file__).parent / "checks"
CASES = sorted(FOLDER.glob("*/*.yaml"))
KINDS = {kind.KIND: kind for kind in CHECKS}
OUTCOMES = {
    "pass": "pass",
    "fail": "fail",
    "unknown": "undetermined",
    "not-applicable": "not-applicable",
}
KEYS = {
    "claim",
    "check",
    "with",
    "when",
    "basis",
    "as_of",
    "agreement",
    "expect",
    "more",
    "holds_until",
    "reason",
}


@cache
def catalogs():
    return {
        name: load(read(path.read_bytes(), path.name))
        for name, path in bundled.frameworks().items()
    }


def rule_of(case):
    kind = KINDS[case["check"]]
    parameters, wrong = normalise(kind, case.get("with", {}))
    assert not wrong
    when = {name: tuple(words) for name, words in case.get("when", {}).items()}
    basis = case.get("basis", "practice")
    named = catalogs() if kind.KIND == "allocation" else {}
    facts = RuleFacts("r", "p", kind.KIND, "t", Severity.HIGH, basis, (), (), "w", "f")
    return Rule(facts, when, parameters, kind.make(parameters, Context(basis, when, named)))


def head_without(body):
    """Return the head, less the sections that the body says itself, and its number of lines."""
    own = {line.split(":")[0] for line in body.splitlines() if line[:1].isalpha()}
    kept = []
    dropping = False
    for line in HEAD.splitlines(keepends=True):
        if line[0].isalpha():
            dropping = line.split(":")[0] in own
        if not dropping:
            kept.append(line)
    return "".join(kept), len(kept)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path):
    case = read(path.read_bytes(), path.name).value
    assert case.keys() <= KEYS
    assert case["check"] == path.parent.name
    head, lines = head_without(case["agreement"])
    subject = agreement(case["agreement"], head)
    as_of = date.fromisoformat(case.get("as_of", "2026-11-24"))

    verdict = judge(subject, path.name, rule_of(case), None, as_of)

    shown = [(item.subjects, item.holds, item.path) for item in verdict.observations]
    messages = [item.message for item in verdict.observations]
    outcome = next(name for word, name in OUTCOMES.items() if path.stem.startswith(f"{word}-"))
    assert verdict.outcome == outcome, messages
    assert case.get("reason", "") in (verdict.reason or "")
    wanted = [(_cells(item), item["holds"], item["path"]) for item in case["expect"]]
    if case.get("more"):
        shown = [item for item in shown if item in wanted]
    assert shown == wanted, messages
    for item in case["expect"]:
        found = next(
            one
            for one in verdict.observations
            if (one.subjects, one.path) == (_cells(item), item["path"])
        )
        for words in item.get("says", ()):
            assert words in found.message
        if "lack" in item:
            assert found.lack.text == item["lack"]
        if "line" in item:
            assert found.location.line - lines == item["line"]
    if "holds_until" in case:
        assert str(verdict.holds_until) == case["holds_until"]


def _cells(expected):
    return tuple(expected.get("cells") or [expected["subject"]])


def test_every_kind_passes_fails_and_doubts_somewhere():
    for kind in KINDS:
        names = [path.stem for path in CASES if path.parent.name == kind]

        for outcome in ("pass", "fail", "unknown"):
            assert any(name.startswith(f"{outcome}-") for name in names), (kind, outcome)


def test_every_kind_documents_itself_and_its_parameters():
    for kind in CHECKS:
        assert f"check: {kind.KIND}" in kind.__doc__
        for name, schema in kind.PARAMETERS.items():
            assert schema["meta"]["doc"], (kind.KIND, name)


DECIDING = (
    "owner",
    "allocation",
    "item",
    "cadence",
    "escalation",
    "notice",
    "attestation",
    "signature",
)
"""Kinds whose every doubt names the value that decides."""


@pytest.mark.parametrize(
    "path", [path for path in CASES if path.parent.name in DECIDING], ids=lambda path: path.stem
)
def test_what_does_not_hold_says_what_lacks_and_a_doubt_what_decides(path):
    case = read(path.read_bytes(), path.name).value
    head, _ = head_without(case["agreement"])
    as_of = date.fromisoformat(case.get("as_of", "2026-11-24"))
    checked = rule_of(case)

    verdict = judge(agreement(case["agreement"], head), path.name, checked, None, as_of)

    for item in verdict.observations:
        if item.holds == "no":
            assert item.lack.kind != "unknown", item
        elif item.holds == "unknown":
            assert item.lack.kind == "unknown", item
            assert item.lack.paths[0] in item.message
