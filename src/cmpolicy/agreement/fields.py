"""Typed access to the fields of one row; problems are collected rather than raised.

The document has the right shape already, and its placeholders are taken out; `Notes` still
knows where they were, because no default applies in their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from cmpolicy.agreement.undertakings import Share
from cmpolicy.agreement.who import Maybe, Words
from cmpolicy.amounts import (
    Recurrence,
    Sum,
    TimeLimit,
    parse_interval,
    parse_period,
    parse_promise,
    parse_sum,
)
from cmpolicy.calendars import ALWAYS, Calendar
from cmpolicy.document import Document
from cmpolicy.errors import MOST_PROBLEMS, Problem
from cmpolicy.nearest import nearest
from cmpolicy.unknown import UNKNOWN, Unknown

T = TypeVar("T")

_SHARE = re.compile(r"(\d{1,4})\s*% of (\w+)")

_UNKNOWN: Final = UNKNOWN.value
"""An enum works its value out anew each time, and every field is compared with it."""


@dataclass(slots=True)
class Notes:
    """What is gathered while an agreement is built."""

    document: Document
    placeholders: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=lambda: {"24x7": ALWAYS})
    unknowns: bool = False

    def wrong(self, path: str, message: str, hint: str | None = None) -> None:
        """Note what is wrong at a path."""
        if not self.full:
            self.problems.append(Problem(message, self.document.locate(path), hint))

    @property
    def full(self) -> bool:
        """Say whether enough is wrong, so that nothing more is looked for."""
        return len(self.problems) >= MOST_PROBLEMS

    def unknown(self) -> Unknown:
        """Note that something is unknown, and return it."""
        self.unknowns = True
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Fields:
    """One row or mapping, its path, and the notes of the whole."""

    data: Mapping[str, Any]
    path: str
    notes: Notes

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def lost(self, name: str) -> bool:
        """Say whether a placeholder stands in the field: no default applies."""
        return self.at(name) in self.notes.placeholders

    def value(self, name: str) -> Any:
        """Return the value as the file says it, UNKNOWN for `unknown`, None where absent."""
        found = self.data.get(name)
        return self.notes.unknown() if found == _UNKNOWN else found

    def text(self, name: str, default: str | None = None) -> Maybe[str]:
        """Return a text; the default is for an absent field, not for a placeholder."""
        found = self.value(name)
        if found is None and not self.lost(name):
            return default
        return found if isinstance(found, Unknown) or found is None else str(found)

    def words(self, name: str) -> Words | Unknown:
        """Return a list of texts, empty where absent; a single text counts as a list of one."""
        found = self.value(name)
        if found is None or isinstance(found, Unknown):
            return found or ()
        return (found,) if isinstance(found, str) else tuple(str(item) for item in found)

    def selection(self, name: str) -> Words | Unknown | None:
        """Return a list that means all where it is absent (None); a placeholder selects none."""
        if name not in self.data and not self.lost(name):
            return None
        return self.words(name)

    def flag(self, name: str) -> bool | Unknown:
        """Return a yes or no, no where absent."""
        found = self.value(name)
        return found if isinstance(found, Unknown) else bool(found)

    def date(self, name: str, *, also: str | None = None) -> Any:
        """Return a date, or the word `also` (such as `open`) as text."""
        found = self.value(name)
        if found is None or isinstance(found, Unknown) or found == also:
            return found
        return self._parse(name, found, _day)

    def interval(self, name: str) -> Maybe[Recurrence]:
        """Return an interval such as `3 months`."""
        return self._amount(name, parse_interval)

    def period(self, name: str) -> Maybe[Recurrence]:
        """Return an interval after which something recurs, so not `0 days`."""
        return self._amount(name, parse_period)

    def promise(self, name: str, clock: Calendar | Unknown | None) -> Maybe[TimeLimit]:
        """Return a promise that can run on its clock."""
        promise = self._amount(name, parse_promise)
        if isinstance(promise, TimeLimit) and isinstance(clock, Calendar):
            unfit = promise.fits(clock)
            if unfit:
                self.notes.wrong(self.at(name), f"`{name}: {promise.text}`: {unfit}")
        return promise

    def sum(self, name: str) -> Maybe[Sum]:
        """Return a sum such as `USD 2 million`.

        Beside one in another unit it depends on what no agreement says: a rate, or the fees.
        """
        found = self._amount(name, parse_sum)
        self.notes.unknowns |= isinstance(found, Sum)
        return found

    def wait(self, name: str) -> TimeLimit | Share | Unknown | None:
        """Return an escalation's wait: a promise on 24x7, or a share of a target."""
        found = self.value(name)
        match = _SHARE.fullmatch(found.strip()) if isinstance(found, str) else None
        if match:
            return Share(int(match[1]), match[2])
        return self.promise(name, ALWAYS)

    def calendar(self, name: str, default: Calendar | Unknown | None) -> Any:
        """Return the calendar that the field names; a placeholder for a clock is unknown."""
        found = self.value(name)
        if found is None:
            chosen = UNKNOWN if self.lost(name) else default
            if isinstance(chosen, Unknown):
                self.notes.unknowns = True
            return chosen
        if isinstance(found, Unknown):
            return found
        known = self.notes.calendars.get(found)
        # A calendar that does not exist is reported where references are judged.
        return known if known is not None else self.notes.unknown()

    def _amount(self, name: str, parse: Callable[[str], T]) -> T | Unknown | None:
        found = self.value(name)
        if found is None or isinstance(found, Unknown):
            return found
        return self._parse(name, found, parse)

    def _parse(self, name: str, found: Any, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(str(found))
        except ValueError as error:
            self.notes.wrong(self.at(name), f"`{name}`: {error}")
            return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"invalid date {text!r}, expected YYYY-MM-DD") from error


def plain(value: Any, notes: Notes, *, exempt: bool = False) -> Any:
    """Return a value with `unknown` made UNKNOWN all through, but not in labels and notes."""
    if exempt:
        return value
    if isinstance(value, dict):
        return {
            key: plain(item, notes, exempt=key in {"labels", "note"}) for key, item in value.items()
        }
    if isinstance(value, list):
        return [plain(item, notes) for item in value]
    return notes.unknown() if value == _UNKNOWN else value


def suggestion(word: str, known: Any) -> str | None:
    """Return a hint with the nearest known word."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else None
