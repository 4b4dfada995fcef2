"""Time zones: wall clocks, stretches of constant offset from UTC, and whose country they are.

The rules are those of the tzdata package (IANA time zone database), read from the package
itself: `zoneinfo` alone would prefer whatever the system has.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from cmpolicy.calendars.intervals import Intervals
from cmpolicy.calendars.model import Horizon

DAY: Final = 24 * 60 * 60
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
HORIZON_YEARS: Final = 2

Stretch = tuple[int, int, int]
"""[start, end) in UTC seconds, and the constant offset of wall time from UTC there."""

_FOREIGN_LINKS: Final = {
    "Africa/Asmera": "ER",
    "Africa/Timbuktu": "ML",
    "America/Coral_Harbour": "CA",
    "America/Virgin": "VI",
    "Atlantic/Jan_Mayen": "SJ",
    "Iceland": "IS",
    "Pacific/Johnston": "UM",
    "Pacific/Ponape": "FM",
    "Pacific/Truk": "FM",
    "Pacific/Yap": "FM",
}
"""Old names that today's database links to a zone of another country."""

_NO_COUNTRY: Final = frozenset(
    {
        "Antarctica/South_Pole",
        "CET",
        "CST6CDT",
        "EET",
        "EST",
        "EST5EDT",
        "HST",
        "MET",
        "MST",
        "MST7MDT",
        "PST8PDT",
        "WET",
    }
)
"""Names of an offset or a continent, which the database links to some city for its rules."""


def _path(name: str) -> Path:
    return Path(import_module("tzdata").__path__[0], name)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every IANA name that the pinned database knows."""
    return frozenset(_path("zones").read_text("ascii").split())


def zone_exists(name: str) -> bool:
    """Say whether that is an IANA zone name, spelt exactly."""
    return name in zone_names()


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """Return the zone of that IANA name; ValueError where the database does not know it."""
    # The list first: a name is text of a stranger's, and must not become a path of its choosing.
    if not zone_exists(name):
        raise ValueError(f"there is no time zone {name!r}; write an IANA name, as in Europe/Berlin")
    with _path("zoneinfo").joinpath(*name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def instant(day: date, name: str) -> int:
    """Return midnight of that local date in the zone, in UTC seconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone(name))
    return (midnight - EPOCH) // timedelta(seconds=1)


def horizon(year: int, name: str) -> Horizon:
    """Return the two calendar years from 1 January of `year` in that zone."""
    first, last = date(year, 1, 1), date(year + HORIZON_YEARS, 1, 1)
    return Horizon(instant(first, name), instant(last, name), name)


def offset(name: str, at: int) -> int:
    """Return how many seconds the zone's wall time is ahead of UTC at that instant."""
    moment = EPOCH + timedelta(seconds=at)
    shift = moment.astimezone(zone(name)).utcoffset()
    return 0 if shift is None else shift // timedelta(seconds=1)


def year_start(year: int) -> int:
    """Return 1 January of that year, 00:00 UTC."""
    return (date(year, 1, 1).toordinal() - EPOCH.toordinal()) * DAY


def year_of(at: int) -> int:
    """Return the UTC year of that instant."""
    return date.fromordinal(at // DAY + EPOCH.toordinal()).year


@lru_cache(maxsize=512)
def year_stretches(name: str, year: int) -> tuple[Stretch, ...]:
    """Return the stretches of constant offset in that UTC year.

    Each day's offset is compared with the next day's; where they differ, bisection finds the very
    second. (No zone changes twice within a day and back.)
    """
    start, end = year_start(year), year_start(year + 1)
    found: list[Stretch] = []
    since, current = start, offset(name, start)
    for day in range(start, end, DAY):
        following = min(day + DAY, end - 1)
        if offset(name, following) == current:
            continue
        low, high = day, following
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(name, middle) == current else (low, middle)
        found.append((since, high, current))
        since, current = high, offset(name, high)
    return (*found, (since, end, current))


def stretches(name: str, first: int, last: int) -> list[Stretch]:
    """Return the stretches of constant offset in [first, last), in order."""
    found: list[Stretch] = []
    for year in range(year_of(first), year_of(last - 1) + 1) if first < last else ():
        for since, until, ahead in year_stretches(name, year):
            start, end = max(first, since), min(last, until)
            if start < end:
                found.append((start, end, ahead))
    return found


def wall_clock(instants: Intervals, name: str) -> list[tuple[int, int, int]]:
    """Format intervals in local wall time, cut where the offset from UTC changes.

    Triples in the order of instants: the first instant, and [start, end) of wall time, which
    counts seconds since 1970-01-01 00:00 of the local clock (86,400 to every local date). A
    repeated hour comes twice.
    """
    if not instants:
        return []
    return [
        (start, start + ahead, end + ahead)
        for since, until, ahead in stretches(name, instants.starts[0], instants.ends[-1])
        for start, end in instants.clip(since, until)
    ]


@lru_cache(maxsize=128)
def country(name: str) -> str | None:
    """Return the ISO 3166 code of the zone's country, or None where it has none (as UTC).

    Source: `zone.tab` of the database, and its links for old names.
    """
    if name in _NO_COUNTRY:
        return None
    if name in _FOREIGN_LINKS:
        return _FOREIGN_LINKS[name]
    rows = _path("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    columns = [row.split("\t") for row in rows if row and not row.startswith("#")]
    codes = {column[2]: column[0] for column in columns}
    if name in codes:
        return codes[name]
    lines = [line.split() for line in _path("zoneinfo/tzdata.zi").read_text("utf-8").splitlines()]
    links = {line[2]: line[1] for line in lines if line[:1] == ["L"]}
    return codes.get(links.get(name, ""))
