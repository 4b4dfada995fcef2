import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cmpolicy.errors import DocumentError
from cmpolicy.snapshot import LIMIT, WorkTree, find_root
from gitrepo import GitRepo

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def fill(root, *paths, content=b"a: 1\n"):
    for path in paths:
        where = root / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content)


def phrase(snapshot):
    return {notice.file: notice.because for notice in snapshot.listing().left_out}


def refusal(snapshot, path):
    with pytest.raises(DocumentError) as caught:
        snapshot.read(path)
    assert caught.value.hint
    assert caught.value.location.file
    assert not snapshot.is_file(path)
    return str(caught.value)


def test_every_yaml_file_is_listed_sorted_and_nothing_else(tmp_path):
    fill(tmp_path, "b.yaml", "a/z.yml", "a/b/c.yaml", "a.md", "x.YAML", "yaml", "a-b.yaml")
    fill(tmp_path, ".draft.yaml", ".git/config.yaml", ".github/workflows/ci.yml", "a/.venv/x.yaml")
    tree = WorkTree(tmp_path)
    assert tree.paths() == (".draft.yaml", "a-b.yaml", "a/b/c.yaml", "a/z.yml", "b.yaml")
    assert tree.listing().left_out == ()
    assert (tree.label, tree.commit, tree.root) == ("work tree", None, tmp_path)
    assert tree.blob_id("b.yaml") is None


def test_files_that_git_ignores_are_listed(tmp_path):
    repo = GitRepo.init(tmp_path)
    repo.write(".gitignore", "*.yaml\n")
    repo.write("a.yaml")
    assert WorkTree(tmp_path).paths() == ("a.yaml",)


def test_files_in_dot_folders_are_read_by_name(tmp_path):
    fill(tmp_path, ".agreements/a.yaml")
    tree = WorkTree(tmp_path)
    assert tree.paths() == ()
    assert tree.read(".agreements/a.yaml") == b"a: 1\n"


def test_bytes_come_as_they_lie_on_the_disk(tmp_path):
    fill(tmp_path, "crlf.yaml", content=b"\xef\xbb\xbfa: 1\r\n\xff\x1a\n")
    with WorkTree(tmp_path) as tree:
        assert tree.read("crlf.yaml") == b"\xef\xbb\xbfa: 1\r\n\xff\x1a\n"
        assert tree.read("./x/../crlf.yaml") == tree.read("crlf.yaml")


@posix
@pytest.mark.parametrize("name", ["naïve Übung.yaml", "two\nlines.yaml", "-rf.yaml", "a\\b.yaml"])
def test_odd_names_are_names(tmp_path, name):
    fill(tmp_path, f"dir {name}/{name}")
    tree = WorkTree(tmp_path)
    assert tree.paths() == (f"dir {name}/{name}",)
    assert tree.read(f"dir {name}/{name}") == b"a: 1\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text_are_told(tmp_path):
    for name in (b"\xff.yaml", b"dir\xff/x.yaml"):
        fill(tmp_path, os.fsdecode(name))
    tree = WorkTree(tmp_path)
    assert tree.paths() == ()
    assert len(phrase(tree)) == 2
    assert all("UTF-8" in because for because in phrase(tree).values())
    "".join(phrase(tree)).encode()
    refusal(tree, "\udcff.yaml").encode()


@pytest.mark.parametrize(
    "path", ["../other.yaml", "a/../../other.yaml", "/etc/passwd", "//etc/passwd", "a\0.yaml"]
)
def test_nothing_outside_is_read(tmp_path, path):
    fill(tmp_path, "other.yaml", "root/a.yaml")
    assert "outside the repository" in refusal(WorkTree(tmp_path / "root"), path)


@pytest.mark.parametrize("path", [".git/config", "a/.GIT/x.yaml", ".git"])
def test_what_belongs_to_git_is_not_read(tmp_path, path):
    fill(tmp_path, path if "/" in path else f"{path}/x")
    assert "belongs to git" in refusal(WorkTree(tmp_path), path)


