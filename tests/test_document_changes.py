"""Documents without placeholders, and with the rows of shared files: every place is kept."""

import pickle
from pathlib import Path

import pytest

from cmpolicy.document import Document, merge, read

HERE = Path(__file__).parent / "documents"


def load(name: str) -> Document:
    return read((HERE / name).read_bytes(), name)


def slices(document: Document, raw=()):
    """Return every raw path with the text at its place."""
    value = document.value
    for step in raw:
        value = value[step]
    yield raw, document.raw_text(raw)
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from slices(document, (*raw, step))


@pytest.fixture
def lakeside() -> Document:
    return load("lakeside.yaml")


@pytest.fixture
def northbound() -> Document:
    return load("northbound.yaml")


def test_nothing_to_prune_changes_nothing(lakeside):
    assert lakeside.prune([]) is lakeside


def test_pruned_keys(lakeside):
    pruned = lakeside.prune([("title",), ("targets", 0, "within"), ("term", "absent"), ("id", "x")])
    assert "title" not in pruned.value
    assert pruned.value["id"] == "lakeside-clinic"
    assert "within" not in pruned.value["targets"][0]
    assert lakeside.value["targets"][0]["within"] == "30 minutes"
    # A finding about what is missing now points at the placeholder.
    for path in ("title", "targets[p1-respond].within"):
        assert pruned.locate(path) == lakeside.locate(path)
    assert pruned.position(("title",)) == lakeside.position(("title",))
    assert pruned.locate("targets[p2/respond].within") == lakeside.locate(
        "targets[p2/respond].within"
    )
    assert dict(slices(pruned)).items() <= dict(slices(lakeside)).items()


def test_pruned_items_shift_the_rest(lakeside):
    pruned = lakeside.prune([("parties", 1, "handles", 0), ("people", 0, "roles", 1)])
    assert pruned.value["parties"][1]["handles"] == [["TBD"]]
    assert pruned.raw_text(("parties", 1, "handles", 0)) == "[TBD]"
    assert pruned.value["people"][0]["roles"] == ["it-manager", "it-manager"]
    for path in ("people[dana].roles[security-official]", "people[dana].roles[it-manager~2]"):
        assert pruned.locate(path) == lakeside.locate(path)
    assert pruned.symbolic(("people", 0, "roles", 1)) == "people[dana].roles[it-manager~2]"


def test_a_row_is_found_by_the_key_it_had(lakeside):
    pruned = lakeside.prune([("coverage", 0, "by")])
    assert pruned.symbolic(("coverage", 0)) == "coverage[helpdesk/respond/*]"
    assert pruned.locate("coverage[helpdesk/respond/*]").line == 29
    assert pruned.locate("coverage[helpdesk/respond/*~2]").line == 30
    assert pruned.locate("coverage[helpdesk/respond/noc~2].by").line == 31


def test_dropping_a_value_and_something_in_it(lakeside):
    either = [("term",), ("term", "ends")]
    for drop in (either, either[::-1]):
        assert "term" not in lakeside.prune(drop).value


def test_pruning_twice(lakeside):
    pruned = lakeside.prune([("labels",)]).prune([("title",), ("targets", 0)])
    for path in ("labels[cost.centre]", "title", "targets[p1-respond].within"):
        assert pruned.locate(path) == lakeside.locate(path)
    assert pruned.locate("targets[p2/respond].stage").line == 44


def test_merge_appends_rows_that_stay_in_their_file(lakeside, northbound):
    whole = merge(lakeside, [northbound])
    assert [row["id"] for row in whole.value["parties"]] == ["clinic", "northbridge", "sentinel"]
    assert [row["id"] for row in whole.value["rotas"]] == ["noc"]
    assert whole.value["title"] == lakeside.value["title"]
    assert "uses" not in whole.value
    assert [row["id"] for row in lakeside.value["parties"]] == ["clinic", "northbridge"]
    own, borrowed = whole.locate("parties[clinic].name"), whole.locate("parties[sentinel].name")
    assert own == lakeside.locate("parties[clinic].name")
    assert borrowed == northbound.locate("parties[sentinel].name")
    assert whole.position(("parties", 2, "name")) == borrowed
    assert whole.raw_text(("parties", 2, "name")) == "Sentinel SOC"
    assert whole.locate("parties") == lakeside.locate("parties")
    assert whole.locate("rotas") == northbound.locate("rotas")
    assert whole.locate("rotas[noc].phone") == northbound.locate("rotas[noc].phone")
    assert whole.locate("uses[../common/tools.yaml]") == lakeside.locate(
        "uses[../common/tools.yaml]"
    )
    assert whole.file == "lakeside.yaml"


def test_merge_of_several_files(lakeside, northbound):
    other = read(b"rotas: [{id: night, party: x}]\ntools: TBD\nparties:\n", "other.yaml")
    whole = merge(lakeside, [northbound, other, other])
    assert [row["id"] for row in whole.value["rotas"]] == ["noc", "night", "night"]
    assert whole.locate("rotas").file == "northbound.yaml"
    assert whole.locate("rotas[night].party") == other.locate("rotas[night].party")
    assert whole.symbolic(("rotas", 2)) == "rotas[night~2]"
    assert whole.locate("rotas[night~2].party").column == 28
    assert "tools" not in whole.value


def test_merge_leaves_a_section_of_the_wrong_shape_alone(northbound):
    main = read(b"parties: nobody\nuses: [a]\n", "main.yaml")
    whole = merge(main, [northbound])
    assert whole.value["parties"] == "nobody"
    assert whole.locate("parties") == main.locate("parties")
    text = read(b"just text", "text.yaml")
    assert merge(text, [northbound]).value == "just text"
    assert merge(main, [text]).value == {"parties": "nobody"}


@pytest.mark.parametrize("first", ["merge", "prune"])
def test_merge_and_prune_in_either_order(lakeside, northbound, first):
    if first == "merge":
        whole = merge(lakeside, [northbound])
        pruned = whole.prune([("title",), ("rotas", 0, "phone"), ("parties", 1, "handles", 1)])
    else:
        main = lakeside.prune([("title",), ("parties", 1, "handles", 1)])
        pruned = merge(main, [northbound.prune([("rotas", 0, "phone")])])
    assert pruned.value["rotas"] == [{"id": "noc", "party": "northbridge"}]
    assert pruned.value["parties"][1]["handles"] == ["phi"]
    assert pruned.locate("rotas[noc].phone") == northbound.locate("rotas[noc].phone")
    for path in ("title", "parties[northbridge].handles[#2]", "uses"):
        assert pruned.locate(path) == lakeside.locate(path)


def test_a_dropped_section_gives_way_to_shared_rows(northbound):
    main = read(b"id: x\nrotas: TBD\n", "main.yaml").prune([("rotas",)])
    whole = merge(main, [northbound])
    assert whole.value["rotas"] == northbound.value["rotas"]
    assert whole.locate("rotas[noc]").file == "northbound.yaml"


def test_documents_travel_between_processes(lakeside, northbound):
    whole = merge(lakeside, [northbound]).prune([("title",)])
    before = whole.locate("rotas[noc].phone"), whole.locate("title")
    copy = pickle.loads(pickle.dumps(whole))  # noqa: S301 - our own bytes
    assert copy.value == whole.value
    assert (copy.locate("rotas[noc].phone"), copy.locate("title")) == before
