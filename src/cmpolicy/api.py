"""The public API: what the commands do, for programs.

    >>> import cmpolicy
    >>> from datetime import date
    >>> report = cmpolicy.check(["agreements"], as_of=date(2026, 11, 24))
    >>> report.passed, [finding.rule.id for finding in report.failing]

Paths are relative to the working directory, as on the command line. Nothing is printed, and the
clock on the wall is not asked: the day is an argument. What is returned does not change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from cmpolicy.agreement import Agreement
from cmpolicy.agreement.load import Loader
from cmpolicy.document import read
from cmpolicy.errors import CmpolicyError
from cmpolicy.pool import Crew
from cmpolicy.runs import entry
from cmpolicy.runs.policies import PolicyRequest
from cmpolicy.runs.session import locate
from cmpolicy.snapshot import WorkTree
from cmpolicy.verdict import Report

if TYPE_CHECKING:
    from cmpolicy.compare import Comparison  # a check does not pay for comparing

PathLike = str | os.PathLike[str]


def check(  # noqa: PLR0913 - the options of the command, each with a default
    paths: Iterable[PathLike] = (),
    *,
    as_of: date,
    packs: Iterable[PathLike] = (),
    config: PathLike | None = None,
    fail_on: str | None = None,
    rev: str | None = None,
    staged: bool = False,
    new_since: str | None = None,
    policy_from: str | None = None,
    jobs: int | None = 1,
) -> Report:
    """Evaluate agreements against policy packs, as `cmpolicy check` does.

    Args:
        paths: files and folders; empty: what the configuration names, else every agreement under
            the working directory.
        as_of: the day to judge by.
        packs: exactly these packs, by name or path; empty: the default set.
        config: the configuration; None: the nearest cmpolicy.yaml.
        fail_on: the lowest severity that fails the gate (`critical`, `high`, `medium`, `low`), or
            `never`; None: the configuration's.
        rev: judge the agreements of this git revision.
        staged: judge what is staged in git.
        new_since: only what is new or worse since this revision fails the gate.
        policy_from: the revision of the policy; `head`: that of the change itself.
        jobs: worker processes; None: as many as are worth it.

    Raises:
        CmpolicyError: for what the caller can correct. An agreement that cannot be read is not
            an error: its verdicts say so.
    """
    run, _ = entry.check(
        entry.CheckArguments(
            tuple(os.fspath(path) for path in paths),
            _policy(as_of, packs, config, policy_from),
            fail_on,
            rev,
            staged,
            new_since,
            Crew(jobs),
        )
    )
    if run.errors:
        raise CmpolicyError.of(tuple(one for error in run.errors for one in error.problems))
    return run.report


def diff(
    base: str | None = None,
    head: str | None = None,
    *,
    as_of: date,
    packs: Iterable[PathLike] = (),
    config: PathLike | None = None,
    fail_on: str = "dropped",
    policy_from: str | None = None,
) -> Comparison:
    """Return what a change does to the promises of agreements, as `cmpolicy diff` does.

    Args:
        base: a git revision, a range (`a..b`, `a...b`), or a file; None: the point where the work
            left the default branch.
        head: a revision or a file; None: the work tree.
        as_of: the day to judge by.
        packs: exactly these packs, by name or path; empty: the default set.
        config: the configuration; None: the nearest cmpolicy.yaml.
        fail_on: `weakened`, `dropped`, `newly-failing` or `never`.
        policy_from: the revision of the policy; None: that of the head.

    Raises:
        CmpolicyError: for what the caller can correct.
    """
    asked = _policy(as_of, packs, config, policy_from)
    return entry.diff(base, head, asked, fail_on)


def load(path: PathLike) -> Agreement:
    """Load an agreement with the shared files that it uses.

    Raises:
        DocumentError: with every problem of the file.
    """
    place = locate((os.fspath(path),))
    tree = WorkTree(place.root)
    name = place.paths[0]
    return Loader(tree.read, tree.is_file).load(read(tree.read(name), name))


def _policy(
    as_of: date, packs: Iterable[PathLike], config: PathLike | None, policy_from: str | None
) -> PolicyRequest:
    named = tuple(os.fspath(pack) for pack in packs)
    return PolicyRequest(None if config is None else os.fspath(config), named, policy_from, as_of)
