from datetime import date

import pytest

import gitrepo
from cmpolicy.errors import GitError
from cmpolicy.snapshot import FileChange, changed, history
from gitrepo import GitRepo

BIG = "".join(f"line {number}\n" for number in range(50))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    return GitRepo.init(tmp_path / "repo")


def short(changes):
    return [(change.status, change.old_path, change.new_path) for change in changes]


def test_nothing_changed_between_a_commit_and_itself(repo):
    head = repo.commit({"a.yaml": "1"})
    assert changed(repo.path, head, head) == ()


def test_additions_edits_deletions_and_renames_are_told_by_path(repo):
    base = repo.commit(
        {"a.yaml": "1", "gone.yaml": "2", "old/name.yaml": BIG, "bent.yaml": BIG + "x", "same": "0"}
    )
    one = repo.git("rev-parse", "HEAD:a.yaml")
    repo.git("rm", "--quiet", "gone.yaml")
    repo.path.joinpath("new").mkdir()
    repo.git("mv", "old/name.yaml", "new/name.yaml")
    repo.git("mv", "bent.yaml", "edited.yaml")
    head = repo.commit({"a.yaml": "9", "added\nå.yaml": "3", "edited.yaml": BIG + "y"})
    changes = changed(repo.path, base, head)
    assert short(changes) == [
        ("M", "a.yaml", "a.yaml"),
        ("A", None, "added\nå.yaml"),
        ("D", "bent.yaml", None),
        ("A", None, "edited.yaml"),
        ("D", "gone.yaml", None),
        ("R", "old/name.yaml", "new/name.yaml"),
    ]
    nine = repo.git("rev-parse", "HEAD:a.yaml")
    file = "100644"
    assert changes[0] == FileChange("M", "a.yaml", "a.yaml", one, nine, file, file)
    assert (changes[1].old_id, changes[2].new_id) == (None, None)
    assert changes[5].old_id == changes[5].new_id == repo.git("rev-parse", "HEAD:new/name.yaml")


def test_the_user_s_settings_do_not_change_the_answer(repo):
    base = repo.commit({"a.yaml": BIG, "b.yaml": "1"})
    repo.git("mv", "a.yaml", "c.yaml")
    head = repo.commit({"d.yaml": BIG})
    plain = changed(repo.path, base, head)
    for setting in ("diff.renames=copies", "diff.noprefix=true", "core.quotepath=true"):
        repo.git("config", *setting.split("="))
    assert changed(repo.path, base, head) == plain


def test_a_file_that_becomes_a_link_is_told(repo):
    base = repo.commit({"a.yaml": "1"})
    repo.path.joinpath("a.yaml").unlink()
    repo.path.joinpath("a.yaml").symlink_to("b.yaml")
    assert short(changed(repo.path, base, repo.commit())) == [("T", "a.yaml", "a.yaml")]


def days(commits):
    return [commit.day.isoformat() for commit in commits]


def test_a_period_starts_with_the_last_commit_before_it(repo):
    ids = [
        repo.commit({"a.yaml": str(day)}, when=f"2026-0{day}-10T12:00:00+00:00")
        for day in range(1, 6)
    ]
    commits = history(repo.path, date(2026, 3, 10), date(2026, 4, 10))
    assert [commit.id for commit in commits] == ids[1:4]
    assert days(commits) == ["2026-02-10", "2026-03-10", "2026-04-10"]
    assert commits[0].when == 1_770_724_800
    assert history(repo.path, date(2025, 1, 1), date(2025, 12, 31)) == ()
    late = history(repo.path, date(2027, 1, 1), date(2027, 12, 31))
    assert [commit.id for commit in late] == ids[-1:]


def test_the_day_is_the_committer_s(repo):
    repo.commit({"a.yaml": "1"}, when="2026-03-01T23:30:00-05:00")
    (commit,) = history(repo.path, date(2026, 3, 1), date(2026, 3, 1))
    assert commit.day == date(2026, 3, 1)
    assert commit.when == 1_772_425_800


def test_what_was_committed_today_is_of_today_wherever_that_was(repo):
    """In Auckland it is tomorrow already; `today` is that of UTC."""
    repo.commit({"a.yaml": "1"}, when="2026-03-02T09:00:00+13:00")
    repo.commit({"a.yaml": "2"}, when="2026-03-02T14:00:00+13:00")
    (commit,) = history(repo.path, date(2026, 2, 1), date(2026, 3, 1))
    assert commit.id == repo.git("rev-parse", "HEAD~1")
    assert commit.day == date(2026, 3, 1)
    later = history(repo.path, date(2026, 2, 1), date(2026, 3, 2))
    assert days(later) == ["2026-03-02", "2026-03-02"]


def test_dates_never_run_backwards(repo):
    stamps = ["2026-02-01T12:00", "2026-05-01T12:00", "2026-03-01T12:00", "2026-06-01T12:00"]
    for number, stamp in enumerate(stamps):
        repo.commit({"a.yaml": str(number)}, when=f"{stamp}:00+00:00")
    commits = history(repo.path, date(2026, 1, 1), date(2026, 12, 31))
    assert days(commits) == ["2026-02-01", "2026-05-01", "2026-05-01", "2026-06-01"]
    assert commits[1].when == commits[2].when


def test_only_first_parents_are_followed(repo):
    first = repo.commit({"a.yaml": "1"}, when="2026-01-01T12:00:00+00:00")
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"b.yaml": "1"}, when="2026-01-02T12:00:00+00:00")
    repo.git("switch", "--quiet", "main")
    merged = "2026-02-01T12:00:00+00:00"
    repo.git("merge", "--quiet", "--no-ff", "topic", "-m", "merge", when=merged)
    commits = history(repo.path, date(2026, 1, 1), date(2026, 12, 31))
    assert [commit.id for commit in commits] == [first, repo.head()]
    older = history(repo.path, date(2026, 1, 1), date(2026, 12, 31), head="topic~1")
    assert [commit.id for commit in older] == [first]


def test_a_shallow_clone_that_starts_too_late_is_an_error(repo, tmp_path):
    for month in range(1, 6):
        repo.commit({"a.yaml": str(month)}, when=f"2026-0{month}-10T12:00:00+00:00")
    clone = repo.clone(tmp_path / "clone", "--depth=3")
    with pytest.raises(GitError, match="starts on 2026-03-10, after 2026-02-01") as caught:
        history(clone.path, date(2026, 2, 1), date(2026, 12, 31))
    assert "--unshallow" in caught.value.hint
    commits = history(clone.path, date(2026, 4, 1), date(2026, 12, 31))
    assert days(commits) == ["2026-03-10", "2026-04-10", "2026-05-10"]


def test_a_history_without_commits_is_an_error(repo):
    with pytest.raises(GitError, match="no commits yet"):
        history(repo.path, date(2026, 1, 1), date(2026, 12, 31))


def test_a_commit_without_a_readable_date_keeps_its_place(repo):
    first = repo.commit({"a.yaml": "1"}, when="2026-01-10T12:00:00+00:00")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nparent {first}\nauthor A <a> now\ncommitter A <a> now\n\nbroken\n"
    broken = repo.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=text.encode()
    )
    repo.git("update-ref", "HEAD", broken)
    commits = history(repo.path, date(2026, 1, 1), date(2026, 12, 31))
    assert [commit.id for commit in commits] == [first, broken]
    assert days(commits) == ["2026-01-10", "2026-01-10"]
