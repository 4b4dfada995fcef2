"""Globs of paths: what they match, where they may match, and that none takes long."""

import pytest

from cmpolicy.globs import is_literal, matches, matches_id, may_match_below


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a/b.yaml", "a/*.yaml", True),
        ("a/x/b.yaml", "a/*.yaml", False),
        ("a/x/b.yaml", "a/**/*.yaml", True),
        ("a/b.yaml", "a/**/*.yaml", True),
        ("a/b/c/d.yaml", "**/c/**/*.yaml", True),
        ("a/b/c/d.yaml", "**/b/*.yaml", False),
        ("x.yml", "**/*.yml", True),
        ("a/b/c.yaml", "a/**", True),
        ("a/b/c.yaml", "a/**.yaml", True),
        ("a/b/c.yaml", "**.yaml", True),
        ("ab/c.yaml", "a**.yaml", True),
        ("a/b1.yaml", "a/b[12].yaml", True),
        ("a/b3.yaml", "a/b[12].yaml", False),
        ("a/b.yaml", "a/?.yaml", True),
        ("a/b\n.yaml", "a/*.yaml", True),
        ("a/b.yaml", "a", False),
        ("a/b.yaml", "a/b.yaml", True),
        ("x/a/b.yaml", "a/b.yaml", False),
        # hidden folders count where a glob names them
        ("a/.x/b.yaml", "a/**/*.yaml", False),
        ("a/.x/b.yaml", "a/*/*.yaml", False),
        ("a/.b/c.yaml", "a/**", False),
        (".github/w.yml", "**/*.yml", False),
        ("a/.x/b.yaml", "a/.x/*.yaml", True),
        ("a/.x/y/b.yaml", "a/.*/**/*.yaml", True),
        ("a/.b.yaml", "a/*.yaml", True),
    ],
)
def test_what_a_glob_matches(path, glob, expected):
    assert matches(path, glob) is expected


@pytest.mark.parametrize(
    ("folder", "glob", "expected"),
    [
        ("agreements", "agreements/**/*.yaml", True),
        ("agreements/health", "agreements/*/x.yaml", True),
        ("agreements/health/x", "agreements/*/x.yaml", False),
        ("a", "b/*.yaml", False),
        ("a", "*.yaml", False),
        ("a/x/y", "a/**.yaml", True),
        ("a", "a/.x/*.yaml", True),
        ("a/.x", "a/.x/*.yaml", True),
        ("a/.x", "a/**/*.yaml", False),
        (".git", "**/*.yaml", False),
    ],
)
def test_where_a_glob_may_match(folder, glob, expected):
    assert may_match_below(folder, glob) is expected


def test_a_hostile_glob_takes_no_longer_than_its_names_times_those_of_the_path():
    path = "/".join(["a" * 200] * 60) + "/b.yaml"

    assert not matches(path, "/".join(["**", "a*a*a*a*a*b"] * 40) + "/c.yaml")


def test_ids_and_literals():
    assert matches_id("lakeside-clinic", "lake*")
    assert not matches_id("lakeside-clinic", "lake?")
    assert not matches_id("a", "[a]")
    assert is_literal("a/b.yaml")
    assert not is_literal("a/*.yaml")
