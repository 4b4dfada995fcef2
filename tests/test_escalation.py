"""Escalations played out: offsets, calls, whom they reach, and how late at worst."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from build import agreement
from cmpolicy.amounts import NEVER
from cmpolicy.calendars import horizon
from cmpolicy.escalation import (
    applies,
    offsets,
    paths_for,
    people,
    play,
    reaches_anybody,
    tries,
    worst_reach,
)
from cmpolicy.unknown import UNKNOWN, Reading

MINUTE = 60
HOUR = 60 * MINUTE
TORONTO = ZoneInfo("America/Toronto")
SPAN = horizon(2026, "America/Toronto")
PEOPLE = """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
services: [{id: ehr}, {id: mail}]
calendars: [{id: days, hours: [daily 08:00-18:00], holidays: none}]
people:
  - {id: dana, name: Dana Roy, party: clinic, roles: [it-manager], calendar: 24x7}
  - {id: sam, name: Sam Ito, party: msp, calendar: days}
  - {id: jo, name: Jo Larsen, party: msp, calendar: days}
  - {id: lee, name: Lee Park, party: clinic}
  - {id: duty, party: clinic, calendar: 24x7}
  - {id: veiled, name: unknown, party: clinic, calendar: 24x7}
rotas:
  - {id: noc, party: msp, calendar: days, members: [sam, jo]}
  - {id: nobody, party: msp, calendar: 24x7, members: []}
  - {id: elsewhere, party: msp, calendar: 24x7, roster: "https://oncall.example"}
  - {id: untold, party: msp, calendar: 24x7}
"""


def load(path, more=""):
    return agreement(f"{PEOPLE}{more}escalations:\n  - {{id: path, {path}}}\n")


def times(found, severity="p1", service="ehr", **how):
    return offsets(found, found.escalations[0], severity, service, **how)


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=TORONTO).timestamp())


def test_each_step_waits_after_the_step_ahead_and_each_round_after_the_last_one():
    found = load(
        "steps: [{notify: noc, after: 5 minutes}, {notify: dana, after: 15m}, {notify: lee}], "
        "repeat: {times: 2, wait: 10 minutes}"
    )

    minutes = [offset / MINUTE for offset in times(found)]

    assert minutes == [5, 20, 20, 35, 50, 50, 65, 80, 80]


TARGETS = """\
targets:
  - {id: a, severity: p1, stage: respond, within: 30 minutes, calendar: days}
  - {id: b, severity: p2, stage: respond, within: 2 hours, calendar: 24x7}
  - {id: c, severity: p2, stage: respond, within: 4 hours, calendar: 24x7, services: [mail]}
  - {id: d, severity: p1, stage: update, within: 2 business days, calendar: days}
  - {id: e, severity: p1, stage: restore, within: best effort, calendar: days}
  - {id: f, severity: p1, stage: contain, within: unknown, calendar: days}
