"""Reading windows: "mon-fri 08:00-18:00", "sat 09:00-13:00", "daily 18:00-08:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cmpolicy.calendars.model import DAY_MINUTES, WEEK, Window

_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_GROUPS: Final = {
    "daily": frozenset(WEEK),
    "everyday": frozenset(WEEK),
    "weekday": frozenset(range(5)),
    "weekdays": frozenset(range(5)),
    "weekend": frozenset({5, 6}),
    "weekends": frozenset({5, 6}),
}
_WINDOW: Final = re.compile(
    r"(?P<days>[a-z][a-z, -]*?) ?(?P<start>[0-9]{1,2}:[0-9]{2}) ?- ?(?P<end>[0-9]{1,2}:[0-9]{2})"
)
_EXPECTED: Final = 'write days and hours, as in "mon-fri 08:00-18:00" or "daily 18:00-08:00"'


def parse_windows(texts: Iterable[str]) -> tuple[Window, ...]:
    """Read windows, one a text; ValueError, in words for people, where one cannot be read.

    Days are short or full English names, lists of them, ranges (which may wrap: `fri-mon`),
    `daily`, `weekdays`, `weekend`; any case. Hours are 24-hour wall time, and 24:00 ends a day.
    """
    return tuple(_window(text) for text in texts)


def _window(text: str) -> Window:
    # One space where there were many, first: no pattern then has to search through them.
    plain = re.sub(r"[\u2010-\u2015]", "-", " ".join(text.lower().split()))
    found = _WINDOW.fullmatch(plain)
    if found is None:
        raise ValueError(f"cannot read the hours {text!r}: {_hint(plain)}")
    start, end = _minutes(found["start"], text), _minutes(found["end"], text)
    if start == DAY_MINUTES:
        raise ValueError(f"the hours {text!r} start at 24:00: write 00:00 of the next day")
    return Window(_days(found["days"], text), start, end)


def _hint(plain: str) -> str:
    if re.search(r"\d ?[ap]\.?m\b", plain):
        return "write 24-hour times, as in 17:00"
    if plain in {"24x7", "24/7"}:
        return 'write "daily 00:00-24:00", or name the built-in calendar 24x7'
    if len(re.findall(r"\d:\d\d ?-", plain)) > 1:
        return "write one window an entry"
    return _EXPECTED


def _minutes(text: str, window: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    if minutes >= 60 or total > DAY_MINUTES:  # noqa: PLR2004 - an hour has 60 minutes
        raise ValueError(f"invalid time {text} in the hours {window!r}, expected 00:00 to 24:00")
    return total


def _days(text: str, window: str) -> frozenset[int]:
    days: set[int] = set()
    for part in re.split(r" ?, ?| and ", re.sub(r" ?- ?", "-", text)):
        if part in _GROUPS:
            days |= _GROUPS[part]
            continue
        first, dash, last = part.partition("-")
        start = _day(first, window)
        length = (_day(last, window) - start) % len(WEEK) if dash else 0
        days |= {(start + step) % len(WEEK) for step in range(length + 1)}
    return frozenset(days)


def _day(text: str, window: str) -> int:
    for number, name in enumerate(_NAMES):
        if text in {name, name[:2], name[:3], f"{name}s"}:
            return number
    if text in _SHORT:
        return _SHORT[text]
    raise ValueError(f"invalid day {text!r} in the hours {window!r}: {_EXPECTED}")
