"""Errors of the operating system, with what is wrong and what to do."""

from __future__ import annotations

import errno
import os
from typing import Final

from cmpolicy.errors import CmpolicyError, Location

_SPACE: Final = "free some space on that disk, or write to another one"
_RIGHTS: Final = "give the user that runs cmpolicy the right to, or name another path"
_PROCESSES: Final = "raise the limit on processes (`ulimit -u`), or give --jobs 1"
_MEMORY: Final = "give it more memory (`ulimit -v`, the container's limit), or fewer --jobs"
_FILES: Final = "raise the limit on open files (`ulimit -n`), or give fewer --jobs"
_DISK: Final = "see whether the disk is in order, or write to another one"
_FOLDER: Final = "give the path of a file in a folder that exists"
_REMEDIES: Final = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`), or write elsewhere",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "write to a disk that is not read-only",
    errno.EAGAIN: _PROCESSES,
    errno.ENOMEM: _MEMORY,
    errno.EMFILE: _FILES,
    errno.ENFILE: "end other programs: no more files can be opened on this machine",
    errno.EIO: _DISK,
    errno.ENOENT: _FOLDER,
    errno.ENOTDIR: _FOLDER,
    errno.EISDIR: "this is a folder: give the path of a file in it",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "this is a symbolic link that leads to itself: give the path of a file",
    errno.ENXIO: "nobody reads there: give the path of a file",
}
_OTHERWISE: Final = "fix that, and run it again"


def remedy(error: OSError) -> str:
    """Return what to do about an error of the system."""
    return _REMEDIES.get(error.errno or 0, _OTHERWISE)


def reason(error: OSError) -> str:
    """Return what the system says of an error."""
    return error.strerror or str(error) or type(error).__name__


def explained(fault: Exception) -> CmpolicyError | None:
    """Return a fault of the machine as an error with a remedy; None: it is none, but a bug."""
    if isinstance(fault, MemoryError):
        return CmpolicyError("there is not enough memory", None, _MEMORY)
    if isinstance(fault, OSError):
        place = Location(os.fsdecode(fault.filename)) if _named(fault.filename) else None
        return CmpolicyError(f"the system refuses: {reason(fault)}", place, remedy(fault))
    # The source of a module is not read whole, or the interpreter itself has run out of memory.
    if isinstance(fault, ImportError | SyntaxError | SystemError):
        hint = f"where there is enough memory, install cmpolicy again; else {_MEMORY}"
        return CmpolicyError(f"a part of cmpolicy cannot be loaded: {fault}", None, hint)
    if isinstance(fault, RuntimeError) and "start new thread" in str(fault):
        return CmpolicyError("no more threads can be started", None, _PROCESSES)
    return None


def _named(name: object) -> bool:
    return isinstance(name, str | bytes)
