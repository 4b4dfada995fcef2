"""`explain`, `controls`, `schema`, `digest`, `test`: the commands beside `check`."""

import json
from pathlib import Path

import pytest

from cmpolicy import bundled

ROOT = Path(__file__).parents[1]
DAY = ("--as-of", "2026-11-24")


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("cm-worst-answered", ["critical", "our default", "within 1 hour", "Examples"]),
        ("hipaa:164.410(b)", ["45 CFR 164.410(b)", "60 calendar days", "Beyond an agreement"]),
        ("hipaa", ["164.308(a)(2)", "not legal advice"]),
        ("clauses.topic", ["return-or-destroy-data", "a pack may add words"]),
        ("targets[p1].within", ["# targets.within", "next business day"]),
        ("coverage", ["Who watches and acts", "is also the name of a check", "check:coverage"]),
        ("check:coverage", ["A required window", "`max_gap`"]),
        ("field:coverage", ["Who watches and acts"]),
        ("pack:hipaa", ["Pack `hipaa`", "hipaa-breach-notice"]),
        ("waivers", ["Path of the waivers file", "file:waivers"]),
        ("agreement", ["`timezone` (required)", "cmpolicy schema agreement"]),
        ("owner", ["Each area has a task", "`both_halves`"]),
        ("targets.within", ["How long it may take", "next business day"]),
        ("comanaged", ["Pack `comanaged`", "cm-worst-answered"]),
    ],
)
def test_explain_tells(cmpolicy, what, says):
    result = cmpolicy("explain", what, cwd=ROOT)

    assert result.status == 0
    for words in says:
        assert words.lower() in result.out.lower()


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_explain_lists_what_can_be_asked_on_one_screen(cmpolicy, monkeypatch, columns):
    monkeypatch.setattr("cmpolicy.cli.explain.width", lambda: columns)
    listed = cmpolicy("explain", cwd=ROOT).out
    lines = listed.splitlines()

    for words in ("comanaged", "pack:", "hipaa", "escalation", "targets.within", "waivers"):
        assert words in listed
    assert len(lines) <= 24
    assert max(map(len, lines)) <= columns


@pytest.mark.parametrize(
    ("what", "guess"),
    [
        ("cm-worst-anwsered", "cm-worst-answered"),
        ("clauses.topics", "clauses.topic"),
        ("check:covrage", "coverage"),
        ("pack:hippa", "hipaa"),
        ("file:agrement", "agreement"),
        ("hipaa:164.410(x)", "hipaa:164.410(b)"),
    ],
)
def test_explain_names_the_nearest(cmpolicy, what, guess):
    result = cmpolicy("explain", what, cwd=ROOT)

    assert result.status == 2
    assert f"did you mean `{guess}`?" in result.err


def test_explain_says_where_a_word_stands(cmpolicy):
    result = cmpolicy("explain", "return-or-destroy-data", cwd=ROOT)

    assert result.status == 2
    assert "is a word, not a name; it stands in `clauses.topic`" in result.err
    assert "`cmpolicy explain clauses.topic`" in result.err


def test_every_hint_of_explain_can_be_asked(cmpolicy):
    """What an unknown key is told to ask for has a page."""
    for name in ("agreement", "responsibilities", "frameworks.cmmc", "plan", "releases", "pack"):
        assert cmpolicy("explain", name, cwd=ROOT).status == 0


@pytest.mark.parametrize("name", bundled.schemas())
def test_schema_writes_json(cmpolicy, name):
    result = cmpolicy("schema", name, cwd=ROOT)

    assert json.loads(result.out)["description"]


def test_schema_names_the_nearest(cmpolicy):
    result = cmpolicy("schema", "agrement", cwd=ROOT)

    assert result.status == 2
    assert "did you mean `agreement`?" in result.err
    assert "agreement\n" in cmpolicy("schema").out


def test_digest_is_what_the_sound_example_was_signed_with(cmpolicy):
    path = ROOT / "examples" / "agreements" / "larkspur-analytics.yaml"
    result = cmpolicy("digest", path, cwd=ROOT)

    assert result.status == 0
    assert result.out.strip() in path.read_text(encoding="utf-8")


def test_test_finds_an_example_that_is_not_judged_as_it_says(cmpolicy, tmp_path):
    text = (ROOT / "policies" / "comanaged.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "comanaged.yaml"
    broken.write_text(text.replace("within: 1 hour", "within: 9 hours"), encoding="utf-8")
    worse = cmpolicy("test", broken)

    assert worse.status == 1
    assert "it should fail, and is pass" in worse.out


UNTESTED = """\
apiVersion: cmpolicy/v1
kind: Pack
id: house
title: House
version: 1.0.0
rules:
  - {id: house-a, title: t, severity: low, basis: practice, check: item, with: {list: tools},
     references: [ours], why: w, fix: f}
"""


def test_test_names_rules_without_examples(cmpolicy, tmp_path):
    (tmp_path / "house.yaml").write_text(UNTESTED)
    loose = cmpolicy("test", "house.yaml", cwd=tmp_path)
    strict = cmpolicy("test", "house.yaml", "--strict")

    assert loose.status == 0
    assert "house.yaml: warning: house-a is untested" in loose.out
    assert strict.status == 1


def test_test_skips_what_says_that_it_is_something_else(cmpolicy, tmp_path):
    files = {
        "network.yaml": "kind: NetworkPolicy\n---\nkind: NetworkPolicy\n",
        "waivers.yaml": "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers: []\n",
        "house.yaml": UNTESTED.replace("kind: Pack", "kind: Pak"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    skipped = cmpolicy("test", "network.yaml", "waivers.yaml", cwd=tmp_path)
    misspelt = cmpolicy("test", "house.yaml")

    assert skipped.status == 0
    assert skipped.out.splitlines() == [
        "network.yaml: skipped: it does not say `kind: Pack` of cmpolicy",
        "waivers.yaml: skipped: it does not say `kind: Pack` of cmpolicy",
    ]
    assert misspelt.status == 2
    assert "did you mean `Pack`?" in misspelt.err
