"""Calendars are sets of instants: hours, zones and holidays compiled to UTC seconds.

Everything here is pure. Zone rules come from the tzdata package and never from the system, so
that the same agreement means the same everywhere.
"""

from __future__ import annotations

from cmpolicy.calendars.compiling import country_holidays, open_intervals
from cmpolicy.calendars.hours import parse_windows
from cmpolicy.calendars.intervals import Intervals, cells
from cmpolicy.calendars.model import (
    ALWAYS,
    Calendar,
    Holidays,
    Horizon,
    Hours,
    Window,
    is_always,
    may_be_always,
)
from cmpolicy.calendars.public import check_region, compile_tables, holiday_region_exists
from cmpolicy.calendars.zones import horizon, wall_clock, zone, zone_exists, zone_names

__all__ = [
    "ALWAYS",
    "Calendar",
    "Holidays",
    "Horizon",
    "Hours",
    "Intervals",
    "Window",
    "cells",
    "check_region",
    "compile_tables",
    "country_holidays",
    "holiday_region_exists",
    "horizon",
    "is_always",
    "may_be_always",
    "open_intervals",
    "parse_windows",
    "wall_clock",
    "zone",
    "zone_exists",
    "zone_names",
]
