"""Selects what `check --staged PATH...` judges: git names the paths, not a person.

A hook names what a commit touches. An agreement may depend on that without being touched itself.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.gate.kinds import AGREEMENT
from cmpolicy.gate.members import CandidateFile
from cmpolicy.runs.touched import RevisionView
from cmpolicy.snapshot import Index


def staged_sources(
    view: RevisionView, index: Index, paths: tuple[str, ...]
) -> dict[str, CandidateFile]:
    """Return the sources that the files among the paths add to a run.

    An agreement is added where it needs one of the files, or one that the commit takes away: a
    shared file that it or its service plans use, such a plan, or a record that it names.
    """
    kinds = {path: view.kind(path) for path in paths if index.is_file(path)}
    if not kinds:
        return {}
    touched = {path for path, kind in kinds.items() if kind != AGREEMENT} | index.gone()
    return {
        source.path: source for source in _dependents(view, frozenset(touched), frozenset(kinds))
    }


def _dependents(
    view: RevisionView, touched: frozenset[str], known: frozenset[str]
) -> Iterator[CandidateFile]:
    """Yield the agreements, beside those known, that need one of the files touched."""
    reached = touched | frozenset(view.plans_using(touched))
    names = {os.fsencode(posixpath.basename(path)) for path in reached}
    for source in view.holding(names, known):
        try:
            needs = view.evaluator.loader.needed(read(view.snapshot.read(source.path), source.path))
        except DocumentError:
            continue  # no agreement, or one that was wrong before this commit
        if needs.touched_by(touched):
            yield source
