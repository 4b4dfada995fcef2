"""Targets: which speak for a case, on which clock, and how late they are together."""

import pytest

from build import agreement
from cmpolicy.amounts import NEVER
from cmpolicy.calendars import ALWAYS, horizon
from cmpolicy.targets import clocks, extreme, running, selects, speaking, targets_for, worst_of
from cmpolicy.unknown import Reading
from cmpolicy.worlds import worlds

HOUR = 60 * 60
DAY = 24 * HOUR
SPAN = horizon(2026, "America/Toronto")
CALENDARS = """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
services: [{id: ehr}, {id: mail}]
calendars:
  - {id: days, hours: [daily 08:00-18:00], holidays: none}
  - {id: nights, hours: [daily 22:00-06:00], holidays: none}
  - {id: mondays, hours: [mon 09:00-17:00], holidays: none}
"""


def load(*rows):
    body = "".join(f"  - {{{row}}}\n" for row in rows)
    return agreement(f"{CALENDARS}targets:\n{body}")


def keys(found, *case):
    return [target.key for target in targets_for(found, *case)]


def test_targets_speak_for_what_they_name_and_for_all_where_they_name_nothing():
    found = load(
        "id: a, stage: respond",
        "id: b, severity: p1, stage: respond, services: [ehr]",
        "id: c, severity: TBD, stage: respond",
        "id: d, severity: p1, stage: restore",
    )

    assert keys(found, "p1", "ehr", "respond") == ["a", "b"]
    assert keys(found, "p1", "mail", "respond") == ["a"]
    assert keys(found, "p2", "ehr", "respond") == ["a"]
    assert keys(found, "p1", "ehr", None) == ["a", "b", "d"]
    assert keys(found, None, None, "respond") == ["a", "b"]


def test_a_doubtful_target_slackens_a_sure_one_and_is_none_by_itself():
    found = load(
        "id: sure, severity: p1, stage: respond", "id: doubtful, severity: unknown, stage: respond"
    )
    optimistic = found.read_as(Reading.OPTIMISTIC)

    assert keys(found, "p1", "ehr", "respond") == ["sure", "doubtful"]
    assert keys(optimistic, "p1", "ehr", "respond") == ["sure"]
    assert keys(found, "p2", "ehr", "respond") == []
    assert keys(optimistic, "p2", "ehr", "respond") == ["doubtful"]


@pytest.mark.parametrize(
    ("row", "optimistic", "pessimistic"),
    [
        ("within: 2 hours, calendar: 24x7", 2 * HOUR, 2 * HOUR),
        # A report at the end of an hour before closing waits for the next morning; the longest of
        # these nights is that on which clocks go back.
        ("within: 1 hour, calendar: days", 16 * HOUR, 16 * HOUR),
        ("within: best effort, calendar: 24x7", NEVER, NEVER),
        ("within: 1 hour, calendar: 24x7, commitment: best-effort", NEVER, NEVER),
        ("within: 1 hour, calendar: 24x7, commitment: TBD", NEVER, NEVER),
        ("within: 1 hour, calendar: 24x7, commitment: unknown", HOUR, NEVER),
        ("within: TBD, calendar: 24x7", NEVER, NEVER),
        ("within: unknown, calendar: 24x7", 0, NEVER),
        # Unknown clock: 24x7, or the longest of the file; clocks go back on a Sunday.
        ("within: 1 hour", HOUR, 7 * DAY - 7 * HOUR + HOUR),
        ("within: 2 hours, calendar: 24x7, raised: unknown", 2 * HOUR, 0),
    ],
)
def test_the_worst_case_of_one_target(row, optimistic, pessimistic):
    found = load(f"id: a, stage: respond, {row}")
    (target,) = found.targets

    assert worst_of(found.read_as(Reading.OPTIMISTIC), target, SPAN).seconds == optimistic
    assert worst_of(found, target, SPAN).seconds == pessimistic


def test_an_unknown_clock_is_24x7_or_an_office_week_where_the_file_has_no_calendar():
    found = agreement("targets: [{stage: respond, within: 1 hour}]\n")
    (target,) = found.targets

    always, office = clocks(found, target)

    (window,) = office.windows
    assert always == ALWAYS
    assert (sorted(window.days), window.start, window.end) == ([0, 1, 2, 3, 4], 540, 1020)


