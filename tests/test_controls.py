"""What agreements show of a framework: the state of every control, and that none is left out."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

import reports
from catalogs import CMMC, HIPAA
from cmpolicy.controls import State, counts, standings
from cmpolicy.verdict import Holds, Outcome

EXAMPLES = Path(__file__).parents[1] / "examples"
DAY = ("--as-of", "2026-11-24")
COVERED = {"standing": "covered-entity"}
CONTROL = "hipaa:164.410(b)"
FULL, PARTIAL = "full", "partial"
PASS, FAIL, UNDETERMINED = Outcome.PASS, Outcome.FAIL, Outcome.UNDETERMINED
WAIVED, ERROR, AWAY = Outcome.WAIVED, Outcome.ERROR, Outcome.NOT_APPLICABLE


def shown(catalog, facts, *verdicts):
    """Return what verdicts on `a` show of a catalog."""
    (found,) = standings(reports.report(*verdicts), catalog, {"a": facts})
    return found


def verdict(name, outcome, controls, *observations, check="notice"):
    rule = reports.rule(name, controls=tuple(controls.items()), check=check)
    return reports.verdict(outcome, *observations, agreement="a", of=rule)


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("judged", "state"),
    [
        ([], State.NOT_JUDGED),
        ([(FULL, AWAY)], State.NOT_JUDGED),
        ([(FULL, PASS)], State.MET),
        ([(FULL, PASS), (PARTIAL, PASS)], State.MET),
        ([(FULL, PASS), (PARTIAL, AWAY)], State.MET),
        ([(PARTIAL, PASS)], State.NEEDS_EVIDENCE),
        # What judges it in full does not apply: the rest is not shown.
        ([(FULL, AWAY), (PARTIAL, PASS)], State.NEEDS_EVIDENCE),
        ([(FULL, WAIVED), (FULL, PASS)], State.WAIVED),
        ([(PARTIAL, WAIVED)], State.WAIVED),
        ([(PARTIAL, UNDETERMINED), (FULL, WAIVED)], State.UNDETERMINED),
        ([(FULL, ERROR)], State.UNDETERMINED),
        ([(FULL, PASS), (PARTIAL, FAIL)], State.NOT_MET),
        ([(PARTIAL, FAIL), (PARTIAL, UNDETERMINED), (PARTIAL, WAIVED)], State.NOT_MET),
    ],
)
def test_the_state_follows_the_worst_rule_and_met_needs_a_full_one(judged, state):
    verdicts = [
        verdict(f"rule-{number}", outcome, {CONTROL: how})
        for number, (how, outcome) in enumerate(judged)
    ]
    found = shown(HIPAA, COVERED, *verdicts)
    by_id = {row.control.reference: row for row in found.controls}

    assert by_id[CONTROL].state == state
    assert {name for name, _, _ in by_id[CONTROL].rules} == {one.rule.id for one in verdicts}
    others = {row.state for name, row in by_id.items() if name != CONTROL}
    assert others == {State.NOT_JUDGED}


def test_every_control_in_scope_is_counted_and_no_other():
    above = shown(HIPAA, COVERED)
    below = shown(HIPAA, {"standing": "business-associate"})

    assert sum(counts(above.controls).values()) == len(above.controls) == 107
    assert len(below.controls) == len(HIPAA.in_scope({"standing": "business-associate"})) < 107
    assert list(counts(below.controls)) == list(State)


def test_rules_of_the_programme_are_told_beside_the_controls():
    """164.404(b) is no control of the catalog, and what fails it must not stay unseen."""
    found = shown(HIPAA, COVERED, verdict("left", FAIL, {"hipaa:164.404(a)(2)": PARTIAL}))

    assert [(row.control.id, row.state) for row in found.around] == [("164.404(b)", State.NOT_MET)]
    assert counts(found.controls)[State.NOT_JUDGED] == 107


# --- allocation: a rule that judges every control -------------------------------------------------

MATRIX = {"cmmc:32CFR170.19(c)(2)(ii)": PARTIAL}
FIRST, SECOND = "cmmc:AC.L2-3.1.1", "cmmc:AC.L2-3.1.2"


def allocated(outcome, **holds):
    rows = [
        reports.observation(holds=found, subject=subject)
        for subject, found in ((FIRST, holds["first"]), (SECOND, holds["second"]))
    ]
    judged = verdict("matrix", outcome, MATRIX, *rows, check="allocation")
    found = shown(CMMC, {"level": 2}, judged)
    return {row.control.reference: row.state for row in found.controls}


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(FAIL, State.NOT_MET), (WAIVED, State.WAIVED), (UNDETERMINED, State.UNDETERMINED)],
)
def test_an_allocation_says_of_each_control_what_it_saw_of_it(outcome, state):
    states = allocated(outcome, first=Holds.NO, second=Holds.YES)

    assert states[FIRST] == state
    assert states[SECOND] == State.NEEDS_EVIDENCE
    assert len(states) == 110


@pytest.mark.parametrize("outcome", [UNDETERMINED, ERROR])
def test_a_matrix_that_cannot_be_read_leaves_every_control_open(outcome):
    unread = reports.observation(holds=Holds.UNKNOWN, subject="cmmc")
    found = shown(
        CMMC, {"level": 2}, verdict("matrix", outcome, MATRIX, unread, check="allocation")
    )

    assert counts(found.controls)[State.UNDETERMINED] == 110


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def examples(tmp_path):
    """A copy of the example repository."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples"))


