"""The language of edits: one after the other for examples, all at once for plans."""

import pytest

from cmpolicy.document import read
from cmpolicy.edits import Edit, apply_in_order, apply_together, parse_at
from cmpolicy.errors import DocumentError

TEXT = """\
id: base
targets:
  - {id: p1, stage: respond, within: 4 hours}
  - {id: p2, stage: respond, within: 8 hours, services: [ehr, mail]}
escalations:
  - {id: path, steps: [{notify: noc}, {notify: dana}]}
"""
EDITS = """\
edits:
  - {set: "targets[p2].within", to: 1 hour}
  - {set: "targets[p2].raised", to: nights}
  - {remove: ["targets[p1]", "targets[p2].services[ehr]"]}
  - add: targets
    item: {id: p3, stage: resolve}
  - {add: notices, item: {event: outage}}
"""
BASE = read(TEXT.encode(), "base.yaml")


def edits(text):
    document = read(text.encode(), "own.yaml")
    return [
        edit
        for index in range(len(document.value["edits"]))
        for edit in parse_at(document, ("edits", index))
    ]


def problems(*entries):
    with pytest.raises(DocumentError) as caught:
        apply_together(BASE, edits("edits:\n" + "".join(f"  - {entry}\n" for entry in entries)))
    return [str(problem) for problem in caught.value.problems]


def place(document, path):
    found = document.locate(path)
    return f"{found.file}:{found.line}"


def test_edits_at_once_change_values_and_keep_every_place():
    found = apply_together(BASE, edits(EDITS))

    assert found.value["targets"] == [
        {
            "id": "p2",
            "stage": "respond",
            "within": "1 hour",
            "services": ["mail"],
            "raised": "nights",
        },
        {"id": "p3", "stage": "resolve"},
    ]
    assert found.value["notices"] == [{"event": "outage"}]
    assert place(found, "targets[p2].stage") == "base.yaml:4"
    assert place(found, "targets[p2].within") == "own.yaml:2"
    assert place(found, "targets[p2].raised") == "own.yaml:3"
    assert place(found, "targets[p3].stage") == "own.yaml:6"
    assert place(found, "notices[outage/*/*].event") == "own.yaml:7"
    assert place(found, "escalations[path]") == "base.yaml:6"


def test_what_was_removed_is_missing_at_the_edit():
    found = apply_together(BASE, edits(EDITS))

    assert place(found, "targets[p1].within") == "own.yaml:4"
    assert place(found, "targets[p2].services[ehr]") == "own.yaml:4"
    assert BASE.value["targets"][0]["id"] == "p1"


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (['{set: "targets[p4].within", to: 1 day}'], "`set: targets[p4].within`: there is no such"),
        (['{set: "targets[p2].within.x", to: 1}'], "there is no such place"),
        (['{remove: "target"}'], "did you mean `targets`?"),
        (['{set: "targets[p2].within", to: 8 hours}'], "it is so already, in line 4 of base.yaml"),
        (["{add: targets, item: {id: p1}}"], "duplicate `p1`, also in line 3 of base.yaml"),
        (['{add: "targets[p2].services", item: ehr}'], "duplicate `ehr`"),
        (['{add: "targets[p2].within", item: ehr}'], "is not a list"),
        (
            ['{set: "targets[p2].within", to: 1 day}', '{remove: "targets[p2].within"}'],
            "`remove: targets[p2].within` touches what `set: targets[p2].within` in line 2",
        ),
        (
            ['{set: "targets[p2].within", to: 1 day}', '{remove: "targets[p2]"}'],
            "`remove: targets[p2]` touches what `set: targets[p2].within` in line 2",
        ),
        (
            ["{add: targets, item: {id: p9}}", "{add: targets, item: {id: p9, stage: x}}"],
            "touches what",
        ),
        (
            [
                '{add: "escalations[path].steps", item: {notify: a}}',
                '{add: "escalations[path].steps", item: {notify: b}}',
            ],
            "touches what",
        ),
    ],
)
def test_an_edit_that_finds_or_changes_nothing_or_meets_another_is_refused(entries, says):
    phrase = problems(*entries)

    assert len(phrase) == 1
    assert says in phrase[0]
    assert phrase[0].startswith("own.yaml:")


def test_items_added_to_one_list_are_independent():
    found = apply_together(
        BASE, edits("edits: [{add: targets, item: {id: p8}}, {add: targets, item: {id: p9}}]")
    )

    assert [row["id"] for row in found.value["targets"]] == ["p1", "p2", "p8", "p9"]


def test_examples_are_edited_one_after_the_other():
    found = apply_in_order(
        BASE,
        [
            Edit("add", "targets", {"id": "p3", "stage": "resolve", "within": "TBD"}),
            Edit("set", "targets[p3].within", "3 days"),
            Edit("remove", "targets[p1]"),
        ],
    )

    assert [row["id"] for row in found.value["targets"]] == ["p2", "p3"]
    assert found.value["targets"][1]["within"] == "3 days"
    assert place(found, "targets[p2].within") == "base.yaml:4"
    assert place(found, "targets[p3].within") == "base.yaml:3"
