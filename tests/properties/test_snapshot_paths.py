from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmpolicy.errors import CmpolicyError, DocumentError
from cmpolicy.snapshot import WorkTree, parse_range
from cmpolicy.snapshot.changes import Commit, in_order
from cmpolicy.snapshot.content import components

parts = st.sampled_from(["..", ".", "", "a", "b.yaml", ".git", "~", "C:", "\\", "\0", "-x", "é"])
paths = st.one_of(st.text(), st.lists(parts).map("/".join))


@given(paths)
def test_a_path_stays_inside_or_is_refused(path):
    try:
        found = components(path)
    except DocumentError:
        return
    assert found == (".",) or not {"", ".", ".."} & set(found)
    assert ".git" not in [part.casefold() for part in found]
    assert components("/".join(found)) == found


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return WorkTree(tmp_path_factory.mktemp("empty"))


@given(path=paths)
def test_reading_any_path_gives_an_error_of_ours(tree, path):
    assert not tree.is_file(path)
    with pytest.raises(DocumentError):
        tree.read(path)


commits = st.builds(
    Commit, st.just("c"), st.integers(0, 2**40), st.dates(date(1970, 1, 1), date(2099, 12, 31))
)


@given(st.lists(commits))
def test_dates_never_run_backwards_and_never_move_without_need(line):
    ordered = in_order(line)
    assert len(ordered) == len(line)
    whens = [commit.when for commit in ordered]
    days = [commit.day for commit in ordered]
    assert whens == sorted(whens)
    assert days == sorted(days)
    assert in_order(ordered) == ordered
    for position, commit in enumerate(ordered):
        assert commit.when == max(earlier.when for earlier in line[: position + 1])


@given(st.text(st.sampled_from("ab.~^/"), max_size=8))
def test_a_range_gives_back_its_sides(text):
    try:
        base, head, three = parse_range(text)
    except CmpolicyError:
        return
    assert base
    if head is None:
        assert (base, three) == (text, False)
    else:
        dots = "..." if three else ".."
        assert text in {a + dots + b for a in (base, "") for b in (head, "")}
