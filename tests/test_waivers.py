"""Waivers: dated, approved exceptions, counted everywhere."""

import dataclasses
from datetime import date

import pytest

from cmpolicy.document import read
from cmpolicy.errors import PolicyError
from cmpolicy.rule_facts import RuleFacts, Severity
from cmpolicy.verdict import Holds, Observation, Outcome, Report, Verdict
from cmpolicy.waivers import apply_waivers, load_waivers

AS_OF = date(2026, 11, 24)


def waivers(*rows):
    lines = ["apiVersion: cmpolicy/v1", "kind: Waivers", "waivers:"]
    lines += [f"  - {row}" for row in rows]
    return load_waivers(read("\n".join(lines).encode(), "waivers.yaml"))


def row(granted="2026-09-01", expires="2027-03-01", subject=None, rule="r", agreement="a"):
    more = f", subject: {subject}" if subject else ""
    return (
        f"{{rule: {rule}, agreement: {agreement}, reason: moving, approved_by: J. Lee, "
        f"granted: {granted}, expires: {expires}{more}}}"
    )


def report(*subjects, outcome=Outcome.FAIL):
    facts = RuleFacts("r", "p", "item", "t", Severity.LOW, "practice", (), (), "w", "f")
    items = tuple(Observation(subject, "x", "m", Holds.NO) for subject in subjects)
    verdict = Verdict("a", "a.yaml", facts, outcome, observations=items)
    return Report("1", AS_OF, (), {}, None, "low", (verdict,))


def one(report):
    (verdict,) = report.verdicts
    return verdict


def test_a_live_waiver_waives_and_narrows_the_days():
    done = apply_waivers(report("s"), waivers(row()))

    verdict = one(done)
    assert verdict.outcome is Outcome.WAIVED
    assert "J. Lee" in verdict.reason
    assert (verdict.holds_from, verdict.holds_until) == (date(2026, 9, 1), date(2027, 3, 1))
    assert [entry.state for entry in done.waivers] == ["live"]
    assert done.passed


@pytest.mark.parametrize(
    ("expires", "outcome"),
    [("2026-11-24", Outcome.WAIVED), ("2026-11-23", Outcome.FAIL)],
)
def test_the_day_of_expiry_is_inclusive(expires, outcome):
    verdict = one(apply_waivers(report("s"), waivers(row(expires=expires))))

    assert verdict.outcome is outcome


def test_an_expired_waiver_says_so():
    done = apply_waivers(report("s"), waivers(row(expires="2026-10-31")))

    assert one(done).reason == "the waiver by J. Lee expired on 2026-10-31"
    assert one(done).holds_from == date(2026, 11, 1)
    assert [entry.state for entry in done.waivers] == ["expired"]


def test_a_waiver_that_is_not_granted_yet_waives_nothing():
    verdict = one(apply_waivers(report("s"), waivers(row(granted="2026-12-01"))))

    assert verdict.outcome is Outcome.FAIL
    assert verdict.holds_until == date(2026, 11, 30)


def test_every_failing_subject_must_be_waived():
    part = apply_waivers(report("s", "t"), waivers(row(subject="s")))
    whole = apply_waivers(report("s", "t"), waivers(row(subject="s"), row(subject="t")))

    assert one(part).outcome is Outcome.FAIL
    assert one(part).reason == "a waiver covers a part of this only; open: t"
    assert one(whole).outcome is Outcome.WAIVED


CELLS = ("ehr/p1", "ehr/p2", "mail/p1")


def test_a_case_is_waived_only_if_all_its_cells_are():
    found = dataclasses.replace(one(report("ehr/p1")).observations[0], cells=CELLS)
    case = dataclasses.replace(one(report("s")), observations=(found,))
    given = dataclasses.replace(report("s"), verdicts=(case,))

    part = apply_waivers(given, waivers(row(subject=CELLS[0]), row(subject=CELLS[2])))
    whole = apply_waivers(given, waivers(*(row(subject=cell) for cell in CELLS)))

    assert one(part).outcome is Outcome.FAIL
    assert one(part).reason == "a waiver covers a part of this only; open: ehr/p2"
    assert [entry.state for entry in part.waivers] == ["live", "live"]
    assert one(whole).outcome is Outcome.WAIVED


def test_of_many_open_cells_some_are_named():
    found = apply_waivers(report(*"abcdefgh"), waivers(row(subject="h")))

    assert one(found).reason.endswith("; open: a, b, c, d, e and 2 more")


def test_an_error_cannot_be_waived_and_a_waiver_that_matches_nothing_is_stale():
    done = apply_waivers(report("s", outcome=Outcome.ERROR), waivers(row()))

    assert one(done).outcome is Outcome.ERROR
    assert [entry.state for entry in done.waivers] == ["stale"]


@pytest.mark.parametrize("expires", ["2027-03-01", "2026-10-31"])
def test_a_waiver_of_an_agreement_outside_the_run_is_left_alone(expires):
    done = apply_waivers(report("s"), waivers(row(agreement="another", expires=expires)))

    assert [entry.state for entry in done.waivers] == ["elsewhere"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (row(expires="2027-09-03"), "more than 366 days after"),
        (row(expires="2026-08-31"), "is before `granted`"),
        (row(granted="2026-13-01"), "not '2026-13-01'"),
        (row().replace("approved_by: J. Lee, ", ""), "approved_by"),
        (row().replace("reason", "raeson"), "did you mean `reason`?"),
    ],
)
def test_a_malformed_waiver_is_an_error_with_its_place(text, says):
    with pytest.raises(PolicyError) as caught:
        waivers(text)

    phrase = str(caught.value)
    assert says in phrase
    assert "waivers.yaml:4:" in phrase
