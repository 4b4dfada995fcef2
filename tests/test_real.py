"""Agreements typed from papers that are really published: what a careful reader names comes first.

Beside each stands what a reader of the paper named first, written before the tool had judged it:

    - says: words that one entry of the report holds, all of them
      because: why the reader names it
      beyond: why no file of this format can show it         (never looked for)
      not_yet: what keeps it from the first page today       (looked for, and expected to fail)
"""

import re
from pathlib import Path

import pytest
import yaml

REAL = Path(__file__).parent / "real"
SLUGS = sorted(path.stem for path in REAL.glob("*.yaml") if not path.stem.endswith(".first"))
LINES = 80
PAGE = 40
_FULL = re.compile(r"\d+ +(critical|high|medium|low)\b")
_SHORT = re.compile(r" {3}(critical|high|medium|low) +(\d+|-) ")
_RULE = re.compile(r" {2,}[a-z0-9-]+( \+\d+)?$")


def first_things(slug):
    return yaml.safe_load((REAL / f"{slug}.first.yaml").read_text(encoding="utf-8"))


def cases():
    for slug in SLUGS:
        for number, thing in enumerate(first_things(slug), start=1):
            marks = (
                pytest.mark.xfail(strict=True, reason=thing["not_yet"])
                if "not_yet" in thing
                else ()
            )
            if "beyond" not in thing:
                yield pytest.param(slug, thing["says"], marks=marks, id=f"{slug}-{number}")


def entries(lines):
    """Join the lines of each entry: what lacks and where, not why nor how it is put right."""
    found, open_ = [], False
    for line in lines:
        if _FULL.match(line) or _SHORT.match(line):
            found.append([_RULE.sub("", line)])
            open_ = True
        elif not line.strip() or line.startswith(("   why  ", "   fix  ")):
            open_ = False
        elif open_:
            found[-1].append(line)
    return [" ".join(" ".join(each).split()) for each in found]


@pytest.fixture
def judge(cmpolicy, tmp_path):
    """Check a typed agreement in a folder without configuration, as on the first afternoon."""

    def run(slug):
        (tmp_path / f"{slug}.yaml").write_bytes((REAL / f"{slug}.yaml").read_bytes())
        return cmpolicy("check", f"{slug}.yaml", "--as-of", "2026-11-24", cwd=tmp_path)

    return run


def test_there_are_ten_with_five_first_things_each():
    assert len(SLUGS) == 10
    assert {len(first_things(slug)) for slug in SLUGS} == {5}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_typed_agreement_says_where_it_comes_from(slug):
    lines = (REAL / f"{slug}.yaml").read_text(encoding="utf-8").splitlines()

    assert 60 <= len(lines) <= 120
    assert lines[0].startswith("# What it is: ")
    assert lines[1].startswith("# Published: ")
    assert any(line.startswith("# What could not be said:") for line in lines)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_typed_agreement_is_judged_on_eighty_lines(slug, judge):
    result = judge(slug)

    assert result.status == 1, result.out
    assert "cannot be read" not in result.out
    assert len(result.out.splitlines()) <= LINES


@pytest.mark.parametrize(("slug", "words"), list(cases()))
def test_what_a_careful_reader_names_stands_on_the_first_page(slug, words, judge):
    page = entries(judge(slug).out.splitlines()[:PAGE])
    held = [entry for entry in page if all(word.lower() in entry.lower() for word in words)]

    assert held, "\n".join(page)
