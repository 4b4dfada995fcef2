"""Finding, scope and loading of frameworks."""

from collections import Counter

import pytest

from catalogs import CATALOGS, CMMC, HIPAA, SOC2, of_level, rows
from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.framework import Control, ProgramRule, load
from cmpolicy.unknown import UNKNOWN

SCOPED = {name: catalog for name, catalog in CATALOGS.items() if catalog.scope}
PREFIXES = {"SOC2": "soc2", "HIPAA": "hipaa", "CMMC": "cmmc"}

# Finding


def obligations():
    found = {
        (PREFIXES[row["framework"]], row["control_id"]) for row in rows("agreement_obligations.tsv")
    }
    return sorted(found)


def test_30_obligations_have_no_control_id():
    rules = [(name, id_) for name, id_ in obligations() if id_ not in CATALOGS[name].controls]
    assert len(rules) == 30
    for name, identity in rules:
        found = CATALOGS[name].find(f"{name}:{identity}")
        assert isinstance(found, ProgramRule)
        assert found.id == identity


@pytest.mark.parametrize(("name", "identity"), obligations())
def test_what_an_obligation_names_is_found(name, identity):
    found = CATALOGS[name].find(f"{name}:{identity}")
    assert found is not None
    assert found.reference == f"{name}:{identity}"


@pytest.mark.parametrize(
    ("reference", "identity"),
    [
        ("cmmc:FAR52.240-93", "FAR52.204-21(c)"),
        ("cmmc:FAR 52.240-5", "FAR52.204-21(c)"),
        ("cmmc:DFARS252.240-7997", "DFARS252.204-7020"),
        ("cmmc:DFARS 252.204-7012(c)(1)(ii)", "DFARS252.204-7012(c)(1)(ii)"),
        ("cmmc:32 CFR 170.19(d)(2)(ii)", "32CFR170.19(c)(2)(ii)"),
        ("cmmc:32CFR170.16(c)(3)(i)", "32CFR170.17(c)(6)(i)"),
        ("hipaa:164.404(a)(2)", "164.404(b)"),
        ("soc2:DC 6", "DC6"),
    ],
)
def test_program_rules_are_found_by_their_other_numbers(reference, identity):
    found = CATALOGS[reference.partition(":")[0]].find(reference)
    assert isinstance(found, ProgramRule)
    assert found.id == identity


@pytest.mark.parametrize(
    "reference",
    ["CC7.2", "hipaa:CC7.2", "soc2:CC7.9", "soc2:", "soc2:cc7.2", "cmmc:AC.L1-3.1.1", ""],
)
def test_what_is_not_in_a_catalog_is_not_found(reference):
    assert all(catalog.find(reference) is None for catalog in CATALOGS.values())


def test_a_control_is_found_by_its_reference():
    found = SOC2.find("soc2:CC7.2")
    assert isinstance(found, Control)
    assert found is SOC2.controls["CC7.2"]
    assert found.reference == "soc2:CC7.2"


# Scope


@pytest.mark.parametrize(("level", "levels"), [(1, {1}), (2, {2}), (3, {2, 3})])
def test_cmmc_scope_follows_the_level(level, levels):
    scope = CMMC.in_scope({"level": level, "assessment": "self"})
    assert {control.level for control in scope} == levels
    assert len(scope) == sum(len(of_level(found)) for found in levels)


def test_soc2_scope_always_has_the_common_criteria():
    chosen = SOC2.in_scope({"categories": ["availability", "privacy"]})
    assert Counter(control.category for control in chosen) == {
        "common": 33,
        "availability": 3,
        "privacy": 18,
    }
    assert len(SOC2.in_scope({"categories": ["common"]})) == 33


def test_hipaa_scope_leaves_out_what_covered_entities_alone_owe():
    both = HIPAA.in_scope({"standing": "covered-entity"})
    assert len(both) == len(HIPAA.controls)
    associate = {control.id for control in HIPAA.in_scope({"standing": "business-associate"})}
    assert {control.id for control in both} - associate == {
        control.id for control in both if control.facts["duty"] == "covered-entity"
    }
    assert {"164.308(a)(2)", "164.308(b)(2)", "164.410(b)", "164.504(e)(2)(iii)"} <= associate
    assert not {"164.308(b)(1)", "164.504(e)(1)(ii)", "164.314(b)(1)"} & associate


@pytest.mark.parametrize("catalog", SCOPED.values(), ids=SCOPED)
@pytest.mark.parametrize("facts", [{}, "unknown", "odd"], ids=["missing", "unknown", "odd"])
def test_an_unknown_scope_is_everything_or_what_always_counts(catalog, facts):
    values = {"unknown": UNKNOWN, "odd": "of no such name"}
    said = {catalog.scope.asks: values[facts]} if facts else {}
    assert catalog.in_scope(said) == tuple(catalog.controls.values())
    kind = catalog.in_scope(said, optimistic=True)
    assert len(kind) == (33 if catalog is SOC2 else 0)


