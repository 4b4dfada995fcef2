"""In how many cases a target is kept, and what its clock stops for."""

from __future__ import annotations

from collections.abc import Iterator

from cmpolicy.agreement import Agreement, Pause, Target
from cmpolicy.checks.target.lateness import TargetProblem, part
from cmpolicy.lacks import unknown, wrong
from cmpolicy.unknown import Unknown


def attained(agreement: Agreement, row: Target, asked: float) -> Iterator[TargetProblem]:
    """Yield why a target is not surely kept in that percentage of cases."""
    path = f"{row.path}.attainment"
    if isinstance(row.attainment, Unknown):
        if not agreement.optimistic:
            text = f"{path} is unknown; {asked:g} % is asked"
            yield TargetProblem(part(row), path, text, unknown(path), (path,))
    elif row.attainment is None:
        text = f"{path} {agreement.lack(path)}; {asked:g} % is asked"
        yield TargetProblem(part(row), path, text, wrong(path))
    elif row.attainment < asked:
        text = f"{path} is {row.attainment:g} %; {asked:g} % is asked"
        yield TargetProblem(part(row), path, text, wrong(path))


def bounded(agreement: Agreement, row: Target) -> Iterator[TargetProblem]:
    """Yield each pause of a target's clock that has no reason or no limit."""
    if not isinstance(row.pauses, Unknown):
        for pause in row.pauses:
            yield from _limited(agreement, row, pause)
    elif not agreement.optimistic:
        path = f"{row.path}.pauses"
        text = f"what the clock of {row.path} stops for is unknown"
        yield TargetProblem(part(row), path, text, unknown(path), (path,))


def _limited(agreement: Agreement, row: Target, pause: Pause) -> Iterator[TargetProblem]:
    if pause.path in agreement.placeholders:
        text = f"{pause.path} {agreement.lack(pause.path)}"
        yield TargetProblem(part(row), pause.path, text, wrong(pause.path))
        return
    whom = pause.reason if isinstance(pause.reason, str) else "an unknown reason"
    for name, value in (("for", pause.reason), ("at_most", pause.at_most)):
        path = f"{pause.path}.{name}"
        if value is None:
            text = f"the clock of {row.path} stops for {whom} without limit"
            text += f": {path} {agreement.lack(path)}"
            yield TargetProblem(part(row), path, text, wrong(path))
        elif isinstance(value, Unknown) and not agreement.optimistic:
            text = f"the clock of {row.path} stops for {whom}: {path} is unknown"
            yield TargetProblem(part(row), path, text, unknown(path), (path,))
