"""What holds for every format: the same counts, the same bytes, and the whole text as agreed.

The files in `golden/` are the agreed texts. To accept a change, run this file with
CMPOLICY_GOLDEN=write, and read the difference.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from cmpolicy.reporters import REPORTERS, Look
from cmpolicy.verdict import Outcome
from reports import every_outcome, report

GOLDEN = Path(__file__).parent / "golden"
EXTENSIONS = {
    "text": "txt",
    "junit": "xml",
    "json": "json",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "markdown": "md",
    "github": "github.txt",
    "gitlab": "gitlab.json",
}
MADE_HERE = [name for name in REPORTERS if name in EXTENSIONS]
COLUMNS = [
    Outcome.FAIL,
    Outcome.UNDETERMINED,
    Outcome.ERROR,
    Outcome.DROPPED,
    Outcome.WAIVED,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
]


def render(name, given):
    return REPORTERS[name](given, Look())


def from_summary(data):
    return {outcome: data["summary"][outcome.value] for outcome in Outcome}


def from_table(line):
    numbers = [int(number) for number in re.findall(r"\d+", line)]
    return dict(zip(COLUMNS, numbers, strict=True))


def line_with(text, pattern):
    (line,) = [line for line in text.splitlines() if re.match(pattern, line)]
    return line


COUNTS = {
    "text": lambda text: from_table(line_with(text, r"all +\d")),
    "json": lambda text: from_summary(json.loads(text)),
    "jsonl": lambda text: Counter(
        Outcome(json.loads(line)["outcome"]) for line in text.splitlines()
    ),
    "sarif": lambda text: from_summary(json.loads(text)["runs"][0]["properties"]),
    "markdown": lambda text: from_table(line_with(text, r"\| all \|")),
    "github": lambda text: from_table(line_with(text, "cmpolicy: ")),
}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("fail_on", ["critical", "low", "never"])
def test_every_format_counts_the_same(name, fail_on):
    given = every_outcome(fail_on=fail_on)

    assert COUNTS[name](render(name, given)) == given.counts()
    assert min(given.counts().values()) > 0


def test_junit_counts_the_same_by_what_the_gate_makes_of_an_outcome():
    given = every_outcome()
    root = etree.fromstring(render("junit", given).encode())

    counts = given.counts()
    cases = root.findall(".//testcase")
    phrase = {kind: len(root.findall(f".//{kind}")) for kind in ("failure", "error", "skipped")}
    failing = [verdict.outcome for verdict in given.failing]
    assert len(cases) == sum(counts.values()) == int(root.get("tests"))
    assert phrase["error"] == failing.count(Outcome.ERROR) == int(root.get("errors"))
    assert phrase["failure"] == len(failing) - phrase["error"] == int(root.get("failures"))
    assert len(cases) - sum(phrase.values()) == counts[Outcome.PASS]


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_what_is_wrong_is_told_once_for_each_subject(name):
    """Subjects of the verdicts that fail, of the one that cannot be read, and groups of drops."""
    data = json.loads(render(name, every_outcome()))
    results = data["runs"][0]["results"] if name == "sarif" else data

    assert len(results) == 12


@pytest.mark.parametrize("name", MADE_HERE)
@pytest.mark.parametrize("given", [every_outcome(), report()], ids=["everything", "nothing"])
def test_two_runs_give_the_same_bytes(name, given):
    assert render(name, given) == render(name, given)


@pytest.mark.parametrize("name", MADE_HERE)
def test_the_text_is_as_agreed(name):
    path = GOLDEN / f"check.{EXTENSIONS[name]}"
    text = render(name, every_outcome())
    if os.environ.get("CMPOLICY_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="")

    assert path.read_bytes().decode() == text


def test_every_format_has_an_agreed_text_or_a_test_of_its_own():
    others = {"oscal"}

    assert set(REPORTERS) - others == set(EXTENSIONS)
