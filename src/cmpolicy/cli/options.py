"""Options that several commands have, defined once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

import click

FIRST: Final = date(1971, 1, 1)
LAST: Final = date(2999, 12, 31)
"""Beyond these neither zones nor holidays are known, and calendars look ahead by centuries."""

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A date as ISO 8601 writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Turn text into a date."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"invalid date {value!r}, expected YYYY-MM-DD", param, ctx)
        if not FIRST <= day <= LAST:
            self.fail(f"{value!r}: give a day from {FIRST} to {LAST}", param, ctx)
        return day


def today() -> date:
    """Return today's date in UTC: the only look at the clock on the wall."""
    return datetime.now(UTC).date()


def as_of(function: F) -> F:
    """Add `--as-of`."""
    return click.option(
        "--as-of",
        type=Day(),
        default=today,
        show_default="today in UTC",
        metavar="DATE",
        help="Judge as of this day.",
    )(function)


def packs(function: F) -> F:
    """Add `--pack`."""
    return click.option(
        "--pack",
        "packs",
        multiple=True,
        metavar="PACK",
        help="Use exactly these packs, by name or path, instead of the default set. Repeatable.",
    )(function)


def config(function: F) -> F:
    """Add `--config`."""
    return click.option(
        "--config",
        "config_path",
        metavar="PATH",
        help="The configuration, instead of the nearest cmpolicy.yaml.",
    )(function)


def policy_from(function: F) -> F:
    """Add `--policy-from`."""
    return click.option(
        "--policy-from",
        metavar="REV",
        help="Take configuration, packs, waivers and releases from this revision: a change must "
        "not judge itself. `head` is the change itself.",
    )(function)


def jobs(function: F) -> F:
    """Add `--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="Worker processes. [default: as many as are worth it]",
    )(function)
