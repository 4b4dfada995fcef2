"""Globs, compiled once: of paths in the repository, and of agreement ids."""

from __future__ import annotations

import fnmatch
import re
from functools import cache


def matches(path: str, glob: str) -> bool:
    """Say whether a glob matches a path: `*` within a folder, `**` across folders."""
    return _path(glob).fullmatch(path) is not None


def is_literal(glob: str) -> bool:
    """Say whether a glob has no wildcard, so that it matches its own text alone."""
    return not any(char in glob for char in "*?[")


def fixed_start(glob: str) -> str:
    """Return the text before the first wildcard: what every match begins with."""
    return re.split(r"[*?\[]", glob, maxsplit=1)[0]


@cache
def _path(glob: str) -> re.Pattern[str]:
    pattern = ""
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", glob):
        match part:
            case "**/":
                pattern += "(?:.*/)?"
            case "**":
                pattern += ".*"
            case "*":
                pattern += "[^/]*"
            case "?":
                pattern += "[^/]"
            case _ if part.startswith("["):
                pattern += fnmatch.translate(part).removeprefix("(?s:").partition(")")[0]
            case _:
                pattern += re.escape(part)
    return re.compile(pattern)


def matches_id(identity: str, glob: str) -> bool:
    """Say whether a glob matches an agreement's id: `*` is any text, `?` one character."""
    return _id(glob).fullmatch(identity) is not None


@cache
def _id(glob: str) -> re.Pattern[str]:
    return re.compile(re.escape(glob).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
