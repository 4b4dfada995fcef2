"""Reading hours as people write them, and the sets of instants they become."""

import pytest

from cmpolicy.calendars import Intervals, Window, parse_windows

MON_FRI = frozenset(range(5))


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("mon-fri 08:00-18:00", Window(MON_FRI, 480, 1080)),
        ("sat 09:00-13:00", Window(frozenset({5}), 540, 780)),
        ("daily 18:00-08:00", Window(frozenset(range(7)), 1080, 480)),
        ("daily 00:00-24:00", Window(frozenset(range(7)), 0, 1440)),
        ("mon,wed,fri 9:00-17:00", Window(frozenset({0, 2, 4}), 540, 1020)),
        ("Mon, Wed and Fri 9:00-17:00", Window(frozenset({0, 2, 4}), 540, 1020)),
        ("mon-wed, sat 09:00-17:00", Window(frozenset({0, 1, 2, 5}), 540, 1020)),
        ("fri-mon 22:00-24:00", Window(frozenset({4, 5, 6, 0}), 1320, 1440)),
        ("Monday - Friday 08:00 - 18:00", Window(MON_FRI, 480, 1080)),
        ("  MON–FRI   08:00–18:00 ", Window(MON_FRI, 480, 1080)),  # noqa: RUF001 - as people type
        ("weekdays 08:00-18:00", Window(MON_FRI, 480, 1080)),
        ("weekend 10:00-12:30", Window(frozenset({5, 6}), 600, 750)),
        ("tues-thurs 08:00-09:00", Window(frozenset({1, 2, 3}), 480, 540)),
    ],
)
def test_windows_are_read_as_people_write_them(text, window):
    assert parse_windows([text]) == (window,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write days and hours"),
        ("08:00-18:00", "write days and hours"),
        ("mon-fri", "write days and hours"),
        ("mon-fri 8-18", "write days and hours"),
        ("mon-fri 08:00-25:00", "25:00"),
        ("mon-fri 08:60-18:00", "08:60"),
        ("mon-fri 24:00-08:00", "start at 24:00"),
        ("mon-fri 8:00am - 5:00pm", "24-hour times, as in 17:00"),
        ("moon 08:00-18:00", "'moon'"),
        ("mon-fri-sun 08:00-18:00", "'fri-sun'"),
        ("mon-fri 08:00-12:00, 13:00-17:00", "one window an entry"),
        ("24x7", "daily 00:00-24:00"),
        ("mon" + " " * 100_000 + "x", "write days and hours"),
    ],
)
def test_windows_that_cannot_be_read_say_how_to_mend_them(text, words):
    with pytest.raises(ValueError, match=r"^(?s:.)+$") as raised:
        parse_windows([text])
    assert words in str(raised.value)


def test_looking_around_in_a_set_of_instants():
    hours = Intervals.of([(10, 20), (30, 40), (20, 25), (50, 50)])
    assert list(hours) == [(10, 25), (30, 40)]
    assert [hours.contains(at) for at in (9, 10, 24, 25)] == [False, True, True, False]
    assert hours.total(0, 35) == 20
    assert hours.total(24, 24) == 0
    assert bool(Intervals()) is False
