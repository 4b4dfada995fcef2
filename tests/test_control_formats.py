"""How the states of controls look, on reports made by hand."""

import csv
import dataclasses
import io
import json
import re

import pytest

import reports
from catalogs import HIPAA
from cmpolicy.controls import ControlsReport, Entry, Said, State, standings
from cmpolicy.errors import Location
from cmpolicy.reporters.controls import FORMATS, ControlsLook
from cmpolicy.reporters.controls.text import MOST
from cmpolicy.verdict import Holds, Outcome
from schema_files import OWN, problems

CONTROL = "hipaa:164.410(b)"
PATH = "notices[breach].within"
DIGEST = "31c51387612dc7b978723344deb2d5a7f6dd6af722fa784dafe3ded12da353c9"
HOSTILE = "\u202e=1+1\x1b[31m ::error:: <b>@me</b> | x"


def made(*verdicts, said=None, **changes):
    """Return the states of the agreements that verdicts are on."""
    entry = Entry(file="a.yaml", facts={"standing": "covered-entity"}, said=said or {})
    report = reports.report(*verdicts, **changes)
    entries = {one.agreement: entry for one in verdicts}
    return ControlsReport(HIPAA, report, standings(report, HIPAA, entries))


def verdict(outcome, *observations, agreement="a", name="law", basis="law", **changes):
    rule = reports.rule(name, controls=((CONTROL, "full"),), basis=basis)
    return reports.verdict(outcome, *observations, agreement=agreement, of=rule, **changes)


def render(name, found, **look):
    return FORMATS[name](found, ControlsLook(**({"width": 80} | look)))


def of_every_state():
    """Return a report in which rules have every outcome, and agreements say what they like."""
    seen = reports.observation(f"terms sha256:{DIGEST} {HOSTILE}", path=PATH)
    good = dataclasses.replace(seen, holds=Holds.YES)
    kinds = [
        verdict(
            outcome,
            good if outcome is Outcome.PASS else seen,
            agreement=f"{outcome} {HOSTILE}",
            reason=HOSTILE,
        )
        for outcome in Outcome
        if outcome is not Outcome.DROPPED
    ]
    beside = verdict(Outcome.FAIL, seen, agreement="open", name="ours", basis="practice")
    kinds += [verdict(Outcome.PASS, good, agreement="open"), beside]
    return made(*kinds, said={PATH: Said((HOSTILE,), HOSTILE, reports.AS_OF)})


def test_the_columns_of_a_narrow_terminal_are_kept():
    for everything in (False, True):
        text = render("text", of_every_state(), everything=everything)

        assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", FORMATS)
def test_what_strangers_wrote_stays_text(name):
    for everything in (False, True):
        phrase = render(name, of_every_state(), everything=everything)

        assert not set("\x1b\u202e") & set(phrase)
        assert name == "json" or "::error::" not in phrase
        assert name != "markdown" or "<b>" not in phrase
        assert name in ("json", "csv") or DIGEST[:13] not in phrase


def test_json_fits_its_schema_whatever_the_outcomes():
    data = json.loads(render("json", of_every_state()))

    assert problems(OWN / "controls.schema.json", data) == []
    found = {
        row["state"]
        for each in data["agreements"]
        for row in each["controls"]
        if row["control"] == CONTROL
    }
    assert found == set(State) - {State.PARTLY, State.NOT_APPLICABLE}


def test_the_table_lists_the_worst_of_very_many_agreements():
    outcomes = [Outcome.PASS] * (MOST + 5) + [Outcome.FAIL]
    found = made(
        *(
            verdict(
                outcome,
                reports.observation(holds=Holds.YES if outcome is Outcome.PASS else Holds.NO),
                agreement=f"agreement-{number:02}",
            )
            for number, outcome in enumerate(outcomes)
        )
    )
    lines = render("text", found).splitlines()
    listed = [line for line in lines if line.startswith("agreement-")]

    assert len(listed) == MOST
    assert listed[-1].split()[:2] == [f"agreement-{len(outcomes) - 1}", "1"]
    assert f"… {len(outcomes) - MOST} more (--show all)" in lines
    assert next(line for line in lines if line.startswith("all ")).split()[1] == "1"
    every = render("text", found, everything=True).splitlines()
    assert sum(line.startswith("agreement-") for line in every) == 2 * len(outcomes)


def test_places_that_are_many_are_counted():
    seen = [
        reports.observation("too late", path=PATH, place=Location("a.yaml", line))
        for line in range(1, 8)
    ]
    found = made(verdict(Outcome.FAIL, *seen))
    text, page = render("text", found), render("markdown", found)

    assert text.count("too late") == page.count("too late") == 1
    assert "a.yaml:1\n" in text
    assert "… 4 more" in text
    assert "(a.yaml:1, a.yaml:2, a.yaml:3 and 4 more)" in page
    assert len(json.loads(render("json", found))["agreements"][0]["controls"]) == 107


def test_a_rule_that_is_unknown_says_so_beside_one_that_fails():
    quiet = reports.observation(holds=Holds.YES)
    found = made(
        verdict(Outcome.FAIL, reports.observation("too late")),
        verdict(Outcome.UNDETERMINED, quiet, name="other"),
    )
    text = render("text", found)

    assert "      law (critical, law)\n        too late\n" in text
    assert (
        "      other (critical, law, undetermined)\n        it depends on what is unknown\n" in text
    )
    assert "other (critical, law, undetermined)**: it depends" in render("markdown", found)


def test_no_part_of_a_cell_starts_a_formula():
    names = ("=a.yaml", "+b.yaml", "-c.yaml", "@d.yaml", "\uff1de.yaml")
    seen = [
        reports.observation(f"{name} is late", path=PATH, place=Location(name, 3)) for name in names
    ]
    said = {PATH: Said(names, names[0])}
    phrase = render("csv", made(verdict(Outcome.FAIL, *seen), said=said))
    (row,) = (row for row in csv.DictReader(io.StringIO(phrase)) if row["control"] == CONTROL)

    for column in ("where", "by", "keeper", "says"):
        parts = [part.strip() for part in row[column].split(";")]
        assert [part[0] for part in parts] == ["'"] * len(parts)
        assert all(part[1] in "=+-@\uff1d" for part in parts)


def test_our_open_defaults_are_named_beside_a_control():
    good = reports.observation(holds=Holds.YES)
    found = made(verdict(Outcome.PASS, good), verdict(Outcome.FAIL, name="ours", basis="practice"))
    (row,) = (row for row in found.agreements[0].controls if row.state is State.OPEN)

    assert [one.rule.id for one in row.beside] == ["ours"]
    for name in ("text", "markdown"):
        assert "our defaults open" in render(name, found)
        assert "ours" in render(name, found)


def test_colour_paints_and_changes_no_word():
    plain, painted = (render("text", of_every_state(), colour=colour) for colour in (False, True))

    assert plain != painted
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == plain
