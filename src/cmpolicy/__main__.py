"""Where the program starts: the console script, and `python -m cmpolicy`.

Python puts the working directory first on its path for `-m`. It is taken off before anything
else is loaded; what Python itself loads before that (`cmpolicy` too, where the folder has one)
it loads from there all the same. Where the folder is a stranger's, call the console script, or
`python -I -m cmpolicy`.
"""

import os
import sys

NOT_LOADED = 2
"""The exit status where the program cannot be loaded, or not say what is wrong."""
_NO_MEMORY = b"""\
error: there is not enough memory
  help: give it more memory (`ulimit -v`, the container's limit), or fewer --jobs
"""
_REMEDY = (
    "give it more memory or open files (`ulimit -a` shows the limits); where there is enough, "
    "install it again"
)


def leave_working_directory(path: list[str]) -> None:
    """Take the working directory off the front of the path, where `-m` put it."""
    if path and not sys.flags.safe_path and path[0] in ("", os.getcwd()):  # noqa: PTH109 - no pathlib yet
        del path[0]


def hold_standard_streams() -> None:
    """Open the null device for each standard stream that is closed.

    The next file opened would take its number, and what is meant for the stream would be
    written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def run() -> None:
    """Run a command, and exit with its status."""
    hold_standard_streams()
    try:
        from cmpolicy.cli import run as run_command

        run_command()
    except MemoryError:
        os.write(2, _NO_MEMORY)
        os._exit(NOT_LOADED)  # not even to end well is there memory
    except Exception as fault:  # noqa: BLE001 - as a traceback it would end with 1, a failed gate
        kind = type(fault).__name__
        phrase = " ".join(f"cmpolicy cannot go on: {kind}: {fault}".split())
        try:  # noqa: SIM105 - the fewest modules: there may be no memory to load any
            os.write(2, f"error: {phrase}\n  help: {_REMEDY}\n".encode("utf-8", "replace"))
        except OSError:
            pass
        sys.exit(NOT_LOADED)


if __name__ == "__main__":
    try:  # noqa: SIM105 - contextlib might come from that very folder
        leave_working_directory(sys.path)
    except OSError:  # the working directory is gone: nothing can be loaded from it
        pass
    run()
