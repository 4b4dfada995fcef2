"""The kind of a file is that of its parsed content; text may put a file in, never take it out."""

import pytest

from cmpolicy.document import read
from cmpolicy.gate.kinds import kind_by_text, kind_of, worth_parsing
from cmpolicy.nearest import distance


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("apiVersion: cmpolicy/v1\nkind: Agreement\n", "Agreement"),
        ("apiVersion: cmpolicy/v1\nkind: Shared\n", "Shared"),
        ("apiVersion: cmpolicy/v1\nkind: Releases\n", "Releases"),
        ("apiVersion: cmpolicy/v1\nkind: agrement\n", "Agreement"),
        ("apiVersion: cmpolicy/v1\n", "Agreement"),
        ("apiVersion: cmpolicy/v9\nkind: Pack\n", "Pack"),
        ('apiVersion: "cmpolic\\x79/v1"\nkind: "\\u0041greement"\n', "Agreement"),
        ("apiversion: cmpolicy/v1\nkind: Agreement\n", "Agreement"),
        ("apiVersoin: cmpolicy/v1\nkind: Pack\n", "Pack"),
        ("api_version: cmpolicy/v1\n", "Agreement"),
        ("Kind: AGREEMENT\n", "Agreement"),
        ("apiVersion: example.org/v1\nkind: Agreement\n", "Agreement"),
        ("apiVersion: v1\nkind: Service\n", None),
        ("version: cmpolicy/v1\n", None),
        ("- a\n- b\n", None),
        ("nothing: ours\n", None),
    ],
)
def test_the_kind_of_what_was_parsed(text, kind):
    data = text.encode()

    assert kind_of(read(data, "a.yaml").value) == kind
    # What is worth parsing leaves out nothing that has a kind.
    assert kind is None or worth_parsing(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"apiVersion: cmpolicy/v1\nkind: Agreement\nid: [", "Agreement"),
        (b"apiVersion: cmpolicy/v1\nkind: Pack\nid: [", "Pack"),
        (b"apiversion: 'cmpolicy/v1\nid: [", "Agreement"),
        (b"kind: Agreement\nid: [", "Agreement"),
        ("apiVersion: cmpolicy/v1\n".encode("utf-16"), "Agreement"),
        (b"kind: Service\nid: [", None),
    ],
)
def test_the_kind_that_a_text_claims(data, kind):
    assert kind_by_text(data) == kind


@pytest.mark.parametrize(
    ("word", "letters"),
    [("apiVersion", 0), ("apiversion", 1), ("apiVersoin", 1), ("apVersin", 2), ("version", 3)],
)
def test_how_many_letters_differ(word, letters):
    assert distance(word, "apiVersion", 2) == letters
