from __future__ import annotations

import pytest

from cmpolicy.cli import COMMANDS
from cmpolicy.nearest import amounts, nearest
from cmpolicy.shape import load_schema
from cmpolicy.vocabulary.synonyms import SYNONYMS


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("calender", ["coverage", "calendar", "charged"], "calendar"),
        ("hihg", ["critical", "high", "low"], "high"),
        ("Patch Management", ["patch-management"], "patch-management"),
        ("capacity_audit", ["capacity-audit", "msp-selection"], "capacity-audit"),
        ("HIPAA", ["hipaa", "soc2"], "hipaa"),
        ("zebra", ["critical", "high", "low"], None),
        ("p4", ["p1", "p2"], None),
        ("", ["p1"], None),
        ("x", [], None),
    ],
)
def test_nearest_word(word, known, expected):
    assert nearest(word, known) == expected


def test_order_of_the_known_words_makes_no_difference():
    known = ["severity", "severities", "Severity", "severe"]

    assert nearest("severitys", known) == nearest("severitys", reversed(known))


def test_endless_word_is_near_to_nothing():
    assert nearest("a" * 100_000, ["a" * 90_000]) is None


def known_words():
    """Return every word and key of the schemas, and the names of the commands."""
    found = set(COMMANDS)
    for name in ("agreement", "plan", "pack", "config", "waivers", "releases"):
        stack = [load_schema(name)]
        while stack:
            node = stack.pop()
            found.update(node.get("properties", ()), map(str, node.get("enum", ())))
            found.update(map(str, node.get("examples", ())))
            stack += [part for part in node.values() if isinstance(part, dict)]
    return found | set(load_schema("agreement")["properties"]["frameworks"]["properties"])


def test_every_synonym_stands_for_a_word_of_the_format():
    meant = {word for words in SYNONYMS.values() for word in words.split()}

    assert meant - {word.replace("_", "-") for word in known_words()} == set()


def test_synonyms_are_written_as_they_are_looked_up():
    assert [
        word for word in SYNONYMS if nearest(word.upper(), [SYNONYMS[word].split()[0]]) is None
    ] == []
    assert all(word == word.casefold().replace("_", "-").replace(" ", "-") for word in SYNONYMS)


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("client", ["customer", "provider"], "customer"),
        ("MSP", ["customer", "provider"], "provider"),
        ("owner", ["responsible", "accountable"], "accountable"),
        ("owner", ["who", "only"], "who"),
        ("owner", ["service"], None),
        ("Time Zone", ["timezone"], "timezone"),
    ],
)
def test_a_synonym_means_a_word_only_where_that_is_known(word, known, expected):
    assert nearest(word, known) == expected


def test_an_endless_amount_is_none():
    assert list(amounts("1 quarter " * 1000)) == []
