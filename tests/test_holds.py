"""A verdict holds from its first to its last day: held equal to judging every day by itself."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from cmpolicy.document import read
from cmpolicy.evaluate import judge
from cmpolicy.fleet import Evaluator
from cmpolicy.gate.members import CandidateFile
from cmpolicy.policy import Config
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.policy.library import Catalogs, load_bundled
from cmpolicy.snapshot import WorkTree

ROOT = Path(__file__).parents[1]
FIRST, DAYS = date(2025, 10, 1), 800
LAST = FIRST + timedelta(days=DAYS)
FILES = sorted((ROOT / "examples" / "agreements").glob("*.yaml"))
PACKS = load_bundled(Catalogs())


def load(path):
    """Load an example agreement, its shared files and records from the repository."""
    policy = EffectivePolicy(PACKS, Config(), Catalogs())
    evaluator = Evaluator.of(WorkTree(ROOT), policy, FIRST)
    relative = path.relative_to(ROOT).as_posix()
    assert evaluator.judge(CandidateFile(relative)).verdicts
    return evaluator.loader.load(read(path.read_bytes(), relative)), relative


def answer(verdict):
    """What a verdict says, without until when."""
    return verdict.outcome, verdict.reason, verdict.observations


def walked(agreement, file, rule, framework):
    """Yield (day, answer) for every day, judging once for each interval of validity."""
    day = FIRST
    while day < LAST:
        verdict = judge(agreement, file, rule, framework, day)
        assert (verdict.holds_from or day) <= day <= (verdict.holds_until or day)
        until = min(verdict.holds_until or LAST, LAST - timedelta(days=1))
        while day <= until:
            yield day, answer(verdict)
            day += timedelta(days=1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_intervals_equal_judging_every_day(path):
    """Rules about dates are judged on each of 800 days, the others around each edge."""
    agreement, file = load(path)
    compared = 0
    for pack in PACKS:
        if pack.framework not in (None, *agreement.frameworks):
            continue
        for rule in pack.rules:
            found = dict(walked(agreement, file, rule, pack.framework))
            edges = [day for day in found if day == FIRST or found[day] != found.get(day - ONE)]
            days = found if rule.facts.check in DATED else {d for e in edges for d in (e, e - ONE)}
            for day in days:
                if day in found:
                    compared += 1
                    alone = judge(agreement, file, rule, pack.framework, day)
                    assert answer(alone) == found[day], (rule.id, day)
    assert compared > 10 * DAYS


ONE = timedelta(days=1)
DATED = ("cadence", "attestation", "signature")
