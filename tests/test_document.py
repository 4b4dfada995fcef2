"""Values as YAML 1.2 has them, and a place for each."""

import sys
from pathlib import Path

import pytest

from cmpolicy.document import Document, read
from cmpolicy.errors import Location

HERE = Path(__file__).parent / "documents"


def load(name: str) -> Document:
    return read((HERE / name).read_bytes(), name)


def value_of(text: str):
    return read(f"x: {text}\n".encode(), "f.yaml").value["x"]


@pytest.fixture(scope="module")
def lakeside() -> Document:
    return load("lakeside.yaml")


@pytest.mark.parametrize(
    "text",
    [
        *("17:00", "NO", "no", "on", "Off", "yes", "y", "0123", "010", "-010", "00", "01.5"),
        *("0x1F", "0o17", "0b1", "1_000", "1_000.5", ".inf", "-.INF", ".nan", "2026-10-06"),
        *("2026-10-06T10:00:00Z", "1:30", "24x7", "2.1.0", "+1-555", "1e", ".", "-.", "--"),
        *(".e3", "e3", "<<x", "=", "nuLL", "tRUE", "truely", "٣", "³", "<name>", "___", "75%"),
    ],
)
def test_unquoted_text(text):
    assert value_of(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL", "# only a comment")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *(("0", 0), ("-0", 0), ("7", 7), ("+12", 12), ("-12", -12)),
        ("9007199254740991", 2**53 - 1),
        *(("1.10", 1.1), ("1.", 1.0), (".5", 0.5), ("-.5e1", -5.0), ("0.0", 0.0)),
        *(("1e3", 1000.0), ("1E-3", 0.001), ("+1.5e+2", 150.0), ("1e-999", 0.0)),
    ],
)
def test_typed_scalars(text, value):
    found = value_of(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"12"', "12"),
        ("'true'", "true"),
        ('""', ""),
        ('"~"', "~"),
        ("|\n  12\n", "12\n"),
        (">-\n  true\n", "true"),
        ('"\\u2028\\N\\_\\x41\\U0001F600\\/"', "\u2028\x85\xa0A\U0001f600/"),
        ('"a\\\n  b"', "ab"),
        ("one\n  two\n\n  three", "one two\nthree"),
        ("a # b\n", "a"),
        ("a#b", "a#b"),
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("[a?, http://b, {c: }, -d, 08:00]", ["a?", "http://b", {"c": None}, "-d", "08:00"]),
        ("a\tb\t# c", "a\tb"),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_text_and_collections(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_a_break_of_yaml_1_1_is_text_and_shifts_nothing(character):
    """It may not end a line: a reviewer would not see the key behind it."""
    text = (
        f'a: b{character}c\nd: "{character} \\U0010FFFD \U0010fffc"\ne: |\n  {character}x\ny: z\n'
    )
    document = read(text.encode(), "f.yaml")
    assert document.value == {
        "a": f"b{character}c",
        "d": f"{character} \U0010fffd \U0010fffc",
        "e": f"{character}x\n",
        "y": "z",
    }
    assert document.locate("y") == Location("f.yaml", 5, 4, 5, "y: z")
    assert document.raw_text(("a",)) == f"b{character}c"


def test_lines_are_counted_by_line_feed_only():
    document = read(b"a: [b,\r c]\r\nd: e\r\n", "f.yaml")
    assert document.value == {"a": ["b", "c"], "d": "e"}
    assert document.locate("a[c]") == Location("f.yaml", 1, 9, 10, "a: [b,\r c]")
    assert document.locate("d") == Location("f.yaml", 2, 4, 5, "d: e")


def test_a_byte_order_mark_is_skipped():
    document = read(b"\xef\xbb\xbfa: b\n", "f.yaml")
    assert document.value == {"a": "b"}
    assert document.text == "a: b\n"
    assert document.key_position(("a",)).column == 1


def test_columns_count_characters():
    document = read("\U0001f600é: [x, \U0001f600y]\n".encode(), "f.yaml")
    assert document.position(("\U0001f600é", 1)) == Location(
        "f.yaml", 1, 9, 11, "\U0001f600é: [x, \U0001f600y]"
    )


def test_any_root_is_read():
    assert read(b"[a, 1]", "f").value == ["a", 1]
    assert read(b"--- text\n...\n# the end\n", "f").value == "text"
    assert read(b"null", "f").value is None


@pytest.mark.parametrize(
    ("path", "line", "column", "text"),
    [
        ("id", 4, 5, "lakeside-clinic"),
        ("title", 5, 8, '"Co-managed IT — Lakeside Family Clinic"'),
        ("term", 9, 1, "term"),
        ("term.ends", 9, 37, "open"),
        ("frameworks.hipaa", 11, 3, "hipaa"),
        ("frameworks.hipaa.standing", 11, 21, "covered-entity"),
        ("labels[cost.centre]", 13, 16, '"0042"'),
        ("labels.cost.centre", 13, 16, '"0042"'),
        ("labels[[odd]]", 14, 12, "''"),
        ("labels.empty", 15, 3, "empty"),
        ("parties", 16, 1, "parties"),
        ("parties[clinic]", 17, 3, "{id: clinic, name: Lakeside Family Clinic, kind: customer}"),
        ("parties[northbridge]", 18, 3, ""),
        ("parties[northbridge].name", 19, 9, "NorthBridge IT"),
        ("parties[northbridge].handles[phi]", 22, 7, "phi"),
        ("parties[northbridge].handles[#2]", 23, 7, "[TBD]"),
        ("people[dana].roles[security-official]", 25, 36, "security-official"),
        ("people[dana].roles[it-manager~2]", 25, 55, "it-manager"),
        ("calendars[clinic-hours].holidays.also[2026-12-24]", 27, 89, "2026-12-24"),
        ("coverage[helpdesk/respond/noc]", 29, 5, "{area: helpdesk, stage: respond, by: noc}"),
        ("coverage[helpdesk/respond/*].stage", 30, 29, "respond"),
        ("coverage[helpdesk/respond/noc~2].calendar", 31, 57, "24x7"),
        ("allocations[cmmc:AC.L2-3.1.1].origin", 33, 43, "shared"),
        ("allocations[hipaa:164.308(a)(2)].origin", 34, 46, "customer"),
        ("escalations[p1].steps[noc].via", 38, 28, "phone"),
        ("escalations[p1].steps[noc~2].after", 40, 42, "30 minutes"),
        ("targets[p1-respond].within", 42, 60, "30 minutes"),
        ("targets[p2/respond].within", 45, 13, "2 hours"),
        ("targets[p2/respond].note", 46, 11, ""),
        ("capacity.functions[backup].hours_per_week", 50, 50, "14"),
        ("capacity.people[lee]", 51, 12, "{who: lee, week: 40 hours}"),
        ("responsibilities[patching].accountable[clinic].only.subject", 54, 49, "servers"),
        ("responsibilities[patching].split.northbridge", 55, 44, "deploys"),
        # What is not there: its nearest ancestor.
        ("", 2, 1, ""),
        ("nothing", 2, 1, ""),
        ("signatures[clinic].by", 2, 1, ""),
        ("term.starts_work", 9, 1, "term"),
        ("parties[nobody].name", 16, 1, "parties"),
        ("parties[northbridge].phone", 18, 3, ""),
        ("targets[p1-respond].within.more[x]", 42, 60, "30 minutes"),
        ("parties.clinic", 16, 1, "parties"),
    ],
)
def test_locate(lakeside, path, line, column, text):
    place = lakeside.locate(path)
    assert (place.file, place.line, place.column) == ("lakeside.yaml", line, column)
    assert place.text == lakeside.text.split("\n")[line - 1]
    found = place.text[column - 1 : place.end_column - 1] if place.end_column else ""
    assert found == text


def test_key_positions(lakeside):
    assert lakeside.key_position(("targets", 0, "within")).column == 52
    assert lakeside.position(("targets", 0, "within")).column == 60
    assert lakeside.key_position(("targets", 0)) == lakeside.position(("targets", 0))
    assert lakeside.key_position(("labels", "cost.centre")).end_column == 14
    assert lakeside.position(("targets", 7, "within")) == lakeside.position(("targets",))


def test_raw_text_tells_what_a_number_looked_like(lakeside):
    assert lakeside.value["version"] == 1.1
    assert lakeside.raw_text(("version",)) == "1.10"
    assert lakeside.raw_text(("people", 0, "phone")) == "5550100"
    assert lakeside.raw_text(("labels", "cost.centre")) == '"0042"'
    assert lakeside.raw_text(("parties", 1, "handles", 1)) == "[TBD]"
    assert lakeside.raw_text(("labels", "empty")) == ""


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ((), ""),
        (("targets", 1, "within"), "targets[p2/respond].within"),
        (("coverage", 2, "by"), "coverage[helpdesk/respond/noc~2].by"),
        (("labels", "cost.centre"), "labels[cost.centre]"),
        (("parties", 1, "handles", 1, 0), "parties[northbridge].handles[#2][TBD]"),
        (("targets", 9, "within"), "targets[#10].within"),
        (("nothing", 0, "x"), "nothing[#1].x"),
    ],
)
def test_symbolic(lakeside, raw, path):
    assert lakeside.symbolic(raw) == path


