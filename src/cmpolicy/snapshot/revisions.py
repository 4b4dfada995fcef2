"""Which commit a name means: revisions, ranges, merge bases, the default branch."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cmpolicy.errors import GitError
from cmpolicy.snapshot import runner

_DEFAULT_BRANCHES: Final = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)


def parse_range(text: str) -> tuple[str, str | None, bool]:
    """Split `base..head` or `base...head`; the last value distinguishes three dots from two.

    A side left out of a range is HEAD, as in git. Without dots the head is None: the work tree.
    `GitError` where it is neither.
    """
    dots = "..." if "..." in text else ".."
    base, found, head = text.partition(dots)
    if text.strip(".") == "" or ".." in head or head.startswith("."):
        raise GitError(
            f"{text!r} is not a range of revisions",
            hint="write BASE..HEAD, or BASE...HEAD to start where the two parted",
        )
    if not found:
        return base, None, False
    return base or "HEAD", head or "HEAD", dots == "..."


def resolve(root: Path, rev: str) -> str:
    """Return the full id of the commit that a revision names; `GitError` where there is none."""
    if not rev or rev.startswith("-") or not rev.isprintable():
        raise GitError(
            f"{rev!r} is not a revision",
            hint="give a commit id, a branch, a tag, or an expression such as HEAD~1; none of "
            "them starts with a dash",
        )
    status, out, messages = runner.attempt(
        root, "rev-parse", "--verify", "--end-of-options", f"{rev}^{{commit}}"
    )
    if status:
        raise _unknown(root, rev, messages)
    return out.decode().strip()


def merge_base(root: Path, a: str, b: str) -> str:
    """Return the full id of the best common ancestor of two revisions.

    `GitError` where there is none: that is never "no changes".
    """
    status, out, messages = runner.attempt(root, "merge-base", resolve(root, a), resolve(root, b))
    if status > 1:
        raise runner.failure(root, messages, "git merge-base failed")
    if status:
        hint = "name the base itself: two dots (BASE..HEAD) compare without a common ancestor"
        if is_shallow(root):
            hint = f"this is a shallow clone: {runner.SHALLOW_HINT}"
        raise GitError(f"{a} and {b} have no common ancestor in {root}", hint=hint)
    return out.decode().split()[0]


def default_branch(root: Path) -> str:
    """Return the name of the branch that changes are compared with.

    What the remote `origin` says (its HEAD), else main or master, of `origin` before one's own.
    """
    listing = runner.run(
        root,
        "for-each-ref",
        "--format=%(refname)%00%(refname:short)%00%(symref:short)",
        *_DEFAULT_BRANCHES,
    )
    named: dict[str, str] = {}
    for line in listing.decode("utf-8", "replace").splitlines():
        full, short, target = line.split("\0")
        named[full] = target or short
    for full in _DEFAULT_BRANCHES:
        if full in named:
            return named[full]
    if _is_unborn(root) and not _names(root):
        raise _unborn(root)
    hint = "name the base, or run `git remote set-head origin --auto`"
    if is_shallow(root):
        hint = f"name the base; this is a shallow clone: {runner.SHALLOW_HINT}"
    raise GitError(
        f"{root} has no default branch: neither origin/HEAD, nor main, nor master", hint=hint
    )


def is_shallow(root: Path) -> bool:
    """Say whether the clone holds only a part of the history."""
    return runner.run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def shallow_commits(root: Path) -> frozenset[str]:
    """Return the ids of the commits whose parents were not fetched."""
    if not is_shallow(root):
        return frozenset()
    where = runner.run(root, "rev-parse", "--git-path", "shallow").decode().rstrip("\n")
    return frozenset((root / where).read_text(encoding="ascii").split())


def _unknown(root: Path, rev: str, messages: str) -> GitError:
    """Make the error of a revision that names no commit, with what was probably meant."""
    names = _names(root)
    unborn = _is_unborn(root)
    if not names and unborn:
        return _unborn(root)
    if unborn and rev.startswith(("HEAD", "@")):
        return GitError(
            f"{rev}: the current branch of {root} has no commits yet",
            hint="commit first, or name another branch",
        )
    if "is ambiguous" in messages:
        return GitError(f"{rev} is the start of several object ids", hint="give more of the id")
    if "expected commit type" in messages:
        return GitError(f"{rev} is not a commit", hint="name a commit, a branch or a tag")
    nearest = _nearest(rev, names)
    meant = f"the nearest name is {nearest}" if nearest else None
    if is_shallow(root):
        remedy = f"this is a shallow clone: {runner.SHALLOW_HINT}"
        return GitError(
            f"{rev} is not in the shallow clone {root}",
            hint=f"{meant}; {remedy}" if meant else remedy,
        )
    return GitError(
        f"{rev} names no commit in {root}",
        hint=meant or "list the names: `git branch --all`, `git tag`; or run `git fetch`",
    )


def current(root: Path) -> str | None:
    """Return the full id of the current commit; None where the branch has no commits yet."""
    status, out, _ = runner.attempt(root, "rev-parse", "--verify", "--quiet", "HEAD")
    return None if status else out.decode().strip()


def _is_unborn(root: Path) -> bool:
    """Say whether the current branch has no commits."""
    return current(root) is None


def _unborn(root: Path) -> GitError:
    return GitError(
        f"{root} has no commits yet",
        hint="commit first; `cmpolicy check` and `cmpolicy check --staged` work without a commit",
    )


def _names(root: Path) -> list[str]:
    """Return the short names of all branches and tags."""
    listing = runner.run(root, "for-each-ref", "--format=%(refname:short)")
    return listing.decode("utf-8", "replace").splitlines()


def _nearest(rev: str, names: list[str]) -> str | None:
    """Return the name that was probably meant: the same on a remote, or one spelt alike."""
    from difflib import get_close_matches  # only an error needs it

    remote = [name for name in names if name.endswith(f"/{rev}")]
    return next(iter(remote or get_close_matches(rev, names, n=1)), None)
