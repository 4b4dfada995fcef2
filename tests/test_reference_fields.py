"""`explain` answers for every field of every file that users write, with all its words."""

import re

import pytest

from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.policy.library import Catalogs, load_in_full
from cmpolicy.reference import (
    FILES,
    Terminal,
    check_page,
    control_page,
    field_names,
    field_page,
    file_page,
    framework_page,
    pack_list,
    rule_page,
)
from cmpolicy.reference.writing import first_sentence
from cmpolicy.shape import load_schema
from cmpolicy.vocabulary import VOCABULARIES, words

WIDTH = 80
NARROW = Terminal(WIDTH)


def fields(schema, node, path=""):
    """Yield every field of a schema: its path, and what it may be, its own node first."""
    for one in choices(schema, node):
        for key, given in one.get("properties", {}).items():
            inner = f"{path}.{key}" if path else key
            yield inner, [given, *choices(schema, given)]
            yield from fields(schema, given, inner)
        if isinstance(one.get("additionalProperties"), dict):
            yield from fields(schema, one["additionalProperties"], path)


def choices(schema, node):
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    found = [node]
    for part in (*node.get("oneOf", ()), *node.get("anyOf", ()), node.get("items")):
        found += choices(schema, part) if isinstance(part, dict) else []
    return found


CASES = [
    (file, path, nodes)
    for file in FILES
    for path, nodes in fields(load_schema(file), load_schema(file))
]


def text(page):
    return " ".join(page.split())


@pytest.mark.parametrize(("file", "path", "nodes"), CASES, ids=[f"{a}-{b}" for a, b, _ in CASES])
def test_every_field_has_a_page_with_its_meaning_its_words_and_its_keys(file, path, nodes):
    page = field_page(path, {}, NARROW)
    said = text(page)
    described = next(node["description"] for node in nodes if "description" in node)

    assert page.startswith(f"# {path}\n")
    assert text(described) in said
    heads = re.findall(r"In files of the kind ([a-z, ]+):", said)
    assert any(file in head.split(", ") for head in heads)
    formed = next((node for node in nodes if "x-example" in node), {})
    assert text(formed.get("x-example", "")) in said
    for node in nodes:
        for word in (*node.get("enum", ()), node.get("const")):
            shown = str(word).lower() if isinstance(word, bool) else str(word)
            assert word is None or shown in said.replace("`", "").split()
        assert all(word in said for word in node.get("examples", ()) if isinstance(word, str))
        assert all(f"- `{key}`" in page for key in node.get("properties", ()))


def test_every_vocabulary_is_reached():
    pages = text("\n".join(field_page(path, {}, NARROW) for path in field_names()))

    for known in VOCABULARIES.values():
        assert all(word in pages for word in known)
    assert "takes: one of the words below (another one is a warning; a pack may add words)" in pages


def test_words_that_a_pack_adds_are_among_them():
    page = field_page("clauses.topic", {"clause topics": ("dental-imaging",)}, NARROW)

    assert "dental-imaging" in page
    assert "dental-imaging" not in field_page(
        "reviews.kind", {"clause topics": ("dental-imaging",)}
    )


def test_a_word_list_is_in_columns():
    rows = [
        line for line in field_page("clauses.topic", {}, NARROW).splitlines() if line[:2] == "  "
    ]

    assert len(rows) <= len(words.CLAUSE_TOPICS) // 2 + 2
    assert len(field_page("clauses.topic", {}, NARROW).splitlines()) <= 30


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("targets[p1-respond].within", "# targets.within"),
        ("escalations[p1].steps[#2].after", "# escalations.steps.after"),
        ("tools[psa].access.clinic", "# tools.access"),
        ("labels.ticket", "# labels"),
    ],
)
def test_a_path_as_reports_name_it_is_a_field(name, heading):
    assert field_page(name, {}).splitlines()[0] == heading


@pytest.mark.parametrize("name", ["clauses.topics", "nonsense", "targets.within.clinic", "[]", ""])
def test_what_no_file_has_has_no_page(name):
    assert field_page(name, {}) == ""


@pytest.mark.parametrize("file", FILES)
def test_a_kind_of_file_has_a_page_of_its_keys(file):
    page = file_page(file, NARROW)

    assert all(f"- `{key}`" in page for key in load_schema(file)["properties"])
    assert f"`cmpolicy schema {file}`" in page


FRAMEWORKS = Catalogs()
PACKS = [load_in_full(name, FRAMEWORKS) for name in bundled.policies()]


def pages():
    yield from (field_page(path, {}, NARROW) for path in field_names())
    yield from (file_page(file, NARROW) for file in FILES)
    yield from (check_page(kind, NARROW) for kind in CHECKS)
    for pack in PACKS:
        yield pack_list(pack, NARROW)
        yield from (rule_page(rule, FRAMEWORKS, NARROW) for rule in pack.rules)
    for framework in FRAMEWORKS.values():
        yield framework_page(framework, PACKS, NARROW)
        for control in framework.controls.values():
            yield control_page(control, framework, PACKS, NARROW)


def test_no_page_is_wider_than_the_terminal():
    wide = [line for page in pages() for line in page.splitlines() if len(line) > WIDTH]

    assert wide == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", "One."),
        ("One; two.", "One."),
        ("Such as `J. Lee`. More.", "Such as `J. Lee`."),
        ("Only one.", "Only one."),
    ],
)
def test_first_sentence_leaves_code_whole(text, expected):
    assert first_sentence(text) == expected
