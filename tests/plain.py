"""Judging the plain way, a rule at a time, as nothing is shared: what the fast way must equal.

Each rule meets an agreement of which nothing is remembered, with a check made for it alone, and
keeps all that it saw. `sound` and `mutated` return agreements to try it on.
"""

import dataclasses
import random
from functools import cache

from by_hand import BY_HAND
from cmpolicy.agreement.load import Loader
from cmpolicy.checks import Context
from cmpolicy.document import read
from cmpolicy.errors import CmpolicyError
from cmpolicy.evaluate import evaluate, judge
from cmpolicy.policy.effective import load_policy
from cmpolicy.policy.parameters import KINDS
from cmpolicy.snapshot import WorkTree
from cmpolicy.verdict import Outcome
from mutations import AS_OF, Memory, agreements, by_nodes, by_tokens


@cache
def policy():
    """Return the policy of these agreements: every bundled pack."""
    return load_policy(WorkTree(BY_HAND), "cmpolicy.yaml", (), AS_OF)


def sound():
    """Return the agreements written by hand, by path."""
    tree = WorkTree(BY_HAND)
    paths = sorted(path.name for path in (BY_HAND / "agreements").glob("*.yaml"))
    return {path: _load(tree.read(f"agreements/{path}"), f"agreements/{path}") for path in paths}


def mutated(seed, count):
    """Yield so many agreements that can be read though a few nodes or tokens are others."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    found = 0
    while found < count:
        change = chance.choice((by_nodes, by_nodes, by_tokens))
        data = change(chance.choice(agreements()), chance)
        try:
            agreement = _load(data, "agreements/a.yaml")
        except CmpolicyError:
            continue
        found += 1
        yield agreement


def _load(data, path):
    files = {f"common/{one.name}": one.read_bytes() for one in (BY_HAND / "common").iterdir()}
    snapshot = Memory(files)
    loader = Loader(snapshot.read, snapshot.is_file, policy().words)
    return policy().hold(loader.load(read(data, path)), AS_OF)


def fast(agreement, as_of, *, evidence=True):
    """Judge an agreement as a run does."""
    packs = policy().packs_for(agreement.frameworks)
    return evaluate(agreement, agreement.document.file, packs, as_of, evidence=evidence)


def plain(agreement, as_of):
    """Judge an agreement by each rule for itself."""
    return tuple(
        judge(_forgetful(agreement), agreement.document.file, _alone(rule), pack.framework, as_of)
        for pack in policy().packs_for(agreement.frameworks)
        for rule in pack.rules
    )


def without_evidence(verdicts):
    """Take away what was seen of what passes."""
    return tuple(
        dataclasses.replace(one, observations=()) if one.outcome is Outcome.PASS else one
        for one in verdicts
    )


def _forgetful(agreement):
    document = dataclasses.replace(agreement.document, _names={})
    return dataclasses.replace(agreement, document=document, known={})


def _alone(rule):
    context = Context(rule.facts.basis, rule.when, policy().frameworks)
    check = KINDS[rule.facts.check].make(rule.parameters, context)
    return dataclasses.replace(rule, check=check)
