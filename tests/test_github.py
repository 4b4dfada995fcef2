"""GitHub annotations, read as the runner reads them."""

import dataclasses
import re

from cmpolicy.errors import Location
from cmpolicy.lacks import missing
from cmpolicy.reporters.github import render
from cmpolicy.verdict import Holds, Observation, Outcome
from reports import (
    HIGH,
    LOW,
    MEDIUM,
    RULE,
    every_outcome,
    for_any_report,
    observation,
    report,
    verdict,
)
from runner import commands


def many(count, of=RULE):
    """Make failures of as many rules."""
    return (
        verdict(of=dataclasses.replace(of, id=f"{of.id}-{number}"), agreement=f"a{number:03}")
        for number in range(count)
    )


def test_an_annotation():
    (command,) = commands(render(report(verdict())))

    assert command.name == "error"
    assert command.properties == {
        "file": "agreements/lakeside.yaml",
        "line": "88",
        "col": "14",
        "endColumn": "21",
        "title": "hipaa-breach-notice (critical)",
    }
    assert command.data.splitlines() == [
        "lakeside-clinic: 90 days are more than 60 days",
        RULE.title,
        f"fix: {RULE.fix}",
    ]


def test_kinds_by_severity_and_by_the_gate():
    def kinds(*verdicts, **changes):
        return [command.name for command in commands(render(report(*verdicts, **changes)))]

    found = [verdict(of=each) for each in (RULE, HIGH, MEDIUM, LOW)]
    assert kinds(*found) == ["error", "error", "warning", "warning"]
    assert kinds(*found, fail_on="high") == ["error", "error", "notice", "notice"]
    assert kinds(*found, fail_on="never") == ["error", "error", "warning", "notice"]
    assert kinds(verdict(known=True)) == ["notice"]
    assert kinds(verdict(Outcome.WAIVED), verdict(Outcome.PASS, of=LOW)) == []


def test_ten_of_a_kind_and_how_many_more():
    text = render(report(*many(13), *many(11, MEDIUM), *many(10, LOW), fail_on="medium"))

    kinds = [command.name for command in commands(text)]
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 10, 10]
    assert re.findall(r"^\.\.\. and (\d+) more (\w+);", text, re.MULTILINE) == [
        ("3", "errors"),
        ("1", "warning"),
    ]


def test_findings_that_lack_in_the_same_way_are_one_annotation():
    areas = (
        Observation(area, "responsibilities", f"no task for {area}", Holds.NO, lack=lack)
        for area in ("backup", "strategy")
        for lack in [missing("responsibilities", area=area)]
    )

    (command,) = commands(render(report(verdict(Outcome.FAIL, *areas))))
    assert "no responsibilities for 2 areas: backup, strategy" in command.data


def test_no_rule_is_shown_three_times():
    three = (verdict(agreement=f"a{number}") for number in range(3))
    text = render(report(*three, *many(4, HIGH)))

    titles = [command.properties["title"] for command in commands(text)]
    assert titles.count("hipaa-breach-notice (critical)") == 2
    assert len(titles) == 6
    assert "... and 1 more error; the markdown and json reports list them" in text


def test_the_worst_come_first():
    undetermined = verdict(Outcome.UNDETERMINED, agreement="b")
    found = report(*many(1, HIGH), undetermined, verdict(agreement="c"), fail_on="high")

    phrase = [command.data.split("\n")[0] for command in commands(render(found))]
    assert [line.partition(":")[0] for line in phrase] == ["c", "b", "a000"]
    assert phrase[1] == "b: undetermined: unknown: `notices[breach].within`"


def test_properties_and_messages_are_escaped():
    place = Location("a, b:c%/x\ny.yaml", 1, 1)
    text = render(report(verdict(Outcome.FAIL, observation("50%\r\nnew", place=place))))

    assert len(text.splitlines()) == 3
    (command,) = commands(text)
    assert command.properties["file"] == "a, b:c%/x\ny.yaml"
    assert command.data.startswith("lakeside-clinic: 50%\ufffd new\n")


def test_the_end_tells_the_totals_and_the_gate():
    phrase = render(every_outcome()).splitlines()[-2:]

    failing = "1 file that cannot be read, 4 verdicts, 5 findings"
    assert phrase == [
        "cmpolicy: 4 fail, 1 undetermined, 4 error, 4 dropped, 1 waived, 1 pass, 1 not applicable",
        f"Gate failed at medium: {failing} in 4 of 4 agreements",
    ]


@for_any_report
def test_the_runner_sees_our_commands_alone(given):
    text = render(given)

    ours = [line for line in text.splitlines() if line.startswith("::")]
    read = commands(text)
    assert len(read) == len(ours)
    for command in read:
        assert command.name in {"error", "warning", "notice"}
        assert command.properties.keys() <= {"file", "line", "col", "endColumn", "title"}
        assert int(command.properties["line"]) >= 1
