"""What a rule asks of must be there: fields of the list, words of the vocabularies, party kinds."""

import json
from pathlib import Path

import pytest

from build import HEAD
from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.policy.library import Catalogs
from cmpolicy.policy.load import load_pack

DATA = Path(__file__).with_name("asked.yaml")
CASES = read(DATA.read_bytes(), DATA.name).value
CATALOGS = Catalogs()
TEXTS = {"id": "house-rule", "title": "A rule", "severity": "low", "basis": "practice"}
WHY = {"why": "It should.", "fix": "Do it."}
AREAS = {"check": "owner", "with": {"areas": ["dental-imaging"]}}


def load(rule, **head):
    pack = {"apiVersion": "cmpolicy/v1", "kind": "Pack", "id": "house", "title": "House"}
    pack |= {"version": "1.0.0", **head, "rules": [{**TEXTS, **WHY, **rule}]}
    text = json.dumps(pack, indent=1).encode()
    return load_pack(read(text, "house.yaml"), text, CATALOGS)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: str(case["rule"]))
def test_what_nothing_could_ever_meet_is_refused(case):
    head = {"framework": case["framework"]} if "framework" in case else {}

    with pytest.raises(PolicyError) as caught:
        load(case["rule"], **head)

    phrase = str(caught.value)
    assert case["says"] in phrase
    assert phrase.startswith("house.yaml:")
    assert "\n" not in phrase


@pytest.mark.parametrize("rule", CASES["fine"], ids=str)
def test_what_there_is_may_be_asked(rule):
    assert load(rule).rules


def test_a_pack_may_add_words():
    with pytest.raises(PolicyError, match="`dental-imaging` is none of the areas known"):
        load(AREAS)

    assert load(AREAS, words={"areas": ["dental-imaging"]}).rules


def test_a_setting_is_held_to_the_same(cmpolicy, tmp_path):
    setting = "{cm-matrix-review: {with: {kind: matrix-revue}}}"
    (tmp_path / "cmpolicy.yaml").write_text(
        f"apiVersion: cmpolicy/v1\nkind: Config\nset: {setting}\n"
    )
    (tmp_path / "a.yaml").write_text(HEAD)

    run = cmpolicy("check", "a.yaml", cwd=tmp_path)

    assert run.status == 2
    assert "did you mean `matrix-review`" in run.err
