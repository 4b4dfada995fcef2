"""Who covers what, and when: the rows that speak for a case, and their hours."""

import pytest

from build import agreement
from cmpolicy.calendars import horizon
from cmpolicy.coverage import covered, hours, promises, rows_for
from cmpolicy.unknown import Reading

DAY = 24 * 60 * 60
SPAN = horizon(2026, "America/Toronto")
PEOPLE = """\
calendars:
  - {id: days, hours: [daily 08:00-18:00], holidays: none}
  - {id: late, hours: [daily 12:00-22:00], holidays: none}
  - {id: whenever, hours: unknown, holidays: none}
people:
  - {id: sam, name: Sam Ito, party: msp, calendar: days}
  - {id: lee, name: Lee Park, party: clinic}
rotas:
  - {id: noc, party: msp, calendar: late, members: [sam]}
  - {id: nobody, party: msp, calendar: 24x7, members: []}
  - {id: elsewhere, party: msp, calendar: 24x7, roster: "https://oncall.example"}
  - {id: emptied, party: msp, calendar: 24x7, members: [], roster: "https://oncall.example"}
  - {id: untold, party: msp, calendar: 24x7}
"""


def load(rows, more=""):
    return agreement(f"{PEOPLE}{more}coverage:\n" + "".join(f"  - {row}\n" for row in rows))


def hours_a_day(found, row, reading=Reading.PESSIMISTIC):
    """Return in how many hours of 7 January 2026, local time, the row's people are there."""
    first = SPAN.start + 6 * DAY
    instants = hours(found.read_as(reading), row, first, first + DAY)
    return instants.total(first, first + DAY) / 3600


@pytest.mark.parametrize(
    ("row", "optimistic", "pessimistic"),
    [
        ("by: msp, calendar: days", 10, 10),
        ("by: msp", 24, 0),
        ("by: msp, calendar: unknown", 24, 0),
        ("by: msp, calendar: whenever", 24, 0),
        ("by: sam", 10, 10),
        ("by: sam, calendar: late", 6, 6),
        ("by: sam, calendar: unknown", 10, 0),
        ("by: lee", 24, 0),
        ("by: lee, calendar: days", 10, 0),
        ("by: noc", 10, 10),
        ("by: noc, calendar: 24x7", 10, 10),
        ("by: noc, calendar: days", 6, 6),
        ("by: nobody, calendar: 24x7", 0, 0),
        ("by: elsewhere", 24, 24),
        ("by: emptied", 0, 0),
        ("by: untold", 24, 0),
        ("by: unknown, calendar: days", 10, 0),
        ("by: unknown", 24, 0),
    ],
)
def test_a_row_has_the_hours_of_its_calendar_that_its_people_are_there(
    row, optimistic, pessimistic
):
    found = load([f"{{id: x, area: helpdesk, stage: respond, {row}}}"])
    (only,) = found.coverage

    assert hours_a_day(found, only, Reading.OPTIMISTIC) == optimistic
    assert hours_a_day(found, only, Reading.PESSIMISTIC) == pessimistic


@pytest.mark.parametrize(
    ("commitment", "optimistic", "pessimistic"),
    [
        ("promised", True, True),
        ("best-effort", False, False),
        ("on-request", False, False),
        ("TBD", False, False),
        ("unknown", True, False),
    ],
)
def test_only_what_is_promised_covers(commitment, optimistic, pessimistic):
    row = "{area: helpdesk, stage: respond, by: msp, calendar: 24x7, commitment: %s}"
    found = load([row % commitment])

    for reading, expected in ((Reading.OPTIMISTIC, optimistic), (Reading.PESSIMISTIC, pessimistic)):
        read = found.read_as(reading)
        case = read, "helpdesk", "respond", "*", "*", SPAN.start, SPAN.end
        assert promises(read, read.coverage[0]) is expected
        assert bool(covered(*case)) is expected
        assert covered(*case, promised_only=False)


def test_rows_speak_for_what_they_name_and_for_all_where_they_name_nothing():
    more = """\
severities: [{id: p1, rank: 1}, {id: p2, rank: 2}]
services: [{id: ehr}, {id: mail}]
"""
    found = load(
        [
            "{id: a, area: helpdesk, stage: respond, by: msp}",
            "{id: b, area: helpdesk, stage: respond, by: msp, services: [ehr], severities: [p1]}",
            "{id: c, area: helpdesk, stage: restore, by: msp, services: [mail]}",
            "{id: d, area: backup, stage: respond, by: msp, services: TBD}",
            "{id: e, area: unknown, stage: respond, by: msp}",
        ],
        more,
    )

    def keys(*case, reading=Reading.PESSIMISTIC):
        return [row.key for row in rows_for(found.read_as(reading), *case)]

    assert keys("helpdesk", "respond", "ehr", "p1") == ["a", "b"]
    assert keys("helpdesk", "respond", "ehr", "p2") == ["a"]
    assert keys("helpdesk", "restore", "ehr", "p1") == []
    assert keys("helpdesk", "restore", "mail", "p1") == ["c"]
    assert keys("backup", "respond", "ehr", "p1") == []
    assert keys(None, "respond", "mail", "p2") == ["a", "e"]
    assert keys("backup", "respond", "ehr", "p1", reading=Reading.OPTIMISTIC) == ["e"]


def test_several_rows_cover_together_and_coverage_may_be_unknown_altogether():
    found = load(
        [
            "{id: a, area: helpdesk, stage: respond, by: msp, calendar: days}",
            "{id: b, area: helpdesk, stage: respond, by: msp, calendar: late}",
        ]
    )
    first = SPAN.start
    together = covered(found, "helpdesk", "respond", "*", "*", first, first + DAY)
    assert [(start - first, end - first) for start, end in together] == [(8 * 3600, 22 * 3600)]

    unsaid_ = agreement("coverage: unknown\n")
    case = "helpdesk", "respond", "*", "*", first, first + DAY
    assert covered(unsaid_.read_as(Reading.OPTIMISTIC), *case).total(first, first + DAY) == DAY
    assert not covered(unsaid_, *case)
