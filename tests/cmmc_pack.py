"""The CMMC pack, and its verdicts on the known-good agreement with edits."""

from datetime import date

import obligations
from cmpolicy import bundled
from cmpolicy.edits import Edit
from cmpolicy.evaluate import judge
from cmpolicy.policy.library import Catalogs, load_in_full, read_file
from cmpolicy.rule_examples import example_agreement

AS_OF = date(2026, 11, 24)
PACK = load_in_full("cmmc", Catalogs())
BASE = read_file(bundled.base())
SOURCE = bundled.policies()["cmmc"].read_bytes()
RULES = {rule.id: obligations.RULES[rule.id] for rule in PACK.rules}

LEVEL_1 = ("set", "frameworks.cmmc.level", 1)
LEVEL_3 = ("set", "frameworks.cmmc.level", 3)
C3PAO = ("set", "frameworks.cmmc.assessment", "c3pao")


def verdict(rule_id, *edits, as_of=AS_OF):
    """Return one rule's verdict on the known-good agreement with these edits."""
    made = [Edit(action, path, *value) for action, path, *value in edits]
    agreement = example_agreement(BASE, made, "cmmc", PACK.words)
    rule = next(rule for rule in PACK.rules if rule.id == rule_id)
    return judge(agreement, "a.yaml", rule, "cmmc", as_of)


def outcomes(*edits, as_of=AS_OF):
    """Return the outcomes of all rules on the known-good agreement with these edits."""
    made = [Edit(action, path, *value) for action, path, *value in edits]
    agreement = example_agreement(BASE, made, "cmmc", PACK.words)
    return {rule.id: judge(agreement, "a.yaml", rule, "cmmc", as_of).outcome for rule in PACK.rules}


def failing(*edits, as_of=AS_OF):
    """Return the rules that an edited agreement does not satisfy."""
    found = outcomes(*edits, as_of=as_of)
    return {name for name, outcome in found.items() if outcome in {"fail", "undetermined"}}


def applying(*edits, as_of=AS_OF):
    """Return the rules that apply to an edited agreement."""
    found = outcomes(*edits, as_of=as_of)
    return {name for name, outcome in found.items() if outcome != "not-applicable"}
