"""Every control in scope is allocated, and each allocation says what it must.

A shared control names both halves (`customer` and `provider`), in words that differ. An inherited
one comes `from` a party that is not the customer and may hold the framework's data. One that is not
applicable says `because`. Ids that the catalog lacks are reported; rows of other frameworks do not
matter here.

What is in scope of the `framework` follows from the agreement's own entry for it, or from the
rule's `level`; what the entry leaves out puts everything in scope. `never_provider_only` names
controls that must not be the provider's alone (origin `provider` or `inherited`, and no row by
which the customer has a part). `evidence: true` asks who holds the evidence of what a provider does
or shares. There is one observation for each control.

The rows of a control are judged together. A row with `only` is for some services, or for a part in
words: the rows must be for all services between them, and none may call not applicable what another
allocates. Whether parts in words are all of it is undetermined.

`score` asks something else, of the assessment: each control of its `level` counts one, and what is
open (its `state` is not `in-place`, and it is applicable) costs the points that the catalog gives
under the name `points`, or where its state is `partial` those under `partial`. There is one
observation, of the score.

Unknown: the control, origin, state and texts of a row, the party it is inherited from and what that
party can touch, are read as what is asked, or not; an unknown scope as nothing more, or as
everything.

    check: allocation
    with:
      framework: cmmc
      level: 2
      never_provider_only: ["AT.*", "PS.*"]
      evidence: true
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from cmpolicy.agreement import Agreement, Allocation
from cmpolicy.checks.allocation.allocated import Fault, judge
from cmpolicy.checks.allocation.parts import PROVIDER_ALONE, complete, one_sided
from cmpolicy.checks.allocation.scoring import Scoring
from cmpolicy.checks.asking import lack_of, missing, unsaid
from cmpolicy.checks.doubts import decides, in_doubt
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.parameters import (
    COUNT,
    FLAG,
    MANY,
    MORE,
    TEXT,
    WORDS,
    Schema,
    meant,
)
from cmpolicy.clock import Clock
from cmpolicy.framework import Control, Framework
from cmpolicy.lacks import unknown, wrong
from cmpolicy.nearest import nearest
from cmpolicy.unknown import UNKNOWN, Unknown
from cmpolicy.verdict import Holds, Observation

LEVEL: Final = "level"
KIND: Final = "allocation"
BEYOND: Final = (
    "The security plan, settings and records that show each control in place where it is allocated."
)
PARAMETERS: Final[Mapping[str, Schema]] = {
    "framework": {**meant(TEXT, "The framework's id, such as `cmmc`."), "required": True},
    "level": meant(
        COUNT, "Its level, instead of the one that the agreement names.", MORE, bounds=False
    ),
    "never_provider_only": meant(
        WORDS,
        "Controls that are never the provider's alone (origin `provider` or `inherited`): ids "
        "without prefix, or patterns such as `AT.*`.",
        MANY,
    ),
    "evidence": meant(
        FLAG, "`true`: what a provider does or shares names who holds evidence.", MORE
    ),
    "score": meant(
        {
            "type": "dict",
            "schema": {
                "level": {
                    **meant(COUNT, "The controls of this level, and no other, are scored."),
                    "required": True,
                },
                "points": {
                    **meant(TEXT, "The catalog's fact that says what an open control costs."),
                    "required": True,
                },
                "partial": {
                    **meant(TEXT, "The fact that says what a control costs that is there in part."),
                    "required": True,
                },
                "at_least": {**meant(COUNT, "The score that is needed.", MORE), "required": True},
            },
        },
        "The score of the assessment, instead of the rows' own contents.",
    ),
}


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check; ValueError where the framework, its level or a control does not exist."""
    name = parameters["framework"]
    framework = context.frameworks.get(name)
    if framework is None:
        known = ", ".join(context.frameworks) or "none"
        raise ValueError(f"there is no framework `{name}` (known: {known})")
    level = parameters.get("level")
    levels = framework.scope.takes if framework.scope and framework.scope.asks == LEVEL else {}
    if level is not None and not levels:
        raise ValueError(f"`level`: the framework {name} has no levels")
    if level is not None and str(level) not in levels:
        known = ", ".join(levels)
        raise ValueError(f"`level`: the framework {name} has no level {level} (it has {known})")
    return _Allocated(
        framework=framework,
        level=level,
        kept=_kept(parameters.get("never_provider_only") or (), framework),
        evidence=bool(parameters.get("evidence")),
        scoring=_scoring(parameters.get("score"), framework),
    )


def _scoring(given: Mapping[str, Any] | None, framework: Framework) -> Scoring | None:
    if given is None:
        return None
    scored = [one for one in framework.controls.values() if one.level == given["level"]]
    if not any(isinstance(one.fact(given["points"]), int) for one in scored):
        raise ValueError(
            f"`score`: no control of level {given['level']} of {framework.id} says "
            f"`{given['points']}` as a number"
        )
    return Scoring(given["level"], given["points"], given["partial"], given["at_least"])


def _kept(patterns: Sequence[str], framework: Framework) -> frozenset[str]:
    """Return the references of the controls that never are the provider's alone."""
    kept: set[str] = set()
    for pattern in patterns:
        bare = pattern.removeprefix(f"{framework.id}:")
        found = {
            control.reference
            for control in framework.controls.values()
            if fnmatchcase(control.id, bare)
        }
        if not found:
            raise ValueError(f"`never_provider_only`: {framework.id} has no control `{pattern}`")
        kept |= found
    return frozenset(kept)


