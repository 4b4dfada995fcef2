"""What a comparison finds: cases as folders, and what must hold for all of them.

Each folder of `diffs/` holds an agreement before and after, and what is told of them: a list of
changes by promise, key and effect, with texts and causes where they matter.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from build import HEAD, agreement
from cmpolicy.agreement.load import Loader
from cmpolicy.compare import (
    POLICY,
    TEXT,
    Change,
    Effect,
    Pair,
    TextEdit,
    VerdictTransition,
    compare,
    compare_pair,
)
from cmpolicy.compare.causes import is_term, touches
from cmpolicy.compare.moves import combine, effect_of
from cmpolicy.compare.turning import turn
from cmpolicy.document import read
from cmpolicy.policy.requiring import naming
from cmpolicy.promises import KINDS, Move
from cmpolicy.promises.frame import MOST_HOURS
from cmpolicy.verdict import Drop, DropCause, Holds, Outcome
from mirror import mirror
from reports import HIGH, observation, verdict

AS_OF = date(2026, 11, 24)
CASES = sorted(path for path in (Path(__file__).parent / "diffs").iterdir() if path.is_dir())


def load(path):
    return Loader(lambda _: b"").load(read(path.read_bytes(), path.name))


def expected(case):
    return read((case / "expected.yaml").read_bytes(), "expected.yaml").value


def phrase(changes):
    return sorted((change.promise, change.key, change.effect) for change in changes)


def _measure(change):
    found = change.details[0].measure if change.details else None
    return found and {"lost": found.lost, "gained": found.gained, "worst": list(found.worst or ())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    before, after = load(case / "before.yaml"), load(case / "after.yaml")

    found = compare(before, after, AS_OF)

    wanted = expected(case)
    assert phrase(found) == sorted(
        (row["promise"], row["key"], Effect(row["effect"])) for row in wanted
    )
    for row in wanted:
        change = next(
            one for one in found if (one.promise, one.key) == (row["promise"], row["key"])
        )
        phrase_of = {
            "before": change.before,
            "after": change.after,
            "causes": [edit.path for edit in change.causes],
            "sentences": [edit.sentence for edit in change.causes],
            "measure": _measure(change),
        }
        assert {name: phrase_of[name] for name in phrase_of.keys() & row} == {
            name: row[name] for name in phrase_of.keys() & row
        }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_swapping_the_sides_mirrors_every_effect(case):
    before, after = load(case / "before.yaml"), load(case / "after.yaml")

    there, back = compare(before, after, AS_OF), compare(after, before, AS_OF)

    assert phrase(back) == sorted((one.promise, one.key, mirror(one.effect)) for one in there)
    mirrored = {
        (one.promise, one.key): sorted((edit.path, edit.after, edit.before) for edit in one.causes)
        for one in there
    }
    assert mirrored == {
        (one.promise, one.key): sorted((edit.path, edit.before, edit.after) for edit in one.causes)
        for one in back
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_change_names_its_causes_and_nothing_is_told_twice(case):
    before, after = load(case / "before.yaml"), load(case / "after.yaml")

    found = compare(before, after, AS_OF)

    assert all(change.causes for change in found)
    moved = {edit.path for one in found if one.effect is not Effect.NEUTRAL for edit in one.causes}
    neutral = [one.key for one in found if one.promise == TEXT]
    assert moved & set(neutral) == set()
    assert len({(one.promise, one.key, one.effect) for one in found}) == len(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_promise_has_a_case(kind):
    """In one direction; the mirror shows the other."""
    effects = {row["effect"] for case in CASES for row in expected(case) if row["promise"] == kind}

    assert effects & {"weakened", "strengthened"}


def test_an_agreement_is_as_it_is():
    for case in CASES:
        same = load(case / "before.yaml")
        assert compare(same, load(case / "before.yaml"), AS_OF) == ()
        assert compare(same, same, AS_OF) == ()


SHARED = """\
apiVersion: cmpolicy/v1
kind: Shared
id: common
"""
TARGETS = """\
targets:
  - {id: fix, stage: restore, within: 4 hours, calendar: 24x7}
"""


def test_a_part_moved_to_a_shared_file_is_no_change():
    before = agreement(TARGETS)
    after = agreement("uses: [../common.yaml]\n", files={"common.yaml": SHARED + TARGETS})

    assert compare(before, after, AS_OF) == ()


def test_an_edit_of_a_shared_file_points_into_it():
    shared = SHARED + TARGETS
    before = agreement("uses: [../common.yaml]\n", files={"common.yaml": shared})
    after = agreement(
        "uses: [../common.yaml]\n", files={"common.yaml": shared.replace("4 hours", "8 hours")}
    )

    (change,) = compare(before, after, AS_OF)

    assert change.effect is Effect.WEAKENED
    assert (change.causes[0].new.file, change.causes[0].new.line) == ("common.yaml", 5)


HELD = """\
reviews:
  - {id: monthly, kind: report, every: 1 month, held: [{on: 2026-10-06, record: %s}]}
