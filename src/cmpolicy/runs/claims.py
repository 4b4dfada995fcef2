"""Which files of a snapshot claim an id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cmpolicy.document import read
from cmpolicy.errors import DocumentError
from cmpolicy.fleet import FileResult
from cmpolicy.runs.touched import RevisionView
from cmpolicy.snapshot import Snapshot


def holder_in(snapshot: Snapshot) -> Callable[[str, str], bool]:
    """Return what says whether a path of a snapshot holds the agreement with an id."""

    def had(path: str, identity: str) -> bool:
        try:
            value = read(snapshot.read(path), path).value
        except DocumentError:
            return False
        return isinstance(value, dict) and value.get("id") == identity

    return had


def claimants(
    view: RevisionView, judgements: Iterable[FileResult], known: Iterable[str]
) -> Iterator[FileResult]:
    """Yield the judgements of files, beside those known, that claim an id of these judgements."""
    ids = {name for one in judgements for name in (one.identity, one.formerly) if name}
    needles = (identity.encode("utf-8", "surrogatepass") for identity in ids)
    for source in view.holding(needles, frozenset(known)):
        # Many texts hold a word that is an id; few claim it, and only those are judged.
        if not ids.isdisjoint(_claims(view.snapshot, source.path)):
            found = view.evaluator.judge(source)
            if found.counts:
                yield found


def _claims(snapshot: Snapshot, path: str) -> set[str]:
    """Return the ids that a file claims, as its values say them; none where it is unreadable."""
    try:
        value = read(snapshot.read(path), path).value
    except DocumentError:
        return set()
    found = (value.get(key) for key in ("id", "formerly")) if isinstance(value, dict) else ()
    return {text for text in found if isinstance(text, str)}
