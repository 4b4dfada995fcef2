"""Comparing values as what they are: numbers, durations, intervals, dates and versions."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any, Final

from cmpolicy.amounts import INDEFINITELY, Recurrence, Sum, parse_interval, parse_sum
from cmpolicy.unknown import Unknown

DAY: Final = 86_400
OPEN: Final = "open"
_UNITS: Final = {"m": 60, "h": 3_600, "d": DAY, "w": 7 * DAY}
_DURATION: Final = re.compile(
    r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?:business )?(minute|hour|day|week|[mhdw])s?", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_VERSION: Final = re.compile(r"v?([0-9]{1,9}(?:\.[0-9]{1,9})*)(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?")
_SHARE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?% of (\S+)")


def not_less(left: Any, right: Any) -> bool | None:
    """Say whether `left` is at least `right`, whatever the months; None: no such comparison."""
    if _is_number(left) and _is_number(right):
        return bool(left >= right)
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    for compare in (_ends, _durations, _for_good, _intervals, _sums, _versions):
        answer = compare(left, right)
        if answer is not None:
            return answer
    return None


def same(left: Any, right: Any) -> bool:
    """Say whether two values are equal: as they stand, or as amounts (`7 days` and `1 week`)."""
    if type(left) is bool or type(right) is bool:
        return left is right
    if left == right:
        return True
    if type(left) is not str or type(right) is not str:
        return False
    if not (left[:1].isdigit() and right[:1].isdigit()):
        return False  # most texts are not amounts, and nothing is asked more often
    amounts = (duration(left), duration(right)), (interval(left), interval(right))
    return any(one is not None and one == other for one, other in amounts)


def as_number(value: Any, other: Any) -> Any:
    """Return the number that a text is, where it is compared with one; else the value itself."""
    if not _is_number(other) or not isinstance(value, str):
        return value
    found = _NUMBER.fullmatch(value.strip())
    return value if found is None else Fraction(found[0])


def share(text: Any) -> tuple[Fraction, str] | None:
    """Return percent and field of a bound such as `20% of week`; None for anything else."""
    found = _SHARE.fullmatch(text) if isinstance(text, str) else None
    return (Fraction(found[1]), found[2]) if found else None


def beyond_share(value: Any, percent: Fraction, whole: Any) -> Fraction | None:
    """Return by how much `value` exceeds that share of `whole`; below 0 where it does not.

    Both are numbers or durations; None where they cannot be compared.
    """
    if _is_number(value) and _is_number(whole):
        return Fraction(value) - Fraction(whole) * percent / 100
    if isinstance(value, str) and isinstance(whole, str):
        part, all_of_it = duration(value), duration(whole)
        if part is not None and all_of_it is not None:
            return part - all_of_it * percent / 100
    return None


def comparable(bound: Any) -> bool:
    """Say whether something can be at least or at most `bound`."""
    return share(bound) is not None or not_less(bound, bound) is not None


def duration(text: str) -> Fraction | None:
    """Return the seconds of a duration such as `7.5 hours`; None for any other text."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    return Fraction(found[1]) * _UNITS[found[2][0].lower()]


def interval(text: str) -> Recurrence | None:
    """Return an interval such as `6 months`; None for any other text."""
    try:
        return parse_interval(text)
    except ValueError:
        return None


def money(text: Any) -> Sum | None:
    """Return a sum such as `USD 2 million`; None for anything else."""
    try:
        return parse_sum(text) if isinstance(text, str) else None
    except ValueError:
        return None


def in_units(left: Any, right: Any) -> tuple[str, str] | None:
    """Return the units of two sums that cannot be compared; None for anything else."""
    first, second = money(left), money(right)
    if first is None or second is None or not isinstance(first.at_least(second), Unknown):
        return None
    return first.unit, second.unit


def day(text: Any) -> date | None:
    """Return an ISO date; None for anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def _ends(left: str, right: str) -> bool | None:
    """Compare dates; `open` is later than each."""
    first, second = day(left), day(right)
    if first is not None and second is not None:
        return first >= second
    if OPEN in {left, right} and (first or second or left == right):
        return left == OPEN
    return None


def _durations(left: str, right: str) -> bool | None:
    first, second = duration(left), duration(right)
    return None if first is None or second is None else first >= second


def _for_good(left: str, right: str) -> bool | None:
    """Compare what never ends with intervals."""
    lengths = (left, right)
    if INDEFINITELY not in lengths or any(
        one != INDEFINITELY and interval(one) is None for one in lengths
    ):
        return None
    return left == INDEFINITELY


def _intervals(left: str, right: str) -> bool | None:
    """Compare intervals from any start; hours against months, by whole days."""
    first, second = interval(left), interval(right)
    if first is None and second is None:
        return None
    if first is None:
        seconds = duration(left)
        first = None if seconds is None else Recurrence(0, int(seconds // DAY), left)
    if second is None:
        seconds = duration(right)
        second = None if seconds is None else Recurrence(0, int(-(-seconds // DAY)), right)
    return None if first is None or second is None else not second.exceeds(first)


def _sums(left: str, right: str) -> bool | None:
    """Compare sums in one unit; of others the answer depends on what nobody says (`in_units`)."""
    first, second = money(left), money(right)
    answer = None if first is None or second is None else first.at_least(second)
    return None if isinstance(answer, Unknown) else answer


def _versions(left: str, right: str) -> bool | None:
    first, second = _version(left), _version(right)
    return None if first is None or second is None else first >= second


def _version(text: str) -> Any:
    """Return a key that sorts versions as semver.org 2.0.0 section 11 does; None for other text."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if found[2] is None:
        return numbers, [(2, 0, "")]
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in found[2].split(".")]
    return numbers, parts
