"""The starter plans: copied, filled and signed, an agreement on them passes every rule."""

import re
from itertools import count
from pathlib import Path

import pytest
import yaml

from cmpolicy import bundled, document

FILLED = Path(__file__).parent / "starters"
DAY = ("--as-of", "2026-11-24")
ADD_ONS = ("hipaa", "soc2", "cmmc-level-2")
PLACEHOLDER = re.compile(r'"\[(name|mail|number|your company)\]"')


@pytest.fixture
def copied(tmp_path, cmpolicy):
    """A repository with the starter plans, as `--copy` makes it, its provider filled in."""
    result = cmpolicy("plans", "--copy", "repository", cwd=tmp_path)
    assert result.status == 0, result.err
    folder = tmp_path / "repository"
    provider = folder / "common" / "provider.yaml"
    numbers = count(1000)

    def filling(found):
        number = next(numbers)
        words = {"mail": f"p{number}@provider.example", "number": f"+1 207 555 {number}"}
        return f'"{words.get(found[1], f"Name {number}")}"'

    text, filled = PLACEHOLDER.subn(filling, provider.read_text(encoding="utf-8"))
    assert filled > 10
    provider.write_text(text, encoding="utf-8")
    return folder


def agreement(folder, cmpolicy, add_ons):
    """Write the agreement of a customer, and sign it."""
    value = read(FILLED / "customer.yaml")
    for name in add_ons:
        for key, more in read(FILLED / f"{name}.yaml").items():
            standing = value.setdefault(key, type(more)())
            standing.extend(more) if isinstance(more, list) else standing.update(more)
    value["plans"] = [
        {"file": f"../plans/{name}.yaml", "seal": read(folder / "plans" / f"{name}.yaml")["seal"]}
        for name in ("co-managed", *add_ons)
    ]
    path = folder / "agreements" / "customer.yaml"
    path.parent.mkdir(exist_ok=True)
    minutes = folder / "minutes" / "2026-05-risks.md"
    minutes.parent.mkdir(exist_ok=True)
    minutes.write_text("Risks, 12 May 2026", encoding="utf-8")
    path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
    digest = cmpolicy("digest", path, cwd=folder).out.strip()
    value["signatures"] = [
        {"party": party, "by": person, "on": "2025-12-15", "terms": digest}
        for party, person in (("harbour", "nora"), ("provider", "executive"))
    ]
    path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
    return path


def read(path):
    return document.read(path.read_bytes(), path.name).value


@pytest.mark.parametrize("add_ons", [(), *((one,) for one in ADD_ONS), ADD_ONS], ids="+".join)
def test_filled_and_signed_an_agreement_passes_every_rule(copied, cmpolicy, add_ons):
    path = agreement(copied, cmpolicy, add_ons)
    found = cmpolicy("check", path, *DAY, "--show", "lines", cwd=copied)

    assert found.out == ""
    assert found.status == 0


@pytest.mark.parametrize("add_ons", [(), *((one,) for one in ADD_ONS)], ids="+".join)
def test_no_rule_fails_for_every_customer(copied, cmpolicy, add_ons):
    plans = [f"plans/{name}.yaml" for name in ("co-managed", *add_ons)]
    found = cmpolicy("test", *plans, *DAY, cwd=copied)

    assert found.status == 0, found.out
    assert " 0 fail, " in found.out


@pytest.mark.parametrize("name", sorted(bundled.starters()))
def test_a_starter_is_sealed_and_leaves_nothing_open_but_placeholders(cmpolicy, name):
    path = bundled.starters()[name]
    text = path.read_text(encoding="utf-8")

    assert not re.search(r": unknown\b", text)
    if "kind: Plan" in text:
        assert not PLACEHOLDER.search(text)
        assert cmpolicy("plans", "--seal", path, cwd=path.parent).out.endswith("sealed already\n")


def test_a_file_that_is_there_is_not_written_over(copied, cmpolicy):
    plan = copied / "plans" / "hipaa.yaml"
    plan.write_text("ours", encoding="utf-8")
    again = cmpolicy("plans", "--copy", copied, cwd=copied)

    assert again.status == 2
    assert "plans/hipaa.yaml" in again.err
    assert plan.read_text(encoding="utf-8") == "ours"
