import os

import pytest

import gitrepo
from cmpolicy.errors import DocumentError, GitError
from cmpolicy.snapshot import LIMIT, open_index, open_revision
from gitrepo import GitRepo

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    gitrepo.quiet(monkeypatch)


@pytest.fixture
def repo(tmp_path):
    return GitRepo.init(tmp_path / "repo")


@pytest.fixture(params=["revision", "index"])
def opened(request, repo):
    """Return a function that commits files, or stages them, and opens what came of it."""
    snapshots = []

    def opener(files=None):
        for path, content in (files or {}).items():
            repo.write(path, content)
        repo.git("add", "--all")
        if request.param == "revision":
            repo.commit()
            snapshots.append(open_revision(repo.path, "HEAD"))
        else:
            snapshots.append(open_index(repo.path))
        return snapshots[-1]

    yield opener
    for snapshot in snapshots:
        snapshot.close()


def place(snapshot):
    return f"revision {snapshot.label}" if snapshot.commit else "index"


def phrase(snapshot):
    return {notice.file: notice.because for notice in snapshot.listing().left_out}


def refusal(snapshot, path):
    with pytest.raises(DocumentError) as caught:
        snapshot.read(path)
    assert caught.value.hint
    return str(caught.value)


def test_every_yaml_file_is_listed_sorted_and_nothing_else(opened):
    names = ["b.yaml", "a/z.yml", "a/b/c.yaml", "a.md", "x.YAML", "a-b.yaml", ".draft.yaml"]
    snapshot = opened(dict.fromkeys([*names, ".github/ci.yml", "a/.venv/x.yaml"], "a: 1\n"))
    assert snapshot.paths() == (".draft.yaml", "a-b.yaml", "a/b/c.yaml", "a/z.yml", "b.yaml")
    assert snapshot.listing().left_out == ()
    assert snapshot.read(".github/ci.yml") == b"a: 1\n"
    assert snapshot.is_file("a.md")


def test_bytes_come_as_git_stores_them(opened, repo):
    content = b"a: 1\r\n\xff\x1a\0\n"
    repo.git("config", "core.autocrlf", "false")
    snapshot = opened({"crlf.yaml": content, "empty.yaml": b"", "end.yaml": b"a"})
    assert snapshot.read("crlf.yaml") == content
    assert snapshot.read("x/.././empty.yaml") == b""
    assert snapshot.read("end.yaml") == b"a"
    assert snapshot.read("crlf.yaml") == content


def test_line_ends_that_git_converts_are_stored_converted(opened, repo):
    snapshot = opened({".gitattributes": "*.yaml text\n", "a.yaml": "a: 1\r\n"})
    assert repo.path.joinpath("a.yaml").read_bytes() == b"a: 1\r\n"
    assert snapshot.read("a.yaml") == b"a: 1\n"


def test_equal_contents_have_equal_ids(opened):
    snapshot = opened({"a.yaml": "a: 1\n", "b.yaml": "a: 1\n", "c.yaml": "a: 2\n"})
    assert snapshot.blob_id("a.yaml") == snapshot.blob_id("b.yaml") != snapshot.blob_id("c.yaml")
    assert snapshot.blob_id("gone.yaml") is None
    assert snapshot.blob_id("../a.yaml") is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_names_are_names(opened):
    names = ["naïve Übung.yaml", "two\nlines.yaml", "-rf.yaml", "a\\b.yaml", 'tab\t"q".yaml']
    snapshot = opened({name: f"name: {position}" for position, name in enumerate(names)})
    assert snapshot.paths() == tuple(sorted(names))
    for position, name in enumerate(names):
        assert snapshot.read(name) == f"name: {position}".encode()


def test_names_that_differ_in_case_are_two(repo):
    upper, lower = (
        repo.git("hash-object", "-w", "--stdin", given=text) for text in (b"up", b"low")
    )
    for name, blob in (("A.yaml", upper), ("a.yaml", lower)):
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    with open_index(repo.path) as index:
        assert index.paths() == ("A.yaml", "a.yaml")
        assert (index.read("A.yaml"), index.read("a.yaml")) == (b"up", b"low")


