"""The histories of many files, in worker processes where that is worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cmpolicy.fleet import workers
from cmpolicy.pool import Crew, spread
from cmpolicy.timeline.contents import TimelineContext
from cmpolicy.timeline.walk import FileHistory, walk
from cmpolicy.waivers import by_verdict


def walk_all(paths: Sequence[str], context: TimelineContext, crew: Crew) -> Iterator[FileHistory]:
    """Walk files, in their order; only what came of it comes back from a process."""
    crew = workers(len(paths), crew)
    if crew.alone:
        yield from map(_start(context), paths)
        return
    # Without a limit nothing is left out.
    yield from (walked for walked in spread(_start, context, paths, crew) if walked is not None)


def _start(context: TimelineContext) -> Callable[[str], FileHistory]:
    """Return what is done with each file, here or in a worker process."""
    return partial(walk, context=context, waivers=by_verdict(context.policy.waivers))