def test_absurd_lists_cost_no_time():
    """Such a file may come with a pull request from a stranger."""
    document = read(b"a: [" + b"x," * 100_000 + b"]", "f.yaml")
    assert document.symbolic(("a", 99_999)) == "a[x~100000]"
    assert document.locate("a[x~100000]").column == 200_003
    hostile = "].a[" * 50_000
    document = read(f"a: ['{hostile}', y]".encode(), "f.yaml")
    assert document.symbolic(("a", 0)) == "a[#1]"
    assert document.locate(f"a[{hostile}]") == document.locate("a")
    assert document.locate("a[#1]").column == 5


@pytest.mark.parametrize("name", ["lakeside.yaml", "northbound.yaml"])
@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_values_do_not_depend_on_the_line_breaks(name, line_break, mark):
    text = (HERE / name).read_text("utf-8")
    plain = read(text.encode(), name)
    other = read((mark + text.replace("\n", line_break)).encode(), name)
    assert repr(other.value) == repr(plain.value)


def test_without_libyaml_the_user_is_asked_to_install_it(cmpolicy, tmp_path, monkeypatch):
    """Only PyYAML's wheels promise libyaml."""
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    (tmp_path / "a.yaml").write_text("apiVersion: cmpolicy/v1\nkind: Agreement\n")
    result = cmpolicy("check", "a.yaml", cwd=tmp_path)
    assert result.status == 2
    assert "PyYAML has been installed without libyaml" in result.err
    assert "--only-binary pyyaml" in result.err
