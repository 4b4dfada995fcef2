"""How contents come out of git: through few processes, which may end, hang or lack an object."""

import os
import time

import pytest

import gitrepo
from cmpolicy.errors import DocumentError, GitError
from cmpolicy.snapshot import LIMIT, Revision, open_revision, runner
from gitrepo import GitRepo


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    return GitRepo.init(tmp_path / "repo")


@pytest.fixture
def started(monkeypatch):
    """Return the processes of git as they are started: (subcommand, process)."""
    found = []
    start = runner.start

    def noted(root, *arguments, **rest):
        process = start(root, *arguments, **rest)
        found.append((arguments[0], process))
        return process

    monkeypatch.setattr(runner, "start", noted)
    return found


def test_two_git_processes_list_and_read_any_number_of_files(repo, started):
    repo.commit({f"a/{number}.yaml": f"id: {number}\n" for number in range(300)})
    with Revision(repo.path, repo.head()) as revision:
        contents = [revision.read(path) for path in revision.paths()]
        assert all(revision.is_file(path) for path in revision.paths())
    assert len(set(contents)) == 300
    assert [name for name, _ in started] == ["ls-tree", "cat-file"]


def test_no_process_is_left_behind(repo, started):
    repo.commit({"a.yaml": "1"})
    with open_revision(repo.path, "HEAD") as closed:
        closed.read("a.yaml")
    forgotten = open_revision(repo.path, "HEAD")
    forgotten.read("a.yaml")
    del forgotten
    assert [process.proc.poll() is None for _, process in started] == [False] * len(started)
    assert len(started) == 6


def test_reading_goes_on_where_git_has_ended(repo, started):
    repo.commit({"a.yaml": "1", "b.yaml": "2"})
    with open_revision(repo.path, "HEAD") as revision:
        assert revision.read("a.yaml") == b"1"
        process = started[-1][1].proc
        process.kill()
        process.wait()
        assert revision.read("b.yaml") == b"2"


def test_a_file_too_large_is_not_read_to_its_end(repo, started):
    repo.commit({"huge.yaml": b"#" * (20 * LIMIT), "z.yaml": "z"})
    with open_revision(repo.path, "HEAD") as revision:
        with pytest.raises(DocumentError, match="larger than 1 MiB"):
            revision.read("huge.yaml")
        assert revision.read("z.yaml") == b"z"
    assert [name for name, _ in started].count("cat-file") == 2


def test_a_long_run_outlives_its_git_process(repo, started, monkeypatch):
    repo.commit({"a.yaml": "1"})
    with open_revision(repo.path, "HEAD") as revision:
        revision.paths()
        monkeypatch.setattr(runner, "TIMEOUT", 0.05)
        assert revision.read("a.yaml") == b"1"
        process = started[-1][1].proc
        limit = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
        monkeypatch.setattr(runner, "TIMEOUT", 60)
        assert revision.read("a.yaml") == b"1"


@pytest.mark.skipif(os.name == "nt", reason="puts a shell script in git's place")
@pytest.mark.parametrize("command", ["rev-parse", "cat-file"])
def test_git_that_hangs_is_given_up(repo, tmp_path, monkeypatch, command):
    repo.commit({"a.yaml": "1"})
    with open_revision(repo.path, "HEAD") as revision:
        revision.read("a.yaml")
    repo.stand_in(tmp_path / "bin", f'case "$*" in *{command}*) exec sleep 60;; esac')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(runner, "TIMEOUT", 1)
    with pytest.raises(GitError) as caught, open_revision(repo.path, "HEAD") as revision:
        revision.read("a.yaml")
    assert caught.value.hint


def test_a_damaged_repository_is_told(repo):
    repo.commit({"a.yaml": "1"})
    blob = repo.git("rev-parse", "HEAD:a.yaml")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with (
        open_revision(repo.path, "HEAD") as revision,
        pytest.raises(GitError, match="missing") as caught,
    ):
        revision.read("a.yaml")
    assert "git fsck" in caught.value.hint


def test_a_partial_clone_is_told_and_nothing_is_fetched(repo, tmp_path):
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit({"a.yaml": "1"})
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    with open_revision(partial.path, "HEAD") as revision:
        assert revision.paths() == ("a.yaml",)
        with pytest.raises(GitError, match="partial clone") as caught:
            revision.read("a.yaml")
    assert "--refetch" in caught.value.hint
    partial.git("fetch", "--quiet", "--refetch", "--no-filter")
    with open_revision(partial.path, "HEAD") as revision:
        assert revision.read("a.yaml") == b"1"
