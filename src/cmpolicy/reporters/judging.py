"""What judged a run, in words: its packs, and the frameworks that they are of."""

from __future__ import annotations

from collections import defaultdict

from cmpolicy.verdict import Outcome, Report


def frameworks_of(report: Report) -> frozenset[str]:
    """Return the frameworks that some agreement of the run is held to.

    Packs of sound practice name controls of many frameworks: they hold nobody to one.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for verdict in report.verdicts:
        if verdict.outcome is not Outcome.NOT_APPLICABLE:
            names = (reference.partition(":")[0] for reference, _ in verdict.rule.controls)
            found[verdict.rule.pack].update(names)
    return frozenset(name for names in found.values() if len(names) == 1 for name in names)


def provenance(report: Report) -> str:
    """Return what a reader needs to repeat the run: the versions of what judged, and the day."""
    judged = {verdict.rule.pack for verdict in report.verdicts}
    packs = ", ".join(
        f"{pack.id} {pack.version}" for pack in report.packs if pack.id in judged or not judged
    )
    data = ", ".join(f"{name} {version}" for name, version in report.data.items())
    return f"{run_of(report)}; packs {packs}; {data}"


def run_of(report: Report) -> str:
    """Return cmpolicy's version, the day and the commit of a run."""
    commit = f", commit {report.commit[:12]}" if report.commit else ""
    return f"cmpolicy {report.version} as of {report.as_of}{commit}"
