"""Runs git: through GitPython, always the same way, and explains what goes wrong.

Git runs in the root and finds the repository itself, so that its own refusals (a repository of
another user) hold. It sees none of the `GIT_*` variables that a hook sets for another command,
runs no hook and no monitor, reads no terminal, opens no network connection, and must finish.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from cmpolicy.errors import GitError
from cmpolicy.snapshot import content

if TYPE_CHECKING:
    from git import Git

TIMEOUT: Final = 120.0
"""Seconds after which a call of git is given up."""

SHALLOW_HINT: Final = (
    "fetch the history: `fetch-depth: 0` for actions/checkout (2 is enough for the base of a "
    "pull request), `GIT_DEPTH: 0` for GitLab, or run `git fetch --unshallow`"
)
_PARTIAL_HINT: Final = (
    "cmpolicy does not use the network: clone without --filter, or fetch what is missing with "
    "`git fetch --refetch --no-filter`"
)
_OPTIONS: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_SET: Final = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
}
# As pre-commit does (pre_commit/git.py, no_git_env), without what only the network needs, and
# with the variables that choose configuration files: git itself sets none of them in a hook.
_KEPT: Final = frozenset(
    {
        "GIT_EXEC_PATH",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
    }
)
_KEPT_STARTS: Final = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_PYTHON_")
# Where objects that are being pushed wait for the hooks of the receiving repository.
_QUARANTINE: Final = frozenset(
    {"GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"}
)
_ENVIRONMENT_LOCK: Final = threading.RLock()


def run(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    """Run git in `root` and return its output; `GitError` where it fails."""
    status, out, err = attempt(root, *arguments, environment=environment)
    if status:
        if "index file" in err or "bad signature" in err:
            raise _bad_index((environment or {}).get("GIT_INDEX_FILE"), root)
        raise failure(root, err, f"git {_called(arguments)} failed with status {status}")
    return out


def attempt(
    root: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> tuple[int, bytes, str]:
    """Run git in `root` and return its status, output and messages.

    `GitError` where git cannot run there at all, whatever the arguments.
    """
    from subprocess import TimeoutExpired  # imported when git is first needed

    process = start(root, *arguments, environment=environment)
    try:
        out, err = process.communicate(timeout=TIMEOUT)
    except TimeoutExpired:
        process.kill()
        process.communicate()
        raise GitError(
            f"git {_called(arguments)} did not finish within {TIMEOUT:.0f} seconds in {root}",
            hint="see whether the disk is reachable and `git fsck` is content",
        ) from None
    messages = err.decode("utf-8", "replace").strip()
    if process.returncode:
        fault = _setup_fault(root, messages)
        if fault:
            raise fault
    return process.returncode, out, messages


def _called(arguments: tuple[str, ...]) -> str:
    """Return which of git's commands the arguments call: the first that is not `-c SETTING`."""
    before = ("", *arguments)
    pairs = zip(before, arguments, strict=False)
    return next(word for last, word in pairs if "-c" not in (last, word))


def start(
    root: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    stdin: int | None = None,
) -> Git.AutoInterrupt:
    """Start git in `root`, its output and messages in pipes; stdin is closed unless asked for."""
    with _own_environment(root):
        program = _program(root)
        _load(program)
        from git import Repo
        from git.exc import GitCommandNotFound, InvalidGitRepositoryError, NoSuchPathError

        try:
            repository = Repo(root, expand_vars=False)
        except (InvalidGitRepositoryError, NoSuchPathError, OSError) as error:
            if isinstance(error, OSError) and content.exhausted(error):
                raise
            raise _no_repository(root) from None
        command = [program, *_OPTIONS, *arguments]
        try:
            with repository:
                return repository.git.execute(
                    command, istream=stdin, as_process=True, env={**_SET, **(environment or {})}
                )
        except (GitCommandNotFound, PermissionError) as error:
            raise _no_git() from error


