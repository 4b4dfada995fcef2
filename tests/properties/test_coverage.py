"""Who covers a case, and when, against brute force by the minute."""

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from build import agreement
from calendar_strategies import HARD_DAYS, calendars
from cmpolicy.agreement import Coverage, Person, Rota
from cmpolicy.calendars import ALWAYS
from cmpolicy.coverage import covered
from cmpolicy.unknown import UNKNOWN, Reading
from minutes import as_minutes, walk, whole

DAY = 24 * 60 * 60
EMPTY = agreement()
AREAS = ("helpdesk", "backup")
SERVICES = ("ehr", "mail")
SEVERITIES = ("p1", "p2")
clocks = calendars() | st.just(ALWAYS)
people = st.builds(
    Person, *map(st.just, ("sam", "", "Sam", "msp", (), None, None)), clocks | st.just(UNKNOWN)
)
rotas = st.builds(
    Rota,
    *map(st.just, ("noc", "", "msp")),
    clocks | st.just(UNKNOWN),
    st.sampled_from([(), ("sam",), UNKNOWN]),
    st.none(),
    st.booleans(),
)


def often(usual, *others):
    """A value that is the usual one in half of all cases."""
    return st.sampled_from([usual] * len(others) + list(others))


def some(words):
    """A selection: all (left out), some, none (a placeholder), or nobody knows."""
    listed = st.lists(st.sampled_from(words), unique=True).map(tuple)
    return often(None, None, UNKNOWN) | listed


rows = st.builds(
    Coverage,
    st.just("row"),
    st.just("coverage[row]"),
    often(AREAS[0], AREAS[1], UNKNOWN, None),
    often("respond", "restore", UNKNOWN, None),
    often("noc", "msp", "sam", UNKNOWN, None),
    some(SERVICES),
    some(SEVERITIES),
    st.none() | clocks | st.just(UNKNOWN),
    often("promised", "best-effort", "on-request", UNKNOWN, None),
)


def speaks(row, area, service, severity, optimistic):
    answers = []
    for found, asked in ((row.area, area), (row.stage, "respond")):
        if asked is None:
            answers.append(found is not None)
        else:
            answers.append(optimistic if found is UNKNOWN else found == asked)
    for words, asked in ((row.services, service), (row.severities, severity)):
        answers.append(optimistic if words is UNKNOWN else words is None or asked in words)
    if row.commitment is UNKNOWN:
        answers.append(optimistic)
    else:
        answers.append(row.commitment == "promised")
    return all(answers)


def there(calendar, reading, first, last):
    if calendar is UNKNOWN:
        return bytearray([reading is Reading.OPTIMISTIC]) * ((last - first) // 60)
    return walk(calendar, reading, first, last).open


def minutes_of(row, person, rota, reading, first, last):
    """Return the minutes in which a row's people are there, straight from the format page."""
    optimistic = reading is Reading.OPTIMISTIC
    whole_span = bytearray([1]) * ((last - first) // 60)
    nobody = bytearray(len(whole_span))
    if row.by == "sam":
        theirs = there(person.calendar, reading, first, last)
    elif row.by == "noc":
        staffed = rota.rostered or (optimistic if rota.members is UNKNOWN else bool(rota.members))
        theirs = there(rota.calendar, reading, first, last) if staffed else nobody
    elif row.by == "msp":
        theirs = there(UNKNOWN, reading, first, last) if row.calendar is None else whole_span
    else:
        theirs = whole_span if row.by is UNKNOWN and optimistic else nobody
    own = whole_span if row.calendar is None else there(row.calendar, reading, first, last)
    return bytearray(mine and other for mine, other in zip(own, theirs, strict=True))


@settings(max_examples=200)
@given(
    st.lists(rows, max_size=4),
    people,
    rotas,
    st.sampled_from(Reading),
    st.sampled_from((*AREAS, None)),
    st.sampled_from(HARD_DAYS),
)
def test_coverage_is_the_union_of_promised_rows_that_name_the_case(
    found, person, rota, reading, area, day
):
    read = dataclasses.replace(
        EMPTY, coverage=tuple(found), people={"sam": person}, rotas={"noc": rota}, reading=reading
    )
    first, last = whole(day), whole(day) + 2 * DAY
    for service, severity in (("ehr", "p1"), ("mail", "p2")):
        wanted = bytearray((last - first) // 60)
        for row in found:
            if speaks(row, area, service, severity, reading is Reading.OPTIMISTIC):
                minutes = minutes_of(row, person, rota, reading, first, last)
                wanted = bytearray(map(max, wanted, minutes))

        instants = covered(read, area, "respond", service, severity, first, last)

        assert as_minutes(instants, first, last) == wanted
