"""What several agreements share, for people: a control is listed once, with those it is open in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cmpolicy.controls import ControlsReport, RuleResult, Standing, Standings, State, counts
from cmpolicy.errors import Location
from cmpolicy.framework import Control, ProgramRule
from cmpolicy.reporters.escape import one_line
from cmpolicy.rule_facts import RuleFacts

LISTED: Final = (State.NOT_MET, State.PARTLY, State.UNDETERMINED)
"""The states whose controls are listed; of the others only a count is."""
EXPLAINED: Final = (State.NOT_MET, State.UNDETERMINED)
"""Of these, what decides is listed too."""
HEADINGS: Final = {
    State.NOT_MET: "Not met",
    State.PARTLY: "Partly shown: what rules judge is there, the rest takes other evidence",
    State.UNDETERMINED: "Undetermined: it depends on what is unknown",
}
KEPT: Final = "Met: the agreement shows the term itself; whether it is kept takes other evidence."


_DIGEST: Final = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b")


@dataclass(frozen=True, slots=True)
class ControlPlace:
    """Where something is, and in which agreement."""

    agreement: str
    location: Location | None

    @property
    def text(self) -> str:
        """`file:line`."""
        return where(self.location) if self.location else ""


@dataclass(frozen=True, slots=True)
class SharedReason:
    """One thing that keeps a control open, in one agreement or several."""

    rule: RuleFacts | None
    """None: no rule, but what a state depends on besides."""
    outcome: str
    """Of the rule, in a word."""
    message: str
    places: tuple[ControlPlace, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A control, and the agreements in which it has one state."""

    control: Control | ProgramRule
    found: tuple[Standing, ...]

    @property
    def beside(self) -> tuple[str, ...]:
        """The open rules of our practice beside it, in any of the agreements."""
        return tuple(sorted({one.rule.id for row in self.found for one in row.beside}))


def plain(text: str) -> str:
    """Return text on one line, in which a digest is cut short."""
    return _DIGEST.sub(r"\1…", one_line(text))


def where(location: Location) -> str:
    """Return a place as `file:line`."""
    return f"{location.file}:{location.line}"


def places(locations: Iterable[Location]) -> str:
    """Return places as `file:line`, with the lines of one file beside each other."""
    lines: dict[str, dict[int, None]] = {}
    for location in locations:
        lines.setdefault(location.file, {})[location.line] = None
    return "; ".join(f"{file}:{', '.join(map(str, of))}" for file, of in lines.items())


def groups(found: ControlsReport, state: State) -> tuple[Group, ...]:
    """Return the controls that have a state in any agreement, in the catalog's order.

    Agreements all of whose controls have it for one reason are left out: see `alike`.
    """
    rows: dict[str, list[Standing]] = {}
    for every in (found.framework.controls, found.framework.program_rules):
        rows |= {control.reference: [] for control in every.values()}
    for each in found.agreements:
        for row in () if each.because else (*each.controls, *each.around):
            if row.state is state:
                rows[row.control.reference].append(row)
    return tuple(Group(of[0].control, tuple(of)) for of in rows.values() if of)


def alike(found: ControlsReport) -> list[str]:
    """Return what is to be said of each agreement whose controls all have one state."""
    more = {State.UNDETERMINED: "; see `cmpolicy check`"}
    return [
        f"{each.agreement} ({each.file}): every control is {each.controls[0].state}: "
        f"{each.because}{more.get(each.controls[0].state, '')}"
        for each in found.agreements
        if each.because
    ]


def causes(found: Iterable[Standing]) -> tuple[SharedReason, ...]:
    """Return what keeps a control open, each once, with the agreements and places."""
    rules: dict[str, RuleFacts] = {}
    places: dict[tuple[str, str, str], list[ControlPlace]] = {}
    for row in found:
        for because in row.because:
            places.setdefault(("", "", plain(because)), []).append(
                ControlPlace(row.agreement, None)
            )
        for one in row.deciding:
            rules[one.rule.id] = one.rule
            for message, location in _said(one):
                key = (one.rule.id, one.word, message)
                places.setdefault(key, []).append(ControlPlace(row.agreement, location))
    return tuple(
        SharedReason(rules.get(rule), outcome, message, tuple(of))
        for (rule, outcome, message), of in places.items()
    )


def _said(one: RuleResult) -> Iterator[tuple[str, Location | None]]:
    if not one.evidence:
        yield plain(one.reason or "it depends on what is unknown"), None
    for item in one.evidence:
        yield plain(item.message), item.location


def rule_name(cause: SharedReason, state: State) -> str:
    """Return the rule of a cause, how much it matters, and its outcome where the state differs."""
    if cause.rule is None:
        return ""
    plainly = ("fail", state.value)
    outcome = "" if cause.outcome in plainly else f", {cause.outcome}"
    return f"{cause.rule.id} ({basis(cause.rule)}{outcome})"


def basis(rule: RuleFacts) -> str:
    """Return how much a rule matters and what it rests on."""
    return f"{rule.severity}, {rule.basis}"


def tally(rows: Iterable[Standing]) -> str:
    """Return the counts of the states that occur, in words."""
    tallied = (f"{count} {state}" for state, count in counts(rows).items() if count)
    return ", ".join(tallied) or "none"


def heading(found: ControlsReport) -> str:
    """Return what is reported, and as of when."""
    size = len(found.agreements)
    of = f" in {size} agreements" if size > 1 else ""
    return f"{found.framework.title}{of}, as of {found.report.as_of}"


def provenance(found: ControlsReport) -> str:
    """Return the versions and the commit that the states rest on, without long hashes."""
    report = found.report
    packs = ", ".join(f"{pack.id} {pack.version}" for pack in report.packs)
    commit = f"commit {report.commit[:12]}" if report.commit else "not committed"
    return (
        f"cmpolicy {report.version}; packs {packs}; facts of the framework as of "
        f"{found.framework.as_of}; {commit}"
    )


def footnotes(found: ControlsReport) -> list[str]:
    """Return what a reader must know of the states."""
    states = {row.state for each in found.agreements for row in each.controls}
    notes = [KEPT] if states & {State.MET, State.OPEN} else []
    return notes + [
        f"Disabled, and so judging nothing: {one_line(rule.rule)} ({one_line(rule.because)}; "
        f"{one_line(rule.by)}{f'; until {rule.until}' if rule.until else ''})"
        for rule in found.report.disabled
    ]


def of_scope(each: Standings) -> str:
    """Return the denominator of an agreement in words."""
    aside = len(each.controls) - each.in_scope
    of = f"{each.in_scope} controls in scope"
    return f"{of}, of {len(each.controls)}; {aside} not applicable" if aside else of
