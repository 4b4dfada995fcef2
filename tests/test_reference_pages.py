"""The pages of `docs/reference/`: of today, complete, and Markdown that GitHub shows as meant."""

import importlib.util
import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest
from markdown_it import MarkdownIt

from catalogs import CATALOGS
from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.policy.library import Catalogs, load_in_full

ROOT = Path(__file__).parents[1]
_SPEC = importlib.util.spec_from_file_location("reference_tool", ROOT / "tools" / "reference.py")
TOOL = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(TOOL)

PAGES = TOOL.pages()
PACKS = {name: load_in_full(name, Catalogs()) for name in bundled.policies()}
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
READER = MarkdownIt("commonmark").enable("table")
SPOT = re.compile(r'<a id="([a-z0-9-]+)"></a>')
BAR = re.compile(r"(?<!\\)\|")
"""Splits a row into cells; GitHub does so inside code as well."""


@cache
def blocks(name):
    return READER.parse(PAGES[name])


def inlines(name):
    """Yield every piece of inline content of a page."""
    return chain.from_iterable(block.children for block in blocks(name) if block.type == "inline")


def text_of(block):
    """Return what a reader sees of a block's inline content."""
    return "".join(one.content for one in block.children if one.type in ("text", "code_inline"))


def text(name):
    return "\n".join(text_of(block) for block in blocks(name) if block.type == "inline")


def slug(heading):
    """Return the anchor that GitHub gives a heading: no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def headings(name):
    found = blocks(name)
    return [
        text_of(found[index + 1])
        for index, block in enumerate(found)
        if block.type == "heading_open"
    ]


@cache
def anchors(name):
    """Return the anchors of a page: of headings, numbered where they repeat, and our own."""
    seen = Counter()
    found = []
    for heading in headings(name):
        base = slug(heading)
        found.append(f"{base}-{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return [*found, *SPOT.findall(PAGES[name])]


def links(name):
    return [str(one.attrs["href"]) for one in inlines(name) if one.type == "link_open"]


@EVERY_PAGE
def test_a_page_is_what_the_tool_writes_today(name):
    """Write them anew with `python tools/reference.py`."""
    assert (TOOL.FOLDER / name).read_text(encoding="utf-8") == PAGES[name]


def test_no_page_is_left_over():
    there = {path.relative_to(TOOL.FOLDER).as_posix() for path in TOOL.FOLDER.rglob("*.*")}

    assert there == set(PAGES)


def test_there_is_a_page_for_each_pack_framework_and_check_and_an_index_of_all():
    expected = {f"packs/{name}.md" for name in bundled.policies()}
    expected |= {f"frameworks/{name}.md" for name in bundled.frameworks()}
    expected |= {f"checks/{kind.KIND}.md" for kind in CHECKS}

    assert set(PAGES) == expected | {"README.md"}
    assert set(links("README.md")) == expected


@EVERY_PAGE
def test_every_link_leads_somewhere(name):
    found = links(name)
    for link in found:
        path, _, anchor = link.partition("#")
        target = normpath(PurePosixPath(name).parent / path) if path else name
        assert target in PAGES, link
        assert not anchor or anchor in anchors(target), link
    assert found or name.startswith("checks/")


@EVERY_PAGE
def test_no_anchor_is_there_twice(name):
    assert [one for one, count in Counter(anchors(name)).items() if count > 1] == []


@EVERY_PAGE
def test_tables_are_well_formed(name):
    """A cell too many is dropped without a word, and so is a row outside of its table."""
    lines = PAGES[name].splitlines()
    tables = [range(*block.map) for block in blocks(name) if block.type == "table_open"]

    assert [number for number, line in enumerate(lines) if line.startswith("|")] == [
        number for table in tables for number in table
    ]
    for table in tables:
        assert len({len(BAR.split(lines[number])) for number in table}) == 1
        assert len(table) > 2


@EVERY_PAGE
def test_nothing_is_taken_for_markup_by_accident(name):
    kinds = Counter(one.type for one in inlines(name))
    raw = [one.content for one in inlines(name) if one.type == "html_inline"]

    assert not kinds.keys() & {"em_open", "s_open", "image"}
    assert {one for one in raw if one != "</a>"} == {
        f'<a id="{spot}">' for spot in SPOT.findall(PAGES[name])
    }
    assert not any(block.type == "html_block" for block in blocks(name))
    assert "`" not in text(name)
    assert [line for line in PAGES[name].splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("name", PACKS)
def test_the_page_of_a_pack_tells_everything_of_it(name):
    seen = " ".join(text(f"packs/{name}.md").split())

    for rule in PACKS[name].rules:
        facts = rule.facts
        for words in (facts.title, f"Why: {facts.why}", f"Fix: {facts.fix}"):
            assert " ".join(words.replace("`", "").split()) in seen
    for duty in PACKS[name].not_judged:
        for words in (duty.id, duty.because, duty.evidence):
            assert words.replace("`", "") in seen
    assert {rule.id for rule in PACKS[name].rules} <= set(headings(f"packs/{name}.md"))


@pytest.mark.parametrize("name", CATALOGS)
def test_the_page_of_a_framework_tells_every_control_date_and_note(name):
    catalog = CATALOGS[name]
    seen = text(f"frameworks/{name}.md")
    entries = [*catalog.controls.values(), *catalog.program_rules.values()]
    rows = dict.fromkeys(SPOT.findall(PAGES[f"frameworks/{name}.md"]))

    assert len(rows) == len(entries)
    for entry in entries:
        for words in (entry.id, entry.title, entry.beyond):
            assert words in seen
    for note in catalog.notes:
        assert note.replace("`", "") in seen
    for event in catalog.dates:
        assert event.event in seen
        assert f"{event.on}\n" in seen
    assert f"The facts are as of {catalog.as_of}" in seen


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("soc2", {"category"}),
        ("hipaa", {"designation", "owed by"}),
        ("cmmc", {"points", "POA&M"}),
    ],
)
def test_the_columns_are_those_of_the_catalog(name, columns):
    page = PAGES[f"frameworks/{name}.md"]
    heads = {
        cell
        for line in re.findall(r"^\| control .*$", page, re.MULTILINE)
        for cell in BAR.split(line)
    }

    own = {cell.strip() for cell in heads} - {""}
    assert own - {"control", "what it asks", "judged by", "beyond an agreement"} == columns


def test_the_documentation_leads_to_the_pages():
    assert "(docs/reference/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    phrase = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipes = re.split(r"^### ", phrase, flags=re.MULTILINE)
    for recipe in ("Add a rule", "Add a framework", "Add a check kind"):
        (found,) = [part for part in recipes if part.startswith(recipe)]
        assert "python tools/reference.py" in found
