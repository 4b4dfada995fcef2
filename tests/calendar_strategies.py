"""Hypothesis strategies for calendars, with a taste for the days on which clocks change."""

from datetime import date

from hypothesis import strategies as st

from cmpolicy.calendars import Calendar, Holidays, Window

ZONES = (
    "America/Toronto",
    "Europe/London",
    "Australia/Lord_Howe",
    "UTC",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/Havana",  # its clocks change at midnight
)
REGIONS = (None, "CA-ON", "GB", "US", "AU-NSW", "JP", "CO")
HARD_DAYS = (
    date(2026, 3, 7),
    date(2026, 3, 28),
    date(2026, 4, 3),
    date(2026, 4, 24),
    date(2026, 10, 3),
    date(2026, 10, 24),
    date(2026, 10, 31),
    date(2026, 12, 23),
    date(2026, 12, 30),
    date(2027, 7, 1),
    date(2027, 12, 23),
    date(2027, 12, 30),
)
"""A day or two before clocks change, holidays and their observed days, ends of years."""


@st.composite
def windows(draw):
    """One window, often near the hours in which clocks change."""
    days = draw(
        st.one_of(
            st.just(frozenset(range(5))),
            st.just(frozenset(range(7))),
            st.frozensets(st.integers(0, 6), min_size=1),
        )
    )
    near = st.sampled_from((0, 1, 60, 90, 119, 120, 121, 150, 180, 480, 1020, 1080, 1439))
    start = draw(st.one_of(near, st.integers(0, 1439)))
    end = draw(st.one_of(near, st.just(1440), st.integers(0, 1440)))
    return Window(days, start, end)


@st.composite
def calendars(draw, zones=ZONES, max_windows=3):
    """A calendar with hours and holidays that are known; sometimes the outside of one."""
    dates = st.sampled_from((*HARD_DAYS, date(2026, 12, 25), date(2027, 12, 31)))
    rule = Holidays(
        draw(st.sampled_from(REGIONS)),
        draw(st.frozensets(dates, max_size=2)),
        draw(st.frozensets(dates, max_size=2)),
    )
    found = draw(st.lists(windows(), min_size=1, max_size=max_windows))
    calendar = Calendar(tuple(found), draw(st.sampled_from(zones)), rule)
    if draw(st.integers(0, 4)) == 0:
        return Calendar((), calendar.timezone, rule, outside=calendar)
    return calendar
