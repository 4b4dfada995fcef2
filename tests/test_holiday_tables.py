"""Tables of public holidays say what the library says, or nothing."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest

from cmpolicy.calendars.public import closed_days, compile_tables, library_days
from cmpolicy.calendars.tables import YEARS, Tables, write_tables

REGIONS = {"US": ("CA", "TX"), "CA": ("ON",), "DE": ("BY",), "AE": ()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("holidays")
    write_tables(made, "1.0", REGIONS, lambda region: library_days(region, YEARS))
    return made


@pytest.mark.parametrize("region", ["US", "US-CA", "US-TX", "CA", "CA-ON", "DE-BY", "AE"])
def test_tables_and_library_have_the_same_days(folder, region):
    tables = Tables(folder, "1.0")

    assert all(
        tables.days(region, year) == library_days(region, range(year, year + 1)) for year in YEARS
    )


def test_a_year_outside_the_tables_is_the_librarys(folder):
    tables = Tables(folder, "1.0")

    assert tables.days("US", YEARS[0] - 1) is None
    assert tables.days("US", YEARS[-1] + 1) is None
    assert date(YEARS[-1] + 1, 7, 4).toordinal() in closed_days("US", YEARS[-1] + 1)


def test_tables_of_another_version_do_not_answer(folder):
    tables = Tables(folder, "1.1")

    assert tables.regions is None
    assert tables.days("US", YEARS[0]) is None


def test_a_checkout_has_no_tables(tmp_path):
    tables = Tables(tmp_path / "absent", "1.0")

    assert tables.regions is None
    assert tables.days("US", YEARS[0]) is None


@pytest.mark.filterwarnings("ignore:Requested Holidays are available only")
def test_what_a_wheel_holds_is_what_the_library_knows(tmp_path):
    compile_tables(tmp_path)
    index = json.loads((tmp_path / "index.json").read_text(encoding="ascii"))
    tables = Tables(tmp_path, index["version"])
    names = [
        f"{country}-{part}" if part else country
        for country, parts in tables.regions.items()
        for part in ("", *parts)
    ]
    draw = random.Random(7)  # noqa: S311 - a sample for a test

    assert len(names) > 800
    for region in draw.sample(names, 150):
        year = draw.choice(YEARS)
        assert tables.days(region, year) == library_days(region, range(year, year + 1)), region