setup:
  - {phase: tool-integration, record: %s}
"""


@pytest.mark.parametrize(
    ("record", "moved", "edited"),
    [
        ("../minutes/x.md", "../../minutes/x.md", 0),
        ("../minutes/x.md", "../../minutes/y.md", 2),
        ("https://wiki.example/x", "https://wiki.example/x", 0),
        ("https://wiki.example/x", "https://wiki.example/y", 2),
    ],
)
def test_a_record_is_the_same_where_its_path_leads_to_the_same_file(record, moved, edited):
    before = agreement(HELD % (record, record))
    after = agreement(HELD % (moved, moved), file="agreements/clinics/lakeside.yaml")

    assert len(compare(before, after, AS_OF)) == edited
    assert len(compare(after, before, AS_OF)) == edited


def test_one_edit_is_one_change_whatever_rests_on_it():
    """A rota's hours move the coverage of every service and the escalation that calls it."""
    case = next(case for case in CASES if case.name.startswith("rota-narrowed"))

    (change,) = compare(load(case / "before.yaml"), load(case / "after.yaml"), AS_OF)

    kinds = {detail.promise for detail in change.details}
    assert kinds == {"coverage", "route"}
    assert len([one for one in change.details if one.promise == "coverage"]) == 4


def test_another_zone_moves_hours_on_both_sides_alike():
    body = """\
coverage:
  - {id: desk, area: helpdesk, stage: respond, by: msp, calendar: day}
calendars:
  - {id: day, hours: ["mon-fri 09:00-17:00"], holidays: none}
"""
    before = agreement(body)
    after = agreement(body, head=HEAD.replace("America/Toronto", "Europe/Berlin"))

    there, back = compare(before, after, AS_OF), compare(after, before, AS_OF)

    assert phrase(there) == [("coverage", "helpdesk/respond/*/*", Effect.MIXED)]
    assert phrase(back) == phrase(there)
    assert [edit.path for edit in there[0].causes] == ["timezone"]


def test_a_framework_that_the_configuration_asks_for_is_still_held_but_no_longer_named():
    before = naming(agreement("frameworks: {hipaa: {standing: covered-entity}}\n"), ["hipaa"])
    after = naming(agreement(), ["hipaa"])

    (change,) = compare(before, after, AS_OF)

    assert (change.promise, change.effect) == ("framework", Effect.WEAKENED)
    assert change.before == "named: yes; standing covered-entity"
    assert change.after == "named: no; standing not said"


# --- readings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimistic", "pessimistic", "effect"),
    [
        (Move.SAME, Move.SAME, Effect.NEUTRAL),
        (Move.WORSE, Move.WORSE, Effect.WEAKENED),
        (Move.SAME, Move.WORSE, Effect.WEAKENED),
        (Move.BETTER, Move.SAME, Effect.STRENGTHENED),
        (Move.BETTER, Move.WORSE, Effect.UNCLEAR),
        (Move.WORSE, Move.BETTER, Effect.UNCLEAR),
        (Move.BETTER | Move.WORSE, Move.BETTER, Effect.MIXED),
        (Move.MOVED, Move.SAME, Effect.MOVED),
    ],
)
def test_both_readings_of_unknowns_decide(optimistic, pessimistic, effect):
    assert effect_of(optimistic, pessimistic) is effect


@pytest.mark.parametrize(
    ("optimistic", "pessimistic", "effect"),
    [
        (Move.SAME, Move.SAME, Effect.NEUTRAL),
        (Move.WORSE, Move.WORSE, Effect.WEAKENED),
        (Move.BETTER, Move.BETTER, Effect.STRENGTHENED),
        (Move.SAME, Move.WORSE, Effect.UNCLEAR),
        (Move.BETTER, Move.SAME, Effect.UNCLEAR),
        (Move.WORSE, Move.BETTER, Effect.UNCLEAR),
        (Move.SAME, Move.MOVED, Effect.UNCLEAR),
    ],
)
def test_an_unknown_on_one_side_is_unclear_where_its_bounds_overlap(
    optimistic, pessimistic, effect
):
    assert effect_of(optimistic, pessimistic, one_sided=True) is effect


@pytest.mark.parametrize(
    ("effects", "together"),
    [
        ([], Effect.NEUTRAL),
        ([Effect.WEAKENED, Effect.WEAKENED], Effect.WEAKENED),
        ([Effect.WEAKENED, Effect.STRENGTHENED], Effect.MIXED),
        ([Effect.WEAKENED, Effect.UNCLEAR], Effect.UNCLEAR),
        ([Effect.UNCLEAR, Effect.MIXED], Effect.MIXED),
        ([Effect.MOVED, Effect.WEAKENED], Effect.WEAKENED),
        ([Effect.MOVED, Effect.STRENGTHENED], Effect.STRENGTHENED),
        ([Effect.MOVED], Effect.MOVED),
    ],
)
def test_components_are_settled_together(effects, together):
    assert combine(effects) is together
    assert combine(mirror(effect) for effect in effects) is mirror(together)


