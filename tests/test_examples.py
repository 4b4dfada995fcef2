"""The example agreements under the packs of their frameworks; `comanaged` has a test of its own."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
FAULTS = {
    "larkspur-analytics": ("soc2", {}),
    "lakeside-clinic": (
        "hipaa",
        {"hipaa-policy-review-on-change": "kind policy-review and every on change"},
    ),
    "ironbridge-precision": (
        "cmmc",
        {
            "cmmc-responsibility-matrix": "cmmc:PE.L2-3.10.6",
            "cmmc-matrix-evidence": "cmmc:PE.L2-3.10.6",
        },
    ),
}
"""What the pack of its framework finds in each example, and words of the message."""


def judged(cmpolicy, name, *options):
    result = cmpolicy(
        "check", f"agreements/{name}.yaml", *options, "--as-of", "2026-11-24", "--format", "json",
        cwd=EXAMPLES,
    )  # fmt: skip
    return result.status, json.loads(result.out)["verdicts"]


@pytest.mark.parametrize("name", FAULTS)
def test_an_example_holds_the_faults_of_its_framework_that_it_is_there_for(cmpolicy, name):
    pack, faults = FAULTS[name]
    status, verdicts = judged(cmpolicy, name, "--pack", pack)
    found = {
        verdict["rule"]: " / ".join(
            item["message"] for item in verdict["observations"] if item["holds"] != "yes"
        )
        for verdict in verdicts
        if verdict["outcome"] not in ("pass", "not-applicable", "waived")
    }

    assert status == (1 if faults else 0)
    assert set(found) == set(faults)
    for rule, words in faults.items():
        assert words in found[rule]


@pytest.mark.parametrize("name", FAULTS)
def test_an_example_exercises_the_pack_of_its_framework(cmpolicy, name):
    """Most of its rules apply, so that what passes has been looked at."""
    pack, _ = FAULTS[name]
    _, verdicts = judged(cmpolicy, name, "--pack", pack, "--evidence")
    applying = [one for one in verdicts if one["outcome"] != "not-applicable"]

    assert len(applying) > 0.8 * len(verdicts)
    assert all(one["observations"] for one in applying)


def test_every_framework_has_an_example_and_one_agreement_has_none(cmpolicy):
    named = {
        path.stem: {verdict["pack"] for verdict in judged(cmpolicy, path.stem)[1]} - {"comanaged"}
        for path in (EXAMPLES / "agreements").glob("*.yaml")
    }

    assert named == {name: {pack} for name, (pack, _) in FAULTS.items()} | {"pemberton-lowe": set()}
