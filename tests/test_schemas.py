"""What every schema owes its readers: people, editors, and the judge of shape."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest

import plan_schema
from cmpolicy import bundled, vocabulary
from cmpolicy.checks import CHECKS
from cmpolicy.document import read
from cmpolicy.placeholders import take_out
from cmpolicy.shape import judge, load_schema
from cmpolicy.shape.schema import UNKNOWN_ONLY
from cmpolicy.shape.wording import WORDINGS

NAMES = (
    "agreement",
    "config",
    "controls",
    "diff",
    "framework",
    "pack",
    "plan",
    "releases",
    "report",
    "shared",
    "timeline",
    "verdict",
    "waivers",
)
WRITTEN = ("agreement", "shared", "plan", "pack", "framework", "config", "releases", "waivers")
EXAMPLE = Path(__file__).parent / "shape" / "pass-agreement-format-page.yaml"
FURTHER = EXAMPLE.with_name("pass-agreement-further-terms.yaml")
NEVER_UNKNOWN = ("apiVersion", "kind", "id", "version", "status", "timezone")
MAPS = {"labels", "split", "access", "frameworks", "groups", "takes", "controls", "require", "set"}
MAPS |= {"disable", "with", "control", "key", "additionalProperties"}
MAPS |= {"inputs", "edited-value", "items"}


def nodes(node, path=()):
    """Yield every subschema with its path; what a keyword lists is no subschema."""
    if not isinstance(node, dict):
        return
    yield path, node
    for keyword in ("properties", "$defs"):
        for name, part in node.get(keyword, {}).items():
            yield from nodes(part, (*path, name))
    for keyword in ("items", "additionalProperties", "propertyNames", "not"):
        yield from nodes(node.get(keyword), (*path, keyword))
    for keyword in ("oneOf", "anyOf"):
        for part in node.get(keyword, ()):
            yield from nodes(part, (*path, keyword))


def every_node(names=NAMES):
    return [(name, path, node) for name in names for path, node in nodes(load_schema(name))]


def target(name, node):
    found = node.get("$ref")
    return load_schema(name)["$defs"][found.removeprefix("#/$defs/")] if found else node


def test_there_is_a_schema_for_every_kind_of_file():
    assert tuple(bundled.schemas()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_a_schema_and_refers_to_itself_alone(name):
    """So editors can use each file by itself, and nothing is ever fetched."""
    schema = load_schema(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:cmpolicy:schema:{name}:v1"
    references = {node["$ref"] for _, node in nodes(schema) if "$ref" in node}
    assert references == {f"#/$defs/{definition}" for definition in schema.get("$defs", {})}


def test_every_field_is_described():
    for name, path, node in every_node():
        for field, part in node.get("properties", {}).items():
            text = part.get("description") or target(name, part).get("description")
            assert text, (name, path, field)
            assert text.endswith((".", ".)")), (name, path, field, text)


def test_every_mapping_is_closed_but_maps():
    for name, path, node in every_node():
        takes = node.get("type", ())
        if "object" not in ([takes] if isinstance(takes, str) else takes):
            continue
        if node.get("additionalProperties") is not False:
            assert path[-1] in MAPS, (name, path)


def test_every_list_and_every_map_has_a_limit():
    for name, path, node in every_node(WRITTEN):
        if path and path[-1] in ("not", "oneOf", "anyOf"):
            continue
        takes = node.get("type", ())
        takes = [takes] if isinstance(takes, str) else takes
        if "array" in takes:
            assert node["maxItems"] <= 2000, (name, path)
        if "object" in takes and node.get("additionalProperties") is not False:
            closed = "additionalProperties" not in node and "properties" in node
            assert closed or node["maxProperties"] <= 2000, (name, path)


def test_every_mapping_of_an_agreement_takes_labels_and_a_note():
    for name, path, node in every_node(("agreement", "shared", "plan")):
        if "properties" in node and path[-1:] != ("edit",):  # its group has them
            assert {"labels", "note"} <= set(node["properties"]), (name, path)


def test_every_pattern_says_in_words_what_it_expects():
    for name, path, node in every_node(WRITTEN):
        pattern = node.get("pattern")
        if pattern is not None and pattern != UNKNOWN_ONLY:
            assert "x-expected" in node, (name, path)
            if "x-example" in node and "object" not in node.get("type", ()):
                assert re.search(pattern, node["x-example"]), (name, path)


def test_every_keyword_that_can_fail_has_words():
    phrase = {*WORDINGS, "required", "additionalProperties", "propertyNames"}
    silent = {"$schema", "$id", "$ref", "$defs", "title", "description", "examples", "properties"}
    for name, path, node in every_node(WRITTEN):
        if path and path[-1] in ("not", "oneOf", "anyOf"):
            continue
        used = {keyword for keyword in node if not keyword.startswith("x-")}
        assert used <= phrase | silent | {"items", "if", "else"}, (name, path)
        if {"not", "oneOf"} & used:
            assert "x-message" in node, (name, path)


def test_examples_in_the_schemas_are_right():
    for name, _, node in every_node():
        validator = jsonschema.Draft202012Validator({**node, "$defs": load_schema(name)["$defs"]})
        for example in node.get("examples", ()):
            validator.validate(example)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("area", vocabulary.AREAS),
        ("event", vocabulary.EVENTS),
        ("role", vocabulary.ROLES),
        ("data", vocabulary.DATA),
        ("review-kind", vocabulary.REVIEW_KINDS),
        ("agenda-item", vocabulary.AGENDA),
        ("topic", vocabulary.CLAUSE_TOPICS),
        ("scheme", vocabulary.SCHEMES),
        ("tool-kind", vocabulary.TOOL_KINDS),
        ("access-kind", vocabulary.ACCESS_KINDS),
        ("document-kind", vocabulary.DOCUMENT_KINDS),
    ],
)
def test_open_words_are_those_of_the_vocabulary(definition, words):
    assert tuple(load_schema("agreement")["$defs"][definition]["examples"]) == words


@pytest.mark.parametrize(
    ("definition", "field", "words"),
    [
        ("party", "kind", vocabulary.PARTY_KINDS),
        ("service", "criticality", vocabulary.CRITICALITIES),
        ("coverage", "stage", vocabulary.COVERAGE_STAGES),
        ("target", "stage", vocabulary.TARGET_STAGES),
        ("step", "via", vocabulary.CHANNELS),
        ("notice", "starts", vocabulary.NOTICE_STARTS),
        ("phase", "phase", vocabulary.SETUP_PHASES),
    ],
)
def test_closed_words_are_those_of_the_vocabulary(definition, field, words):
    found = load_schema("agreement")["$defs"][definition]["properties"][field]

    assert tuple(found["enum"]) == (*words, "unknown")


def test_words_of_the_top_level_are_those_of_the_vocabulary():
    fields = load_schema("agreement")["properties"]
    selectors = load_schema("pack")["$defs"]["rule"]["properties"]["when"]["properties"]

    assert tuple(fields["model"]["enum"]) == (*vocabulary.MODELS, "unknown")
    assert tuple(fields["status"]["enum"]) == vocabulary.STATUSES
    assert tuple(selectors["model"]["items"]["enum"]) == vocabulary.MODELS
    assert tuple(selectors["status"]["items"]["enum"]) == vocabulary.STATUSES
    assert tuple(selectors["party_kind"]["items"]["enum"]) == vocabulary.PARTY_KINDS
    assert tuple(load_schema("pack")["properties"]["words"]["properties"]) == tuple(
        vocabulary.VOCABULARIES
    )


def test_checks_are_those_of_the_registry():
    rule = load_schema("pack")["$defs"]["rule"]

    assert rule["properties"]["check"]["enum"] == [kind.KIND for kind in CHECKS]


def test_one_word_and_a_list_of_them_are_the_same_words():
    selectors = load_schema("pack")["$defs"]["rule"]["properties"]["when"]["properties"]
    for name, selector in selectors.items():
        if "pattern" in selector:
            assert selector["pattern"] == f"^(?:{'|'.join(selector['items']['enum'])})$", name


def test_sections_are_those_of_the_format():
    fields = load_schema("agreement")["properties"]
    shared = load_schema("shared")
    lists = [name for name, part in fields.items() if "array" in part.get("type", ())]

    assert [name for name in lists if name not in ("uses", "plans", "differs")] == list(
        vocabulary.SECTIONS
    )
    assert list(shared["properties"]) == [
        "apiVersion", "kind", "id", *vocabulary.SHARED_SECTIONS, "labels", "note",
    ]  # fmt: skip
    assert set(shared["x-elsewhere"]) == set(fields) - set(shared["properties"])


def test_shared_files_and_agreements_say_the_same_of_the_same_things():
    """The two are whole files each, so that editors can use them: this keeps them in step."""
    agreement, shared = load_schema("agreement"), load_schema("shared")

    for name, definition in shared["$defs"].items():
        assert definition == agreement["$defs"][name]
    for section in vocabulary.SHARED_SECTIONS:
        assert shared["properties"][section] == agreement["properties"][section]


def test_plans_and_agreements_say_the_same_of_the_same_things():
    assert load_schema("plan") == plan_schema.derived(load_schema("agreement"))


def test_reports_and_lines_say_the_same_of_verdicts():
    report, verdict = load_schema("report"), load_schema("verdict")
    head = ("$schema", "$id", "title", "$defs")

    assert report["$defs"]["verdict"] == {k: v for k, v in verdict.items() if k not in head}
    own = ("verdict", "finding", "lack")
    assert {k: v for k, v in report["$defs"].items() if k not in own} == verdict["$defs"]


def test_rows_require_what_keys_them():
    """A target without a severity is for every severity; its key then says `*`."""
    definitions = load_schema("agreement")["$defs"]
    fields = load_schema("agreement")["properties"]
    optional = {("targets", "severity")}
    for section in vocabulary.SECTIONS:
        row = definitions[fields[section]["items"]["$ref"].removeprefix("#/$defs/")]
        keys = vocabulary.ROW_KEYS.get(section, ("id",))
        for key in keys:
            assert key in row["required"] or (section, key) in optional, (section, key)


def paths_of(value, path=()):
    yield path
    for step, part in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(part, (dict, list)):
            yield from paths_of(part, (*path, step))
        else:
            yield (*path, step)


@pytest.mark.parametrize("example", [EXAMPLE, FURTHER], ids=lambda path: path.stem)
def test_unknown_is_legal_for_every_value_of_the_format_page(example):
    """But for the head, ranks and ids; a row that is unknown as a whole would have no key."""
    document, _, _ = take_out(read(example.read_bytes(), "a.yaml"), "agreement")
    seen = 0
    for path in paths_of(document.value):
        if not path:
            continue
        value = copy.deepcopy(document.value)
        place = value
        for step in path[:-1]:
            place = place[step]
        row = isinstance(place, list) and isinstance(place[path[-1]], dict)
        place[path[-1]] = "unknown"

        # JSON is YAML.
        right = judge(read(json.dumps(value).encode(), "a.yaml"), "agreement") == ()

        barred = path[-1] in ("id", "rank") or (len(path) == 1 and path[0] in NEVER_UNKNOWN)
        assert right is not (barred or row), path
        seen += 1
    assert seen > (300 if example is EXAMPLE else 60)
