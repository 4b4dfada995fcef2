"""What strict YAML leaves out: each refused at its place, with a way out."""

import pytest
from yaml import YAMLError

from cmpolicy.document import read
from cmpolicy.document.events import refuse
from cmpolicy.document.source import Source
from cmpolicy.errors import DocumentError


def refusal(data: bytes | str) -> DocumentError:
    data = data.encode() if isinstance(data, str) else data
    with pytest.raises(DocumentError) as caught:
        read(data, "f.yaml")
    error = caught.value
    assert len(error.problems) == 1
    assert error.hint
    assert error.location.file == "f.yaml"
    return error


NESTED = "a: " + "[" * 63 + "x" + "]" * 63

STRICT = [
    ("a: 1\nb: {c: 1, 'd': 2, d: 3}\n", 2, 19, "the key `d` is here twice", "line 2, column 11"),
    ("a: 1\nb: 2\n'a': 3\n", 3, 1, "the key `a` is here twice", "line 1, column 1"),
    ("a: 1\n---\nb: 2\n", 2, 1, "a second document", ""),
    ("a: 1\n--- # and no more\n", 2, 1, "a second document", ""),
    ("a: 1\n...\nb: 2\n", 3, 1, "outside of what the file began with", ""),
    ("a: !!str 5\n", 1, 4, "`!!str` is a tag", ""),
    ("a: [x, !mine {b: c}]\n", 1, 8, "`!mine` is a tag", ""),
    ("!t a: b\n", 1, 1, "`!t` is a tag", ""),
    ("a: ! b\n", 1, 4, "`!` is a tag", ""),
    ("a: !x!y b\n", 1, 4, "begins a tag", ""),
    ("a: &x 1\n", 1, 4, "`&x` is an anchor", ""),
    ("&x a: b\n", 1, 1, "`&x` is an anchor", ""),
    ("a: &x\n  b: c\n", 1, 4, "`&x` is an anchor", ""),
    ("a: 1\nb: *a\n", 2, 4, "`*a` is an alias", ""),
    ("*a : 1\n", 1, 1, "`*a` is an alias", ""),
    ("- *a\n", 1, 3, "`*a` is an alias", ""),
    ("note: *important*\n", 1, 7, "begins an alias", "quotes"),
    ("a: {x: 1}\nb:\n  <<: {y: 2}\n", 3, 3, "`<<` is a merge key", ""),
    ("%YAML 1.2\n---\na: 1\n", 1, 1, "directives", ""),
    ("\n# c\n\n%TAG ! x\n---\na: 1\n", 4, 1, "directives", ""),
    ("%UNKNOWN\n---\na: 1\n", 1, 1, "directives", ""),
    ("", 1, 1, "empty", ""),
    ("# nothing\n\n", 1, 1, "empty", ""),
    ("---\n", 1, 1, "empty", ""),
    ("2026: x\n", 1, 1, "the key `2026` is not text", 'quote it: "2026"'),
    ("a: {1.5: x}\n", 1, 5, "the key `1.5` is not text", ""),
    ("a:\n  true: x\n", 2, 3, "the key `true` is not text", ""),
    ("~: x\n", 1, 1, "the key `~` is not text", ""),
    ("?\n: x\n", 1, 2, "a key is missing", ""),
    ("[a, b]: x\n", 1, 1, "a list stands where a key is expected", ""),
    ("? {a: b}\n: x\n", 1, 3, "a mapping stands where a key is expected", ""),
    ("name: {{customer}}\n", 1, 7, "`{{` begins a mapping inside a mapping", '"{{customer}}"'),
    ("name: {{customer\n", 1, 7, "`{{` begins a mapping inside a mapping", ""),
    (f"a: {'9' * 5000}\n", 1, 4, "a whole number larger than 9007199254740991", "quotes"),
    ("a: -9007199254740992\n", 1, 4, "a whole number larger than", ""),
    ("1234567890123456789: b\n", 1, 1, "a whole number larger than", ""),
    ("a: [1e999]\n", 1, 5, "the number is too large", ""),
    (f"b: 1\n{NESTED.replace('x', '[]')}\n", 2, 67, "more than 64 deep", ""),
    ("[" * 100_000, 1, 65, "more than 64 deep", ""),
    ("- " * 100_000, 1, 129, "more than 64 deep", ""),
    ("{a: " * 100_000, 1, 257, "more than 64 deep", ""),
    # Deeper than libyaml 0.2.6 reads, within the 1,024 characters that it reads ahead.
    ("[" * 2000 + "]" * 2000, 1, 65, "more than 64 deep", ""),
    ("[[ " * 1000, 1, 97, "more than 64 deep", ""),
    ("b: 1\na: [\u2028, " + "[" * 2000, 2, 70, "more than 64 deep", ""),
    ("".join(" " * depth + "k:\n" for depth in range(1300)), 65, 65, "more than 64 deep", ""),
    ("".join(" " * depth + "-\n" for depth in range(1300)), 65, 65, "more than 64 deep", ""),
    ("- " * 600 + "[" * 600, 1, 129, "more than 64 deep", ""),
    ("{" * 5000, 1, 1, "`{{` begins a mapping inside a mapping", ""),
    ("? " + "[" * 2000, 1, 3, "a list stands where a key is expected", ""),
    ("[*a, " + "[" * 2000, 1, 2, "`*a` is an alias", ""),
    ("a: 1\na: " + "[" * 2000, 2, 1, "the key `a` is here twice", ""),
    ("[a b: c: d," + "[" * 2000, 1, 8, 'the "[" of line 1, column 1 is not closed', ""),
    ("a: 1\n" + "[" * 2000, 2, 1, 'neither "key: value"', ""),
    ("a: b\x07c\n", 1, 5, "U+0007", '"\\u0007"'),
    ("a: 'é\x7f'\n", 1, 6, "U+007F", ""),
    ("a: é\nb: c\x9bd\n", 2, 5, "U+009B", ""),
    ("a: b\ufeff\n", 1, 5, "byte-order mark", ""),
    ("a: \uffff\n", 1, 4, "U+FFFF", ""),
    ('a: "\\ud83d\\ude00"\n', 1, 7, "names no character", ""),
    ('a: "\\U00110000"\n', 1, 7, "names no character", ""),
    ('a: "\\UFFFFFFFF"\n', 1, 7, "names no character", ""),
]

