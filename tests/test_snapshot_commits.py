"""What git says of commits: day, author and subject."""

from datetime import date

import pytest

from cmpolicy.snapshot.commits import CommitFacts, commit_facts
from gitrepo import GitRepo, quiet


@pytest.fixture
def repo(tmp_path, monkeypatch):
    quiet(monkeypatch)
    return GitRepo.init(tmp_path / "repo")


def commit(repo, message, **env):
    repo.git("commit", "--quiet", "--allow-empty", "-F", "-", given=message, env=env)
    return repo.head()


def test_each_commit_by_its_id(repo):
    first = commit(repo, b"Move NOC to office hours\n\nA body.\n", GIT_AUTHOR_NAME="A. Beck")
    second = commit(repo, b"\n\nRestore nights", GIT_COMMITTER_DATE="2026-03-10T23:30:00-0500")

    found = commit_facts(repo.path, [second, first, second])

    day = date(2026, 1, 5)
    assert found == {
        first: CommitFacts(first, day, "A. Beck", "Move NOC to office hours"),
        second: CommitFacts(second, date(2026, 3, 10), "Test", "Restore nights"),
    }
    assert commit_facts(repo.path, []) == {}


def test_a_message_in_another_encoding_is_read_as_it_says(repo):
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
    phrase = commit(repo, "Büro nach acht".encode("latin-1"))

    assert commit_facts(repo.path, [phrase])[phrase].subject == "Büro nach acht"


def test_no_subject_and_a_strange_one(repo):
    empty = commit(repo, b"commit 0\n", GIT_AUTHOR_NAME="commit 1")
    repo.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", "")
    none = repo.head()

    found = commit_facts(repo.path, [empty, none])

    assert (found[empty].author, found[empty].subject) == ("commit 1", "commit 0")
    assert (found[none].author, found[none].subject) == ("Test", "")
