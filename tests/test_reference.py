"""`explain` of every rule and control tells all there is to tell; in a terminal, wrapped."""

import pytest
from markdown_it import MarkdownIt

from catalogs import CATALOGS
from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.framework import Control
from cmpolicy.policy.library import Catalogs, load_in_full
from cmpolicy.reference import TERMINAL, Pages, control_page, framework_page, pack_page, rule_page
from cmpolicy.reference.rules import BASIS, KEPT

FRAMEWORKS = Catalogs()
PACKS = [load_in_full(name, FRAMEWORKS) for name in bundled.policies()]
RULES = [rule for pack in PACKS for rule in pack.rules]
BEYOND = {kind.KIND: kind.BEYOND for kind in CHECKS}
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
ENTRIES = [
    (catalog, found)
    for catalog in CATALOGS.values()
    for found in (*catalog.controls.values(), *catalog.program_rules.values())
]
EVERY_CONTROL = pytest.mark.parametrize(
    ("catalog", "found"), ENTRIES, ids=[found.reference for _, found in ENTRIES]
)


def judging(reference):
    """Return how rules that name a control judge it, by their ids."""
    named = [(rule.id, dict(rule.facts.controls).get(reference)) for rule in RULES]
    return {name: how for name, how in named if how}


def words(page):
    """Return the words of a page on one line."""
    return " ".join(page.split())


def parts(page):
    """Return a rule's page by its parts: the head, why, fix, beyond, examples."""
    head, rest = words(page).split(" Why: ")
    why, rest = rest.split(" Fix: ")
    fix, rest = rest.split(" Beyond an agreement it takes: ")
    beyond, examples = rest.split(" Examples, as edits of the known-good agreement: ")
    return head, why, fix, beyond, examples


@EVERY_RULE
def test_a_rule_tells_title_citation_basis_why_and_fix(rule):
    facts = rule.facts
    head, why, fix, _, _ = parts(rule_page(rule, FRAMEWORKS))

    assert facts.title in head
    assert f"severity: {facts.severity.value}" in head
    assert f"basis: {facts.basis} ({BASIS[facts.basis]})" in head
    cited = [
        name.removeprefix("obligation:").removeprefix("practice:") for name in facts.references
    ]
    assert cited or facts.controls
    assert [name for name in cited if name not in head] == []
    assert (why, fix) == (words(facts.why), words(facts.fix))


@EVERY_RULE
def test_a_rule_tells_what_evidence_stands_outside_an_agreement(rule):
    beyond = parts(rule_page(rule, FRAMEWORKS))[3]

    assert beyond.startswith(f"- {BEYOND[rule.facts.check]}")
    for reference, how in rule.facts.controls:
        found = FRAMEWORKS[reference.partition(":")[0]].find(reference)
        lead = KEPT if how == "full" else "Evidence"
        phrase = f"- {reference} ({how}): {found.title} ({found.citation}). {lead}: {found.beyond}"
        assert phrase in beyond


@EVERY_RULE
def test_a_rule_shows_an_example_of_each_kind(rule):
    examples = parts(rule_page(rule, FRAMEWORKS))[4]

    assert "- passes: as it stands" in examples or "- passes: `" in examples
    assert "- fails: `" in examples
    assert 'and says "' in examples


@EVERY_CONTROL
def test_a_control_tells_title_citation_rules_and_evidence(catalog, found):
    seen = words(control_page(found, catalog, PACKS))
    named = judging(found.reference)

    assert seen.startswith(f"# {found.reference} {found.title} - citation: {found.citation}")
    for rule in RULES:
        how = named.get(rule.id)
        phrase = f"- {rule.id} ({how}; {rule.facts.basis}): {rule.facts.title}"
        assert (phrase in seen) == bool(how)
    kept = f": {KEPT}" if "full" in named.values() else " it takes"
    assert seen.endswith(f" Beyond an agreement{kept}: {found.beyond}")