SYNTAX = [
    ("a:\n\t- b\n", 2, 1, "tab", "spaces"),
    ("a:\n  - b: c\n\td: e\n", 3, 1, "tab", "spaces"),
    ("a: b\n\t\nc: d\n", 2, 1, "tab", "spaces"),
    ("a: |\n\tb\n", 2, 1, "tab", "spaces"),
    ("title: IT: managed\n", 1, 10, "begins the value of a key", "quote"),
    ("id: x\n title: y\n", 2, 7, "begins the value of a key", "indentation"),
    ("a: - b\n", 1, 4, "begins an item of a list", ""),
    ("a: ? b\n", 1, 4, "begins a key", ""),
    ("a: b\ncd\ne: f\n", 2, 1, 'neither "key: value"', "colon"),
    ("a: [b, c\nd: e\n", 2, 2, 'the "[" of line 1, column 4', "close it"),
    ("a: {b: c\n", 1, 4, 'the "{" that opens here is never closed', ""),
    ("a: [b, [c]\n", 1, 4, 'the "[" that opens here is never closed', ""),
    ("a: [b,,c]\n", 1, 7, 'a value is missing before ","', ""),
    ("a: ]\n", 1, 4, 'a value is missing before "]"', ""),
    ("a: [b:]\n", 1, 6, "without a space after it", ""),
    ("a: 'it's'\n", 1, 8, "does not fit into the mapping that begins on line 1", ""),
    ("x: 1\nps:\n  - id: a\n  name: b\n", 4, 3, "the list that begins on line 3", '"- "'),
    ("a: 1\nb: 'c\nd: e\n", 2, 4, "never closed", "apostrophe"),
    ('a: "b\n---\nc"\n', 2, 1, "inside quoted text", ""),
    ('a: "C:\\qed"\n', 1, 7, "a backslash", "single quotes"),
    ('a: "C:\\Users"\n', 1, 9, "hexadecimal", ""),
    ("a: @b\n", 1, 4, 'begin with "@"', "quotes"),
    ("a: `b`\n", 1, 4, 'begin with "`"', ""),
    ("a: 50\nb: %c\n", 2, 4, 'begin with "%"', ""),
    ("a: |text\n  b\n", 1, 5, "| or >", ""),
    ("a: &\n", 1, 4, "begins an anchor", ""),
    ("  a: 1\nb: 2\n", 2, 1, "outside of what the file began with", "first column"),
    ("a: [1]\n]\n", 2, 1, "does not fit into the mapping", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "more"), [*STRICT, *SYNTAX])
