"""A pool of worker processes, none of which runs a file of the current folder.

The standard library starts its workers as `python -c`, with the working directory first on
their path: a `multiprocessing.py` in a checkout would be executed. These start isolated (`-I`),
outside of it, and import from where this process does. What goes to and fro are pickles in
pipes that only this process and its own workers hold.

A worker is in a group of processes of its own, so that an interrupt meets this process alone,
which then ends them; and it ends by itself once its pipe is closed, however this process went.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any, Final, Self, TypeVar

from cmpolicy.errors import CmpolicyError

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

Answers = SimpleQueue[tuple[int, bool, Any]]
"""The number of an item, whether it was done, and what came of it, or the exception."""

_LENGTH: Final = 8
_AT_ONCE: Final = 32
"""The most items that a worker is given at a time."""
_LOOK: Final = 0.5
"""Seconds after which a wait looks up: on Windows nothing else interrupts it."""
_START: Final = "import sys; sys.path[:] = sys.argv[1:]; from cmpolicy.pool import serve; serve()"


@dataclass(frozen=True, slots=True)
class Limit:
    """When a run must be over."""

    seconds: float
    end: float
    """Seconds of `time.monotonic`."""

    @classmethod
    def of(cls, seconds: float) -> Self:
        """Return the limit of a run that starts now."""
        return cls(seconds, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until then, never negative."""
        return max(0.0, self.end - time.monotonic())

    def __str__(self) -> str:
        return f"the run's time limit of {self.seconds:g} s was reached"


@dataclass(frozen=True, slots=True)
class Crew:
    """By how many processes a run judges, and until when."""

    size: int | None = None
    """None: as many as are worth it."""
    limit: Limit | None = None

    @property
    def alone(self) -> bool:
        """Say whether this process judges itself: it could not stop itself at a limit."""
        return self.size == 1 and self.limit is None


ALONE: Final = Crew(1)
"""This process alone."""
ANY: Final = Crew()
"""As many processes as are worth it."""


