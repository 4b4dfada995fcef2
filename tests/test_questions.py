"""A question that several rules ask is written once, by one of them."""

from collections import defaultdict

import pytest

from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.policy import load_pack
from cmpolicy.policy.library import Catalogs, load_in_full
from cmpolicy.policy.questions import bundled_pack
from obligations import PACKS

CATALOGS = Catalogs()
HEAD = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: What we ask
version: 1.0.0
rules:
"""
OWNER = """\
  - id: house-targets
    title: Service levels are written down
    severity: high
    basis: practice
    check: item
    with: {list: targets}
    why: Without them nobody is late.
    fix: Add `targets`.
    examples:
      pass: [[], [{set: model, to: other}, {remove: targets}]]
      fail: [{edits: [{remove: targets}], says: targets}]
"""


def house(*rules):
    text = "".join((HEAD, *rules)).encode()
    return load_pack(read(text, "house.yaml"), text, CATALOGS)


def sharing(same_as, *lines):
    fields = {"severity": "low", "basis": "inferred", "why": "The standard asks it."}
    said = "".join(f"    {name}: {value}\n" for name, value in fields.items())
    own = "".join(f"    {line}\n" for line in lines)
    return f"  - id: house-same\n    same_as: {same_as}\n{said}{own}"


def refused(*rules):
    with pytest.raises(PolicyError) as caught:
        house(*rules)
    return [(one.message, one.hint, one.location.line) for one in caught.value.problems]


def test_a_rule_takes_the_question_and_says_the_rest_itself():
    owner, same = house(OWNER, sharing("house-targets", 'references: ["ISO 5.20"]')).rules

    assert same.parameters == owner.parameters
    assert (same.facts.check, same.facts.fix) == (owner.facts.check, owner.facts.fix)
    assert same.facts.title == owner.facts.title
    assert (same.facts.severity, same.facts.basis) == ("low", "inferred")
    assert same.facts.why == "The standard asks it."
    assert same.question == owner.question == "house-targets"
    assert same.check.context.basis == "inferred"


def test_it_shows_what_fails_and_not_what_passes_as_the_owner_does_not_apply():
    _, same = house(OWNER, sharing("house-targets")).rules

    assert [example.edits for example in same.passing] == [()]
    assert [example.says for example in same.failing] == [("targets",)]


def test_its_own_title_and_examples_come_first():
    own = ("title: Levels are agreed", "examples: {pass: [[], []]}")
    _, same = house(OWNER, sharing("house-targets", *own)).rules

    assert same.facts.title == "Levels are agreed"
    assert (len(same.passing), len(same.failing)) == (2, 1)


def test_the_owner_may_stand_after_it_and_in_a_bundled_pack():
    same, owner = house(sharing("house-targets"), OWNER).rules
    assert same.parameters == owner.parameters

    (same,) = house(sharing("cm-signed")).rules
    bundled_rule = next(rule for rule in PACKS["comanaged"].rules if rule.id == "cm-signed")
    assert same.facts.check == "signature"
    assert same.parameters == bundled_rule.parameters


@pytest.mark.parametrize("name", ["check: item", "with: {list: targets}", "fix: Add some of it."])
def test_what_is_taken_cannot_be_said_anew(name):
    field = name.partition(":")[0]

    assert refused(OWNER, sharing("house-targets", name)) == [
        (
            f"rule `house-same`: `{field}` comes from `house-targets`",
            f"leave out `{field}`, or `same_as`",
            23,
        )
    ]


def test_an_owner_that_is_not_there_is_an_error_with_the_nearest_name():
    assert refused(OWNER, sharing("house-target")) == [
        (
            "rule `house-same`: there is no rule `house-target` to ask the same as",
            "did you mean `house-targets`?",
            19,
        )
    ]
    ((_, hint, _),) = refused(sharing("zzzzzzzz"))
    assert hint == "name a rule of this or of a bundled pack"


def test_an_owner_owns_its_question():
    chain = sharing("house-targets").replace("house-same", "house-link")

    assert refused(OWNER, chain, sharing("house-link")) == [
        (
            "rule `house-same`: `house-link` takes its question from another rule",
            "name house-targets",
            24,
        )
    ]


def test_without_it_a_rule_needs_a_question_of_its_own():
    rule = sharing("x").replace("    same_as: x\n", "")
    messages = " ".join(message for message, _, _ in refused(rule))

    for name in ("title", "check", "fix"):
        assert f"`rules[house-same].{name}` is missing" in messages


def test_the_bundled_packs_write_no_question_twice():
    """The same check of the same parameters is one question, in whichever pack it is asked."""
    owners = defaultdict(set)
    for pack in PACKS.values():
        for rule in pack.rules:
            owners[rule.facts.check, str(rule.parameters)].add(rule.question)

    assert [found for found in owners.values() if len(found) > 1] == []


def test_a_bundled_pack_is_read_once():
    assert bundled_pack("hipaa") is bundled_pack("hipaa")
    assert load_in_full("hipaa", CATALOGS).rules[0].location.file == "policies/hipaa.yaml"
