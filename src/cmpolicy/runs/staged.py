"""What `check --staged PATH...` judges: git names its paths, not a person.

A hook names what a commit touches. An agreement may depend on that without being touched itself,
and much of it is no business of cmpolicy.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from cmpolicy.agreement.load import needed
from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.fleet import Source
from cmpolicy.runs.touched import Sight
from cmpolicy.snapshot import Index


def staged_sources(sight: Sight, index: Index, paths: tuple[str, ...]) -> dict[str, Source]:
    """Return the sources that the files among the paths add to a run, or replace in it.

    An agreement is added where it needs one of the files, or one that the commit takes away: a
    shared file that it uses, or a record that it names. A file that neither says that it is
    cmpolicy's nor is named by a glob is passed over unread: it need not be YAML as we read it.
    """
    kinds = {path: sight.kind(path) for path in paths if index.is_file(path)}
    if not kinds:
        return {}
    found = {
        path: Source(path)
        for path, kind in kinds.items()
        if kind is None and not sight.config.names(path)
    }
    touched = {path for path, kind in kinds.items() if kind != "Agreement"} | index.gone()
    for path in _dependents(sight, frozenset(touched), frozenset(kinds)):
        found[path] = Source(path, named=True)
    return found


def _dependents(sight: Sight, touched: frozenset[str], known: frozenset[str]) -> Iterator[str]:
    """Yield the agreements, beside those known, that need one of the files touched."""
    names = {os.fsencode(posixpath.basename(path)) for path in touched}
    for path in sight.holding(names, known):
        try:
            wanted = needed(read(sight.snapshot.read(path), path))
        except DocumentError:
            continue  # no agreement, or one that was wrong before this commit
        if not touched.isdisjoint(wanted.uses | wanted.records):
            yield path