def test_a_missing_file_names_the_one_that_differs_in_case(opened):
    snapshot = opened({"Notes/a.yaml": ""})
    assert "there is Notes/a.yaml" in refusal(snapshot, "notes/a.yaml")
    assert f"not in the {place(snapshot)}" in refusal(snapshot, "gone.yaml")
    assert not snapshot.is_file("notes/a.yaml")


def test_names_that_are_no_text_are_told(repo):
    blob = repo.git("hash-object", "-w", "--stdin", given=b"a: 1")
    entry = f"100644 {blob}\t".encode() + b"d\xff/a.yaml\0"
    repo.git("update-index", "-z", "--add", "--index-info", given=entry)
    with open_index(repo.path) as index:
        assert index.paths() == ()
        assert list(phrase(index)) == [r"d\udcff/a.yaml"]


def test_links_and_submodules_are_told_and_never_followed(opened, repo, tmp_path):
    library = GitRepo.init(tmp_path / "library")
    library.commit({"x.yaml": ""})
    repo.git("submodule", "--quiet", "add", library.path.as_uri(), "vendor/lib")
    for name, target in {
        "link.yaml": "real/a.yaml",
        "out.yaml": "/etc/passwd",
        "folder": "real",
        "run.sh": "real/a.yaml",
    }.items():
        blob = repo.git("hash-object", "-w", "--stdin", given=target.encode())
        repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},{name}")
        repo.path.joinpath(name).symlink_to(target)
    snapshot = opened({"real/a.yaml": "a: 1\n"})
    assert snapshot.paths() == ("real/a.yaml",)
    assert list(phrase(snapshot)) == ["folder", "link.yaml", "out.yaml", "vendor/lib"]
    assert "link.yaml is a symbolic link" in refusal(snapshot, "link.yaml")
    assert "below the symbolic link folder" in refusal(snapshot, "folder/a.yaml")
    assert "vendor/lib, a repository of its own" in refusal(snapshot, "vendor/lib/x.yaml")
    assert "not a regular file" in refusal(snapshot, "real")
    assert "not a regular file" in refusal(snapshot, ".")
    assert "outside the repository" in refusal(snapshot, "../x.yaml")
    assert "belongs to git" in refusal(snapshot, ".git/config")
    for path in ("link.yaml", "folder/a.yaml", "vendor/lib", "vendor/lib/x.yaml", "real", "."):
        assert not snapshot.is_file(path)


def test_an_lfs_pointer_is_told_as_such(opened):
    snapshot = opened({"a.yaml": POINTER, "b.yaml": POINTER + "#" * 1024})
    message = refusal(snapshot, "a.yaml")
    assert "Git LFS pointer" in message
    assert f"in the {place(snapshot)} the file itself cannot be read" in message
    assert snapshot.is_file("a.yaml")
    assert snapshot.read("b.yaml").startswith(b"version")


def test_a_file_may_have_one_mebibyte_and_no_more(opened):
    snapshot = opened({"full.yaml": b"#" * LIMIT, "over.yaml": b"#" * (LIMIT + 1), "z.yaml": "z"})
    assert "larger than 1 MiB" in refusal(snapshot, "over.yaml")
    assert len(snapshot.read("full.yaml")) == LIMIT
    assert snapshot.read("z.yaml") == b"z"


def test_a_revision_knows_its_commit_and_stays_what_it_was(repo):
    first = repo.commit({"a.yaml": "1"})
    second = repo.commit({"a.yaml": "2", "b.yaml": "2"})
    repo.write("a.yaml", "3")
    with open_revision(repo.path, "HEAD~1") as old, old.at(second, "HEAD") as new:
        assert (old.label, old.commit, old.root) == ("HEAD~1", first, repo.path)
        assert (new.label, new.commit) == ("HEAD", second)
        assert (old.read("a.yaml"), new.read("a.yaml")) == (b"1", b"2")
        assert (old.paths(), new.paths()) == (("a.yaml",), ("a.yaml", "b.yaml"))
        old.close()
        assert old.read("a.yaml") == b"1"