def test_an_unknown_category_among_known_ones():
    said = {"categories": ["availability", UNKNOWN]}
    assert len(SOC2.in_scope(said, optimistic=True)) == 36
    assert len(SOC2.in_scope(said)) == 61


@pytest.mark.parametrize("catalog", SCOPED.values(), ids=SCOPED)
def test_a_control_binds_as_every_value_of_what_is_unknown_agrees(catalog):
    scope = catalog.scope
    listed = scope.asks == "categories"
    values = [[value] if listed else value for value in scope.takes]
    named = {value: {scope.asks: [value, UNKNOWN] if listed else UNKNOWN} for value in scope.takes}
    bound = {
        str(value): {control.id for control in catalog.in_scope({scope.asks: value})}
        for value in values
    }
    for control in catalog.controls.values():
        answers = {control.id in found for found in bound.values()}
        expected = answers.pop() if len(answers) == 1 else UNKNOWN

        assert catalog.binds(control, {scope.asks: UNKNOWN}) == expected
        assert catalog.binds(control, {scope.asks: "unknown"}) == expected
        assert catalog.binds(control, {}) is True
        assert catalog.binds(control, {scope.asks: "of no such name"}) is True
        for value in values:
            assert catalog.binds(control, {scope.asks: value}) == (control.id in bound[str(value)])
        for value, facts in named.items():
            sure = listed and control.id in bound[str([value])]
            assert catalog.binds(control, facts) == (True if sure else expected)


def test_the_terms_of_the_business_associate_contract_say_so():
    """Those that it must hold; what it may allow (164.504(e)(2)(i)(A), (B)) is none of them."""
    terms = {control.id for control in HIPAA.controls.values() if control.term_of}

    assert {control.term_of for control in HIPAA.controls.values()} == {
        None,
        "business-associate-agreement",
    }
    assert terms == {
        *(f"164.314(a)(2)(i)({letter})" for letter in "ABC"),
        *(f"164.504(e)(2)(ii)({letter})" for letter in "ABCDEFGHIJ"),
        "164.504(e)(2)(i)",
        "164.504(e)(2)(iii)",
    }


# Loading

SMALL = """\
apiVersion: cmpolicy/v1
kind: Framework
id: house
title: House rules
source: {name: The house, revision: first, date: "2026", licence: ours}
as_of: 2026-11-24
data: [pii]
scope: {asks: level, compares: level, always: [], takes: {"1": [1]}}
groups: {A: Access}
controls:
  - {id: A1, title: Doors lock, group: A, level: 1, citation: House 1, beyond: A look at the door.}
  - {id: A2, title: Keys, group: A, level: 1, citation: House 2, beyond: The key list., parent: A1}
program_rules:
  - {id: R1, title: The house is insured, citation: House 9, also: [R9], beyond: The policy.}
dates:
  - {date: 2026-01-01, event: Start, source_quality: rule, state: in-force}
"""


def load_text(text):
    return load(read(text.encode(), "house.yaml"))


def test_a_catalog_of_ones_own_loads():
    house = load_text(SMALL)
    assert [control.reference for control in house.in_scope({"level": 1})] == [
        "house:A1",
        "house:A2",
    ]
    assert house.controls["A2"].facts == {"parent": "A1"}
    assert house.find("house:R9") is house.program_rules["R1"]
    assert house.find("house:R1").reference == "house:R1"
    assert house.data == ("pii",)
    assert house.notes == ()
    assert load_text(SMALL.replace("data: [pii]\n", "")).data == ()


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("id: A2", "id: A1", "duplicate `A1`", 12),
        ("also: [R9]", "also: [A2]", "duplicate `A2`", 14),
        ("parent: A1", "parent: A7", "no parent `A7`", 12),
        (
            "group: A, level: 1, citation: House 2",
            "group: B, level: 1, citation: House 2",
            "`B`",
            12,
        ),
        ("date: 2026-01-01", "date: 2026-02-30", "2026-02-30", 16),
        ("as_of: 2026-11-24", "as_of: 2026-11-31", "2026-11-31", 6),
        (", beyond: A look at the door.", "", "beyond", 11),
        ("data: [pii]", "data: [pii, phii]", "no class of data `phii`", 7),
        ("parent: A1", "term_of: handshake", "no kind of document `handshake`", 12),
        ("kind: Framework", "kind: Pack", "Framework", 2),
        ("level: 1, citation: House 1", "level: high, citation: House 1", "level", 11),
        ("groups: {A: Access}\n", "", "no group `A`", 10),
    ],
)
def test_a_broken_catalog_is_told_at_its_line(old, new, says, line):
    assert SMALL.count(old) == 1
    with pytest.raises(PolicyError) as caught:
        load_text(SMALL.replace(old, new))
    assert says in str(caught.value)
    assert caught.value.location.file == "house.yaml"
    assert caught.value.location.line == line


def test_all_problems_of_a_catalog_are_told_together():
    broken = SMALL.replace("id: A2", "id: A1").replace("2026-01-01", "2026-02-30")
    with pytest.raises(PolicyError) as caught:
        load_text(broken)
    assert len(caught.value.problems) == 2
