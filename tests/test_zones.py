"""Zones, their countries, and the regions whose holidays are known."""

import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta
from importlib.resources import files

import pytest

from cmpolicy.calendars import (
    check_region,
    holiday_region_exists,
    horizon,
    zone,
    zone_exists,
)
from cmpolicy.calendars.zones import country


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def test_the_horizon_is_two_calendar_years_of_the_zone():
    span = horizon(2026, "America/Toronto")
    assert span.start == at("2026-01-01T00:00-05:00")
    assert span.end == at("2028-01-01T00:00-05:00")
    assert horizon(2026, "Asia/Kathmandu").start == at("2026-01-01T00:00+05:45")


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../../etc/passwd", "europe/berlin", "zone.tab"]
)
def test_only_names_of_the_database_are_zones(name):
    assert not zone_exists(name)
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)


def test_zones_follow_the_pinned_database_whatever_the_system_has(tmp_path):
    rules = files("tzdata") / "zoneinfo" / "Asia" / "Tokyo"
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(rules.read_bytes())
    zoneinfo.reset_tzpath([tmp_path])
    zone.cache_clear()
    try:
        noon = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - its zone is what is tested
        system = noon.replace(tzinfo=zoneinfo.ZoneInfo.no_cache("Europe/Berlin"))
        pinned = noon.replace(tzinfo=zone("Europe/Berlin"))
    finally:
        zoneinfo.reset_tzpath()
        zone.cache_clear()
    assert system.utcoffset() == timedelta(hours=9)
    assert pinned.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("America/Toronto", "CA"),
        ("US/Eastern", "US"),
        ("Asia/Calcutta", "IN"),
        ("Europe/Kiev", "UA"),
        ("Iceland", "IS"),
        ("GB", "GB"),
        ("America/Coral_Harbour", "CA"),
        ("EST", None),
        ("CET", None),
        ("UTC", None),
        ("Etc/GMT+5", None),
    ],
)
def test_whose_country_a_zone_is(name, code):
    assert country(name) == code


@pytest.mark.parametrize("region", ["CA-ON", "US", "US-NY", "DE-BY", "GB-ENG", "UK", "JP"])
def test_known_regions(region):
    assert holiday_region_exists(region)
    assert check_region(region) is None


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("ca-on", "CA-ON"),
        ("CA-XX", "AB, BC, MB"),
        ("DE-BAY", "DE-BY"),
        ("CAN-ON", "CA-ON"),
        ("CA-", "CA"),
        ("Ontario", "write a code such as CA-ON"),
        ("XX", "write a code such as CA-ON"),
    ],
)
def test_unknown_regions_name_what_is_near(region, words):
    assert not holiday_region_exists(region)
    said = check_region(region)
    assert said is not None
    assert repr(region) in said
    assert words in said


def test_the_holidays_library_is_loaded_only_when_a_calendar_needs_it():
    code = """
import sys
from cmpolicy.calendars import *
from cmpolicy.unknown import Reading
office = Calendar(parse_windows(["mon-fri 08:00-17:00"]), "Europe/Berlin",
                  Holidays(None, frozenset(), frozenset()))
span = horizon(2026, "Europe/Berlin")
assert open_intervals(office, Reading.PESSIMISTIC, span.start, span.end)
assert "holidays" not in sys.modules
office = Calendar(office.windows, "Europe/Berlin", None)
assert open_intervals(office, Reading.PESSIMISTIC, span.start, span.end)
assert "holidays" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "src"})