@posix
def test_symbolic_links_are_told_and_never_followed(tmp_path):
    outside, root = tmp_path / "outside", tmp_path / "root"
    fill(outside, "secret.yaml")
    fill(root, "real/a.yaml")
    links = {
        "file.yaml": root / "real/a.yaml",
        "escape.yaml": outside / "secret.yaml",
        "gone.yaml": root / "nothing",
        "loop.yaml": root / "loop.yaml",
        "folder": root / "real",
        "out": outside,
        "program": root / "real/a.yaml",
        "round": root / "round",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    tree = WorkTree(root)
    assert tree.paths() == ("real/a.yaml",)
    expected = ["escape.yaml", "file.yaml", "folder", "gone.yaml", "loop.yaml", "out"]
    assert list(phrase(tree)) == expected
    for path in ("file.yaml", "escape.yaml", "gone.yaml", "loop.yaml", "folder"):
        assert f"{path} is a symbolic link" in refusal(tree, path)
    assert "below the symbolic link folder" in refusal(tree, "folder/a.yaml")
    assert "below the symbolic link out" in refusal(tree, "out/secret.yaml")
    assert tree.is_file("real/a.yaml")


@posix
def test_pipes_and_devices_are_told_and_do_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    tree = WorkTree(tmp_path)
    assert tree.paths() == ()
    assert phrase(tree) == {"pipe.yaml": "not a regular file"}
    assert "not a regular file" in refusal(tree, "pipe.yaml")
    assert "not a regular file" in refusal(tree, "folder.yaml")
    assert "not a regular file" in refusal(tree, ".")
    assert "not a regular file" in refusal(tree, "")
    assert "not a regular file" in refusal(WorkTree(Path("/dev")), "null")


def swapped(monkeypatch, make):
    """Put something else in a file's place between the look at it and its opening."""
    real = os.open

    def swap_and_open(where, *arguments):
        Path(where).unlink()
        make(where)
        return real(where, *arguments)

    monkeypatch.setattr(os, "open", swap_and_open)


@posix
def test_a_pipe_swapped_in_after_the_look_does_not_block(tmp_path, monkeypatch):
    fill(tmp_path, "a.yaml")
    swapped(monkeypatch, os.mkfifo)
    with pytest.raises(DocumentError, match="not a regular file"):
        WorkTree(tmp_path).read("a.yaml")


@posix
def test_a_link_swapped_in_after_the_look_is_not_followed(tmp_path, monkeypatch):
    fill(tmp_path, "secret", "root/a.yaml")
    swapped(monkeypatch, lambda where: Path(where).symlink_to(tmp_path / "secret"))
    with pytest.raises(DocumentError, match="cannot be read"):
        WorkTree(tmp_path / "root").read("a.yaml")


def test_a_file_that_grows_while_it_is_read_is_read_whole(tmp_path, monkeypatch):
    fill(tmp_path, "a.yaml")
    real = os.fstat

    def grow(handle):
        status = real(handle)
        with (tmp_path / "a.yaml").open("ab") as stream:
            stream.write(b"more: 2\n" * 3)
        return status

    monkeypatch.setattr(os, "fstat", grow)
    assert WorkTree(tmp_path).read("a.yaml") == b"a: 1\n" + b"more: 2\n" * 3


def test_a_file_may_have_one_mebibyte_and_no_more(tmp_path):
    fill(tmp_path, "full.yaml", content=b"#" * LIMIT)
    fill(tmp_path, "over.yaml", content=b"#" * (LIMIT + 1))
    tree = WorkTree(tmp_path)
    assert len(tree.read("full.yaml")) == LIMIT == 1_048_576
    with pytest.raises(DocumentError, match="larger than 1 MiB"):
        tree.read("over.yaml")


def test_an_lfs_pointer_is_told_as_such(tmp_path):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n"
    fill(tmp_path, "a.yaml", content=pointer)
    with pytest.raises(DocumentError, match="Git LFS pointer") as caught:
        WorkTree(tmp_path).read("a.yaml")
    assert "git lfs pull" in caught.value.hint
    assert WorkTree(tmp_path).is_file("a.yaml")


def test_a_missing_file_names_the_one_that_differs_in_case(tmp_path):
    fill(tmp_path, "Notes/a.yaml")
    tree = WorkTree(tmp_path)
    assert "not in the work tree" in refusal(tree, "gone/b.yaml")
    assert "not in the work tree" in refusal(tree, "Notes/a.yaml/b")
    if not (tmp_path / "notes").exists():
        assert "there is Notes/a.yaml" in refusal(tree, "notes/a.yaml")


def test_nested_repositories_are_told_and_not_entered(tmp_path):
    repo = GitRepo.init(tmp_path / "top")
    lib = GitRepo.init(tmp_path / "lib")
    lib.commit({"x.yaml": "a: 1\n"})
    repo.git("submodule", "--quiet", "add", lib.path.as_uri(), "vendor/lib")
    GitRepo.init(repo.path / "clone").write("y.yaml")
    fill(repo.path, "plain/.git/unrelated", "plain/z.yaml")
    tree = WorkTree(repo.path)
    assert tree.paths() == ("plain/z.yaml",)
    assert list(phrase(tree)) == ["clone", "vendor/lib"]
    assert "vendor/lib, a repository of its own" in refusal(tree, "vendor/lib/x.yaml")


@pytest.fixture
def restricted():
    """Yield a folder that permissions hold for, also where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for where in folder.rglob("*"):
        where.chmod(0o755)
    shutil.rmtree(folder)


@contextlib.contextmanager
def as_nobody():
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@posix
def test_what_may_not_be_read_is_told(restricted):
    fill(restricted, "locked.yaml", "folder/a.yaml", "shut/a.yaml")
    (restricted / "locked.yaml").chmod(0)
    (restricted / "folder").chmod(0)
    (restricted / "shut").chmod(0o644)
    tree = WorkTree(restricted)
    with as_nobody():
        assert tree.paths() == ("locked.yaml", "shut/a.yaml")
        assert phrase(tree) == {"folder": "cannot be listed: Permission denied"}
        for path in ("locked.yaml", "folder/a.yaml", "shut/a.yaml"):
            with pytest.raises(DocumentError, match="Permission denied"):
                tree.read(path)
        assert find_root(restricted / "folder" / "a.yaml").is_relative_to(restricted)


def test_a_root_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(DocumentError, match="No such file"):
        WorkTree(tmp_path / "gone").paths()


def test_the_work_tree_needs_no_git(tmp_path):
    fill(tmp_path, "a.yaml")
    program = (
        "import sys; from pathlib import Path; from cmpolicy import snapshot\n"
        f"tree = snapshot.WorkTree(snapshot.find_root(Path({str(tmp_path)!r})))\n"
        "assert tree.paths() == ('a.yaml',) and tree.read('a.yaml') and tree.is_file('a.yaml')\n"
        "assert not {'git', 'gitdb', 'subprocess', 'difflib'} & set(sys.modules), sys.modules"
    )
    environment = {**os.environ, "PATH": "", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
