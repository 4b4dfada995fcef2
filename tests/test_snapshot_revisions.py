import os
import subprocess
import sys

import pytest

import gitrepo
from cmpolicy.errors import GitError
from cmpolicy.snapshot import (
    default_branch,
    merge_base,
    open_revision,
    parse_range,
    resolve,
    runner,
)
from gitrepo import GitRepo


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    return GitRepo.init(tmp_path / "repo")


def fault(function, *arguments):
    with pytest.raises(GitError) as caught:
        function(*arguments)
    assert caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("main", ("main", None, False)),
        ("main..topic", ("main", "topic", False)),
        ("main...topic", ("main", "topic", True)),
        ("main..", ("main", "HEAD", False)),
        ("...topic", ("HEAD", "topic", True)),
        ("v1.2..v1.3", ("v1.2", "v1.3", False)),
        ("HEAD~1..HEAD", ("HEAD~1", "HEAD", False)),
    ],
)
def test_ranges_are_split_as_in_git(text, expected):
    assert parse_range(text) == expected


@pytest.mark.parametrize("text", ["", "..", "...", ".", "a..b..c", "a....b", "a...b..c"])
def test_what_is_no_range_is_an_error(text):
    assert "not a range" in fault(parse_range, text)


def test_every_way_to_name_a_commit_gives_its_full_id(repo):
    first = repo.commit({"a.yaml": "1"})
    second = repo.commit({"a.yaml": "2"}, message="größer")
    repo.git("tag", "--annotate", "v1", "-m", "one", first)
    repo.git("branch", "zweig-ü", first)
    for rev in ("HEAD~1", "v1", "zweig-ü", first, first[:10], "HEAD^", "main~1"):
        assert resolve(repo.path, rev) == first
    for rev in ("HEAD", "@", "main", "refs/heads/main", "HEAD^{/größer}"):
        assert resolve(repo.path, rev) == second


def test_a_detached_head_is_a_head(repo):
    first = repo.commit({"a.yaml": "1"})
    repo.commit({"a.yaml": "2"})
    repo.git("checkout", "--quiet", "--detach", "HEAD~1")
    assert resolve(repo.path, "HEAD") == first
    assert default_branch(repo.path) == "main"


@pytest.mark.parametrize("rev", ["--all", "-1", "", "a\0b", "a\nb", "--output=x"])
def test_what_cannot_be_a_revision_never_reaches_git(repo, rev, monkeypatch):
    repo.commit({"a.yaml": "1"})
    monkeypatch.setattr(runner, "start", lambda *_, **__: pytest.fail("git was started"))
    assert "is not a revision" in fault(resolve, repo.path, rev)


