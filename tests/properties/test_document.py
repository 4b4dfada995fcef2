"""What holds of every document: values come back, and every place holds its own text."""

import json
from pathlib import Path

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmpolicy.document import Document, merge, read
from cmpolicy.errors import DocumentError

LAKESIDE = (Path(__file__).parents[1] / "documents" / "lakeside.yaml").read_text("utf-8")

# What a YAML file may hold as it is; the characters that mean something are likely.
CHARACTERS = st.one_of(
    st.sampled_from("\n \t'\"#:-[]{}&*!|>%@`,?\\.~0+_=<é\u2028\x85\U0001f600"),
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"
    ),
)
WORDS = st.sampled_from(
    ["true", "NO", "~", "0123", "1_000", "0x1F", "17:00", ".inf", "1e3", "<<", "=", "a.b", "x[y]"]
)
TEXT = WORDS | st.text(CHARACTERS, max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
FRAGMENTS = st.sampled_from(
    [
        *"abk:?,[]{}\"'\\&*!%@`#|>-+.=~1\t\r\n ",
        *("b: ", "- ", "  ", "\n  ", "\n- ", ": ", "? ", " #", "\r\n", "|\n", ">-\n", "|2\n"),
        *("---\n", "\n...\n", "<<", "1.5", "true", "0x1", "x: y", "'b'", '"a"', "{a: b}", "[a]"),
        *("\\x41", "\\ud800", "\\U00110000", "\x85", "\u2028", "é", "\U0001f600", "\ufeff", "\x07"),
    ]
)


def nested(scalars, keys=TEXT):
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=20,
    )


class QuotingDumper(yaml.SafeDumper):
    """Writes all text in double quotes: YAML 1.1, which PyYAML writes, has fewer plain ones."""


class BlockDumper(yaml.SafeDumper):
    """Writes text as blocks where that is possible."""


QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)
BlockDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
)


def read_text(text: str) -> Document:
    return read(text.encode(), "f.yaml")


def read_json(value, file: str = "f.yaml") -> Document:
    return read(json.dumps(value, ensure_ascii=False, indent=1).encode(), file)


