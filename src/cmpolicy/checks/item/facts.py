"""Tests of one field: what they ask, whether a value satisfies them, and how both are described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cmpolicy import targets
from cmpolicy.agreement import Agreement, Party, Row
from cmpolicy.amounts import TimeLimit, Worst
from cmpolicy.calendars import horizon
from cmpolicy.checks.asking import belongs_to, each_side
from cmpolicy.checks.item.belonging import ENGAGER, REACHING, answer_reach, is_engaged_by
from cmpolicy.checks.item.comparing import (
    OPEN,
    as_number,
    beyond_share,
    day,
    duration,
    not_less,
    same,
    share,
)
from cmpolicy.checks.item.fields import ALL, HAPPENED, OTHERS, FieldValues, find
from cmpolicy.checks.item.naming import is_referenced
from cmpolicy.checks.item.renewal import last_day_for_notice, may_renew, renews
from cmpolicy.checks.kinds import Context
from cmpolicy.checks.notice.deadlines import worst_of
from cmpolicy.checks.select import belongs
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Unknown, decide
from cmpolicy.vocabulary import PARTY_KINDS

Tests = Mapping[str, Any]
COMPARED: Final = frozenset({"at_least", "at_most"})
"""Tests that ask of one value: of several, of which some may not count, nobody knows which."""
EMPTY_SAYS: Final = frozenset({"handles"})
"""Fields of which an empty list is an answer: it can touch nothing."""


def several(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def as_tests(given: Mapping[str, Any] | None) -> dict[str, Tests]:
    """Return tests by field, of values and tests by field."""
    return {
        field: value if isinstance(value, Mapping) else {"one_of": several(value)}
        for field, value in (given or {}).items()
    }


def _is_label(name: str) -> bool:
    """Say whether a field is a label: text always, also where a rule asks for a number."""
    return "labels" in name.split(".")[:-1]


def _on(value: Any) -> date | None:
    """Return the day of a date, or of what was held on one; None where there is none."""
    return day(value.get("on") if isinstance(value, Mapping) else value)


def _is_on_unknown_day(value: Any) -> bool:
    """Say whether something took place on a day that is unknown."""
    return UNKNOWN in (value, value.get("on") if isinstance(value, Mapping) else None)


def _flat(values: tuple[Any, ...]) -> list[Any]:
    """Return the values of a field, those of a list one by one."""
    every = [value if isinstance(value, list) else [value] for value in values]
    return [one for some in every for one in some]


@dataclass(frozen=True, slots=True)
class Asker:
    """A row of a list, and what is needed to test its fields under one reading."""

    row: Row
    section: str
    agreement: Agreement
    clock: Clock
    context: Context
    each: Party | None = None
    """The one party that its kind stands for, where a rule is asked anew for each."""

    def sides(self, kind: str) -> tuple[Party, ...]:
        """Return the parties that a kind stands for."""
        if self.each is not None and self.each.kind in (kind, UNKNOWN):
            return (self.each,)
        return each_side(self.agreement, kind, self.context)

    def fields(self, name: str) -> list[FieldValues]:
        """Return a field of the row, dotted or by party kind."""
        found = find(self.row, self.section, name, self.agreement, self.sides)
        return [self._shown(one, name) for one in found]

    def _shown(self, found: FieldValues, name: str) -> FieldValues:
        """Return a field without what shows nothing: a day that lies ahead, one's own deputy."""
        field = (self.section, name)
        if field in HAPPENED:
            every = _flat(found.values)
            ahead = [one for one in every if (on := _on(one)) and not self.clock.reached(on)]
            left = [one for one in every if one not in ahead]
            if left and all(_is_on_unknown_day(one) for one in left):
                # It may lie ahead as well.
                return FieldValues(found.path, (UNKNOWN,))
            if ahead:
                values = (left if len(left) > 1 else left[0],) if left else (None,)
                lack = f"lies ahead: {_on(ahead[0])}"
                return FieldValues(found.path, values, written=bool(left), lack=lack)
        if field in OTHERS and found.values == (self.row.key,):
            return FieldValues(
                found.path, (None,), written=False, lack=f"is {self.row.key} as well"
            )
        return found

    def failing(self, name: str, tests: Tests) -> tuple[FieldValues, str] | None:
        """Return the first place where a field fails a test, and that test; None: none does."""
        if tests.get("present") is False and self.agreement.unknowns:
            # What may be a party's may be there: more to look at is harder to satisfy.
            agreement = self.agreement.read_as(self.agreement.reading.opposite)
            places = replace(self, agreement=agreement).fields(name)
        else:
            places = self.fields(name)
        for found in places:
            for test, asked in tests.items():
                if not any(self._passes(test, asked, value, found, name) for value in found.values):
                    return found, test
        return None

    def _passes(self, test: str, asked: Any, value: Any, found: FieldValues, name: str) -> bool:
        if test in REACHING:
            return decide(
                answer_reach(self.row, test, asked, self.agreement), self.agreement.reading
            )
        if test == "present":
            empty = value in (None, "", [], {}) and not (value == [] and name in EMPTY_SAYS)
            if isinstance(value, Unknown) and found.written:
                return self.agreement.optimistic
            return (found.written and not empty) is bool(asked)
        if isinstance(value, Unknown):
            return self.agreement.optimistic
        if test in COMPARED and isinstance(value, list) and UNKNOWN in value:
            return self.agreement.optimistic
        return value is not None and self._holds(test, asked, value, name)

    def _holds(self, test: str, asked: Any, value: Any, name: str) -> bool:
        if test in {"equals", "one_of"}:
            wanted = asked if isinstance(asked, list) else [asked]
            label = _is_label(name)
            answers = (
                self.has(as_number(value, word) if label else value, word) for word in wanted
            )
            return all(answers) if test == "equals" else any(answers)
        if test == "not_past":
            days = value if isinstance(value, list) else [value]
            return self._rolls_on(name) or all(self._ahead(item) for item in days)
        if test in {"come", "before_work"}:
            found = day(value)
            if found is None or test == "before_work":
                return found is not None and self._is_before_work(found)
            return self.clock.reached(found)
        if test == "referenced":
            return is_referenced(self.row, self.section, value, self.agreement)
        return self._compare(test, asked, value, name)

    def has(self, value: Any, word: Any) -> bool:
        """Say whether a value is `word`, or a list holds it; a party kind stands for its people."""
        if isinstance(value, list):
            return any(self.has(item, word) for item in value)
        if isinstance(value, Unknown):
            return self.agreement.optimistic
        if isinstance(value, Mapping):
            return "who" in value and self.has(value["who"], word)
        return value is ALL or same(value, word) or self._stands_for(word, value)

    def _is_before_work(self, on: date) -> bool:
        begun = self.agreement.term.begun
        if isinstance(begun, Unknown):
            return self.agreement.optimistic
        return begun is not None and on <= begun

    def _stands_for(self, kind: Any, who: Any) -> bool:
        if kind == ENGAGER and self.each is not None and isinstance(who, str):
            return is_engaged_by(self.agreement, self.each, who)
        if kind not in PARTY_KINDS or not isinstance(who, str):
            return False
        if self.each is not None and self.each.kind in (kind, UNKNOWN):
            return belongs_to(self.agreement, who, self.each)
        return belongs(self.agreement, who, kind)

    def _rolls_on(self, name: str) -> bool:
        """Say whether a field is the end of an agreement that goes on after it."""
        term = self.agreement.term
        if (self.section, name) != ("term", "ends"):
            return False
        if not renews(term) and not (self.agreement.optimistic and may_renew(term)):
            return False
        last_day_for_notice(term, self.clock)  # the day on which the answer is another one
        return True

    def for_notice(self, name: str) -> tuple[date, date] | None:
        """Return the last day for notice, and the end that it is for, where the term rolls on."""
        term = self.agreement.term
        if (self.section, name) != ("term", "ends") or not renews(term):
            return None
        return last_day_for_notice(term, self.clock)

    def _ahead(self, value: Any) -> bool:
        if isinstance(value, Unknown):
            return self.agreement.optimistic
        found = day(value)
        return value == OPEN if found is None else not self.clock.passed(found)

    def _compare(self, test: str, bound: Any, value: Any, name: str) -> bool:
        least = test == "at_least"
        part = share(bound)
        if part is not None:
            percent, field = part
            whole = self.fields(field)[0].values[0]
            if isinstance(whole, Unknown):
                return self.agreement.optimistic
            excess = beyond_share(value, percent, whole)
            return excess is not None and (excess >= 0 if least else excess <= 0)
        worst = None if least else self.worst(name)
        if worst is not None:
            limit = duration(bound) if isinstance(bound, str) else None
            return limit is not None and worst.seconds <= limit
        if _is_label(name):
            value = as_number(value, bound)
        left, right = (value, bound) if least else (bound, value)
        return not_less(left, right) is True

    def worst(self, name: str) -> Worst | None:
        """Return the worst case of a promise on a clock: its words are never compared."""
        if name != "within":
            return None
        path = self.row.path
        for notice in self.agreement.notices:
            if notice.path == path and isinstance(notice.within, TimeLimit):
                return worst_of(notice.within, notice.calendar, self.agreement, self.clock)
        for target in self.agreement.targets:
            if target.path == path:
                span = horizon(self.clock.year(), self.agreement.timezone)
                return targets.worst_of(self.agreement, target, span)
        return None
