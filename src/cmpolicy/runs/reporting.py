"""Builds the report of a run from its judgements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from cmpolicy import __version__
from cmpolicy.bundled import data_versions
from cmpolicy.errors import Problem
from cmpolicy.fleet import FileResult
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.verdict import Report, Skipped, Verdict
from cmpolicy.waivers import apply_waivers

DEFAULT_FAIL_ON: Final = "low"


def make_report(
    judgements: Sequence[FileResult],
    policy: EffectivePolicy,
    as_of: date,
    fail_on: str | None,
    commit: str | None,
    skipped: Iterable[Skipped] = (),
    *,
    waived: bool = True,
) -> Report:
    """Put the judgements of a run together, with waivers applied unless `waived` is False."""
    verdicts: list[Verdict] = [verdict for each in judgements for verdict in each.verdicts]
    warnings: list[Problem] = [*policy.warnings]
    warnings += [warning for each in judgements for warning in each.warnings]
    report = Report(
        version=__version__,
        as_of=as_of,
        packs=tuple(pack.facts for pack in policy.facts()),
        data=data_versions(),
        commit=commit,
        fail_on=fail_on or policy.config.fail_on or DEFAULT_FAIL_ON,
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.sort_key)),
        disabled=policy.disabled,
        skipped=tuple(sorted(skipped, key=lambda entry: (entry.file, entry.because))),
        warnings=tuple(dict.fromkeys(warnings)),
        titles={each.identity: each.title for each in judgements if each.title},
    )
    return apply_waivers(report, policy.waivers) if waived else report
