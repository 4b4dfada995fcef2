"""Markdown for a comment and a step summary."""

import re
from dataclasses import replace

import pytest

from cmpolicy.reporters.markdown import LIMIT, MARKER, render
from cmpolicy.verdict import Outcome
from reports import HIGH, LOW, RULE, every_outcome, for_any_report, observation, report, verdict

COMMENT = 65_536
"""Characters that GitHub takes for a comment."""


def many(count, of=RULE, message="90 days are more than 60 days"):
    return (
        verdict(Outcome.FAIL, observation(message, path=of.id), of=of, agreement=f"a{number:04}")
        for number in range(count)
    )


def test_the_gate_and_the_totals_come_first_the_worst_next_the_rest_is_folded():
    text = render(every_outcome())

    order = [
        MARKER,
        "❌ cmpolicy",
        "**Gate failed at medium: 1 file that cannot be read, 4 verdicts, 5 findings in 4 of 4",
        "policy weakened",
        "| all | 4 | 1 | 4 | 4 | 1 | 1 | 1 |",
        "### Dropped",
        "### Worst first",
        "<details>",
        "Falls due within 30 days (2)",
        "Waived (1)",
        "Waivers that do nothing (2)",
        "Disabled rules (1)",
        "Skipped (1)",
        "Warnings (1)",
        "cmpolicy 1.0.0 as of 2026-11-24, commit 0123456789ab",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.startswith(MARKER)


def test_a_clean_report_is_short():
    text = render(report(verdict(Outcome.PASS), titles={"lakeside-clinic": "Lakeside"}))

    assert "✅ cmpolicy" in text
    assert "**Gate passed: 1 agreement, 1 verdicts**" in text
    assert "<details>" not in text


def test_a_finding_with_its_place_its_fix_and_its_controls():
    lines = render(report(verdict())).splitlines()

    assert (
        "- **critical** `lakeside-clinic`: 90 days are more than 60 days "
        "(`agreements/lakeside.yaml:88`) `hipaa-breach-notice`"
    ) in lines
    assert f"  - fix: {RULE.fix}" in lines
    controls = "controls: `hipaa:164.410(b)`, `hipaa:164.314(a)(2)(i)(C)`"
    assert f"  - the law asks for it; {controls}" in lines


@pytest.mark.parametrize(
    ("changes", "outcome", "fail_on", "says"),
    [
        ({}, Outcome.FAIL, "high", "- **high** 90 days"),
        ({}, Outcome.UNDETERMINED, "high", "- **high** (undetermined) unknown: "),
        ({}, Outcome.FAIL, "critical", "- **high** (below the gate) 90 days"),
        ({"known": True}, Outcome.FAIL, "low", "- **high** (known) 90 days"),
        ({}, Outcome.FAIL, "never", "- **high** 90 days"),
    ],
)
def test_how_a_finding_stands(changes, outcome, fail_on, says):
    assert says in render(report(verdict(outcome, of=HIGH, **changes), fail_on=fail_on))


def test_ten_above_the_fold_and_all_below():
    text = render(report(*many(25, LOW), *many(1)))

    above, below = text.split("<details>", 1)
    assert "### The worst: 10 of 26 findings, on 10 lines" in above
    assert "<summary>By agreement (26 findings)</summary>" in text
    assert above.count("\n- **") == 10
    assert "\n- **critical**" in above
    assert below.count("\n- **") == 26


def test_the_same_of_two_subjects_at_one_place_is_told_once():
    found = verdict(Outcome.FAIL, observation(), observation(subject="sentinel"))
    above, below = render(report(found)).split("<details>", 1)

    assert above.count("90 days") == below.count("90 days") == 1


def test_of_many_subjects_of_a_rule_five_are_told_and_the_others_counted():
    items = (observation(f"number {number}", subject=f"s{number}") for number in range(9))
    below = render(report(verdict(Outcome.FAIL, *items))).split("<details>", 1)[1]

    assert below.count("number ") == 6  # one as the headline
    assert "  - … and 3 more: the json report lists all" in below


@pytest.mark.parametrize("limit", [5_000, 20_000, LIMIT, 1_000_000])
@pytest.mark.parametrize("message", ["short", "@" * 2_500, "é" * 2_500])
def test_it_keeps_within_its_limit_and_says_how_much_is_left_out(limit, message):
    count = 6_000 if message == "short" else 1_000
    text = render(report(*many(count, message=message)), limit=limit)

    below = text.split("<details>", 1)[1]
    left_out = re.findall(r"\n- … and (\d+) more: the json report lists all\n", below)
    assert len(text.encode()) <= limit
    assert below.count("\n- **") + sum(map(int, left_out)) == count
    assert text.count("<details>") == text.count("</details>") == 1
    assert text.rstrip().endswith("holidays 0.109")


def test_the_format_fits_a_comment_and_nothing_that_it_tells_of_vanishes():
    """Each section shows its title and how much is left out, even where all are too long."""
    crowd = every_outcome()
    for name in ("disabled", "waivers", "skipped", "warnings"):
        crowd = _repeated(crowd, name, 3_000)
    text = render(crowd)

    assert len(text) < COMMENT
    for title in ("Waived", "Waivers that", "Disabled", "Skipped", "Warnings", "Falls due"):
        assert f"<summary>{title}" in text
    assert text.count("more: the json report lists all") == 4


def _repeated(given, name, times):
    return replace(given, **{name: getattr(given, name) * times})


@for_any_report
def test_the_totals_are_those_of_the_report(given):
    text = render(given)

    counts = given.counts()
    order = (
        Outcome.FAIL,
        Outcome.UNDETERMINED,
        *(each for each in (Outcome.ERROR, Outcome.DROPPED) if counts[each]),
        Outcome.WAIVED,
        Outcome.PASS,
        Outcome.NOT_APPLICABLE,
    )
    packs = {each.rule.pack for each in given.verdicts}
    name = f"`{packs.pop()}`" if len(packs) == 1 else "all"
    assert f"| {name} | {' | '.join(str(counts[each]) for each in order)} |" in text.splitlines()
    assert ("❌ cmpolicy" in text) == (not given.passed)
    assert ("⚠️ cmpolicy" in text) == ("Nothing was judged" in text)