@pytest.mark.parametrize(
    ("row", "least", "most"),
    [
        ("within: 2 hours, calendar: 24x7", 2 * HOUR, 2 * HOUR),
        ("within: 1 hour", HOUR, 7 * DAY - 7 * HOUR + HOUR),
        ("within: unknown, calendar: 24x7", 0, NEVER),
        # It may be raised at no time at all, or whenever.
        ("within: 2 hours, calendar: 24x7, raised: unknown", 0, 2 * HOUR),
        ("within: best effort, calendar: 24x7, raised: unknown", NEVER, NEVER),
        # Raised by night, an office that opens by day only is done sooner than 24x7 is.
        # Clocks go back in one of those nights.
        ("within: same business day, raised: nights", 21 * HOUR, 7 * DAY - 5 * HOUR + HOUR),
    ],
)
def test_bounds_of_the_worst_case_of_one_target(row, least, most):
    found = load(f"id: a, stage: respond, {row}")
    (target,) = found.targets

    assert extreme(found.read_as(Reading.OPTIMISTIC), target, SPAN).seconds == least
    assert extreme(found, target, SPAN).seconds == most


def test_business_days_of_unknown_hours_end_no_sooner_than_their_dates_allow():
    found = agreement(
        "calendars: [{id: desk, hours: unknown, holidays: none}]\n"
        "targets: [{stage: respond, within: 3 business days, calendar: desk}]\n"
    )
    (target,) = found.targets

    assert extreme(found.read_as(Reading.OPTIMISTIC), target, SPAN).seconds == 2 * DAY - HOUR
    assert extreme(found, target, SPAN).seconds == NEVER


def test_each_target_speaks_for_its_own_starts():
    found = load(
        "id: always, stage: respond, within: 1 hour, calendar: 24x7",
        "id: night, stage: respond, within: 2 hours, calendar: 24x7, raised: nights",
    )
    always, night = speaking(found, [(target, True) for target in found.targets], SPAN)

    assert always.starts.total(SPAN.start, SPAN.end) == SPAN.end - SPAN.start
    # The first night of the horizon has begun, and ends at six.
    assert next(iter(night.starts)) == (SPAN.start, SPAN.start + 6 * HOUR)
    assert worst_of(found, night.target, SPAN, night.starts).seconds == 2 * HOUR


def test_a_doubtful_target_speaks_where_no_other_does_or_slackens_where_one_does():
    found = load(
        "id: night, severity: p1, stage: respond, raised: nights",
        "id: doubtful, severity: unknown, stage: respond",
    )
    answers = [(target, selects(target, "p1", "ehr", "respond")) for target in found.targets]

    night, pessimistic = speaking(found, answers, SPAN)
    _, optimistic = speaking(found.read_as(Reading.OPTIMISTIC), answers, SPAN)

    assert pessimistic.starts == night.starts
    assert optimistic.starts == night.starts.complement(SPAN.start, SPAN.end)


def test_a_target_for_the_night_runs_until_its_last_case_is_due():
    found = load("id: a, stage: respond, within: 2 hours, calendar: 24x7, raised: nights")
    (target,) = found.targets
    first = SPAN.start + 7 * HOUR

    (world,) = worlds(found, [])
    runs = running(world, target, target.calendar, SPAN, first, first + DAY)

    # At 07:00 a case of the night is still open; the next night begins at 22:00.
    hours = [((start - first) / HOUR, (end - first) / HOUR) for start, end in runs]
    assert hours == [(0, 1), (15, 24)]


def test_a_target_that_is_never_met_runs_whenever_its_clock_does():
    found = load("id: a, stage: respond, within: best effort, calendar: days, raised: nights")
    (target,) = found.targets

    (world,) = worlds(found, [])
    runs = running(world, target, target.calendar, SPAN, SPAN.start, SPAN.start + DAY)

    assert runs.total(SPAN.start, SPAN.start + DAY) == 10 * HOUR
