"""What a rule may ask of a check kind: parameters that cannot be meant are told when it is made."""

import re

import pytest
from cerberus.errors import BasicErrorHandler

from cmpolicy import bundled
from cmpolicy.checks import Context
from cmpolicy.document import read
from cmpolicy.framework import load
from cmpolicy.policy.parameters import KINDS, normalise

FRAMEWORKS = {
    name: load(read(path.read_bytes(), path.name)) for name, path in bundled.frameworks().items()
}


def problems(kind, parameters):
    return normalise(KINDS[kind], parameters)[1]


def made(kind, parameters, context=None):
    normalised, wrong = normalise(KINDS[kind], parameters)
    assert not wrong
    return KINDS[kind].make(normalised, context or Context(frameworks=FRAMEWORKS))


@pytest.mark.parametrize(
    ("kind", "parameters", "path", "words"),
    [
        ("cadence", {}, "kind", "required"),
        ("cadence", {"kind": "report", "every": "monthly"}, "every", "write 1 month"),
        ("cadence", {"kind": "report", "every": "often"}, "every", "on change"),
        ("cadence", {"kind": "report", "grace": "soon"}, "grace", "soon"),
        ("cadence", {"kind": "report", "attended_by": "client"}, "attended_by.0", "client"),
        (
            "notice",
            {"from": "provider", "to": "customer", "within": "2 business days"},
            "within",
            "wall-clock time",
        ),
        ("notice", {"from": "provider", "to": "customer", "starts": "news"}, "starts.0", "news"),
        ("attestation", {"party": "provider"}, "any_of", "required"),
        (
            "attestation",
            {"party": "provider", "any_of": "hitrust", "verified": "auditor"},
            "verified",
            "auditor",
        ),
        ("signature", {"digests": True}, "digests", "did you mean `digest`"),
        ("item", {"list": "toolz"}, "list", "toolz"),
        ("item", {"list": "tools", "must": {}}, "must", "is empty"),
        ("item", {"list": "tools", "must": {"name": {}}}, "must.name", "is empty"),
        ("item", {"list": "tools", "must": {"name": {"is": 1}}}, "must.name.is", "no parameter"),
        ("item", {"list": "tools", "must": {"a": {"at_most": "much"}}}, "must.a.at_most", "much"),
        ("item", {"list": "tools", "must": {"a": {"not_past": False}}}, "must.a.not_past", "False"),
        ("item", {"list": "tools", "must": {"a": {"equals": []}}}, "must.a.equals", "list"),
        ("item", {"list": "tools", "where": {"a": {"is": 1}}}, "where.a", "no test `is`"),
        ("item", {"list": "tools", "where": {"a": {"at_least": "x"}}}, "where.a", "`x`"),
        ("item", {"list": "tools", "where": {"a": {"referenced": 1}}}, "where.a", "referenced"),
        ("item", {"list": "tools", "where": {"a": {}}}, "where.a", "test"),
        ("item", {"list": "tools", "where": {"a": None}}, "where.a", "give a text"),
        ("item", {"list": "tools", "for_each": "person"}, "for_each", "person"),
        ("item", {"list": "tools", "at_least": -1}, "at_least", "must be at least 0"),
        ("item", {"list": "tools", "where": {"a": {"atleast": "1"}}}, "where.a", "`at_least`?"),
        ("owner", {"areas": "backup", "holder": "client"}, "holder", "did you mean `customer`?"),
        ("owner", {"areas": "backup", "holder": ""}, "holder", "is empty, and must be one of"),
        ("target", {"within": "30 mins"}, "within", "write 30 minutes"),
    ],
)
def test_what_cannot_be_meant_is_told_where_it_stands(kind, parameters, path, words):
    found = dict(problems(kind, parameters))

    assert path in found
    assert words in found[path]


ODD = (None, 1, -1, 0, "", "x", [], [1], [None], {}, {"a": 1}, {1: 2}, True, 1.5, [[]], [{}])


def parameter_paths(schema, above=()):
    for name, node in schema.items():
        yield (*above, name)
        if isinstance(node.get("schema"), dict) and node.get("type") == "dict":
            yield from parameter_paths(node["schema"], (*above, name))


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_is_one_of_the_library(kind):
    own = [re.split(r"[{']", text)[0].strip() for text in BasicErrorHandler.messages.values()]
    library = [text for text in own if len(text) > len("unknown")]
    assert "unallowed value" in library
    for path in parameter_paths(KINDS[kind].PARAMETERS):
        for value in ODD:
            given = value
            for step in reversed(path):
                given = {step: given}
            for at, message in problems(kind, given):
                assert not [text for text in library if text in message], (at, message)


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("cadence", {"kind": "report", "grace": "1 week"}, "`grace` needs an `every`"),
        ("cadence", {"kind": "report", "every": "on change", "grace": "1 week"}, "falls due"),
        ("notice", {"from": "provider", "to": "customer", "leaves": "1 hour"}, "needs `within`"),
        ("notice", {"from": "provider"}, "`to` is missing"),
        ("notice", {"event": "outage", "unambiguous": True}, "`from` is missing"),
        ("notice", {"unambiguous": False}, "`from` is missing"),
        ("allocation", {"framework": "iso"}, "no framework `iso`"),
        ("allocation", {"framework": "hipaa", "level": 2}, "has no levels"),
        ("allocation", {"framework": "cmmc", "level": 4}, "no level 4"),
        ("allocation", {"framework": "cmmc", "never_provider_only": "XX.*"}, "no control `XX.*`"),
    ],
)
def test_parameters_that_do_not_go_together_are_told(kind, parameters, words):
    with pytest.raises(ValueError, match=r".") as raised:
        made(kind, parameters)

    assert words in str(raised.value)


def test_a_single_word_stands_for_a_list_of_one():
    for kind, single, several in [
        (
            "cadence",
            {"kind": "report", "attended_by": "customer", "agenda": "risks"},
            {"kind": "report", "attended_by": ["customer"], "agenda": ["risks"]},
        ),
        (
            "attestation",
            {"party": "provider", "any_of": "hitrust"},
            {"party": "provider", "any_of": ["hitrust"]},
        ),
        (
            "item",
            {"list": "tools", "where": {"kind": "a"}},
            {"list": "tools", "where": {"kind": ["a"]}},
        ),
    ]:
        assert made(kind, single) == made(kind, several)


def test_the_grace_of_practice_is_seven_thirtieths_of_the_interval():
    for every, days in [
        ("1 day", 1),
        ("1 week", 2),
        ("1 month", 7),
        ("3 months", 21),
        ("6 months", 30),
        ("1 year", 30),
    ]:
        parameters = {"kind": "report", "every": every}

        assert made("cadence", parameters, Context("practice")).grace == days
        assert made("cadence", parameters, Context("law")).grace == 0
        assert made("cadence", parameters, Context("inferred")).grace == 0
        assert made("cadence", {**parameters, "grace": "3 days"}, Context("practice")).grace == 3
