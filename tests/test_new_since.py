"""`check --new-since` where the earlier revision has nothing yet of what is judged."""

import pytest

from gitrepo import GitRepo, quiet
from test_check_command import HEAD, MANAGER, PACK

AS_OF = ("--as-of", "2026-11-24")


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """A repository whose first commit has no YAML at all, and a pack beside it."""
    quiet(monkeypatch)
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit({"README.md": "Soon.\n"})
    repo.commit({"agreements/lakeside.yaml": HEAD})
    (tmp_path / "house.yaml").write_text(PACK)
    return repo


@pytest.mark.parametrize("folder", ["", "agreements"])
def test_a_revision_without_an_agreement_knows_nothing_already(repo, cmpolicy, folder):
    pack = ("--pack", str(repo.path.parent / "house.yaml"))
    since = ("--rev", "HEAD", "--new-since", "HEAD^")

    first = cmpolicy("check", *pack, *AS_OF, *since, cwd=repo.path / folder)
    repo.commit({"agreements/lakeside.yaml": HEAD + MANAGER})
    mended = cmpolicy("check", *pack, *AS_OF, *since, cwd=repo.path / folder)

    assert first.status == 1, first.err
    assert "Gate failed at low: 1 verdict, 1 finding in 1 of 1 agreement\n" in first.out
    assert mended.status == 0, mended.err


@pytest.mark.parametrize(("folder", "called"), [("", "."), ("agreements", "agreements")])
def test_a_revision_without_an_agreement_cannot_be_judged(repo, cmpolicy, folder, called):
    result = cmpolicy("check", *AS_OF, "--rev", "HEAD^", cwd=repo.path / folder)

    assert result.status == 2
    assert f"the folder `{called}` matches no agreement" in result.err