def told(cmpolicy, folder, framework, name="json", *paths):
    result = cmpolicy("controls", framework, *paths, "--format", name, *DAY, cwd=folder)
    assert result.status == 0, result.err
    return json.loads(result.out) if name == "json" else result.out


@pytest.mark.parametrize(
    ("framework", "agreement", "size"),
    [
        ("soc2", "larkspur-analytics", 38),
        ("hipaa", "lakeside-clinic", 107),
        ("cmmc", "ironbridge-precision", 110),
    ],
)
def test_all_formats_tell_the_same_states_and_the_denominator(cmpolicy, framework, agreement, size):
    path = f"agreements/{agreement}.yaml"
    (entry,) = told(cmpolicy, EXAMPLES, framework, "json", path)["agreements"]
    states = {row["control"].partition(":")[2]: row["state"] for row in entry["controls"]}
    around = {row["control"].partition(":")[2]: row["state"] for row in entry["program_rules"]}
    lines = csv.DictReader(io.StringIO(told(cmpolicy, EXAMPLES, framework, "csv", path)))
    text = told(cmpolicy, EXAMPLES, framework, "text", path)
    page = told(cmpolicy, EXAMPLES, framework, "markdown", path).replace("\\", "")

    assert (entry["agreement"], entry["in_scope"], len(states)) == (agreement, size, size)
    assert sum(entry["counts"].values()) == size
    rows = [(row["kind"], row["control"].partition(":")[2], row["state"]) for row in lines]
    assert rows == [
        *(("control", name, state) for name, state in states.items()),
        *(("program rule", name, state) for name, state in around.items()),
    ]
    for name, state in (states | around).items():
        assert f"\n  {name}: {state}\n" in text
        assert f"| {name} | {state} |" in page
    for seen in (text, page):
        # What `met` means is told where something is.
        assert ("whether it is kept takes other evidence" in seen) == bool(entry["counts"]["met"])
        assert f", of {size} controls in scope" in seen
        assert f", of {len(around)} rules of the programme" in " ".join(seen.split())


def test_a_waiver_and_an_unknown_show_as_such(cmpolicy, examples):
    path = examples / "agreements" / "lakeside-clinic.yaml"
    whole = path.read_text(encoding="utf-8")
    before = told(cmpolicy, examples, "hipaa", "json", path)["agreements"][0]
    (examples / "waivers.yaml").write_text(
        "apiVersion: cmpolicy/v1\nkind: Waivers\nwaivers:\n"
        "  - {rule: hipaa-policy-review-on-change, agreement: lakeside-clinic, reason: Spring,\n"
        "     approved_by: Joan, granted: 2026-11-01, expires: 2027-01-31}\n"
    )
    path.write_text(re.sub(r"handles: \[phi[^]]*\]", "handles: unknown", whole, count=1))
    after = told(cmpolicy, examples, "hipaa", "json", path)["agreements"][0]

    assert (before["counts"]["not met"], before["counts"]["waived"]) == (2, 0)
    assert (after["counts"]["not met"], after["counts"]["waived"]) == (0, 2)
    assert after["in_scope"] == before["in_scope"]


def test_an_agreement_that_cannot_be_read_is_undetermined_where_it_is_held(cmpolicy, examples):
    """It is in the denominator of its own framework, and in no other's."""
    path = examples / "agreements" / "ironbridge-precision.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: active", "status: wizard"))
    (cmmc,) = told(cmpolicy, examples, "cmmc")["agreements"]
    (hipaa,) = told(cmpolicy, examples, "hipaa")["agreements"]

    assert cmmc["counts"]["undetermined"] == cmmc["in_scope"] == 149
    assert hipaa["agreement"] == "lakeside-clinic"


def test_a_spreadsheet_gets_no_formula(cmpolicy, examples):
    """An agreement without an id goes by its path, which whoever wrote it chose."""
    there = examples / "agreements" / "lakeside-clinic.yaml"
    text = there.read_text(encoding="utf-8").replace("id: lakeside-clinic", "id: [no]", 1)
    (examples / '=cmd|"calc"!A1.yaml').write_text(text, encoding="utf-8")
    (examples / "cmpolicy.yaml").write_text('agreements: ["*.yaml"]\n')
    (examples / "waivers.yaml").unlink()
    lines = csv.DictReader(io.StringIO(told(cmpolicy, examples, "hipaa", "csv")))
    cells = {cell for row in lines for cell in row.values()}

    assert any(cell.startswith("'=cmd|") for cell in cells)
    assert [cell for cell in cells if cell[:1] in "=+-@" and cell] == []


def test_what_is_switched_off_is_told(cmpolicy, examples):
    config = examples / "cmpolicy.yaml"
    config.write_text(
        config.read_text(encoding="utf-8")
        + "disable: {hipaa-baa: {because: Elsewhere, by: J. Lee, until: 2027-01-31}}\n"
    )

    path = "agreements/lakeside-clinic.yaml"
    assert told(cmpolicy, examples, "hipaa", "json", path)["disabled"] == ["hipaa-baa"]
    for name in ("text", "markdown"):
        seen = told(cmpolicy, examples, "hipaa", name, path)
        assert "hipaa-baa (Elsewhere; J. Lee; until 2027-01-31)" in seen.replace("\n", " ")