def test_an_unknown_revision_names_the_nearest(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    repo.git("branch", "release-2026")
    repo.git("tag", "v1.0")
    assert "nearest name is release-2026" in fault(resolve, repo.path, "relaese-2026")
    assert "nearest name is main" in fault(resolve, repo.path, "mian")
    assert "git fetch" in fault(resolve, repo.path, "f" * 40)
    clone = repo.clone(tmp_path / "clone")
    assert "nearest name is origin/release-2026" in fault(resolve, clone.path, "release-2026")


def test_what_is_no_commit_is_told(repo):
    repo.commit({"a.yaml": "1"})
    repo.git("tag", "contents", repo.git("rev-parse", "HEAD:a.yaml"))
    assert "contents is not a commit" in fault(resolve, repo.path, "contents")


def test_an_id_that_is_too_short_is_told(repo):
    commits = "".join(
        f"commit refs/heads/many\ncommitter T <t@e> {second} +0000\ndata 0\n\n"
        for second in range(1_000)
    )
    repo.git("fast-import", "--quiet", given=commits.encode())
    starts = [line[:4] for line in repo.git("rev-list", "many").splitlines()]
    twice = next(start for start in starts if starts.count(start) > 1)
    assert "several object ids" in fault(resolve, repo.path, twice)


def test_an_unborn_branch_is_told(repo):
    for rev in ("HEAD", "main", "HEAD~1"):
        assert "has no commits yet" in fault(open_revision, repo.path, rev)
    assert "has no commits yet" in fault(default_branch, repo.path)
    head = repo.commit({"a.yaml": "1"})
    repo.git("switch", "--quiet", "--orphan", "fresh")
    assert "current branch" in fault(resolve, repo.path, "HEAD")
    assert resolve(repo.path, "main") == head


def test_outside_git_is_told(tmp_path):
    assert "not the top of a git repository" in fault(resolve, tmp_path, "HEAD")
    assert "not the top" in fault(resolve, tmp_path / "gone", "HEAD")


def test_a_linked_work_tree_without_its_repository_is_told(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    repo.path.rename(tmp_path / "moved")
    assert "not complete" in fault(resolve, tmp_path / "linked", "HEAD")


def test_a_merge_base_is_the_nearest_common_ancestor(repo):
    fork = repo.commit({"a.yaml": "1"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"b.yaml": "1"})
    repo.git("switch", "--quiet", "main")
    ahead = repo.commit({"a.yaml": "2"})
    assert merge_base(repo.path, "main", "topic") == fork
    assert merge_base(repo.path, "topic", "main") == fork
    assert merge_base(repo.path, "main", "main") == ahead


def test_no_merge_base_is_an_error_not_an_answer(repo):
    repo.commit({"a.yaml": "1"})
    repo.git("switch", "--quiet", "--orphan", "other")
    repo.commit({"b.yaml": "1"})
    assert "no common ancestor" in fault(merge_base, repo.path, "main", "other")


def test_the_default_branch_is_what_origin_says_else_main_or_master(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    assert default_branch(repo.path) == "main"
    repo.git("branch", "trunk")
    repo.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    clone = repo.clone(tmp_path / "clone")
    assert default_branch(clone.path) == "origin/trunk"
    clone.git("remote", "set-head", "origin", "--delete")
    assert default_branch(clone.path) == "origin/main"
    repo.git("branch", "--move", "main", "master")
    assert default_branch(repo.path) == "master"
    repo.git("branch", "--delete", "--force", "master")
    assert "git remote set-head" in fault(default_branch, repo.path)


def test_a_default_branch_of_origin_that_is_gone_does_not_count(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    clone = repo.clone(tmp_path / "clone")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    assert default_branch(clone.path) == "main"


def test_a_checkout_of_a_pull_request_alone_says_what_to_fetch(repo, tmp_path):
    head = repo.commit({"a.yaml": "1"})
    repo.commit({"a.yaml": "2"})
    repo.git("update-ref", "refs/pull/5/merge", "HEAD")
    checkout = GitRepo.init(tmp_path / "runner")
    refs = "+refs/pull/5/merge:refs/remotes/pull/5/merge"
    checkout.git("fetch", "--quiet", "--depth=1", repo.path.as_uri(), refs)
    checkout.git("checkout", "--quiet", "refs/remotes/pull/5/merge")
    assert "fetch-depth: 0" in fault(default_branch, checkout.path)
    assert "fetch-depth: 0" in fault(merge_base, checkout.path, head, "HEAD")
    checkout.git("update-ref", "-d", "refs/remotes/pull/5/merge")
    assert "fetch-depth: 0" in fault(default_branch, checkout.path)


def test_a_tag_does_not_pass_for_the_default_branch(repo):
    base = repo.commit({"a.yaml": "1"})
    repo.git("tag", "main")
    repo.commit({"a.yaml": "2"})
    assert resolve(repo.path, default_branch(repo.path)) == repo.head() != base


def test_a_shallow_clone_of_depth_one_says_what_to_fetch(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    repo.git("branch", "base")
    repo.commit({"a.yaml": "2"})
    clone = repo.clone(tmp_path / "clone", "--depth=1")
    with open_revision(clone.path, "HEAD") as head:
        assert head.read("a.yaml") == b"2"
    for rev in ("HEAD~1", "base", "origin/base"):
        message = fault(resolve, clone.path, rev)
        assert "fetch-depth: 0" in message
        assert "2 is enough for the base of a pull request" in message
        assert "git fetch --unshallow" in message


def test_a_shallow_clone_of_depth_two_has_the_base_of_a_pull_request(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    base = repo.commit({"a.yaml": "2"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"b.yaml": "1"})
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "topic", "-m", "merge")
    clone = repo.clone(tmp_path / "clone", "--depth=2")
    assert resolve(clone.path, "HEAD^1") == base
    assert merge_base(clone.path, "HEAD^1", "HEAD") == base
    assert "--unshallow" in fault(resolve, clone.path, "HEAD~2")


def test_shallow_histories_that_do_not_meet_are_an_error(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit({"b.yaml": "1"})
    repo.git("switch", "--quiet", "main")
    repo.commit({"a.yaml": "2"})
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
    assert "fetch-depth: 0" in fault(merge_base, clone.path, "origin/main", "origin/topic")


@pytest.mark.skipif(os.name == "nt", reason="puts a shell script in git's place")
def test_a_repository_of_somebody_else_says_how_to_trust_it(repo, tmp_path, monkeypatch):
    repo.commit({"a.yaml": "1"})
    repo.stand_in(tmp_path / "bin", "export GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    message = fault(resolve, repo.path, "HEAD")
    assert f"git config --global --add safe.directory {repo.path}" in message


def test_a_bare_repository_that_git_refuses_says_how_to_trust_it(tmp_path, monkeypatch):
    bare = GitRepo.init(tmp_path / "bare.git", "--bare")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.bareRepository")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "explicit")
    assert "safe.bareRepository all" in fault(resolve, bare.path, "HEAD")


def test_a_repository_in_a_format_git_does_not_know_is_told(repo):
    repo.commit({"a.yaml": "1"})
    repo.git("config", "core.repositoryFormatVersion", "99")
    message = fault(resolve, repo.path, "HEAD")
    assert "found 99" in message


def test_without_git_the_error_says_so(repo):
    program = (
        "from pathlib import Path; from cmpolicy import errors, snapshot\n"
        f"try: snapshot.resolve(Path({str(repo.path)!r}), 'HEAD')\n"
        "except errors.GitError as error: print(error)"
    )
    for refresh in ("raise", "quiet"):
        environment = {
            **os.environ,
            "PATH": str(repo.path),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "GIT_PYTHON_REFRESH": refresh,
        }
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            env=environment,
        )
        assert "git was not found" in done.stdout
        assert "install git" in done.stdout
