"""Contents by their object id, through one long-lived `git cat-file --batch`."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from cmpolicy.errors import GitError
from cmpolicy.snapshot import runner

if TYPE_CHECKING:
    from git import Git


class Blobs:
    """Reads blobs of one repository; starts git with the first read."""

    __slots__ = ("__weakref__", "_process", "_root", "_stop")

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: Git.AutoInterrupt | None = None
        self._stop: weakref.finalize[..., Blobs] | None = None

    def __reduce__(self) -> tuple[type[Blobs], tuple[Path]]:
        """Let another process read with a git of its own."""
        return Blobs, (self._root,)

    def close(self) -> None:
        """End git; a later read starts it again."""
        self._finish()

    def read(self, blob: str, limit: int) -> bytes | None:
        """Return a blob's content, or None where it has more than `limit` bytes.

        `GitError` where the repository does not have it.
        """
        header = self._ask(blob)
        if header is None:
            self._finish()
            header = self._ask(blob)  # its time was over, perhaps
        if header is None:
            messages = self._finish()
            raise runner.failure(self._root, messages, f"git could not read the blob {blob}")
        fields = header.split()
        if len(fields) != 3:  # noqa: PLR2004  # id, type, size; else "<id> missing"
            raise GitError(
                f"the blob {blob} is missing from {self._root}",
                hint="the repository is damaged: see what `git fsck` says",
            )
        size = int(fields[2])
        if size > limit:
            self._finish()  # cheaper than reading on to the end of it
            return None
        return self._take(size)

    def _ask(self, blob: str) -> bytes | None:
        """Send a request and return the line that answers it; None where git has ended."""
        process = self._process or self._start()
        try:
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
        except OSError:
            return None
        header: bytes = process.stdout.readline()
        return header if header.endswith(b"\n") else None

    def _take(self, size: int) -> bytes:
        """Return the content that follows a header."""
        process = self._process or self._start()
        content: bytes = process.stdout.read(size + 1)  # and a line break
        if len(content) != size + 1:
            messages = self._finish()
            raise runner.failure(self._root, messages, "git cat-file ended early")
        return content[:-1]

    def _start(self) -> Git.AutoInterrupt:
        from subprocess import PIPE  # imported when git is first needed

        process = runner.start(self._root, "cat-file", "--batch", stdin=PIPE)
        # One that hangs must not hang the program. It is ended after a time even where all is
        # well, and the next read starts another.
        timer = threading.Timer(runner.TIMEOUT, process.kill)
        timer.daemon = True
        timer.start()
        self._process = process
        # Also where nobody closed: when this object is let go, and when the program ends.
        self._stop = weakref.finalize(self, _end, process, timer)
        return process

    def _finish(self) -> str:
        """End git, if it runs, and return its messages."""
        stop = self._stop
        self._process = self._stop = None
        return str(stop() or "") if stop else ""


def _end(process: Git.AutoInterrupt, timer: threading.Timer) -> str:
    timer.cancel()
    process.kill()
    _, messages = process.communicate()
    return str(messages.decode("utf-8", "replace")).strip()
