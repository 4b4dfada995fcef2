"""The walks of many files: each by itself, in processes where that is worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cmpolicy.fleet import workers
from cmpolicy.timeline.contents import Ground
from cmpolicy.timeline.walk import Waivers, Walked, walk
from cmpolicy.waivers import by_verdict


def walk_all(paths: Sequence[str], ground: Ground, jobs: int | None) -> Iterator[Walked]:
    """Walk files, in their order; only what came of it comes back from a process."""
    count = workers(len(paths), jobs)
    if count == 1:
        waivers = by_verdict(ground.policy.waivers)
        yield from (walk(path, ground, waivers) for path in paths)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Never forked: each process starts a git of its own, and must not share pipes.
    chunk = max(1, min(16, len(paths) // (count * 4)))
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_start, initargs=(ground,)) as pool:
        yield from pool.map(_walk_there, paths, chunksize=chunk)


_there: tuple[Ground, Waivers] | None = None


def _start(ground: Ground) -> None:
    """Set a worker process up."""
    global _there  # noqa: PLW0603 - a worker's one ground, set before its first file
    _there = ground, by_verdict(ground.policy.waivers)


def _walk_there(path: str) -> Walked:
    assert _there is not None  # noqa: S101 - `_start` ran first
    return walk(path, *_there)
