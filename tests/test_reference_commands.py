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


def test_explain_lists_what_there_is(cmpolicy):
    listed = cmpolicy("explain", cwd=ROOT).out

    for words in ("pack comanaged", "cm-worst-answered", "hipaa", "escalation", "targets"):
        assert words in listed


def test_explain_names_the_nearest(cmpolicy):
    result = cmpolicy("explain", "cm-worst-anwsered", cwd=ROOT)

    assert result.status == 2
    assert "did you mean `cm-worst-answered`?" in result.err


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


def test_test_runs_examples(cmpolicy, tmp_path):
    fine = cmpolicy("test", "comanaged", cwd=ROOT)
    text = (ROOT / "policies" / "comanaged.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "comanaged.yaml"
    broken.write_text(text.replace("within: 1 hour", "within: 9 hours"), encoding="utf-8")
    worse = cmpolicy("test", broken)

    assert fine.status == 0
    assert " 0 wrong, 0 rules untested" in fine.out
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
