"""What plans come to for every customer, as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from cmpolicy.plans.trial import Decider, Trial
from cmpolicy.reporters.escape import one_line
from cmpolicy.vocabulary import SECTIONS

_MOST: Final = 8
"""Rules that are named; the others are counted."""
_OWN: Final = (*SECTIONS, "capacity", "term", "frameworks", "model")


def text(trial: Trial, width: int) -> str:
    """Return a trial as text."""
    lines = [one_line(" + ".join(plan.id for plan in trial.plans)) + ", for every customer"]
    counts = (len(trial.passing), len(trial.failed), len(trial.undetermined), len(trial.idle))
    passing, failing, undetermined, idle = counts
    lines.append(
        f"{sum(counts)} rules: {passing} pass, {failing} fail, {undetermined} are decided by the "
        f"customer's file, {idle} do not apply"
    )
    if trial.failing:
        lines += ["", "Fails for every customer"]
        for one in trial.failing:
            at = f" ({one.place.file}:{one.place.line})" if one.place else ""
            lines += _wrapped(f"{one.severity}  {one.rule}: {one.message}{at}", width)
    inputs = [one for one in trial.deciders if one.input is not None]
    own = [one for one in trial.deciders if one.input is None and one.name in _OWN]
    rest = [one for one in trial.deciders if one not in inputs and one not in own]
    for heading, deciders in (
        ("Decided by what fills an input", inputs),
        ("Decided by the customer's own rows", own),
        ("Decided by what the plans leave unknown", rest),
    ):
        if deciders:
            lines += ["", heading]
            lines += [line for one in deciders for line in _decider(one, width)]
    return "\n".join(lines) + "\n"


def _decider(one: Decider, width: int) -> Iterator[str]:
    what = one.name
    default = one.input.default if one.input is not None else None
    if one.input is not None:
        left = f", {default.value} by default" if default is not None else ""
        what = f"{what} ({one.input.kind}{left})"
    rules = [
        f"{rule} (passes by default)" if default is not None and rule in one.by_default else rule
        for rule in one.rules
    ]
    more = f" and {len(rules) - _MOST} more" if len(rules) > _MOST else ""
    count = f"{len(rules)} rule{'s' * (len(rules) != 1)}"
    yield from _wrapped(f"{what}: {count}: {', '.join(rules[:_MOST])}{more}", width)


def _wrapped(line: str, width: int) -> list[str]:
    return textwrap.wrap(
        one_line(line),
        width,
        initial_indent="  ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
