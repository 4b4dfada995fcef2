"""Writes reports to standard output, or atomically to files."""

from __future__ import annotations

import contextlib
import io
import os
import select
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

from cmpolicy.cli.faults import reason, remedy
from cmpolicy.errors import CmpolicyError, Location

T = TypeVar("T")
WORTH_SHOWING: Final = 50
"""Files from which on a progress bar is worth its lines."""


def colour_wanted() -> bool:
    """Say whether standard output takes colour: a terminal, and no `NO_COLOR` (no-color.org)."""
    return _is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")


def width() -> int:
    """Return the columns to fill: those of the terminal, within reason; 100 in a pipe."""
    if not _is_terminal(sys.stdout):
        return 100
    return max(60, min(shutil.get_terminal_size().columns, 120))


def _is_terminal(stream: TextIO | None) -> bool:
    """Say whether a stream is a terminal; one that was closed before the program began is None."""
    return stream is not None and stream.isatty()


def write_out(text: str) -> None:
    """Write to standard output, in UTF-8 and with the same line breaks everywhere.

    Raises:
        CmpolicyError: where it cannot take all of it.
        BrokenPipeError: where its reader went away.
    """
    try:
        sys.stdout.flush()
        # Not through the buffer, which would keep what cannot be written, and try it again.
        buffer = sys.stdout.buffer
        raw: Any = getattr(buffer, "raw", buffer)
        _write_all(raw, _encoded(text))
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"standard output cannot be written: {reason(error)}"
        raise CmpolicyError(message, None, remedy(error)) from error


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _write_all(stream: io.RawIOBase, data: bytes) -> None:
    """Write all of it, to the disk where it is a file: there it may turn out to be full."""
    rest = memoryview(data)
    while rest:
        written = stream.write(rest)
        if written is None:  # a pipe that somebody made non-blocking is full
            select.select((), (stream.fileno(),), ())
        else:
            rest = rest[written:]
    stream.flush()
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        os.fsync(stream.fileno())


def write_file(path: str, text: str, root: Path) -> None:
    """Write a report, so that nobody reads half of one.

    What is not a regular file (a device, a pipe) is written to, and never replaced. A link is
    followed, unless it is one of the repository that is judged: it may lead anywhere.

    Raises:
        CmpolicyError: where it cannot be written.
    """
    if _is_led_astray(path, root):
        message = "the report is not written through a symbolic link of the repository"
        raise CmpolicyError(message, Location(path), "give the path of the file itself")
    data = _encoded(text)
    try:
        there = _status(path)
        if there is not None and _is_standard_output(there):
            write_out(text)
        elif there is not None and not stat.S_ISREG(there.st_mode):
            # Closed at once, and not made: it is there.
            with open(os.open(path, os.O_WRONLY), "wb", buffering=0) as stream:  # noqa: PTH123 - takes a descriptor
                _write_all(stream, data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except BrokenPipeError:
        raise CmpolicyError(
            "the report cannot be written: its reader went away", Location(path), None
        ) from None
    except OSError as error:
        message = f"the report cannot be written: {reason(error)}"
        raise CmpolicyError(message, Location(path), remedy(error)) from error


def _status(path: str) -> os.stat_result | None:
    """Return what is at a path, or at the end of its links; None where nothing is yet."""
    try:
        return os.stat(path)  # noqa: PTH116 - of text, which may end in a slash
    except FileNotFoundError:
        return None


def _is_standard_output(there: os.stat_result) -> bool:
    """Say whether this is the file that standard output goes to: it must not be replaced."""
    try:
        return sys.stdout is not None and os.path.samestat(there, os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):
        return False


def _is_led_astray(path: str, root: Path) -> bool:
    """Say whether a path below the root leads over a link that the repository may hold."""
    full = Path(os.path.abspath(path))  # noqa: PTH100 - links stay unresolved
    if root not in full.parents:
        return False
    return Path(os.path.realpath(full)) != Path(os.path.realpath(root)) / full.relative_to(root)


def _replace(target: Path, data: bytes) -> None:
    """Write a file by way of a temporary one beside it."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:32]}.")
    try:
        with open(handle, "wb", buffering=0) as stream:  # noqa: PTH123 - takes a descriptor
            _write_all(stream, data)
        # mkstemp is private to its user; a report is as public as any file made here.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def progress(items: Iterable[T], count: int) -> Iterator[T]:
    """Hand items on, and show on a terminal how far it is where there are many."""
    if not _is_terminal(sys.stderr) or count < WORTH_SHOWING:
        yield from items
        return
    import click

    with click.progressbar(items, length=count, label="judging", file=sys.stderr) as shown:
        yield from shown
