"""Rules that ask the same have one check, and it is run once an agreement."""

import dataclasses
from datetime import date

import pytest

from cmpolicy.checks import Context
from cmpolicy.evaluate import evaluate
from cmpolicy.policy import Pack, share_checks
from cmpolicy.policy.parameters import KINDS, normalise
from cmpolicy.verdict import Holds, Observation
from mutations import AS_OF
from plain import policy, sound

RULE = policy().packs[0].rules[0]
DEADLINE = date(2027, 1, 31)


def rule(identity, check, parameters, *, basis="practice", **when):
    kind = KINDS[check]
    values, errors = normalise(kind, parameters)
    assert not errors
    facts = dataclasses.replace(RULE.facts, id=identity, check=check, basis=basis)
    made = kind.make(values, Context(basis, when, {}))
    return dataclasses.replace(RULE, facts=facts, when=when, parameters=values, check=made)


def pack(*rules):
    return Pack("p", "P", "1", None, "", rules)


TOOLS = {"list": "tools", "where": {"kind": "ticketing"}}
YEARLY = {"kind": "access-review", "every": "1 year"}
PROVIDERS = {"party_kind": ("provider",)}
COUPLES = {
    "the same": (("item", TOOLS, {}), ("item", TOOLS, {}), True),
    "another basis": (("item", TOOLS, {}), ("item", TOOLS, {"basis": "law"}), True),
    "another model": (("item", TOOLS, {}), ("item", TOOLS, {"model": ("co-managed",)}), True),
    "other parties": (("item", TOOLS, {}), ("item", TOOLS, PROVIDERS), False),
    "other items": (("item", TOOLS, {}), ("item", TOOLS | {"at_least": 2}, {}), False),
    "another usual grace": (("cadence", YEARLY, {}), ("cadence", YEARLY, {"basis": "law"}), False),
}


@pytest.mark.parametrize("name", COUPLES)
def test_rules_share_a_check_where_nothing_can_tell_their_answers_apart(name):
    one, other, expected = COUPLES[name]
    first, second = rule("a", *one[:2], **one[2]), rule("b", *other[:2], **other[2])

    actual = share_checks([pack(first), pack(second)])

    checks = [found.check for each in actual for found in each.rules]
    assert (checks[0] is checks[1]) is expected
    assert checks[0] is first.check


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """A check that counts how often it is run."""

    readings: list

    def run(self, agreement, clock):
        """Pass until a day."""
        self.readings.append(agreement.reading)
        holds = Holds.NO if clock.passed(DEADLINE) else Holds.YES
        yield Observation("it", "term", "it is there", holds)


def test_a_shared_check_is_run_once_and_each_verdict_hangs_on_its_days():
    check = Counted([])
    shared = [dataclasses.replace(RULE, when={}, check=check)] * 2
    agreement = dataclasses.replace(sound()["larkspur-analytics.yaml"], unknowns=False)

    verdicts = evaluate(agreement, "a.yaml", [pack(*shared)], AS_OF)

    assert len(check.readings) == 1
    assert [one.holds_until for one in verdicts] == [DEADLINE, DEADLINE]
    assert verdicts[0] == verdicts[1]
