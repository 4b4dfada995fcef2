"""Public holidays as tables, which a wheel holds so that a run need not load `holidays`.

They are made from the pinned library when the wheel is built: a file for each country, and an
index of all regions with the library's version. A checkout has none, and asks the library itself;
so does a run whose installed library is of another version, or that asks about another year.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

YEARS: Final = range(2015, 2046)
"""The years of the tables: those that agreements and the periods of audits touch."""
INDEX: Final = "index.json"

Regions = Mapping[str, tuple[str, ...]]
"""The parts of each country, by its code."""
Days = frozenset[int]
"""Proleptic ordinals of dates."""


def write_tables(
    folder: Path, version: str, regions: Regions, days: Callable[[str], Days]
) -> tuple[Path, ...]:
    """Write the tables of all regions.

    Args:
        folder: where to; it exists.
        version: of the library that answers.
        regions: all that it knows.
        days: its holidays of a region in all of `YEARS`.

    Returns:
        The files.
    """
    files = {INDEX: {"version": version, "first": YEARS[0], "last": YEARS[-1], "regions": regions}}
    for country, parts in regions.items():
        names = ("", *parts)
        files[f"{country}.json"] = {
            name: _by_year(days(f"{country}-{name}" if name else country)) for name in names
        }
    for name, value in files.items():
        text = json.dumps(value, separators=(",", ":"), sort_keys=True)
        (folder / name).write_text(text, encoding="ascii")
    return tuple(folder / name for name in files)


def _by_year(days: Days) -> list[str]:
    """Return the days of each year as text, counted from its first day: short, and read late."""
    by_year: dict[int, list[int]] = {year: [] for year in YEARS}
    for day in sorted(days):
        year = date.fromordinal(day).year
        by_year[year].append(day - _start(year))
    return [" ".join(map(str, found)) for found in by_year.values()]


def _start(year: int) -> int:
    return date(year, 1, 1).toordinal()


class Tables:
    """The tables of a folder; each country's file is read when it is first asked for."""

    def __init__(self, folder: Path, version: str) -> None:
        """Open the tables; they answer only if they were made from that version."""
        self._folder = folder
        index = self._read(INDEX) if (folder / INDEX).is_file() else {}
        fresh = index.get("version") == version
        self._years = range(index["first"], index["last"] + 1) if fresh else range(0)
        self._countries: dict[str, Mapping[str, Sequence[str]]] = {}
        self.regions: Regions | None = (
            {code: tuple(parts) for code, parts in index["regions"].items()} if fresh else None
        )
        """All regions that the library knows; None: the tables do not answer."""

    def days(self, region: str, year: int) -> Days | None:
        """Return the holidays of a known region in a year; None: the tables do not say."""
        if year not in self._years:
            return None
        country, _, part = region.partition("-")
        if country not in self._countries:
            self._countries[country] = self._read(f"{country}.json")
        start = _start(year)
        counted = self._countries[country][part][self._years.index(year)]
        return frozenset(start + int(offset) for offset in counted.split())

    def _read(self, name: str) -> Any:
        return json.loads((self._folder / name).read_text(encoding="ascii"))
