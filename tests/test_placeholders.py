"""What counts as a placeholder, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmpolicy.document import read
from cmpolicy.placeholders import find, is_placeholder, take_out
from cmpolicy.shape import judge

HEAD = (Path(__file__).parent / "shape" / "pass-agreement-smallest.yaml").read_text("utf-8")

PLACEHOLDERS = [
    "", "  ", "\u00a0", "\u200b", "TBD", "tbd", "TBC", "TBA", "T.B.D.", "TBD.", "TBD?",
    "TBD - assign", "TBD: ask Lee", "TBD by June", "TBD (assign)", "TBD hours", "(TBD)", '"TBD"',
    "**TBD**", "TODO", "TODO: write", "To be determined", "to be confirmed", "To be agreed",
    "To be assigned", "to be completed", "To be completed.", "TO BE DECIDED \u2013 after kick-off",
    "to be confirmed (legal)", "To be named", "[Name]", "[ ]", "[]", "[Name] [Surname]",
    "[First], [Last]", "[[Name]]", "[24] hours", "[n] business days", "[95]%", "<name>", "<>",
    "<<name>>", "<n> minutes", "{{name}}", "{{ customer.name }}", "{{first}} {{last}}", "___",
    "__________", "__/__/____", "____ hours", "\u2026", "...", "sha256:\u2026", "sha256:...", "?",
    "???", "-", "--", "\u2013", "XXX", "XXX-XXX-XXXX",
]  # fmt: skip
TEXTS = [
    "unknown", "none", "n/a", "[P1] phone", "Backups <daily>", "Call [Name] first", "{{name}} Ltd",
    "TBD Networks", "tbd-lab", "TBA.net", "Todoist", "todo-list", "Todo list", "to be", "to become",
    "To be completed by the provider within 30 days", "to be provided by the customer", "Total",
    "Toronto", "tools", "t", "shared", "sha256:abc", "xxx", "XX", "XL", "X-ray", "a___b", "_",
    ".5", ".", "/", "/etc/hosts", ":", "- item", "-5", "+1 555 0100", "(555) 010-0100",
    "'quoted' text", "*bold* text", "(see annex)", "<a> and b <c", "[a] or b", "24 hours",
    "?: what", "https://\u2026", "wait\u2026", "Tbilisi", "2026-01-01",
]  # fmt: skip


def found(body: str, head: str = HEAD) -> dict[str, str]:
    """Return the placeholders of an agreement, by symbolic path, and see that they are gone."""
    document, paths, problems = take_out(read((head + body).encode(), "a.yaml"), "agreement")
    assert problems == ()
    assert judge(document, "agreement") == ()
    assert find(document, "agreement") == {}
    return paths


def problems(body: str, head: str = HEAD) -> list[tuple[int, str]]:
    _, _, wrong = take_out(read((head + body).encode(), "a.yaml"), "agreement")
    return [(problem.location.line, problem.message) for problem in wrong]


@pytest.mark.parametrize("text", PLACEHOLDERS, ids=repr)
def test_placeholder(text):
    assert is_placeholder(text)


NOBODY = [
    "vacant", "Vacant", "(vacant)", "VACANT", "vacant position", "Position vacant", "Vacancy",
    "currently vacant", "N/A", "n/a", "n.a.", "N.N.", "none", "Nobody", "not applicable",
    "Not yet appointed", "Open position", "To be hired", "unassigned",
]  # fmt: skip
SOMEBODY = [
    "Na",
    "Nan",
    "Noone Park",
    "Vacant Lot Ltd",
    "Open Sky",
    "N. A. Roy",
    "Nobby",
    "unknown",
]


@pytest.mark.parametrize("name", NOBODY, ids=repr)
def test_a_persons_name_may_say_that_there_is_nobody(name):
    row = f"people:\n  - id: dana\n    name: {name}\n    note: {name}\n"

    assert found(row) == {"people[dana].name": name}
    assert found(f"tools: [{{id: psa, name: {name}}}]\n") == {}


@pytest.mark.parametrize("name", SOMEBODY, ids=repr)
def test_other_names_are_names(name):
    assert found(f"people:\n  - id: dana\n    name: {name}\n") == {}


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_text_is_no_placeholder(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "written",
    [
        "TBD",
        '""',
        "",
        "~",
        "null",
        "[Name]",
        '"[Name]"',
        "<who>",
        '"{{who}}"',
        "___",
        "to be agreed",
    ],
    ids=repr,
)
def test_scalar_field(written):
    row = f"people:\n  - id: dana\n    name: {written}\n    party: clinic\n"

    assert list(found(row)) == ["people[dana].name"]


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("access: [{id: admins, mfa: TBD}]", "access[admins].mfa"),
        ("access: [{id: admins, mfa: [yes/no]}]", "access[admins].mfa"),
        ("targets: [{id: a, stage: respond, attainment: [95]}]", "targets[a].attainment"),
        ("targets: [{id: a, stage: respond, within: [30 minutes]}]", "targets[a].within"),
        ("calendars: [{id: office, holidays: TBD}]", "calendars[office].holidays"),
        ("escalations: [{id: p1, repeat: {times: ___}}]", "escalations[p1].repeat.times"),
        ("responsibilities: [{id: a, accountable: [Name]}]", "responsibilities[a].accountable"),
        ("responsibilities: [{id: a, split: {clinic: TBD}}]", "responsibilities[a].split.clinic"),
        ("frameworks: {hipaa: {standing: TBD}}", "frameworks.hipaa.standing"),
        ("frameworks: {nis2: {class: TBD}}", "frameworks.nis2.class"),
        ("capacity: {people: [{who: dana, week: TBD}]}", "capacity.people[dana].week"),
        ("term: {effective: 2026-01-01, ends: '[date]'}", "term.ends"),
    ],
)
def test_value_that_is_no_plain_text(row, path):
    head = HEAD.replace("term: {effective: 2026-01-01}\n", "") if row.startswith("term") else HEAD

    assert list(found(f"{row}\n", head)) == [path]


def test_list_item():
    people = "rotas: [{id: noc, members: [sam, TBD, '[Name]']}]\n"

    assert found(people) == {
        "rotas[noc].members[TBD]": "TBD",
        "rotas[noc].members[[Name]]": "[Name]",
    }


def test_item_in_brackets_without_quotes():
    assert found("rotas: [{id: noc, members: [sam, [Name]]}]\n") == {
        "rotas[noc].members[#2]": "[Name]"
    }


@pytest.mark.parametrize(
    "written", ["[TBD]", "['']", "[TBD, '[Name]']", "TBD", "", "\n      - TBD\n"]
)
def test_list_of_nothing_but_placeholders_is_one(written):
    """So that no default applies: a row without `services` is for all of them."""
    row = f"coverage:\n  - area: x\n    stage: detect\n    by: clinic\n    services: {written}\n"

    assert list(found(row)) == ["coverage[x/detect/clinic].services"]


def test_empty_list_is_no_placeholder():
    assert found("parties: [{id: a, handles: []}]\n", HEAD[: HEAD.index("parties")]) == {}


@pytest.mark.parametrize("written", ["TBD", "", "[TBD]", "'[to be completed]'"])
def test_whole_section(written):
    assert list(found(f"escalations: {written}\n")) == ["escalations"]


def test_row_of_a_list_of_mappings():
    assert list(found("people:\n  - TBD\n  - {id: dana}\n  -\n")) == ["people[TBD]", "people[#3]"]


def test_id_that_is_not_required():
    """The row then goes by its key fields, in every path."""
    row = "targets: [{id: '[id]', severity: p1, stage: respond, within: TBD}]\n"

    assert found(row) == {
        "targets[p1/respond].id": "[id]",
        "targets[p1/respond].within": "TBD",
    }


def test_key_field_that_is_not_required():
    assert found("targets: [{severity: TBD, stage: respond, within: ___}]\n") == {
        "targets[*/respond].severity": "TBD",
        "targets[*/respond].within": "___",
    }


@pytest.mark.parametrize(
    ("body", "line", "key", "text"),
    [
        ("people:\n  - {id: TBD, name: Dana}\n", 14, "id", "TBD"),
        ("severities:\n  - {id: p1, rank: '[n]'}\n", 14, "rank", "[n]"),
        ("coverage:\n  - {area: helpdesk, stage: detect, by: }\n", 14, "by", ""),
    ],
)
def test_placeholder_of_a_required_key_is_an_error(body, line, key, text):
    assert problems(body) == [(line, f"`{key}` is a placeholder ({text!r}); it is required")]


@pytest.mark.parametrize("key", ["apiVersion", "kind", "id", "title", "version", "status", "model"])
def test_placeholder_of_a_required_top_level_key_is_an_error(key):
    head = "".join(
        f"{key}: TBD\n" if line.startswith(f"{key}:") else f"{line}\n" for line in HEAD.splitlines()
    )

    assert [message for _, message in problems("", head)] == [
        f"`{key}` is a placeholder ('TBD'); it is required"
    ]


@pytest.mark.parametrize("written", ["TBD", "[TBD]", "[TBD, '[Name]']", ""])
def test_parties_that_are_placeholders_are_an_error(written):
    ((_, message),) = problems(f"parties: {written}\n", HEAD[: HEAD.index("parties")])

    assert message.startswith("`parties` is a placeholder")


@pytest.mark.parametrize("written", ["TBD", "", "'[standing]'"])
def test_framework_whose_entry_is_a_placeholder_is_an_error(written):
    """Its rules would be passed over without a word."""
    ((line, message),) = problems(f"frameworks:\n  hipaa: {written}\n")

    assert line == 14
    assert message.startswith("`hipaa` is a placeholder")


def test_labels_and_notes_are_left_alone():
    body = (
        "labels: {owner: TBD, empty: }\nnote: TBD\n"
        "people: [{id: dana, note: '[ask]', labels: {a: ___}}]\n"
        "responsibilities: [{id: a, split: {clinic: x, note: TBD}}]\n"
    )

    assert found(body) == {}


def test_unknown_keys_are_left_to_the_judge_of_shape():
    assert problems("colour: TBD\n") == []


def test_block_list_of_one_is_no_bracketed_name():
    """`[Name]` is a list only in the eyes of YAML; a list with a dash is meant as one."""
    document = read((HEAD + "people:\n  - id: dana\n    name:\n      - Dana\n").encode(), "a.yaml")

    assert find(document, "agreement") == {}
    assert [problem.message for problem in judge(document, "agreement")] == [
        "`name` must be text, not a list"
    ]


def test_list_where_texts_are_wanted_is_a_list():
    assert found("people: [{id: dana, roles: [it-manager]}]\n") == {}
    assert found("responsibilities: [{id: a, area: [Patching]}]\n") == {}


def test_position_of_what_was_taken_out_is_still_known():
    body = "people:\n  - id: dana\n    phone: TBD\n"
    document, paths, _ = take_out(read((HEAD + body).encode(), "a.yaml"), "agreement")

    (path,) = paths
    place = document.locate(path)

    assert (place.line, place.text) == (15, "    phone: TBD")
    assert "phone" not in document.value["people"][0]


def test_document_without_placeholders_is_the_same_one():
    document = read(HEAD.encode(), "a.yaml")

    assert take_out(document, "agreement") == (document, {}, ())


def test_document_that_is_no_mapping_has_none():
    assert find(read(b"- TBD\n", "a.yaml"), "agreement") == {}


@pytest.mark.parametrize("text", ["_" * 1_000_000, "[" * 1_000_000, "TBD: " + "x" * 1_000_000])
def test_text_longer_than_a_line_or_two_is_text(text):
    """So that no text of a stranger's file keeps the patterns busy."""
    assert not is_placeholder(text)
