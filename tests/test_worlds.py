"""Worlds: unknown hours and holidays filled in, one way where one is best, else both."""

import pytest

from build import agreement
from cmpolicy.unknown import Reading
from cmpolicy.worlds import worlds

BODY = """\
calendars:
  - {id: office, hours: [mon-fri 08:00-18:00]}
  - {id: nights, outside: office}
  - {id: shop, hours: unknown, holidays: none}
"""


def hours(more, less, name, reading=Reading.OPTIMISTIC):
    """Return how a calendar is filled in, in each world: whether it is open, and its region."""
    found = agreement(BODY).read_as(reading)
    calendars = found.calendars
    each = worlds(found, [calendars[one] for one in more], [calendars[one] for one in less])
    filled = [world.agreement.calendars[name] for world in each]
    assert filled == [world.fill(calendars[name]) for world in each]
    return [(bool(one.windows), one.holidays and one.holidays.region) for one in filled]


@pytest.mark.parametrize(
    ("more", "less", "name", "optimistic", "pessimistic"),
    [
        (["office"], [], "office", [(True, None)], [(True, "CA")]),
        ([], ["office"], "office", [(True, "CA")], [(True, None)]),
        # More hours of what is outside are fewer of the office.
        (["nights"], [], "office", [(True, "CA")], [(True, None)]),
        (["shop"], [], "shop", [(True, None)], [(False, None)]),
        (["office"], ["office"], "office", [(True, None), (True, "CA")], None),
        (["office", "nights"], [], "office", [(True, None), (True, "CA")], None),
        (["shop"], ["shop"], "shop", [(True, None), (False, None)], None),
    ],
)
def test_a_calendar_is_filled_in_as_it_is_asked(more, less, name, optimistic, pessimistic):
    assert hours(more, less, name) == optimistic
    assert hours(more, less, name, Reading.PESSIMISTIC) == (pessimistic or optimistic)


def test_what_no_question_hangs_on_stays_unknown():
    found = agreement(BODY)
    (world,) = worlds(found, [found.calendars["office"]])

    assert world.agreement.calendars["shop"].windows is None