def _program(root: Path) -> str:
    """Return where git is: on PATH, not in the repository while there is another one.

    A relative entry of PATH (an empty one too) would mean a program of the repository.
    """
    given = os.environ.get("GIT_PYTHON_GIT_EXECUTABLE")
    if given:
        return given
    inside: str | None = None
    for folder in os.get_exec_path():
        found = which("git", path=folder) if Path(folder).is_absolute() else None
        if found is None or Path(found).parent != Path(folder):  # Windows also looks elsewhere
            continue
        if not Path(folder).resolve().is_relative_to(root.resolve()):
            return found
        inside = inside or found
    if inside is None:
        raise _no_git()
    return inside


def _load(program: str) -> None:
    """Import GitPython, which runs git at once: this one, and says nothing where it fails."""
    if "git" in sys.modules:
        return
    added = {"GIT_PYTHON_GIT_EXECUTABLE": program, "GIT_PYTHON_REFRESH": "quiet"}
    missing = added.keys() - os.environ.keys()
    os.environ.update({name: added[name] for name in missing})
    try:
        import git  # noqa: F401 - 100 ms that the work tree does not pay
    finally:
        for name in missing:
            del os.environ[name]


def failure(root: Path, messages: str, otherwise: str) -> GitError:
    """Make the error of what git said, with a remedy."""
    fault = _setup_fault(root, messages)
    if fault:
        return fault
    if "promisor" in messages or "lazy fetching disabled" in messages:
        return GitError(
            f"{root} is a partial clone, and an object that is needed was never fetched",
            hint=_PARTIAL_HINT,
        )
    phrase = messages.splitlines()[-1] if messages else "it did not say why"
    return GitError(f"{otherwise} in {root}: {phrase}", hint="see what `git fsck` says there")


def _bad_index(named: str | None, root: Path) -> GitError:
    """Make the error of an index that git cannot read: its own, or the one that a hook names."""
    if named is not None:
        return GitError(
            f"GIT_INDEX_FILE names {named}, which is not an index of git",
            hint="unset GIT_INDEX_FILE; git sets it in a hook, and nothing else should",
        )
    return GitError(
        f"the index of {root} is damaged",
        hint="make it again: move `.git/index` away and run `git reset` (what is staged is lost)",
    )


def _setup_fault(root: Path, messages: str) -> GitError | None:
    """Return the error where git refused the repository as a whole."""
    if "dubious ownership" in messages or "unsafe repository" in messages:
        remedy = f"git config --global --add safe.directory {root}"
        lines = (line.strip() for line in messages.splitlines())
        own = next((line for line in lines if line.startswith("git config")), remedy)
        return GitError(
            f"git refuses {root}: it belongs to another user", hint=f"if you trust it: {own}"
        )
    if "safe.bareRepository" in messages:
        return GitError(
            f"git refuses the bare repository {root}, as safe.bareRepository asks",
            hint="if you trust it: git config --global safe.bareRepository all",
        )
    if "not a git repository" in messages:
        return _no_repository(root)
    return None


def _no_repository(root: Path) -> GitError:
    if os.path.lexists(root / ".git"):
        return GitError(
            f"the repository behind {root / '.git'} is not there, or not complete",
            hint="`git status` says more; a linked work tree or a submodule also needs the "
            "repository that it belongs to (in a container, mount both)",
        )
    return GitError(
        f"{root} is not the top of a git repository",
        hint="run cmpolicy inside one, or make it one with `git init`",
    )


def _no_git() -> GitError:
    return GitError(
        "git was not found, or may not be run",
        hint="install git 2.30 or later and put it on PATH (files of the work tree can be "
        "checked without git)",
    )


@contextmanager
def _own_environment(root: Path) -> Iterator[None]:
    """Hide what a hook's environment says of another repository, while git is started.

    GitPython can add variables to git's environment but take none away.
    """
    with _ENVIRONMENT_LOCK:
        pushed = os.environ.get("GIT_QUARANTINE_PATH")
        quarantined = pushed and Path(pushed).resolve().is_relative_to(root.resolve())
        strangers = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("GIT_")
            and not (name in _KEPT or name.startswith(_KEPT_STARTS))
            and not (quarantined and name in _QUARANTINE)
        }
        for name in strangers:
            del os.environ[name]
        try:
            yield
        finally:
            os.environ.update(strangers)