def spread(
    make: Callable[[S], Callable[[T], R]], shared: S, items: Sequence[T], crew: Crew
) -> Iterator[R | None]:
    """Apply a function to items in processes; yield the results in the order of the items.

    Args:
        make: a function of a module, which makes the function from what all items share.
        shared: goes to each process once.
        items: each goes to one process.
        crew: how many processes, and until when; what is not done then is None.

    Raises:
        CmpolicyError: where a process cannot be started, or ends before its work does.
    """
    size = min(crew.size or 1, len(items))
    chunk = max(1, min(_AT_ONCE, len(items) // (size * 4))) if items else 1
    todo: SimpleQueue[range] = SimpleQueue()
    for first in range(0, len(items), chunk):
        todo.put(range(first, min(first + chunk, len(items))))
    begin = pickle.dumps((make, shared))
    answers: Answers = SimpleQueue()
    there: dict[int, R] = {}
    done = 0
    workers: list[_Worker] = []
    try:
        for _ in range(size):
            workers.append(_Worker())
            workers[-1].drive(partial(_hand_out, workers[-1], begin, items, todo, answers))
        while done < len(items) and _await(done, answers, there, crew.limit):
            yield there.pop(done)
            done += 1
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.close()
    yield from (there.pop(number, None) for number in range(done, len(items)))


def _await(number: int, answers: Answers, there: dict[int, Any], limit: Limit | None) -> bool:
    """Take answers in until that of a number is there; False where it is not at the limit."""
    while number not in there:
        left = _LOOK if limit is None else min(_LOOK, limit.left)
        try:
            found, fine, answer = answers.get(timeout=left) if left else answers.get_nowait()
        except Empty:
            if left:
                continue
            return False
        if not fine:
            raise answer
        there[found] = answer
    return True


def _hand_out(
    worker: _Worker,
    begin: bytes,
    items: Sequence[Any],
    todo: SimpleQueue[range],
    answers: Answers,
) -> None:
    """Hand a worker its items, until there are none."""
    try:
        worker.send(begin)
        while True:
            numbers = todo.get_nowait()
            worker.send(pickle.dumps([items[number] for number in numbers]))
            for number in numbers:
                answers.put((number, *worker.receive()))
    except Empty:
        return
    except Exception as fault:  # noqa: BLE001 - whatever it is, the one who waits must know
        answers.put((-1, False, fault))


class _Worker:
    """A process that does what it is sent."""

    __slots__ = ("_source", "_target", "_thread", "process")

    def __init__(self) -> None:
        # With -I alone: no PYTHONPATH, no working directory, no module of the user's.
        flags = ["-I", *(["-X", "utf8"] if sys.flags.utf8_mode else [])]
        flags += ["-B"] if sys.dont_write_bytecode else []
        path = [entry for entry in sys.path if Path(entry).is_absolute()]
        apart: dict[str, Any] = {"process_group": 0}
        if sys.platform == "win32":
            from subprocess import CREATE_NEW_PROCESS_GROUP

            apart = {"creationflags": CREATE_NEW_PROCESS_GROUP}
        try:
            self.process = Popen(  # noqa: S603 - this same interpreter, with nothing of a stranger's
                [sys.executable, *flags, "-c", _START, *path],
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd=sys.prefix,
                **apart,
            )
        except OSError as error:
            raise _cannot_start(error.strerror or str(error)) from error
        self._target: IO[bytes] = self.process.stdin  # type: ignore[assignment] # it is a pipe
        self._source: IO[bytes] = self.process.stdout  # type: ignore[assignment] # the same
        self._thread: threading.Thread | None = None

    def drive(self, function: Callable[[], None]) -> None:
        """Let a thread talk with the worker."""
        thread = threading.Thread(target=function, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # "can't start new thread"
            raise _cannot_start(str(error)) from error
        self._thread = thread

    def send(self, frame: bytes) -> None:
        """Hand a frame to the worker."""
        try:
            _put(self._target, frame)
        except OSError as error:
            raise self._lost() from error

    def receive(self) -> tuple[bool, Any]:
        """Return whether an item was done, and what came of it, or the exception."""
        frame = _take(self._source)
        if frame is None:
            raise self._lost()
        answer: tuple[bool, Any] = pickle.loads(frame)  # noqa: S301 - from our own worker
        return answer

    def close(self) -> None:
        """Take leave of a process that was killed, and of the thread that talked with it."""
        self.process.wait()
        if self._thread is not None:
            self._thread.join()  # its pipes have ended
        self._source.close()
        with suppress(OSError):  # what was not sent
            self._target.close()

    def _lost(self) -> CmpolicyError:
        status = self.process.wait()
        how = f"with status {status}"
        if status < 0:
            names = {number.value: number.name for number in signal.Signals}
            how = f"by the signal {names.get(-status, -status)}"
        return CmpolicyError(
            f"a worker process ended {how} before its work was done",
            None,
            "most often there is too little memory, or a limit on it: give fewer --jobs "
            "(1 judges without other processes), or more memory",
        )


def _cannot_start(because: str) -> CmpolicyError:
    return CmpolicyError(
        f"a worker process cannot be started: {because}",
        None,
        "give fewer --jobs (1 judges without other processes), or raise the limits on open "
        "files, processes and memory (`ulimit -a` shows them)",
    )


def _put(target: IO[bytes], frame: bytes) -> None:
    target.write(len(frame).to_bytes(_LENGTH, "big"))
    target.write(frame)
    target.flush()


def _take(source: IO[bytes]) -> bytes | None:
    """Read a frame; None where there is no whole one any more."""
    try:
        head = source.read(_LENGTH)
        frame = source.read(int.from_bytes(head, "big"))
    except (OSError, ValueError):  # closed meanwhile
        return None
    whole = len(head) == _LENGTH and len(frame) == int.from_bytes(head, "big")
    return frame if whole else None


def serve() -> None:
    """Be a worker: read what to do from standard input, write what came of it to standard output.

    Ends once its input is closed, whatever it is doing: then nobody waits for it.
    """
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what prints spoils no frame
    frames: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        while (frame := _take(sys.stdin.buffer)) is not None:
            frames.put(frame)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    _answer(frames, target)


def _answer(frames: SimpleQueue[bytes], target: IO[bytes]) -> None:
    """Do what the frames ask, for ever."""
    work: Callable[[Any], Any] | None = None
    fault: Exception | None = None
    try:
        make, shared = pickle.loads(frames.get())  # noqa: S301 - from the process that started this
        work = make(shared)
    except Exception as error:  # noqa: BLE001 - the answer to every item
        fault = error
    while True:
        for item in pickle.loads(frames.get()):  # noqa: S301 - the same
            try:
                answer = (True, work(item)) if work else (False, fault)
            except Exception as error:  # noqa: BLE001 - goes back, and is raised there
                answer = (False, error)
            _put(target, _pickled(answer))


def _pickled(answer: tuple[bool, Any]) -> bytes:
    try:
        frame = pickle.dumps(answer)
        if not answer[0]:
            pickle.loads(frame)  # noqa: S301 - our own: an exception may not come back whole
    except Exception as error:  # noqa: BLE001 - of any kind: what cannot be sent is reported
        failure = answer[1] if not answer[0] else error
        frame = pickle.dumps((False, RuntimeError(f"{type(failure).__name__}: {failure}")))
    return frame
