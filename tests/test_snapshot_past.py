"""The files of every day of a period are those of each day's last commit."""

import os
from datetime import date

import pytest

import gitrepo
from cmpolicy.errors import DocumentError, GitError
from cmpolicy.snapshot import open_revision
from cmpolicy.snapshot.past import open_past
from gitrepo import GitRepo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="symbolic links")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    """A line with everything that can become of a path."""
    repo = GitRepo.init(tmp_path / "repo")

    def commit(day, **files):
        repo.commit(
            {name.replace("__", "/") + ".yaml": text for name, text in files.items()},
            when=f"2026-03-{day:02}T12:00:00+00:00",
        )

    commit(1, a="1", b="1", sub__c="1", **{".hidden__d": "1", "é\n": "1"})
    commit(3, a="2")
    commit(3, a="3", new="1")
    repo.git("mv", "b.yaml", "moved.yaml")
    commit(4)
    repo.path.joinpath("a.yaml").unlink()
    repo.path.joinpath("a.yaml").symlink_to("new.yaml")
    commit(5)
    commit(2, late="the clock ran back")
    repo.git("rm", "--quiet", "sub/c.yaml")
    commit(7, sub="now a file beside the folder that was")
    repo.path.joinpath("a.yaml").unlink()
    commit(9, a="a file again")
    return repo


def days(past):
    return [commit.day.day for commit in past.commits]


def test_a_day_shows_its_last_commit_and_days_never_run_back(repo):
    with open_past(repo.path, date(2026, 3, 1), date(2026, 3, 31)) as past:
        assert days(past) == [1, 3, 4, 5, 7, 9]
        assert past.at(3).read("late.yaml") == b"the clock ran back"
        assert [past.index_of(date(2026, 3, day)) for day in (1, 2, 8, 31)] == [0, 0, 4, 5]
        assert past.index_of(date(2026, 2, 28)) is None


def test_a_period_starts_with_the_last_commit_before_it(repo):
    with open_past(repo.path, date(2026, 3, 4), date(2026, 3, 5)) as past:
        assert days(past) == [3, 4, 5]
        assert past.at(0).read("a.yaml") == b"3"


def test_every_moment_is_the_revision_of_its_commit(repo):
    with open_past(repo.path, date(2026, 3, 1), date(2026, 3, 31)) as past:
        for index, commit in enumerate(past.commits):
            moment = past.at(index)
            with open_revision(repo.path, commit.id) as revision:
                assert moment.listing() == revision.listing()
                assert moment.commit == revision.commit
                everything = {*past.steps, "nothing.yaml", "sub", "sub/c.yaml/d"}
                for path in everything:
                    assert moment.is_file(path) is revision.is_file(path)
                    assert moment.blob_id(path) == revision.blob_id(path)
                    assert outcome(moment, path) == outcome(revision, path)


def outcome(snapshot, path):
    try:
        return snapshot.read(path)
    except DocumentError as error:
        return error.message.replace(snapshot.label, "here")


def test_every_path_there_ever_was_is_listed(repo):
    with open_past(repo.path, date(2026, 3, 1), date(2026, 3, 31)) as past:
        assert past.paths() == (
            *("a.yaml", "b.yaml", "late.yaml", "moved.yaml", "new.yaml", "sub.yaml"),
            *("sub/c.yaml", "é\n.yaml"),
        )


def test_the_next_change_of_a_path_is_told(repo):
    with open_past(repo.path, date(2026, 3, 1), date(2026, 3, 31)) as past:
        assert [past.next_change("a.yaml", index) for index in range(6)] == [1, 3, 3, 5, 5, None]
        assert past.next_change("nothing.yaml", 0) is None


def test_a_line_is_listed_once(repo, monkeypatch):
    from cmpolicy.snapshot import runner

    calls = []
    real = runner.run
    monkeypatch.setattr(
        runner, "run", lambda *given, **more: calls.append(given[1]) or real(*given, **more)
    )

    with open_past(repo.path, date(2026, 3, 1), date(2026, 3, 31)) as past:
        for index in range(len(past.commits)):
            past.at(index).paths()

    assert calls.count("ls-tree") == 1
    assert calls.count("diff-tree") == len(past.commits) - 1


def test_a_shallow_clone_that_does_not_reach_back_says_so(repo, tmp_path):
    shallow = repo.clone(tmp_path / "shallow", "--depth", "2")

    with pytest.raises(GitError, match="starts on 2026-03-07"):
        open_past(shallow.path, date(2026, 3, 3), date(2026, 3, 31))
