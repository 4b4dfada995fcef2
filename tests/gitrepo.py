"""Builds real git repositories for tests, with the git command and nothing of the user's."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
WHEN = "2026-01-05T12:00:00+00:00"


class GitRepo:
    """A repository in a folder; `GitRepo.init` makes a new one, `clone` a copy of another."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def init(cls, path: Path, *options: str) -> GitRepo:
        """Make a repository without commits, its branch called main."""
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        repo.git("init", "--quiet", "--initial-branch=main", *options)
        return repo

    def clone(self, path: Path, *options: str) -> GitRepo:
        """Clone through the file protocol, so that `--depth` and `--filter` are honoured."""
        self.git("clone", "--quiet", *options, self.path.as_uri(), str(path))
        return GitRepo(path)

    def git(
        self,
        *arguments: str,
        when: str = WHEN,
        env: dict[str, str] | None = None,
        given: bytes = b"",
        check: bool = True,
    ) -> str:
        """Run git here, author and committer at `when`, and return its output."""
        inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
        people = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Test"), ("EMAIL", "test@example.org"), ("DATE", when))
        }
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(
            command,
            cwd=self.path,
            env={**inherited, **QUIET, **people, **(env or {})},
            input=given,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{command}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes = "") -> Path:
        """Write a file, with its folders, and return where it lies."""
        where = self.path / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content.encode() if isinstance(content, str) else content)
        return where

    def commit(
        self,
        files: dict[str, str | bytes] | None = None,
        *,
        message: str = "change",
        when: str = WHEN,
    ) -> str:
        """Write files, stage everything, commit, and return the commit's id."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, when=when)
        return self.head()

    def head(self) -> str:
        """Return the id of the current commit."""
        return self.git("rev-parse", "HEAD")

    def hook(self, name: str, script: str) -> None:
        """Install a hook, a shell script."""
        where = self.path / self.git("rev-parse", "--git-path", f"hooks/{name}")
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        where.chmod(0o755)

    def stand_in(self, folder: Path, script: str) -> None:
        """Put a shell script in git's place, for a PATH that starts with `folder`.

        It goes on to the real git where the script does not end otherwise.
        """
        folder.mkdir()
        program = folder / "git"
        program.write_text(f'#!/bin/sh\n{script}\nexec {shutil.which("git")} "$@"\n', "utf-8")
        program.chmod(0o755)


def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the git that the program starts away from the user's configuration too."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
