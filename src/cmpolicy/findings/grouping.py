"""Groups the verdicts of a report into findings, one for each cause.

Grouping changes what is shown first, never an outcome, a count of verdicts, or the gate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cmpolicy.errors import Location
from cmpolicy.findings.drops import drop_finding, drop_groups
from cmpolicy.findings.model import Finding, Line, basis_order, places_of
from cmpolicy.lacks import Lack, LackKind, unknown, wrong
from cmpolicy.own_rules import NOT_EVALUATED
from cmpolicy.verdict import Holds, Observation, Outcome, Report, Verdict, fingerprint

OPEN = (Outcome.FAIL, Outcome.UNDETERMINED)
_ORDER = (Holds.NO, Holds.UNKNOWN)


def findings(report: Report) -> tuple[Finding, ...]:
    """Return the findings of a report, the worst first."""
    packs = {pack.id: number for number, pack in enumerate(report.packs)}
    found: list[Finding] = [drop_finding(group) for group in drop_groups(report)]
    for _, group in groupby(report.verdicts, lambda verdict: verdict.agreement):
        verdicts = tuple(group)
        found += _unread([one for one in verdicts if one.outcome is Outcome.ERROR], report.fail_on)
        found += _lacking(verdicts, report.fail_on, packs)
    return tuple(sorted(_shared(found), key=lambda finding: finding.rank))


def lines(found: Iterable[Finding]) -> tuple[Line, ...]:
    """Join findings that lack in the same way in the same list and field, the worst first.

    They are of one agreement; those at one place of a shared file are of all that it reaches.
    """
    groups: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in sorted(found, key=lambda one: one.rank):
        home = ("shared", finding.place.file) if finding.shared else ("", finding.agreement)
        groups[home + finding.way].append(finding)
    return tuple(sorted((Line(tuple(group)) for group in groups.values()), key=lambda x: x.rank))


def evidence(verdict: Verdict) -> tuple[Observation, ...]:
    """Return what makes a verdict bad, what fails first; never nothing."""
    bad = [item for item in verdict.observations if item.holds in _ORDER]
    if bad:
        return tuple(sorted(bad, key=lambda item: _ORDER.index(item.holds)))
    # Where only the optimistic reading fails, what is shown holds, and is undetermined yet.
    message = verdict.reason or verdict.rule.title
    return verdict.observations or (Observation("", "", message, Holds.UNKNOWN),)


@dataclass(frozen=True, slots=True)
class _Met:
    """That a rule met a lack."""

    verdict: Verdict
    items: tuple[Observation, ...]

    @property
    def fails(self) -> bool:
        """It fails with certainty; a rule without a certain observation fails by all of them."""
        if self.verdict.outcome is not Outcome.FAIL:
            return False
        certain = any(item.holds is Holds.NO for item in self.verdict.observations)
        return not certain or any(item.holds is Holds.NO for item in self.items)


def _lacking(
    verdicts: tuple[Verdict, ...], fail_on: str, packs: Mapping[str, int]
) -> Iterator[Finding]:
    """Yield a finding for each lack of one agreement."""
    met: dict[str, list[_Met]] = defaultdict(list)
    waived: dict[str, list[str]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.outcome not in (*OPEN, Outcome.WAIVED):
            continue
        items: dict[str, list[Observation]] = defaultdict(list)
        for item in evidence(verdict):
            items[_lack(item).text].append(item)
        for text, found in items.items():
            if verdict.outcome is Outcome.WAIVED:
                waived[text].append(verdict.rule.id)
            else:
                met[text].append(_Met(verdict, tuple(found)))
    for text, those in met.items():
        yield _finding(those, tuple(waived[text]), fail_on, packs)


def _whole(lacks: Iterable[Lack]) -> Lack:
    """Join lacks that are the same by what decides: the values named after it add up."""
    first, *others = lacks
    if first.kind is not LackKind.UNKNOWN:
        return first
    return unknown(*first.paths, *(path for lack in others for path in lack.paths))


def _lack(item: Observation) -> Lack:
    if item.lack is not None:
        return item.lack
    return wrong(item.path) if item.holds is Holds.NO else unknown(item.path)


def _finding(
    met: list[_Met], waived: tuple[str, ...], fail_on: str, packs: Mapping[str, int]
) -> Finding:
    met.sort(key=lambda one: _worst_first(one.verdict, packs))
    first = met[0].verdict
    certain = any(one.fails for one in met)
    items = tuple(item for one in met for item in one.items)
    lack = _whole(_lack(item) for item in items)
    places = places_of(items) or (Location(first.file),)
    fails = any(one.verdict.fails(fail_on) for one in met)
    known = all(one.verdict.known for one in met)
    return Finding(
        agreement=first.agreement,
        file=first.file,
        lack=lack,
        fingerprint=lack.fingerprint(first.agreement),
        rules=tuple(one.verdict.rule for one in met),
        outcome=Outcome.FAIL if certain else Outcome.UNDETERMINED,
        items=met[0].items,
        place=places[0],
        others=places[1:],
        fails=fails,
        known=known,
        quiet=known or (fail_on != "never" and not fails),
        note=first.reason,
        waived=waived,
    )


def _worst_first(verdict: Verdict, packs: Mapping[str, int]) -> tuple[bool, int, int, int, str]:
    """What is new first, since it decides; then severity, basis, the order of packs, and id."""
    rule = verdict.rule
    order = packs.get(rule.pack, len(packs))
    return (verdict.known, rule.severity.weight, basis_order(rule), order, rule.id)


def _unread(verdicts: Sequence[Verdict], fail_on: str) -> Iterator[Finding]:
    """Yield a finding for each problem of a file that cannot be read; only numbers differ."""
    if not verdicts:
        return
    first = verdicts[0]
    known = all(verdict.known for verdict in verdicts)
    fails = any(verdict.fails(fail_on) for verdict in verdicts)
    for index, item in enumerate(evidence(first)):
        yield Finding(
            agreement=first.agreement,
            file=first.file,
            lack=None,
            fingerprint=fingerprint(
                NOT_EVALUATED.id, first.agreement, f"{first.agreement}#{index + 1}"
            ),
            rules=(NOT_EVALUATED,),
            outcome=Outcome.ERROR,
            items=(item,),
            place=item.location or Location(first.file),
            others=(),
            fails=fails,
            known=known,
            quiet=known,
        )


def _shared(found: Iterable[Finding]) -> Iterator[Finding]:
    """Give findings at one place of a shared file, in several agreements, a common key."""
    found = tuple(found)
    reach: dict[str, set[str]] = defaultdict(set)
    keys = [_shared_key(finding) for finding in found]
    for finding, key in zip(found, keys, strict=True):
        reach[key].add(finding.agreement)
    for finding, key in zip(found, keys, strict=True):
        yield replace(finding, shared=key) if key and len(reach[key]) > 1 else finding


def _shared_key(finding: Finding) -> str:
    """Return the file, the path and how it lacks; nothing of what stands in the own file.

    Of a plan or a shared file that cannot be read: where, and what is wrong there.
    """
    place = finding.place
    if place.file == finding.file or finding.outcome is Outcome.DROPPED:
        return ""
    if finding.lack is None:
        return f"{place}: {finding.outcome.value}: {finding.message}"
    return f"{place.file}: {finding.outcome.value}: {finding.lack.text}"
