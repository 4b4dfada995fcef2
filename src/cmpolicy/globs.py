"""Globs of paths in the repository, and of agreement ids, as policy files write them.

`*` matches within a folder, `**` across folders, `?` one character, `[ab]` one of some. None of
them matches a folder whose name starts with a dot: such a folder counts only where the glob names
it (`agreements/.archive/*.yaml`), so that `**/*.yaml` does not take in `.github`.

The globs of a change are a stranger's: names are matched one by one, so that no glob takes more
than (names of the path) times (names of the glob) steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from typing import Final

_ANY: Final = "**"
_Names = tuple[str, ...]


def matches(path: str, glob: str) -> bool:
    """Say whether a glob matches a path; both are relative to the root."""
    *folders, name = path.split("/")
    return any(
        any(_named(name, last) for last in _lasts(names, _after(folders, names)))
        for names in _spelt_out(glob)
    )


def may_match_below(folder: str, glob: str) -> bool:
    """Say whether a glob may match a path below a folder; both are relative to the root."""
    folders = folder.split("/")
    return any(
        min(_after(folders, names), default=len(names)) < len(names) for names in _spelt_out(glob)
    )


def is_literal(glob: str) -> bool:
    """Say whether a glob has no wildcard, so that it matches its own text alone."""
    return not any(char in glob for char in "*?[")


def fixed_start(glob: str) -> str:
    """Return the text before the first wildcard: what every match begins with."""
    return re.split(r"[*?\[]", glob, maxsplit=1)[0]


def matches_id(identity: str, glob: str) -> bool:
    """Say whether a glob matches an agreement's id: `*` is any text, `?` one character."""
    return _named(identity, glob.replace("[", "[[]"))


@lru_cache(maxsize=4096)
def _spelt_out(glob: str) -> tuple[_Names, ...]:
    """Return the glob as names, `**` by itself; `a**.yaml` is `a*.yaml` or `a*/**/*.yaml`."""
    *folders, last = glob.split("/")
    start = [name if name == _ANY else name.replace(_ANY, "*") for name in folders]
    before, star, after = last.partition(_ANY)
    if last == _ANY:
        return ((*start, _ANY, "*"),)
    if not star:
        return ((*start, last),)
    after = after.replace(_ANY, "*")
    return (*start, f"{before}*{after}"), (*start, f"{before}*", _ANY, f"*{after}")


def _after(folders: list[str], names: _Names) -> set[int]:
    """Return how many names of the glob may be behind once all the folders are matched."""
    at = _skipped({0}, names)
    for folder in folders:
        following = set()
        for index in at:
            if index >= len(names) - 1:
                continue  # the last name is a file's
            if names[index] == _ANY:
                following |= set() if folder.startswith(".") else {index}
            elif _shown(folder, names[index]) and _named(folder, names[index]):
                following.add(index + 1)
        at = _skipped(following, names)
    return at


def _skipped(at: set[int], names: _Names) -> set[int]:
    """Add what `**` leads to where it matches no folder at all."""
    found = set(at)
    for index in sorted(at):
        step = index
        while step < len(names) and names[step] == _ANY:
            step += 1
            found.add(step)
    return found


def _lasts(names: _Names, at: set[int]) -> Iterator[str]:
    return (names[index] for index in at if index == len(names) - 1)


def _shown(folder: str, name: str) -> bool:
    return name.startswith(".") or not folder.startswith(".")


def _named(text: str, name: str) -> bool:
    return _pattern(name).match(text) is not None


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(translate(name))