ALLOCATED = {
    "cmmc": {"cmmc-responsibility-matrix", "cmmc-matrix-evidence"},
    "pci": {"pci-matrix"},
}
"""Rules that ask of every control in scope that it is allocated."""


def is_allocated(found):
    if not isinstance(found, Control):
        return False
    if found.framework == "pci":
        return found.facts["duty"] not in {"early-tls", "designated"}
    return found.level in {2, 3}


@EVERY_CONTROL
def test_a_control_that_nothing_judges_says_so(catalog, found):
    seen = words(control_page(found, catalog, PACKS))
    duties = [duty for pack in PACKS for duty in pack.not_judged if duty.id == found.reference]
    allocated = ALLOCATED[catalog.id] if is_allocated(found) else set()

    for name in allocated:
        assert f"- {name} (partial; " in seen
    for duty in duties:
        assert f"not judged: {duty.because} It would take: {duty.evidence}" in seen
    nobody = not judging(found.reference) and not allocated and not duties
    assert ("Judged by no rule." in seen) == nobody


def test_a_full_judgement_is_never_said_to_be_all_that_it_takes():
    """An agreement shows that a term was agreed, and never that it is kept."""
    full = [rule for rule in RULES if "full" in dict(rule.facts.controls).values()]

    assert full
    for rule in full:
        assert KEPT in parts(rule_page(rule, FRAMEWORKS))[3]


@pytest.mark.parametrize("catalog", CATALOGS.values(), ids=CATALOGS)
def test_a_framework_counts_how_fully_it_is_judged(catalog):
    how = [set(judging(control.reference).values()) for control in catalog.controls.values()]
    full, none = sum("full" in one for one in how), how.count(set())
    if catalog.id == "cmmc":
        # Whether each requirement of Levels 2 and 3 is allocated, is judged of every one.
        none = 0
    if catalog.id == "pci":
        # All but early TLS and designated entities, which are in no customer's scope.
        none = 3 + 20
    phrase = f"rules judge {full} in full, {len(how) - full - none} in part and {none} not at all."
    page = words(framework_page(catalog, PACKS))

    assert f"Of {len(how)} controls, {phrase}" in page
    assert page.count("judged by: no rule") == none + sum(
        not judging(rule.reference) for rule in catalog.program_rules.values()
    )


def test_a_bar_in_a_cell_stays_in_its_cell():
    table = Pages("README.md").table(("a", "b"), [("x | `y|z`", "w")])
    cells = [
        one.content for one in MarkdownIt("commonmark").enable("table").parse("\n".join(table))
    ]

    assert [cell for cell in cells if cell] == ["a", "b", "x | `y|z`", "w"]


def test_a_column_without_content_is_left_out():
    rows = [("x", "y", "", "z"), ("u", "v", "", "")]

    assert Pages("README.md").table(("a", "b", "c", "d"), rows)[0] == "| a | b | d |"
    assert TERMINAL.table(("a", "b", "c", "d"), rows) == ["- x: y", "    d: z", "- u: v"]


def test_a_link_within_a_page_names_no_file():
    there, here = Pages("README.md"), Pages("packs/hipaa.md")

    assert here.rule("hipaa-baa", "hipaa") == "[hipaa-baa](#hipaa-baa)"
    assert there.rule("hipaa-baa", "hipaa") == "[hipaa-baa](../packs/hipaa.md#hipaa-baa)"
    link = "[hipaa:164.308(a)(2)](../frameworks/hipaa.md#hipaa-164-308-a-2)"
    assert here.control("hipaa:164.308(a)(2)") == link


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_a_terminal_gets_no_tables_links_or_long_lines(pack):
    page = pack_page(pack, FRAMEWORKS)
    titles = {f"# {pack.title}", *(f"## {rule.id}" for rule in pack.rules)}
    long = [line for line in page.splitlines() if len(line) > 96 and line not in titles]

    # A word that is longer than a line is not broken: an address, a value.
    assert [line for line in long if " " in line.strip().removeprefix("- ")] == []
    assert "](" not in page
    assert "| ---" not in page
    assert "**" not in page