"""


def test_a_share_counts_from_the_start_of_the_round_whatever_the_clock():
    found = load(
        "steps: [{notify: noc, after: 10 minutes}, {notify: dana, after: 75% of respond}, "
        "{notify: lee, after: 5 minutes}, {notify: sam, after: 50% of respond}], "
        "repeat: {times: 1, wait: 10 minutes}",
        TARGETS,
    )

    minutes = [offset / MINUTE for offset in times(found)]
    # Half of 30 minutes lies ahead of the step before, which it follows at once.
    assert minutes == [10, 22.5, 27.5, 27.5, 47.5, 60, 65, 65]
    assert times(found, "p2", "ehr")[1] == 90 * MINUTE
    assert times(found, "p2", "mail")[1] == 180 * MINUTE  # the slacker of the two
    assert times(found, None, None)[1] == 180 * MINUTE  # an event: whatever its severity


@pytest.mark.parametrize("wait", ["75% of update", "75% of restore", "75% of acknowledge", "TBD"])
def test_a_wait_without_a_length_is_as_good_as_unknown(wait):
    found = load(f"steps: [{{notify: noc}}, {{notify: dana, after: {wait}}}]", TARGETS)

    assert [one.exact for one in tries(found, found.escalations[0], "p1", "ehr")] == [True, False]
    assert times(found) == (0, NEVER)
    assert times(found.read_as(Reading.OPTIMISTIC)) == (0, 0)


def test_an_unknown_wait_is_read_as_none_or_as_endless():
    steps = "[{notify: noc}, {notify: dana, after: %s}, {notify: lee, after: 5 minutes}]"
    for wait in ("unknown", "75% of contain"):
        found = load(f"steps: {steps % wait}, repeat: {{times: 1, wait: 1 hour}}", TARGETS)

        assert times(found) == (0, NEVER, NEVER, NEVER, NEVER, NEVER)
        optimistic = times(found.read_as(Reading.OPTIMISTIC))
        assert optimistic == (0, 0, 300, 3900, 3900, 4200)


def test_nobody_knows_when_a_round_is_that_waits_a_placeholder():
    found = load("steps: [{notify: noc}], repeat: {times: 1, wait: TBD}")

    assert times(found) == (0, NEVER)


@pytest.mark.parametrize("repeat", ["unknown", "{times: unknown, wait: 10 minutes}"])
def test_an_unknown_number_of_rounds_is_none_or_as_many_as_there_can_be(repeat):
    found = load(f"steps: [{{notify: noc}}], repeat: {repeat}")

    assert times(found) == (0,)
    assert len(times(found.read_as(Reading.OPTIMISTIC))) == 11
    assert len(play(found, found.escalations[0], "p1", "ehr", at("2026-12-25T06:45"))) == 1


def test_a_call_of_unknown_time_may_find_whom_an_earlier_one_misses():
    found = load("steps: [{notify: sam, after: unknown}]").read_as(Reading.OPTIMISTIC)

    def reach(limit):
        return worst_reach(found, found.escalations[0], "p1", "ehr", SPAN, limit=limit).seconds

    # On the night on which clocks go back, sam is off duty for 15 hours.
    assert reach(15 * HOUR) == 0
    assert reach(14 * HOUR) == NEVER


def test_play_tells_every_call_and_who_is_on_duty():
    found = load(
        "steps: [{notify: noc, via: phone}, {notify: msp}, {notify: dana, via: sms, after: 1 hour}]"
        ", repeat: {times: 1, wait: 30 minutes}"
    )

    calls = play(found, found.escalations[0], "p1", "ehr", at("2026-12-25T06:45"))

    assert [(call.at, call.who, call.on_duty, call.round) for call in calls] == [
        (at("2026-12-25T06:45"), "noc", False, 1),
        (at("2026-12-25T06:45"), "msp", False, 1),
        (at("2026-12-25T07:45"), "dana", True, 1),
        (at("2026-12-25T08:15"), "noc", True, 2),
        (at("2026-12-25T08:15"), "msp", False, 2),
        (at("2026-12-25T09:15"), "dana", True, 2),
    ]
    assert [call.humans for call in calls[:3]] == [("jo", "sam"), (), ("dana",)]
    assert (calls[0].via, calls[1].via) == ("phone", None)
    assert calls[3].path == "escalations[path].steps[noc]"


def test_play_does_not_guess_when_a_wait_is_unknown():
    found = load("steps: [{notify: unknown}, {notify: dana, after: unknown}]")

    first, second = play(found, found.escalations[0], "p1", "ehr", at("2026-12-25T06:45"))

    assert (first.who, first.on_duty, first.humans) == (UNKNOWN, False, ())
    assert (second.at, second.on_duty) == (None, False)


@pytest.mark.parametrize(
    ("steps", "seconds", "since"),
    [
        ("{notify: dana}", 0, "2026-01-01T00:00"),
        ("{notify: msp}, {notify: dana, after: 10 minutes}", 600, "2026-01-01T00:00"),
        ("{notify: noc}, {notify: dana, after: 10 minutes}", 600, "2026-01-01T00:00"),
        ("{notify: noc}", NEVER, "2026-01-01T00:00"),
        ("{notify: noc}, {notify: dana}", 0, "2026-01-01T00:00"),
        ("{notify: noc}, {notify: sam, after: 14 hours}", NEVER, "2026-01-01T04:00"),
        # The night on which clocks go back is an hour longer: only the fourth call ends it.
        (
            (
                "{notify: noc}, {notify: sam, after: 4 hours}, {notify: jo, after: 10 hours}, "
                "{notify: jo, after: 1 hour}"
            ),
            15 * HOUR,
            "2026-10-31T18:00",
        ),
        ("{notify: nobody}", NEVER, "2026-01-01T00:00"),
        ("{notify: elsewhere}", 0, "2026-01-01T00:00"),
        ("{notify: duty}", 0, "2026-01-01T00:00"),
        ("{notify: dana, after: 6000 days}", NEVER, "2026-01-01T00:00"),
    ],
)
def test_the_worst_reach_is_that_of_the_first_call_that_finds_somebody_on_duty(
    steps, seconds, since
):
    found = load(f"steps: [{steps}]")

    reach = worst_reach(found, found.escalations[0], "p1", "ehr", SPAN)

    assert (reach.seconds, reach.at) == (seconds, at(since))


def test_calls_beyond_the_end_of_the_horizon_count():
    found = load("steps: [{notify: noc}], repeat: {times: 10, wait: 2 hours}")

    reach = worst_reach(found, found.escalations[0], "p1", "ehr", SPAN)

    # A case in the last hours of the horizon is answered on the morning after it; the longest
    # wait is that of the night on which clocks go back.
    assert (reach.seconds, reach.at) == (16 * HOUR, at("2026-10-31T18:00"))


def test_unknown_hours_and_members_are_read_as_always_or_never():
    for who in ("lee", "untold", "unknown"):
        found = load(f"steps: [{{notify: {who}}}]")
        path = found.escalations[0]

        assert worst_reach(found, path, "p1", "ehr", SPAN).seconds == NEVER
        optimistic = found.read_as(Reading.OPTIMISTIC)
        assert worst_reach(optimistic, path, "p1", "ehr", SPAN).seconds == 0


def test_only_wanted_steps_count_where_somebody_in_particular_must_be_reached():
    found = load("steps: [{notify: duty}, {notify: dana, after: 15 minutes}]")

    reach = worst_reach(
        found, found.escalations[0], "p1", "ehr", SPAN, wanted=lambda step: step.notify == "dana"
    )

    assert reach.seconds == 15 * MINUTE


@pytest.mark.parametrize(
    ("steps", "optimistic", "pessimistic", "more"),
    [
        ("{notify: noc}, {notify: sam}", {"sam", "jo"}, {"sam", "jo"}, False),
        ("{notify: elsewhere}, {notify: elsewhere}", {"elsewhere"}, {"elsewhere"}, False),
        ("{notify: duty}, {notify: msp}, {notify: nobody}", set(), set(), False),
        ("{notify: veiled}", {"veiled"}, set(), False),
        ("{notify: untold}, {notify: dana}", {"dana"}, {"dana"}, True),
        ("{notify: unknown}", set(), set(), True),
    ],
)
def test_distinct_people_are_the_humans_named(steps, optimistic, pessimistic, more):
    found = load(f"steps: [{steps}]")

    assert people(found, found.escalations[0]) == (pessimistic, more)
    assert people(found.read_as(Reading.OPTIMISTIC), found.escalations[0]) == (optimistic, more)


@pytest.mark.parametrize(
    ("when", "severity", "service", "event", "optimistic", "pessimistic"),
    [
        ("{severities: [p1]}", "p1", "ehr", None, True, True),
        ("{severities: [p1]}", "p2", "ehr", None, False, False),
        ("{severities: [p1], services: [mail]}", "p1", "ehr", None, False, False),
        ("{services: [mail]}", "p2", "mail", None, True, True),
        ("{events: [outage]}", "p1", "ehr", None, False, False),
        ("{events: []}", "p1", "ehr", None, False, False),
        ("{events: [outage]}", None, None, "outage", True, True),
        ("{events: [outage]}", "p1", "ehr", "outage", True, True),
        ("{severities: [p1], events: [outage]}", "p2", "ehr", "outage", True, True),
        ("{severities: [p1], events: [outage]}", "p1", "ehr", "subpoena", True, True),
        ("{severities: [p1], events: [outage]}", None, None, "subpoena", False, False),
        ("{services: [mail], events: [outage]}", "p2", "mail", None, True, True),
        ("{severities: unknown}", "p1", "ehr", None, True, False),
        ("{severities: [p2], services: unknown}", "p1", "ehr", None, False, False),
        ("{events: unknown}", None, None, "outage", True, False),
        ("{events: unknown}", "p1", "ehr", "outage", True, False),
        ("{severities: unknown, events: unknown}", "p1", "ehr", "outage", True, False),
        ("unknown", "p1", "ehr", None, True, False),
        ("{severities: TBD}", "p1", "ehr", None, False, False),
        ("{events: TBD}", "p1", "ehr", None, False, False),
        ("{services: TBD}", "p1", "ehr", None, False, False),
        ("TBD", "p1", "ehr", None, False, False),
    ],
)
def test_a_path_applies_by_its_event_or_by_severity_and_service(
    when, severity, service, event, optimistic, pessimistic
):
    found = load(f"when: {when}, steps: [{{notify: dana}}]")
    path = found.escalations[0]

    assert applies(found, path, severity, service, event) is pessimistic
    assert applies(found.read_as(Reading.OPTIMISTIC), path, severity, service, event) is optimistic
    assert bool(paths_for(found, severity, service, event)) is pessimistic


def test_a_path_that_surely_applies_comes_before_one_that_may():
    body = """\
escalations:
  - {id: doubtful, when: {severities: unknown}, steps: [{notify: dana}]}
  - {id: sure, when: {severities: [p1]}, steps: [{notify: dana}]}
"""
    found = agreement(PEOPLE + body).read_as(Reading.OPTIMISTIC)

    assert [path.id for path in paths_for(found, "p1", "ehr")] == ["sure"]
    assert [path.id for path in paths_for(found, "p2", "ehr")] == ["doubtful"]


def test_somebody_is_reached_where_anybody_is_called_on_duty():
    found = load("steps: [{notify: msp}, {notify: noc, after: 1 hour}]")
    nobody = load("steps: [{notify: msp}, {notify: nobody}]")

    assert reaches_anybody(found, found.escalations[0], "p1", "ehr", SPAN)
    assert not reaches_anybody(nobody, nobody.escalations[0], "p1", "ehr", SPAN)