@dataclass(frozen=True, slots=True)
class _Allocated:
    framework: Framework
    level: int | None
    kept: frozenset[str]
    evidence: bool
    scoring: Scoring | None

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:  # noqa: ARG002 - no date matters here
        unknown = unsaid(agreement, "allocations", self.framework.id)
        if unknown is not None:
            yield unknown
            return
        rows: dict[str, list[Allocation]] = defaultdict(list)
        unclear = []
        for row in agreement.allocations:
            if isinstance(row.control, Unknown):
                unclear.append(row)
            elif row.control is not None:
                rows[row.control].append(row)
        if self.scoring is not None:
            yield self.scoring.observe(self.framework, rows, unclear, agreement)
            return
        yield from self._strange(rows)
        doubts, controls = self._in_scope(agreement)
        for control in controls:
            found = rows.get(control.reference, ())
            yield self._judge(control, found, unclear, agreement, doubts(control))
        if not controls:
            message = f"no control of {self.framework.id} is in scope"
            yield Observation(self.framework.id, "allocations", message, Holds.YES)
        elif not agreement.optimistic:
            yield from self._unclear(unclear, agreement)

    def _in_scope(
        self, agreement: Agreement
    ) -> tuple[Callable[[Control], tuple[str, ...]], tuple[Control, ...]]:
        """Return the controls in scope, and what is unknown of whether one is."""
        if self.framework.scope is None:
            return (lambda _: ()), self.framework.in_scope({})
        scope = agreement.frameworks.get(self.framework.id)
        asked = self.framework.scope.asks
        facts: dict[str, Any] = dict(scope.facts) if scope else {}
        if scope is None and agreement.document.value.get("frameworks") == UNKNOWN.value:
            facts[asked] = UNKNOWN
        if self.level is not None:
            facts[LEVEL] = self.level
        found = facts.get(asked)
        every = self.framework.in_scope(facts)
        if UNKNOWN not in (found if isinstance(found, list) else [found]):
            return (lambda _: ()), every
        sure = self.framework.in_scope(facts, optimistic=True)
        path = f"{scope.path}.{asked}" if scope and scope.named else "frameworks"
        ids = {control.id for control in sure}
        return (
            lambda control: () if control.id in ids else (path,),
            sure if agreement.optimistic else every,
        )

    def _unclear(self, rows: Sequence[Allocation], agreement: Agreement) -> Iterator[Observation]:
        """Yield rows of an unknown control that may spoil any control, pessimistically."""
        for row in rows:
            origins = () if isinstance(row.origins, Unknown) else row.origins
            if self._faults(row, agreement) or not set(PROVIDER_ALONE).isdisjoint(origins):
                path = f"{row.path}.control"
                message = f"which control a row allocates is unknown{decides([path])}"
                yield Observation(row.key, path, message, Holds.NO, lack=unknown(path))

    def _faults(self, row: Allocation, agreement: Agreement) -> list[Fault]:
        return list(judge(row, self.framework.data, agreement, evidence=self.evidence))

    def _strange(self, rows: Mapping[str, Sequence[Allocation]]) -> Iterator[Observation]:
        """Report ids with the framework's prefix that its catalog lacks."""
        prefix = f"{self.framework.id}:"
        for reference in sorted(rows):
            if not reference.startswith(prefix) or self.framework.find(reference) is not None:
                continue
            guess = nearest(reference.removeprefix(prefix), self.framework.controls)
            message = f"{self.framework.id} has no control {reference.removeprefix(prefix)}"
            message += f"; did you mean {prefix}{guess}?" if guess else ""
            for row in rows[reference]:
                path = f"{row.path}.control"
                yield Observation(reference, path, message, Holds.NO, lack=wrong(path))

    def _judge(
        self,
        control: Control,
        rows: Sequence[Allocation],
        unclear: Sequence[Allocation],
        agreement: Agreement,
        doubts: tuple[str, ...],
    ) -> Observation:
        """Judge one control; `doubts`: what is unknown of whether it is in scope."""
        subject = control.reference
        if not rows and unclear and agreement.optimistic:
            message = f"{subject} may be allocated by a row whose control is unknown"
            return Observation(subject, unclear[0].path, message, Holds.YES)
        if not rows:
            message = f"{subject} ({control.title}) is not allocated"
            item = missing(agreement, "allocations", ("control",), subject, message)
            item = replace(item, lack=lack_of(agreement, "allocations", control=subject))
            return in_doubt(agreement, item, (*doubts, *(f"{row.path}.control" for row in unclear)))
        faults: list[Fault] = []
        for row in rows:
            faults += self._faults(row, agreement)
        faults += one_sided(rows, agreement, kept=subject in self.kept)
        faults += complete(rows, agreement)
        if not faults:
            phrase = " and ".join(_describe(row) for row in rows)
            return Observation(subject, rows[0].path, f"{subject} is {phrase}", Holds.YES)
        shown = [fault for fault in faults if not fault.doubts] or faults
        message = f"{subject}: {'; '.join(fault.text for fault in shown)}"
        path = shown[0].path
        item = Observation(subject, path, message, Holds.NO, lack=wrong(path))
        return in_doubt(
            agreement, item, (*doubts, *(path for fault in shown for path in fault.doubts))
        )


def _describe(row: Allocation) -> str:
    origins = ("of unknown origin",) if isinstance(row.origins, Unknown) else row.origins
    phrase = " and ".join(origins)
    if row.sources and not isinstance(row.sources, Unknown):
        phrase += f" ({', '.join(row.sources)})"
    services = row.services if isinstance(row.services, tuple) else ()
    parts = [*services, *([row.subject] if isinstance(row.subject, str) else [])]
    return f"{phrase} for {', '.join(parts)}" if parts else phrase
