"""What is shared between rules, and left out where nobody asks for it, changes no verdict."""

import re
import subprocess
import sys
from datetime import date

import pytest

from by_hand import BY_HAND
from cmpolicy.fleet import Evaluator, judge_all
from cmpolicy.gate.members import CandidateFile, Role
from cmpolicy.pool import Crew
from cmpolicy.runs.entry import CheckArguments, check
from cmpolicy.runs.policies import PolicyRequest
from cmpolicy.snapshot import WorkTree
from mutations import AS_OF
from plain import fast, mutated, plain, policy, sound, without_evidence

DAYS = (date(2025, 3, 1), AS_OF, date(2028, 1, 5))
SEED = 20_261_124


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("path", sound())
def test_examples_are_judged_as_by_each_rule_for_itself(path, as_of):
    agreement = sound()[path]
    expected = plain(agreement, as_of)

    actual = fast(agreement, as_of)

    assert expected == actual
    assert any(verdict.observations for verdict in actual if verdict.outcome == "pass")


def test_mutated_agreements_are_judged_as_by_each_rule_for_itself():
    """`tools/plain.py` tries more of them."""
    for agreement in mutated(SEED, 15):
        expected = plain(agreement, AS_OF)

        actual = fast(agreement, AS_OF)

        assert expected == actual


@pytest.mark.parametrize("path", sound())
def test_without_evidence_nothing_but_the_observations_of_passes_is_gone(path):
    agreement = sound()[path]
    expected = without_evidence(fast(agreement, AS_OF))

    actual = fast(agreement, AS_OF, evidence=False)

    assert expected == actual


@pytest.mark.parametrize("evidence", [True, False])
def test_a_report_holds_what_was_seen_of_passes_only_where_it_is_asked(monkeypatch, evidence):
    monkeypatch.chdir(BY_HAND)
    asked = CheckArguments((), PolicyRequest(None, (), None, AS_OF), evidence=evidence)

    run, _ = check(asked)

    passing = [one for one in run.report.verdicts if one.outcome == "pass"]
    failing = [one for one in run.report.verdicts if one.outcome == "fail"]
    assert all(bool(one.observations) is evidence for one in passing)
    assert all(one.observations for one in failing)


def test_processes_hand_back_the_same_with_the_rules_of_the_policy():
    """A judgement that carried the texts of its rules would be seven times as large."""
    evaluator = Evaluator.of(WorkTree(BY_HAND), policy(), AS_OF)
    sources = [CandidateFile(f"agreements/{path}", Role.MEMBER) for path in sound()]
    expected = tuple(judge_all(evaluator, sources))

    actual = tuple(judge_all(evaluator, sources, Crew(2)))

    rules = {rule.id: rule.facts for pack in policy().packs for rule in pack.rules}
    assert expected == actual
    assert all(verdict.rule is rules[verdict.rule.id] for one in actual for verdict in one.verdicts)


def test_a_check_of_a_file_does_not_load_what_compares():
    """A hook pays for each module that it loads."""
    file = f"agreements/{next(iter(sound()))}"
    command = [sys.executable, "-X", "importtime", "-m", "cmpolicy", "check", file]

    done = subprocess.run(command, cwd=BY_HAND, capture_output=True, text=True, check=False)

    loaded = set(re.findall(r"\bcmpolicy\.[\w.]+$", done.stderr, re.MULTILINE))
    unwanted = {"gate.dropping", "gate.narrowing", "runs.pairing", "runs.since", "compare"}
    assert "cmpolicy.evaluate" in loaded
    assert loaded & {f"cmpolicy.{name}" for name in unwanted} == set()
