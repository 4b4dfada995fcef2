"""Laws of the terms: order is nothing, words are everything, and the record is none of them."""

import copy
import json

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from cmpolicy.document import read
from cmpolicy.terms import EVERYWHERE, RECORD, ROW_RECORD, terms
from cmpolicy.terms import digest as digest_of

SLUGS = st.sampled_from(["a", "b", "c", "d1", "e-f", "ü"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e21, 1e21)
SCALARS = TEXTS | NUMBERS | st.booleans()
WORDS = st.lists(TEXTS, max_size=4)
FIELDS = st.sampled_from(["kind", "party", "area", "task", "services", "evidence", "accountable"])
VALUES = SCALARS | WORDS | st.dictionaries(FIELDS, SCALARS, max_size=3)
ROWS = st.dictionaries(FIELDS, VALUES, max_size=4)


@st.composite
def sections(draw):
    """Rows by section, each with an id of its own."""
    names = ("people", "rotas", "reviews", "allocations", "tools", "responsibilities")
    found = {}
    for name in draw(st.sets(st.sampled_from(names), min_size=1)):
        ids = draw(st.lists(SLUGS, unique=True, min_size=1, max_size=3))
        found[name] = [{"id": identity, **draw(ROWS)} for identity in ids]
    return found


def digest(value):
    return digest_of(read(json.dumps(value, ensure_ascii=False).encode(), "a.yaml"))


def shuffled(draw, value):
    """Return the same in another order: keys, rows and words."""
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: shuffled(draw, value[key]) for key in keys}
    if isinstance(value, list):
        return [shuffled(draw, item) for item in draw(st.permutations(value))]
    return value


def places(value, path=()):
    """Yield the path of every scalar."""
    entries = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in entries:
        yield from places(item, (*path, key))
    if not isinstance(value, dict | list):
        yield path


@settings(max_examples=60)
@given(sections(), st.data())
def test_order_does_not_change_the_digest(value, data):
    assert digest(shuffled(data.draw, value)) == digest(value)


@settings(max_examples=60)
@given(sections(), TEXTS, st.data())
def test_any_other_word_changes_it(value, word, data):
    path = data.draw(st.sampled_from(list(places(value))))
    changed = copy.deepcopy(value)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    before = parent[path[-1]]
    # In a list, a word that is there already would change nothing.
    parent[path[-1]] = f"{before}{word}~"

    assert digest(changed) != digest(value)


@settings(max_examples=60)
@given(sections(), VALUES, st.data())
def test_no_record_changes_it(value, said, data):
    changed = copy.deepcopy(value)
    section = data.draw(st.sampled_from(list(value)))
    fields = [*ROW_RECORD.get(section, ()), *EVERYWHERE]
    changed[section][-1][data.draw(st.sampled_from(fields))] = said
    changed[data.draw(st.sampled_from(sorted(RECORD - {"formerly"} | EVERYWHERE)))] = said

    assert digest(changed) == digest(value)


@settings(max_examples=100)
@given(sections())
def test_the_digest_is_that_of_canonical_json(value):
    """The quick encoder must write what the library for RFC 8785 writes."""
    import hashlib

    document = read(json.dumps(value, ensure_ascii=False).encode(), "a.yaml")
    expected = hashlib.sha256(rfc8785.dumps(terms(document.value))).hexdigest()

    assert digest_of(document) == f"sha256:{expected}"
