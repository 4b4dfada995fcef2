from pathlib import Path

from cmpolicy.snapshot import find_root
from gitrepo import GitRepo


def test_the_root_is_the_top_of_the_work_tree(tmp_path):
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({"a/b/c.yaml": ""})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    bare = GitRepo.init(tmp_path / "bare.git", "--bare")
    for path in ("linked/a/d.yaml", "repo/empty/.git/nothing", "outside/x.yaml"):
        GitRepo(tmp_path).write(path)
    assert find_root(repo.path) == repo.path
    assert find_root(repo.path / "a" / "b") == repo.path
    assert find_root(repo.path / "a" / "b" / "c.yaml") == repo.path
    assert find_root(repo.path / ".git" / "objects") == repo.path
    assert find_root(repo.path / "empty") == repo.path
    assert find_root(tmp_path / "linked" / "a") == tmp_path / "linked"
    assert find_root(bare.path) == bare.path
    assert find_root(tmp_path / "outside") == tmp_path / "outside"
    assert find_root(tmp_path / "outside" / "x.yaml") == tmp_path / "outside"


def test_the_working_directory_is_a_start(tmp_path, monkeypatch):
    repo = GitRepo.init(tmp_path)
    repo.write("a/x.yaml")
    monkeypatch.chdir(tmp_path / "a")
    assert find_root(Path()) == tmp_path