# --- paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "other", "answer"),
    [
        ("targets[a].within", "targets[a].within", True),
        ("targets[a]", "targets[a].within", True),
        ("targets[a].within", "targets[a]", True),
        ("targets", "targets[a]", True),
        ("targets[a].within", "targets[a].with", False),
        ("targets[a]", "targets[ab]", False),
        ("coverage[a]", "coverages[a]", False),
        ("allocations[cmmc:AC.L2-3.1.1]", "allocations[cmmc:AC.L2-3.1.10]", False),
    ],
)
def test_paths_touch_where_one_leads_through_the_other(path, other, answer):
    assert touches(path, other) is answer
    assert touches(other, path) is answer


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("targets[a].within", True),
        ("people[dana].calendar", True),
        ("people[dana]", True),
        ("version", True),
        ("people[dana].phone", False),
        ("reviews[monthly].held[2026-10-01]", False),
        ("reviews[monthly].every", True),
        ("allocations[cmmc:AC.L2-3.1.1].state", False),
        ("signatures[clinic].on", False),
        ("status", False),
        ("note", False),
        ("targets[a].labels.team", False),
    ],
)
def test_the_record_is_not_what_was_signed(path, answer):
    assert is_term(path) is answer


# --- verdicts ---------------------------------------------------------------------------------

PASSED = verdict(Outcome.PASS)
FAILED = verdict(Outcome.FAIL)
OTHER = verdict(Outcome.FAIL, observation(subject="northbridge"), observation(subject="sentinel"))
UNSURE = verdict(Outcome.UNDETERMINED)
BROKEN = verdict(Outcome.ERROR)
WAIVED = verdict(Outcome.WAIVED)
IDLE = verdict(Outcome.NOT_APPLICABLE)
LOST = verdict(Outcome.DROPPED, observation(path=""), drop=Drop(DropCause.NARROWED, fails=True))


@pytest.mark.parametrize(
    ("old", "new", "turned"),
    [
        (PASSED, PASSED, None),
        (PASSED, FAILED, VerdictTransition.NEWLY_FAILING),
        (WAIVED, FAILED, VerdictTransition.NEWLY_FAILING),
        (IDLE, UNSURE, VerdictTransition.NEWLY_FAILING),
        (None, FAILED, VerdictTransition.NEWLY_FAILING),
        (PASSED, BROKEN, VerdictTransition.NEWLY_FAILING),
        (FAILED, BROKEN, VerdictTransition.NEWLY_FAILING),
        (UNSURE, FAILED, VerdictTransition.NEWLY_FAILING),
        (FAILED, OTHER, VerdictTransition.NEWLY_FAILING),
        (OTHER, FAILED, None),
        (FAILED, UNSURE, None),
        (FAILED, FAILED, None),
        (FAILED, PASSED, VerdictTransition.FIXED),
        (UNSURE, WAIVED, VerdictTransition.FIXED),
        (WAIVED, PASSED, None),
        (PASSED, LOST, VerdictTransition.DROPPED),
        (FAILED, LOST, VerdictTransition.DROPPED),
        (PASSED, IDLE, None),
        (FAILED, None, None),
        (IDLE, None, None),
        (IDLE, PASSED, None),
        (None, PASSED, None),
    ],
)
def test_how_a_verdict_turned(old, new, turned):
    assert turn(old, new) is turned


def pair(before, after, old=(), new=()):
    return Pair(
        before,
        after,
        {one.rule.id: one for one in old},
        {one.rule.id: one for one in new},
    )


def test_a_verdict_is_linked_to_the_change_whose_path_it_looks_at():
    body = """\
notices:
  - {id: breach, event: phi-breach, from: msp, to: clinic, within: 24 hours, starts: discovery}
targets:
  - {id: fix, stage: restore, within: 4 hours, calendar: 24x7}
"""
    before = agreement(body)
    after = agreement(body.replace("24 hours", "90 days").replace("4 hours", "8 hours"))
    slow = observation(path="targets[fix].within", subject="fix")
    old = [verdict(Outcome.PASS), verdict(Outcome.PASS, of=HIGH)]
    new = [verdict(Outcome.FAIL), verdict(Outcome.FAIL, slow, of=HIGH)]

    found = compare_pair(pair(before, after, old, new), AS_OF, {"hipaa": "hipaa"})

    by_rule = {
        one.verdict.rule.id: one.because for one in found.turned[VerdictTransition.NEWLY_FAILING]
    }
    assert [change.promise for change in by_rule["hipaa-breach-notice"]] == ["notice"]
    assert [change.promise for change in by_rule["soc2-access-review"]] == ["target"]
    notice, target = found.changes
    assert (notice.promise, notice.controls[0]) == ("notice", "hipaa:164.410(b)")
    assert target.controls == ("soc2:CC6.2", "soc2:CC6.3")
    assert notice.severity == "critical"


