"""The orders of components: which of two values is the better promise to the customer."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final

from cmpolicy.amounts import NEVER, Sum, format_duration
from cmpolicy.calendars import Horizon, Intervals
from cmpolicy.gaps import Gap, describe_gaps
from cmpolicy.promises.model import Order

ANY: Final = "unknown"
"""A word that stands for whichever is asked for."""
NOT_SAID: Final = "not said"
Spans = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long something lasts or is kept; lengths are equal whatever their words."""

    days: float
    """At the longest; 0 where the file does not say."""
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Late:
    """How late something is at worst."""

    seconds: float
    endless: bool = False
    """It is only the least: its clock may stand for any time."""


def _late_at_most(one: Late, other: Late) -> bool:
    """Say whether one ends no later at worst: what is bounded ends before what is not."""
    return (one.endless, one.seconds) <= (other.endless, other.seconds)


def _describe_late(late: Late) -> str:
    return f"{'at least ' if late.endless else ''}{format_duration(late.seconds)}"


def _stops_at_most(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return all(longest <= other.get(reason, 0.0) for reason, longest in one.items())


def _sums_at_least(one: Mapping[str, Sum], other: Mapping[str, Sum]) -> bool:
    """Say whether each sum is no less; one in another unit is not known to be."""
    return all(each in one and one[each].at_least(found) is True for each, found in other.items())


def _describe_sums(sums: Mapping[str, Sum]) -> str:
    parts = (f"{sums[each].text} {each and f'each {each}'}".strip() for each in sorted(sums))
    return ", ".join(parts) or NOT_SAID


def _describe_stops(stops: Mapping[str, float]) -> str:
    parts = (
        f"{reason} ({'no limit' if math.isinf(longest) else format_duration(longest)})"
        for reason, longest in sorted(stops.items())
    )
    return ", ".join(parts) or "nothing"


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is there, in a horizon that both sides of a comparison share."""

    when: Intervals
    span: Horizon = field(compare=False)
    """Zones differ in how hours are shown, not in which they are."""


@dataclass(frozen=True, slots=True)
class Payers:
    """Who bears the cost of something."""

    names: frozenset[str]
    customer: bool
    """The customer, or one of its people, is among them."""


def _describe_hours(hours: Hours) -> str:
    return describe_when(hours.when, hours.span)


@lru_cache(maxsize=512)
def describe_when(when: Intervals, span: Horizon) -> str:
    """Describe hours as a person would: `24x7`, or `Mon-Fri 08:00 to 18:00 every week`."""
    text = describe_gaps([Gap(start, end) for start, end in when], span, limit=2)
    return "24x7" if text == "at no time" else text or "at no time"


@lru_cache(maxsize=512)
def _beyond(one: Intervals, other: Intervals) -> Intervals:
    """Return what is in one and not in the other; many services share the same two."""
    return one - other


def _hours_contrast(before: Hours, after: Hours) -> str:
    lost, gained = _beyond(before.when, after.when), _beyond(after.when, before.when)
    parts = [f"no longer {describe_when(lost, before.span)}"] if lost else []
    parts += [f"now also {describe_when(gained, after.span)}"] if gained else []
    return "; ".join(parts)


def _spans_at_least(one: Spans, other: Spans) -> bool:
    return all(a <= b for a, b in zip_longest(one, other, fillvalue=NEVER))


def _credited_below(steps: Mapping[float, float], below: float) -> float:
    """Return what is credited for less than a percentage: of the steps reached, the greatest."""
    return max((percent for step, percent in steps.items() if step >= below), default=0.0)


def _credits_at_least(one: Mapping[float, float], other: Mapping[float, float]) -> bool:
    return all(_credited_below(one, below) >= _credited_below(other, below) for below in other)


def _describe_credits(steps: Mapping[float, float]) -> str:
    parts = (f"{percent:g} % below {below:g} %" for below, percent in sorted(steps.items())[::-1])
    return ", ".join(parts) or "none"


@dataclass(frozen=True, slots=True)
class Called:
    """By when an escalation path has called how many people, in seconds from the start."""

    people: Spans
    """The k-th: by when k distinct people (or posts) were called; ascending."""
    any_number: float = NEVER
    """From when it is unknown how many were called: as many as are asked."""

    def by(self, count: int) -> float:
        """Return by when so many people were called."""
        known = self.people[count - 1] if count <= len(self.people) else NEVER
        return min(known, self.any_number)

    @classmethod
    def slackest(cls, several: Sequence[Called]) -> Called:
        """Return what holds for each of several paths: the latest and fewest."""
        most = max(len(one.people) for one in several)
        latest = (max(one.by(count + 1) for one in several) for count in range(most))
        known = tuple(span for span in latest if span < NEVER)
        return cls(known, max(one.any_number for one in several))


def _called_at_least(one: Called, other: Called) -> bool:
    counts = range(1, max(len(one.people), len(other.people)) + 2)
    return all(one.by(count) <= other.by(count) for count in counts)


def _describe_called(called: Called) -> str:
    """Describe how many people were called by when, as in `2 after 0 min, 3 after 15 min`."""
    by = {span: count for count, span in enumerate(called.people, start=1)}
    parts = [f"{count} after {format_duration(span)}" for span, count in by.items()]
    if called.any_number < NEVER:
        parts.append(f"any number after {format_duration(called.any_number)}")
    return ", ".join(parts) or "none"


@dataclass(frozen=True, slots=True)
class ManyHours:
    """Targets for more different hours than are compared part by part."""

    zone: str
    said: frozenset[tuple[object, ...]]
    """The hours of each, and all that it says of them."""


def _many_contrast(_before: ManyHours, _after: ManyHours) -> str:
    return (
        "the hours of `raised` are too many to be compared part by part, "
        "so any change of these targets counts as better in one way and worse in another"
    )


def _describe_days(days: Spans) -> str:
    return " and ".join("never" if math.isinf(span) else f"{span:g} days" for span in days)


def _words_at_least(one: frozenset[str], other: frozenset[str]) -> bool:
    return ANY in one or (ANY not in other and one >= other)


def _describe_words(words: frozenset[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def _words_contrast(before: frozenset[str], after: frozenset[str]) -> str:
    lost, gained = before - after - {ANY}, after - before - {ANY}
    parts = [f"without {_describe_words(lost)}"] if lost and ANY not in after else []
    parts += [f"now with {_describe_words(gained)}"] if gained and ANY not in before else []
    return "; ".join(parts)


def _held_alike(one: Mapping[Any, frozenset[str]], other: Mapping[Any, frozenset[str]]) -> bool:
    return all(
        one[cell] == other[cell] or ANY in one[cell] or ANY in other[cell]
        for cell in one.keys() & other.keys()
    )


def _describe_cells(cells: frozenset[str]) -> str:
    return "all" if ANY in cells else _describe_words(cells)


def _describe_held(held: Mapping[Any, frozenset[str]]) -> str:
    by_holder: dict[str, dict[str, None]] = {}
    for (service, severity), holders in held.items():
        name = severity if service == "*" else service
        by_holder.setdefault(" and ".join(sorted(holders)), {})[name] = None
    if len(by_holder) == 1:
        return next(iter(by_holder))
    return "; ".join(f"{who} ({', '.join(names)})" for who, names in sorted(by_holder.items()))


def _each_at_least(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(_who_at_least(one[name], other[name]) for name in one.keys() & other.keys())


def _describe_each(each: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {word}" for name, word in sorted(each.items())) or "none"


def _who_at_least(one: str, other: str) -> bool:
    return other in (one, NOT_SAID) or ANY in (one, other)


def ladder(*rungs: str) -> Order:
    """Make the order of words that the format ranks, given the worst first."""
    return Order(lambda one, other: rungs.index(one) >= rungs.index(other), str, silent=NOT_SAID)


def _last(day: date) -> str:
    return {date.min: NOT_SAID, date.max: "open"}.get(day, str(day))


def _first(day: date) -> str:
    return {date.min: "at once", date.max: NOT_SAID}.get(day, str(day))


def _level(level: float) -> str:
    return "every level" if math.isinf(level) else f"{level:g}"


def _number(number: float) -> str:
    return "any number" if math.isinf(number) else f"{number:g}"


WITHIN: Final = Order(lambda one, other: one <= other, format_duration)
"""Seconds at the worst: less is better."""
LATE: Final = Order(_late_at_most, _describe_late)
"""Likewise, where a clock may stand for any time: what is bounded is better."""
STOPS: Final = Order(_stops_at_most, _describe_stops, silent={})
"""What a clock stops for, and for how many seconds at most: less is better."""
CALLED: Final = Order(_called_at_least, _describe_called)
"""How many people are called by when: each sooner is better, and so is another one."""
PAUSE: Final = Order(WITHIN.at_least, format_duration, silent=NEVER)
"""Seconds between rounds of calls; never: there is one round."""
MANY_HOURS: Final = Order(
    operator.eq, lambda many: f"{len(many.said)} targets for different hours", _many_contrast
)
"""Likewise, of targets for so many hours that nobody can say which are better."""
DAYS: Final = Order(_spans_at_least, _describe_days, silent=(NEVER,))
"""Days of several intervals, ascending, likewise."""
AHEAD: Final = Order(lambda one, other: one >= other, format_duration, silent=0.0)
"""Seconds of warning: more is better."""
COUNT: Final = Order(lambda one, other: one >= other, _number)
PERCENT: Final = Order(
    lambda one, other: one >= other,
    lambda value: f"{value:g} %" if value else NOT_SAID,
    silent=0.0,
)
SUMS: Final = Order(_sums_at_least, _describe_sums, unclear=True, silent={})
"""Sums that somebody is insured or liable for: more is better, in one currency."""
CREDITS: Final = Order(_credits_at_least, _describe_credits, silent={})
"""The percent credited below each percentage of availability: more is better, at each step."""
PERIOD: Final = Order(
    lambda one, other: one <= other,
    lambda days: "no stated period" if math.isinf(days) else f"{days:g} days",
    silent=NEVER,
)
"""The days over which something is measured: a long period hides a long outage."""
UP_TO: Final = Order(
    WITHIN.at_least,
    lambda seconds: "no limit" if math.isinf(seconds) else format_duration(seconds),
    silent=0.0,
)
"""Seconds of each period that do not count: less is better."""
LEFT_OUT: Final = Order(
    lambda one, other: not _beyond(one.when, other.when),
    _describe_hours,
    contrast=_hours_contrast,
    silent=Hours(Intervals(), Horizon(0, 0, "UTC")),
)
"""When time does not count: less is better."""
RANK: Final = Order(lambda one, other: one <= other, _number)
"""A rank among severities: the worse the case, the more rules look at it."""
HOURS: Final = Order(
    lambda one, other: not _beyond(other.when, one.when), _describe_hours, contrast=_hours_contrast
)
"""Sets of instants: a superset is better."""
WORDS: Final = Order(_words_at_least, _describe_words, contrast=_words_contrast, silent=frozenset())
"""Sets of words: a superset is better."""
CELLS: Final = Order(_words_at_least, _describe_cells, silent=frozenset({ANY}))
"""The cells of a task that somebody holds; `ANY` is all of them."""
FLAG: Final = Order(
    lambda one, other: one >= other, lambda value: "yes" if value else "no", silent=False
)
NAMED: Final = Order(FLAG.at_least, FLAG.describe, silent=True)
"""Whether the file itself says it, and not only what is asked of it."""
LEVEL: Final = Order(lambda one, other: one >= other, _level, silent=math.inf)
"""The level of a framework, which includes the ones below."""
LATER: Final = Order(lambda one, other: one >= other, _last, silent=date.min)
"""The day on which it ends."""
SOONER: Final = Order(lambda one, other: one <= other, _first, silent=date.min)
"""The day on which it begins."""
HELD: Final = Order(_held_alike, _describe_held, moves=True)
"""Who holds each cell of a task, compared where both sides have a holder."""
SAME: Final = Order(lambda one, other: ANY in (one, other), str, moves=True, silent=NOT_SAID)
"""A word that says who or where: another one is neither better nor worse."""
WHO: Final = Order(_who_at_least, str, moves=True, silent=NOT_SAID)
"""Likewise; to name somebody is better than to name nobody."""
WHOSE: Final = Order(
    _words_at_least, _describe_words, contrast=_words_contrast, moves=True, silent=frozenset()
)
"""Those who do it: more are better, others in their place are not."""
EACH: Final = Order(_each_at_least, _describe_each, moves=True, silent={})
"""A word for each of several things, compared where both sides have the thing."""
SAID: Final = Order(FLAG.at_least, FLAG.describe, silent=False)
"""Whether there are any words; which ones they are is not computed."""
LASTS: Final = Order(
    lambda one, other: one.days >= other.days, lambda one: one.text or NOT_SAID, silent=Lasting(0.0)
)
"""How long it lasts: longer is better."""
SELDOM: Final = Order(
    WITHIN.at_least,
    lambda days: "unknown" if math.isinf(days) else f"{days:g} days",
    silent=0.0,
)
"""Days that a right must wait, at the most: less is better."""
CHARGES: Final = ("at extra charge", NOT_SAID, "included")
CHARGED: Final = ladder(*CHARGES)
"""What it costs, the worst first."""
FREE: Final = Order(FLAG.at_least, FLAG.describe, silent=True)
"""Whether it holds in any case, and not on a condition alone."""
PAYERS: Final = Order(
    lambda one, other: one.names == other.names or one.customer < other.customer,
    lambda one: _describe_words(one.names),
    moves=True,
    silent=Payers(frozenset(), customer=False),
)
"""Who bears the cost: worse where the customer does, and did not."""
COMMITMENT: Final = ladder("target", "guaranteed")
BEGINS: Final = (
    NOT_SAID,
    "decision",
    "confirmation",
    "receipt",
    "discovery",
    "suspicion",
    "occurrence",
)
"""When a deadline begins to run, the latest after the event first."""
STARTS: Final = ladder(*BEGINS)
RENEWAL: Final = ladder(NOT_SAID, "none", "manual", "automatic")
"""What happens at the end: the less has to be done for it to go on, the better."""
ASSESSMENT: Final = ladder(NOT_SAID, "self", "c3pao", "dibcac")
ACCESS: Final = ladder("none", "read", "full")
STATES: Final = (NOT_SAID, "not-in-place", "planned", "partial", "in-place")
STATE: Final = ladder(*STATES)
STATUS: Final = ladder("ended", "draft", "active")
CRITICALITY: Final = ladder(NOT_SAID, "low", "medium", "high", "critical")


def ascending(spans: Iterable[float]) -> Spans:
    """Put what several rows promise in the order in which it is compared."""
    return tuple(sorted(spans))
