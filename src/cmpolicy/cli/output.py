"""Writing what reporters return: to standard output, or to files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from cmpolicy.errors import CmpolicyError, Location

T = TypeVar("T")
WORTH_SHOWING: Final = 50
"""Files from which on a progress bar is worth its lines."""


def colour_wanted() -> bool:
    """Say whether standard output takes colour: a terminal, and no `NO_COLOR` (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def width() -> int:
    """Return the columns to fill: those of the terminal, within reason; 100 in a pipe."""
    if not sys.stdout.isatty():
        return 100
    return max(60, min(shutil.get_terminal_size().columns, 120))


def write_out(text: str) -> None:
    """Write to standard output, in UTF-8 and with the same line breaks everywhere."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def write_file(path: str, text: str) -> None:
    """Write a file by way of a temporary one beside it, so that nobody reads half of it.

    Raises:
        CmpolicyError: where it cannot be written.
    """
    target = Path(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "replace"))
        # mkstemp is private to its user; a report is as public as any file made here.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        message = f"the report cannot be written: {error.strerror or error}"
        hint = "give the path of a file in a folder that exists"
        raise CmpolicyError(message, Location(path), hint) from error


def progress(items: Iterable[T], count: int) -> Iterator[T]:
    """Hand items on, and show on a terminal how far it is where there are many."""
    if not sys.stderr.isatty() or count < WORTH_SHOWING:
        yield from items
        return
    import click

    with click.progressbar(items, length=count, label="judging", file=sys.stderr) as shown:
        yield from shown
