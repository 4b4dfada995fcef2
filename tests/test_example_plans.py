"""The examples on plans are short, differ for a reason, and come to what they came to by hand."""

import json
import shutil
from pathlib import Path

import pytest

from by_hand import BY_HAND
from cmpolicy.document import read

EXAMPLES = Path(__file__).parents[1] / "examples"
DAY = ("--as-of", "2026-11-24")
ON = {
    "ironbridge-precision": ("complete", "add-ons/cmmc-level-2"),
    "lakeside-clinic": ("complete", "add-ons/hipaa"),
    "larkspur-analytics": ("complete", "add-ons/soc2"),
    "pemberton-lowe": ("essentials",),
}
"""The plans of each."""
MOST_LINES, MOST_EDITS = 150, 15


@pytest.mark.parametrize("name", ON)
def test_an_example_is_what_is_its_own(name):
    data = EXAMPLES.joinpath(f"agreements/{name}.yaml").read_bytes()
    value = read(data, name).value
    groups = value.get("differs", [])

    assert [one["file"] for one in value["plans"]] == [
        f"../plans/{plan}/2026.yaml" for plan in ON[name]
    ]
    assert data.count(b"\n") <= MOST_LINES
    assert sum(len(group["edits"]) for group in groups) <= MOST_EDITS
    assert len({group["because"] for group in groups}) == len(groups)


def outcomes(cmpolicy, folder):
    result = cmpolicy("check", *DAY, "--format", "json", cwd=folder)
    verdicts = json.loads(result.out)["verdicts"]
    return {(one["agreement"], one["rule"]): one["outcome"] for one in verdicts}


def test_on_plans_every_rule_comes_to_what_it_came_to_by_hand(cmpolicy):
    by_hand, on_plans = (outcomes(cmpolicy, folder) for folder in (BY_HAND, EXAMPLES))

    assert on_plans == by_hand
    assert "fail" in on_plans.values()


@pytest.fixture
def mixed(tmp_path):
    """The plans of the examples beside the agreements that are written by hand."""
    for source, name in ((EXAMPLES, "plans"), (EXAMPLES, "common"), (BY_HAND, "agreements")):
        shutil.copytree(source / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ON)
def test_every_agreement_by_hand_is_put_on_plans_with_its_digest(mixed, cmpolicy, name):
    path = f"agreements/{name}.yaml"
    before = cmpolicy("digest", path, cwd=mixed)
    if name == "ironbridge-precision":
        # No row of it says what is critical.
        with mixed.joinpath(path).open("a") as file:
            file.write("inputs: {core: [enclave, directory, machines]}\n")
    lines = len(mixed.joinpath(path).read_text().splitlines())
    plans = [f"plans/{plan}/2026.yaml" for plan in ON[name]]
    adopted = cmpolicy("plans", "--adopt", path, *plans)

    assert adopted.status == 0, adopted.err
    assert cmpolicy("digest", path).out == before.out
    assert len(mixed.joinpath(path).read_text().splitlines()) < lines / 3
    survey = json.loads(cmpolicy("plans", path, "--format", "json").out)
    assert survey["unreadable"] == []
    assert len(survey["agreements"][0]["plans"]) == len(plans)


def test_plans_shows_what_customers_asked_for_with_their_reasons(cmpolicy):
    text = cmpolicy("plans", *DAY, cwd=EXAMPLES).out

    for reason, edit in (
        (
            "The clinic's desk closes at six; the board accepted it on 2025-12-04",
            "set coverage[incident-respond].calendar: business-hours",
        ),
        (
            "Nobody enters the enclave in an emergency; Walt lets engineers in by name",
            "remove access[fernbrook-emergency]",
        ),
        (
            "Hotels ask Larkspur within two days whether a court has asked for their guests' data",
            "set notices[subpoena].within: 24 hours",
        ),
    ):
        after = text.partition(reason)[2].splitlines()
        assert after[1].strip().startswith(edit)
    assert "complete-2026: 33 edits of 3 customers, 11.0 a customer" in text
