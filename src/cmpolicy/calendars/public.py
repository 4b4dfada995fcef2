"""Public holidays, by country and subdivision (the only module that knows `holidays`).

The library's version is pinned: a date that its next release corrects must not change a verdict
unnoticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

COUNTRY_CODE: Final = 2
LONGEST_NAME: Final = 40
"""No region is longer; comparing very long texts would take a while."""


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, tuple[str, ...]]:
    import holidays  # late: 100 ms that only calendars with holidays pay

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
def closed_days(region: str, year: int) -> frozenset[int]:
    """Return the public holidays of a region in a year, as proleptic ordinals of their dates.

    Both the days themselves and the days on which they are observed instead.
    """
    import holidays  # late: 100 ms that only calendars with holidays pay

    country, _, part = region.partition("-")
    return frozenset(
        day.toordinal()
        for observed in (True, False)
        for day in holidays.country_holidays(
            country, subdiv=part or None, years=year, observed=observed
        )
    )