def test_the_index_is_what_is_staged(repo):
    repo.write("a.yaml", "staged")
    repo.git("add", "--all")
    repo.write("a.yaml", "edited")
    repo.write("new.yaml", "new")
    with open_index(repo.path) as index:
        assert (index.label, index.commit, index.root) == ("index", None, repo.path)
        assert index.paths() == ("a.yaml",)
        assert index.read("a.yaml") == b"staged"
        assert index.blob_id("a.yaml") == repo.git("rev-parse", ":a.yaml")


def test_a_repository_without_an_index_has_nothing_staged(repo):
    with open_index(repo.path) as index:
        assert index.paths() == ()


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
@pytest.mark.parametrize("deleted", [False, True])
def test_files_announced_but_not_staged_are_told(tmp_path, options, deleted):
    repo = GitRepo.init(tmp_path, *options)
    repo.write("empty.yaml", "")
    repo.git("add", "--all")
    for name in ("later.yaml", "later.md"):
        repo.write(name, "content")
        repo.git("add", "--intent-to-add", name)
        if deleted:
            (tmp_path / name).unlink()
    with open_index(tmp_path) as index:
        assert index.paths() == ("empty.yaml",)
        assert index.read("empty.yaml") == b""
        assert list(phrase(index)) == ["later.yaml"]
        assert not index.is_file("later.md")
        assert "not in the index" in refusal(index, "later.yaml")


def test_merge_conflicts_are_an_error(repo):
    repo.commit({"a.yaml": "1"})
    repo.git("switch", "--quiet", "--create", "other")
    repo.commit({"a.yaml": "2"})
    repo.git("switch", "--quiet", "main")
    repo.commit({"a.yaml": "3"})
    repo.git("merge", "other", check=False)
    with pytest.raises(GitError, match=r"unresolved merge conflicts: a\.yaml") as caught:
        open_index(repo.path).paths()
    assert "git add" in caught.value.hint


def test_a_bare_repository_has_revisions_but_no_index(repo, tmp_path):
    head = repo.commit({"a.yaml": "1"})
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    with open_revision(bare.path, "main") as revision:
        assert (revision.root, revision.commit) == (bare.path, head)
        assert revision.read("a.yaml") == b"1"
    with pytest.raises(GitError, match="bare repository") as caught:
        open_index(bare.path)
    assert "--rev" in caught.value.hint


def test_a_linked_work_tree_has_its_own_index_and_head(repo, tmp_path):
    repo.commit({"a.yaml": "1"})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.commit({"b.yaml": "2"})
    linked.write("c.yaml", "3")
    linked.git("add", "--all")
    with open_revision(linked.path, "HEAD") as revision, open_index(linked.path) as index:
        assert revision.paths() == ("a.yaml", "b.yaml")
        assert index.paths() == ("a.yaml", "b.yaml", "c.yaml")
    with open_revision(repo.path, "HEAD") as revision, open_index(repo.path) as index:
        assert revision.paths() == index.paths() == ("a.yaml",)


def gone(repo):
    with open_index(repo.path) as index:
        return index.gone()


def test_what_a_commit_takes_away(repo):
    names = ("a.yaml", "b/c.yaml", "d.md", "kept.yaml", "edited.yaml")
    repo.commit(dict.fromkeys(names, "same\n"))
    repo.git("rm", "--quiet", "a.yaml", "d.md")
    repo.git("mv", "b/c.yaml", "b/moved.yaml")
    repo.write("edited.yaml", "edited\n")
    repo.write("new.yaml", "new\n")
    repo.git("add", "edited.yaml", "new.yaml")
    (repo.path / "kept.yaml").unlink()  # of the work tree, and not staged

    assert gone(repo) == {"a.yaml", "b/c.yaml", "d.md"}


def test_an_empty_branch_has_nothing_that_could_be_taken_away(repo):
    repo.write("a.yaml")
    repo.git("add", "--all")

    assert gone(repo) == set()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_a_link_takes_a_file_away_and_so_does_announcing_it_anew(repo):
    repo.commit({"linked.yaml": "1", "announced.yaml": "1"})
    (repo.path / "linked.yaml").unlink()
    (repo.path / "linked.yaml").symlink_to("announced.yaml")
    repo.git("add", "linked.yaml")
    repo.git("rm", "--quiet", "--cached", "announced.yaml")
    repo.git("add", "--intent-to-add", "announced.yaml")

    assert gone(repo) == {"linked.yaml", "announced.yaml"}