def test_rules_of_a_dropped_framework_are_dropped_because_of_it():
    before, after = agreement("frameworks: {hipaa: {}}\n"), agreement()

    found = compare_pair(pair(before, after, [PASSED], [LOST]), AS_OF, {"hipaa": "hipaa"})

    (gone,) = found.turned[VerdictTransition.DROPPED]
    assert gone.verdict is LOST
    assert [(one.promise, one.effect) for one in gone.because] == [("framework", Effect.WEAKENED)]
    assert found.changes[0].controls == ("hipaa:164.410(b)", "hipaa:164.314(a)(2)(i)(C)")


def test_a_rule_that_stops_to_apply_is_linked_to_what_is_looked_at():
    before = agreement("services:\n  - {id: ehr, criticality: critical}\n")
    after = agreement("services:\n  - {id: ehr, criticality: low}\n")

    found = compare_pair(pair(before, after, [PASSED], [LOST]), AS_OF, {})

    (gone,) = found.turned[VerdictTransition.DROPPED]
    assert [one.promise for one in gone.because] == ["service"]


def test_neutral_edits_carry_no_controls():
    before, after = agreement(), agreement("note: something\n")
    looks = verdict(Outcome.PASS, observation(holds=Holds.YES, path="note"))

    found = compare_pair(pair(before, after, [looks], [looks]), AS_OF, {})

    assert [(one.promise, one.controls) for one in found.changes] == [(TEXT, ())]


def test_policy_comes_first_then_the_worst():
    edit = TextEdit("x", "1", "2")
    mild = Change("a", "route", "p1", Effect.WEAKENED, "1", "2", (edit,))
    grave = Change("a", "target", "p1", Effect.WEAKENED, "1", "2", (edit,), severity=HIGH.severity)
    moved = Change("a", "owner", "t", Effect.MOVED, "1", "2", (edit,))
    policy = Change(None, POLICY, "fail_on", Effect.STRENGTHENED, "1", "2", (edit,))

    ordered = sorted([moved, mild, grave, policy], key=lambda change: change.sort_key)

    assert ordered == [policy, grave, mild, moved]


def many_hours(count, **changed):
    """Return an agreement of so many targets, each for hours of its own; one of them is changed."""
    rows = [
        {"id": f"t{number}", "severity": "p1", "stage": "respond", "within": "4 hours"}
        | {"calendar": "24x7", "raised": f"q{number}"}
        for number in range(count)
    ]
    rows[-1] |= changed
    hours = [
        {
            "id": f"q{number}",
            "hours": [f"mon-fri 09:{number:02}-10:{number:02}"],
            "holidays": "none",
        }
        for number in range(count)
    ]
    body = {"severities": [{"id": "p1", "rank": 1}], "calendars": hours, "targets": rows}
    return agreement("".join(f"{name}: {json.dumps(rows)}\n" for name, rows in body.items()))


@pytest.mark.parametrize(
    ("changed", "few", "many"),
    [
        ({"within": "5 hours"}, Effect.WEAKENED, Effect.MIXED),
        ({"within": "3 hours"}, Effect.STRENGTHENED, Effect.MIXED),
        ({"calendar": "q3"}, Effect.WEAKENED, Effect.MIXED),
        ({"commitment": "guaranteed"}, Effect.STRENGTHENED, Effect.MIXED),
        ({"raised": "q3"}, Effect.WEAKENED, Effect.MIXED),
        ({"within": "240 minutes"}, None, None),
    ],
)
def test_of_targets_for_too_many_hours_any_change_is_mixed(changed, few, many):
    wanted = {8: few, 33: many}

    for count, effect in wanted.items():
        changes = compare(many_hours(count), many_hours(count, **changed), AS_OF)
        moved = [one for one in changes if one.promise == "target"]
        assert {one.effect for one in moved} == ({effect} if effect else set()), count
        assert any("too many to be compared" in str(one.after) for one in moved) is (
            count > MOST_HOURS and effect is not None
        )


def test_targets_for_too_many_hours_that_came_or_went_are_told_so():
    none, some = agreement("severities: [{id: p1, rank: 1}]\n"), many_hours(33)

    assert {one.effect for one in compare(none, some, AS_OF) if one.promise == "target"} == {
        Effect.STRENGTHENED
    }
    assert {one.effect for one in compare(some, none, AS_OF) if one.promise == "target"} == {
        Effect.WEAKENED
    }
