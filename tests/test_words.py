"""The project speaks the language of its field: `words.txt` holds the words it does not use."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
TEXTS = frozenset({"title", "why", "fix", "description"})
# Words are parted by blanks, and by what a line break puts between them in comments and strings.
GAP = r"""(?:\s|["']\s+f?["']|\n\s*#)+"""


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r" (?!\))", lambda _: GAP, pattern), re.IGNORECASE)


LINES = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines()
WORDS = [
    (_compile(pattern), instead)
    for pattern, instead in (line.split("\t") for line in LINES if not line.startswith("#"))
]


def _policy_texts(node: object) -> Iterator[str]:
    """Yield the texts of a pack that people read."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from _policy_texts(value)
        elif key in TEXTS and isinstance(value, str):
            yield value


def _texts() -> Iterator[tuple[str, str]]:
    """Yield every text with the name of its file."""
    source = ROOT / "src" / "cmpolicy"
    files = [
        *sorted(source.rglob("*.py")),
        *sorted((source / "schemas").glob("*.json")),
        *sorted((ROOT / "docs").glob("*.md")),
        *(ROOT / page for page in PAGES),
    ]
    for path in files:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        if path.name != "base.yaml":
            document = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
            yield from ((f"policies/{path.name}", text) for text in _policy_texts(document))


def faults(name: str, text: str) -> Iterator[str]:
    """Yield where a text uses a word of the list, and what to write instead."""
    for pattern, instead in WORDS:
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            around = " ".join(text[max(0, found.start() - 50) : found.end() + 40].split())
            yield f"{name}:{line}: {found[0]!r} in `{around}`: {instead}"


def test_the_project_speaks_plain_english():
    found = [fault for name, text in _texts() for fault in faults(name, text)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "'x' is no date",
        'f"{text} is "\n        f"no date"',
        "# all are read\n    # harshly",
        "def tell_apart():",
        "whoever engages it",
        "the ways in.",
    ],
)
def test_a_word_of_the_list_is_found(text):
    assert list(faults("x.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "there is no date",
        "it is no longer there",
        "threat-intelligence",
        "recommended",
        "settlement",
        "three ways in which it fails",
    ],
)
def test_ordinary_english_is_allowed(text):
    assert not list(faults("x.py", text))