def test_refused(text, line, column, message, more):
    error = refusal(text)
    assert message in error.message
    assert more in f"{error.message}: {error.hint}"
    assert error.location.line == line
    assert error.location.column == column
    assert error.location.text == text.split("\n")[error.location.line - 1]


def test_a_comment_glued_to_a_block_header_swallows_no_text():
    """To libyaml `|#text` is an empty block with a comment."""
    assert "`|#` is neither a block of text nor a comment" in refusal("a: |#text\n").message
    assert read(b"a: '|#'\nb: |2- # c\n   d\n", "f.yaml").value == {"a": "|#", "b": " d"}


def test_depth_64_is_read():
    value = read(f"{NESTED}\n".encode(), "f.yaml").value["a"]
    for _ in range(63):
        (value,) = value
    assert value == "x"


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"a: 1\nb: caf\xe9 x\n", 2, 7, "the byte 0xE9 is not UTF-8"),
        (b"\xef\xbb\xbfb: \xe9\n", 1, 4, "the byte 0xE9 is not UTF-8"),
        ("é: ".encode() + b"\x80\n", 1, 4, "the byte 0x80 is not UTF-8"),
        (b"a: \xed\xa0\x80\n", 1, 4, "the byte 0xED is not UTF-8"),
        (b"a: \xc0\x80\n", 1, 4, "the byte 0xC0 is not UTF-8"),
        ("a: 1\n".encode("utf-16"), 1, 1, "UTF-16"),
        ("a: 1\n".encode("utf-16-be"), 1, 1, "UTF-16"),
        ("a: é\nb: 2\n".encode("utf-16-le"), 1, 1, "UTF-16"),
        ("a: 1\n".encode("utf-32"), 1, 1, "UTF-32"),
        (b"a: 1\nb: \0\n", 2, 4, "binary file"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", 1, 6, "binary file"),
        (b"\0", 1, 1, "binary file"),
        (b"a: 1\n" * 209_716, 209_716, 2, "1,048,580 bytes, more than 1 MiB"),
        (b"\xff" * 1_048_577, 1, None, "more than 1 MiB"),
        # Long, and read in a moment all the same.
        (b"\n" * 1_048_576, 1, 1, "empty"),
        (b"#\n \n" * 200_000 + b"%", 400_001, 1, "directives"),
    ],
)
def test_refused_bytes(data, line, column, message):
    error = refusal(data)
    assert message in error.message
    assert error.location.line == line
    assert column in (None, error.location.column)


def test_a_file_of_1_mib_is_read():
    data = b"a: |\n  " + b"x" * (1_048_576 - 7)
    assert len(data) == 1_048_576
    assert len(read(data, "f.yaml").value["a"]) == 1_048_576 - 7


def test_the_place_says_where_the_thing_ends():
    place = refusal("a: {b: 1, b: 2}\n").location
    assert (place.column, place.end_column) == (11, 12)
    assert place.text == "a: {b: 1, b: 2}"


@pytest.mark.parametrize("text", ["'<<': 1", '"2026": x', "'true': x", "a: <<", "a: =", "=: a"])
def test_quoted_and_harmless_forms_are_read(text):
    assert read(text.encode(), "f.yaml").value


def test_a_problem_without_words_of_ours_is_still_told():
    error = refuse(Source("f.yaml", "a: 1"), YAMLError("something new"))
    assert str(error).startswith("f.yaml:1:1: this is not YAML")
    assert error.hint