def places(document: Document):
    """Yield every raw path of a document with its value."""
    pending = [((), document.value)]
    while pending:
        raw, value = pending.pop()
        yield raw, value
        if isinstance(value, dict):
            pending += [((*raw, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            pending += [((*raw, index), inner) for index, inner in enumerate(value)]


def cut(place) -> str:
    """Return what a location points at, out of its line."""
    return place.text[place.column - 1 : place.end_column - 1]


@given(nested(SCALARS), st.booleans(), st.booleans())
def test_dumped_values_are_read_back(value, flow, unicode):
    text = yaml.dump(
        value, Dumper=QuotingDumper, default_flow_style=flow, allow_unicode=unicode, sort_keys=False
    )
    # repr tells 1, 1.0 and true apart, and 0.0 from -0.0.
    assert repr(read_text(text).value) == repr(value)


@given(st.lists(st.text(CHARACTERS, max_size=40)))
def test_blocks_of_text_are_read_back(lines):
    # PyYAML would break a line in a block where YAML 1.1 does.
    value = {"x": [line.translate({0x85: 0x2E, 0x2028: 0x2E, 0x2029: 0x2E}) for line in lines]}
    text = yaml.dump(value, Dumper=BlockDumper, allow_unicode=True)
    assert read_text(text).value == value


@given(nested(SCALARS), st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_what_it_means(value, indent):
    text = json.dumps([value], ensure_ascii=False, indent=indent)
    assert repr(read_text(text).value) == repr([value])


@given(nested(SCALARS))
def test_every_place_holds_its_own_text(value):
    """Whatever is cut out of a JSON text by its place is the JSON of that value."""
    document = read_json([value])
    for raw, found in places(document):
        text = document.raw_text(raw)
        assert repr(json.loads(text)) == repr(found)
        place = document.position(raw)
        assert place.text == document.text.split("\n")[place.line - 1]
        if raw and isinstance(raw[-1], str):
            assert json.loads(cut(document.key_position(raw))) == raw[-1]
        if not isinstance(found, dict | list):
            assert cut(place) == text


@given(nested(st.none() | st.booleans() | NUMBERS | st.text("ab.[~#/", max_size=3)))
def test_a_symbolic_path_leads_back(value):
    document = read_json({"x": value})
    for raw, _ in places(document):
        if not any("]" in step for step in raw if isinstance(step, str)):
            assert document.resolve(document.symbolic(raw)) == (raw, "")


ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("abcdefgh")},
        optional={
            "severity": st.sampled_from(["p1", "TBD"]),
            "within": st.sampled_from(["1 hour", "TBD"]),
            "services": st.lists(st.sampled_from(["x", "y", "TBD"]), max_size=4),
            "note": st.just("TBD") | st.dictionaries(st.sampled_from("kl"), st.just("TBD")),
        },
    ),
    max_size=5,
    unique_by=lambda row: row["id"],
)


@given(ROWS)
def test_pruning_keeps_every_place(rows):
    document = read_json({"targets": rows})
    drop = [raw for raw, value in places(document) if value == "TBD"]
    pruned = document.prune(drop)
    assert pruned.value == json.loads(
        json.dumps(document.value), object_hook=without_placeholders
    ), drop
    for raw, value in places(pruned):
        assert isinstance(value, dict | list) or json.loads(pruned.raw_text(raw)) == value
        path = pruned.symbolic(raw)
        assert pruned.locate(path) == pruned.position(raw)
    for raw in drop:
        path = document.symbolic(raw)
        assert pruned.locate(path) == document.position(raw)


def without_placeholders(row):
    return {
        key: [item for item in value if item != "TBD"] if isinstance(value, list) else value
        for key, value in row.items()
        if value != "TBD"
    }


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["targets", "people", "tools"]), ROWS), st.data())
def test_merged_rows_stay_in_their_files(own, data):
    section = st.sampled_from(["targets", "people", "rotas"])
    shared = data.draw(st.lists(st.dictionaries(section, ROWS), max_size=3))
    documents = [read_json(value, f"{number}.yaml") for number, value in enumerate([own, *shared])]
    whole = merge(documents[0], documents[1:])
    for name in {key for value in (own, *shared) for key in value}:
        rows = [(row, doc.file) for doc in documents for row in doc.value.get(name, [])]
        assert whole.value[name] == [row for row, _ in rows]
        for index, (row, file) in enumerate(rows):
            assert json.loads(whole.raw_text((name, index))) == row
            assert whole.position((name, index, "id")).file == file
            assert json.loads(cut(whole.position((name, index, "id")))) == row["id"]


def slips():
    """Draw a valid file with one slip of the keyboard, as the lines around it."""

    def slip(at, gone, typed):
        text = LAKESIDE[:at] + typed + LAKESIDE[at + gone :]
        lines = text.count("\n", 0, at)
        return "\n".join(text.split("\n")[max(lines - 8, 0) : lines + 8])

    return st.builds(
        slip, st.integers(0, len(LAKESIDE)), st.integers(0, 3), FRAGMENTS | st.just("")
    )


@settings(max_examples=500)
@given(
    st.binary(max_size=60)
    | (st.text(max_size=40) | st.lists(FRAGMENTS, max_size=24).map("".join) | slips()).map(
        str.encode
    )
)
@example(b"a: {id: ,clinic: b}")
def test_bytes_give_a_document_or_a_document_error(data):
    try:
        document = read(data, "f.yaml")
    except DocumentError as caught:
        error = caught
    else:
        assert document.text.encode() == data.removeprefix(b"\xef\xbb\xbf")
        for raw, _ in places(document):
            place = document.position(raw)
            assert place.text == document.text.split("\n")[place.line - 1].removesuffix("\r")
        return
    (problem,) = error.problems
    assert problem.hint
    assert 1 <= problem.location.line <= data.count(b"\n") + 1
    assert 1 <= problem.location.column <= len(problem.location.text) + 2
