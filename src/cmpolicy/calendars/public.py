"""Public holidays, by country and subdivision (the only module that knows `holidays`).

The library's version is pinned: a date that its next release corrects must not change a verdict
unnoticed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from cmpolicy import bundled
from cmpolicy.calendars.tables import YEARS, Days, Regions, Tables, write_tables

COUNTRY_CODE: Final = 2
LONGEST_NAME: Final = 40
"""No region is longer; comparing very long texts would take a while."""


@lru_cache(maxsize=1)
def _tables() -> Tables:
    return Tables(bundled.HOLIDAYS, bundled.version_of("holidays"))


@lru_cache(maxsize=1)
def _countries() -> Regions:
    known = _tables().regions
    return _library_countries() if known is None else known


def _library_countries() -> Regions:
    import holidays  # late: 100 ms that a wheel's tables save

    listed = holidays.list_supported_countries()  # with `UK`, as people write
    return {code: tuple(parts) for code, parts in listed.items() if len(code) == COUNTRY_CODE}


def holiday_region_exists(region: str) -> bool:
    """Say whether the public holidays of that region are known, spelt exactly: `CA-ON`, `US`."""
    country, _, part = region.partition("-")
    known = _countries()
    return country in known and ("-" not in region or part in known[country])


def check_region(region: str) -> str | None:
    """Return what is wrong with a region, for people, with the nearest known; None: nothing."""
    if holiday_region_exists(region):
        return None
    # Imported here: it is needed only where something is wrong.
    from difflib import get_close_matches

    known = _countries()
    names = [*known, *(f"{code}-{part}" for code, parts in known.items() for part in parts)]
    same = {name.upper(): name for name in names}
    country, _, part = region.upper().partition("-")
    near = get_close_matches(region[:LONGEST_NAME].upper(), same, n=1, cutoff=0.6)
    if country in known and part and not (near and near[0].startswith(f"{country}-")):
        parts = ", ".join(known[country]) or "none"
        return f"no holidays are known for {region!r}; the parts of {country} are {parts}"
    hint = f"did you mean {same[near[0]]}?" if near else "write a code such as CA-ON, US or DE-BY"
    return f"no holidays are known for {region!r}; {hint}"


@lru_cache(maxsize=512)
def closed_days(region: str, year: int) -> Days:
    """Return the public holidays of a region in a year, as proleptic ordinals of their dates.

    Both the days themselves and the days on which they are observed instead.
    """
    known = _tables().days(region, year)
    return library_days(region, range(year, year + 1)) if known is None else known


def library_days(region: str, years: range) -> Days:
    """Return what `closed_days` does for some years, of the library itself."""
    import holidays  # late: 100 ms that a wheel's tables save

    country, _, part = region.partition("-")
    return frozenset(
        day.toordinal()
        for observed in (True, False)
        for day in holidays.country_holidays(
            country, subdiv=part or None, years=years, observed=observed
        )
    )


def compile_tables(folder: Path) -> tuple[Path, ...]:
    """Write the tables of the installed library into a folder, and return the files."""
    version = bundled.version_of("holidays")
    return write_tables(
        folder, version, _library_countries(), lambda region: library_days(region, YEARS)
    )
