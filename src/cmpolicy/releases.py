"""Releases: dated, approved permissions to take agreements or rules out of what is judged.

A release excuses that a verdict is dropped. It never excuses a failure: that takes a waiver.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.errors import PolicyError, Problem
from cmpolicy.exemptions import Release, ReleaseState
from cmpolicy.globs import is_literal
from cmpolicy.nearest import nearest
from cmpolicy.rule_facts import RuleFacts
from cmpolicy.shape import judge
from cmpolicy.validity import Validity, read_validity

LONGEST: Final = timedelta(days=90)
"""`expires - granted` at most: a release is for one change, not for good."""


def load_releases(document: Document) -> tuple[Release, ...]:
    """Load a releases file.

    Raises:
        PolicyError: with every problem: a shape or a date that is wrong, a release that expires
            before it is granted or runs longer than 90 days.
    """
    problems = list(judge(document, "releases"))
    if problems:
        raise PolicyError.of(tuple(problems))
    found = []
    for index, row in enumerate(document.value["releases"]):
        path = ("releases", index)
        hint = "a release is for one change: grant another when it is needed"
        days = read_validity(document, path, LONGEST, hint)
        if isinstance(days, Validity):
            found.append(_release(document, path, row, days))
        else:
            problems += days
    if problems:
        raise PolicyError.of(tuple(problems))
    return tuple(found)


def _release(
    document: Document, path: tuple[str | int, ...], row: Mapping[str, Any], days: Validity
) -> Release:
    what = row["what"]
    return Release(
        agreement=row["agreement"],
        what=None if what == "all" else tuple(what),
        because=row["because"],
        approved_by=row["approved_by"],
        granted=days.granted,
        expires=days.expires,
        moved_to=row.get("moved_to"),
        location=document.position(path),
        places=()
        if what == "all"
        else tuple(document.position((*path, "what", number)) for number in range(len(what))),
    )


def unknown_names(releases: Iterable[Release], known: Iterable[str]) -> tuple[Problem, ...]:
    """Return a problem for each name under `what` that is not a rule, pack or framework.

    Args:
        releases: of the policy.
        known: the ids of its rules, packs and frameworks, also of rules that are switched off.
    """
    known = frozenset(known)
    problems = []
    for release in releases:
        for name, place in zip(release.what or (), release.places, strict=True):
            if name not in known:
                guess = nearest(name, known)
                listing = "`cmpolicy explain` says how to list them"
                hint = f"did you mean `{guess}`?" if guess else listing
                hint = "write `what: all`" if name == "all" else hint
                message = f"`what`: there is no rule, pack or framework `{name}`"
                problems.append(Problem(message, place, hint))
    return tuple(problems)


def by_agreement(releases: Iterable[Release], ids: Iterable[str]) -> dict[str, tuple[Release, ...]]:
    """Return, for each id that a release names, all that name it, in the order of the file."""
    releases = tuple(releases)
    exact: dict[str, list[int]] = {}
    globs = []
    for number, release in enumerate(releases):
        if is_literal(release.agreement):
            exact.setdefault(release.agreement, []).append(number)
        else:
            globs.append(number)
    found = {}
    for identity in dict.fromkeys(ids):
        wide = [number for number in globs if releases[number].names(identity)]
        numbers = sorted((*exact.get(identity, ()), *wide))
        if numbers:
            found[identity] = tuple(releases[number] for number in numbers)
    return found


def covering(
    releases: Iterable[Release],
    agreement: str,
    rule: RuleFacts,
    framework: str | None,
    as_of: date,
) -> Release | None:
    """Return the release that excuses a dropped verdict on a day: of several the last to end."""
    found = [
        release
        for release in releases
        if release.in_force(as_of) and release.covers(agreement, rule, framework)
    ]
    return max(found, key=lambda release: release.expires, default=None)


def state_of(release: Release, as_of: date, *, used: bool, still_there: bool) -> ReleaseState:
    """Return what became of a release in a run.

    Args:
        release: of the policy.
        as_of: the day of the run.
        used: a verdict that was dropped is excused by it.
        still_there: an agreement that it names is in the base or in the head.
    """
    if release.expires < as_of:
        return ReleaseState(release, "expired")
    if release.granted > as_of:
        return ReleaseState(release, "pending")
    if used:
        return ReleaseState(release, "live")
    return ReleaseState(release, "stale" if still_there else "spent")


def states_of(
    releases: Iterable[Release], as_of: date, used: Iterable[Release], ids: Iterable[str]
) -> tuple[ReleaseState, ...]:
    """Return what became of every release in a run, in the order of the file.

    Args:
        releases: of the policy.
        as_of: the day of the run.
        used: those that excuse a verdict that was dropped.
        ids: of the agreements of base and head.
    """
    used, there = frozenset(used), frozenset(ids)
    return tuple(
        state_of(release, as_of, used=release in used, still_there=_names_any_of(release, there))
        for release in releases
    )


def _names_any_of(release: Release, ids: Collection[str]) -> bool:
    return release.agreement in ids or (
        not is_literal(release.agreement) and any(map(release.names, ids))
    )
