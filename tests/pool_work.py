"""What worker processes do in tests: they import it from here."""

import os
import signal
import time
from functools import partial
from pathlib import Path

from cmpolicy.errors import CmpolicyError, Location


def times(factor):
    return partial(product, factor)


def product(factor, number):
    return factor * number


def odd(_):
    return refuse_even


def refuse_even(number):
    if number % 2 == 0:
        raise CmpolicyError("even", Location("numbers"), "give odd ones")
    return number


def unmakable(_):
    raise CmpolicyError("cannot be made", None, "never mind")


def fatal(_):
    return kill_oneself


def kill_oneself(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def unsendable(_):
    return make_function


def make_function(_):
    return lambda: None


def noting(folder):
    return partial(note, folder)


def note(folder, seconds):
    """Write that it began, take its time, and write that it ended."""
    (Path(folder) / f"{os.getpid()}-began").write_text("")
    time.sleep(seconds)
    (Path(folder) / f"{os.getpid()}-ended").write_text("")
    return os.getpid()


def talking(_):
    return talk


def talk(number):
    os.write(1, b"what is printed must not spoil the answer")
    return number


def surroundings(_):
    return look


def look(_):
    import sys

    return str(Path.cwd()), tuple(sys.path), sys.flags.isolated, os.getpgrp() == os.getpid()
