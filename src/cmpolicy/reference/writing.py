"""How a page of the reference is written: plainly for a terminal, or in Markdown with links.

The pages say the same in both. A terminal gets wrapped lines and records, since a table of long
cells cannot be read there; the documentation gets tables, and links that GitHub resolves.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

Row = Sequence[str]


def anchor(reference: str) -> str:
    """Return the anchor of a control on its framework's page: `hipaa-164-308-a-2`."""
    return re.sub(r"[^a-z0-9]+", "-", reference.lower()).strip("-")


class Writer(Protocol):
    """What pages are written with; texts are this project's own, lines have no line break."""

    def strong(self, text: str) -> str:
        """Return text that stands out."""
        ...

    def lines(self, text: str, bullet: str = "") -> list[str]:
        """Return a paragraph, or an item of a list."""
        ...

    def prose(self, text: str) -> list[str]:
        """Return paragraphs, lists and examples that are laid out already."""
        ...

    def words(self, words: Sequence[str]) -> list[str]:
        """Return a list of words, compactly."""
        ...

    def table(self, heads: Row, rows: Sequence[Row]) -> list[str]:
        """Return rows of cells; columns without any content are left out."""
        ...

    def rule(self, rule: str, pack: str) -> str:
        """Return the name of a rule."""
        ...

    def control(self, reference: str, text: str = "") -> str:
        """Return the name of a control: its reference, or `text`."""
        ...

    def spot(self, reference: str, text: str) -> str:
        """Return the name of a control where it is described: links to it end here."""
        ...

    def check(self, kind: str) -> str:
        """Return the name of a check kind."""
        ...


_END: Final = re.compile(r"[.;] ")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, or what stands before a semicolon; code is not cut."""
    for found in _END.finditer(text):
        head = text[: found.start()]
        if head.count("`") % 2 == 0:
            return f"{head.rstrip('.;')}."
    return text


def _filled(heads: Row, rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    kept = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    return [heads[column] for column in kept], [[row[column] for column in kept] for row in rows]


@dataclass(frozen=True, slots=True)
class Terminal:
    """Plain text for people at a terminal."""

    width: int = 96

    def strong(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def lines(self, text: str, bullet: str = "") -> list[str]:
        """Return a paragraph, wrapped; an item's further lines stand below its first word."""
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=bullet,
            subsequent_indent=" " * len(bullet),
            break_on_hyphens=False,
        )

    def prose(self, text: str) -> list[str]:
        """Return the text wrapped anew; what is indented stays as it is."""
        lines: list[str] = []
        for block in text.split("\n\n"):
            rows = block.splitlines()
            if rows and rows[0].startswith("    "):
                lines += rows
            else:
                for item in re.split(r"\n(?=- )", block):
                    bullet = "- " if item.startswith("- ") else ""
                    lines += self.lines(" ".join(item.removeprefix(bullet).split()), bullet)
            lines.append("")
        return lines[:-1]

    def words(self, words: Sequence[str]) -> list[str]:
        """Return columns, to be read downwards."""
        cell = max(map(len, words), default=0) + 2
        columns = max(1, (self.width - 2) // cell)
        height = -(-len(words) // columns)
        rows = (words[at::height] for at in range(height))
        return ["  " + "".join(f"{word:<{cell}}" for word in row).rstrip() for row in rows]

    def table(self, heads: Row, rows: Sequence[Row]) -> list[str]:
        """Return a record for each row: its first two cells, and the others with their heads."""
        names, filled = _filled(heads, rows)
        lines = []
        for first, second, *others in filled:
            lines += self.lines(f"{first}: {second}", "- ")
            for name, cell in zip(names[2:], others, strict=True):
                lines += self.lines(f"{name}: {cell}", "    ") if cell else []
        return lines

    def rule(self, rule: str, pack: str) -> str:  # noqa: ARG002 - a link would need it
        """Return the rule's id."""
        return rule

    def control(self, reference: str, text: str = "") -> str:
        """Return the reference, or `text`."""
        return text or reference

    def spot(self, reference: str, text: str) -> str:  # noqa: ARG002 - a link would need it
        """Return the text."""
        return text

    def check(self, kind: str) -> str:
        """Return the name of a check kind."""
        return f"`{kind}`"


@dataclass(frozen=True, slots=True)
class Pages:
    """Markdown of files in `packs/`, `frameworks/` and `checks/` of one folder."""

    page: str
    """The file that is written, such as `packs/hipaa.md`: links within it name no file."""

    def strong(self, text: str) -> str:
        """Return bold text."""
        return f"**{text}**"

    def lines(self, text: str, bullet: str = "") -> list[str]:
        """Return a paragraph or an item on one line."""
        return [f"{bullet}{text}"]

    def prose(self, text: str) -> list[str]:
        """Return the lines as they are."""
        return text.splitlines()

    def words(self, words: Sequence[str]) -> list[str]:
        """Return a sentence of code spans."""
        return [", ".join(f"`{word}`" for word in words)]

    def table(self, heads: Row, rows: Sequence[Row]) -> list[str]:
        """Return a table."""
        names, filled = _filled(heads, rows)
        every = [names, ["---"] * len(names), *filled]
        return [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in every]

    def rule(self, rule: str, pack: str) -> str:
        """Return a link to the rule in its pack."""
        return f"[{rule}]({self._file(f'packs/{pack}.md')}#{rule})"

    def control(self, reference: str, text: str = "") -> str:
        """Return a link to the control in its framework."""
        framework = reference.partition(":")[0]
        file = self._file(f"frameworks/{framework}.md")
        return f"[{text or reference}]({file}#{anchor(reference)})"

    def spot(self, reference: str, text: str) -> str:
        """Return the text behind an anchor."""
        return f'<a id="{anchor(reference)}"></a>{text}'

    def check(self, kind: str) -> str:
        """Return a link to the page of a check kind."""
        return f"[`{kind}`]({self._file(f'checks/{kind}.md')})"

    def _file(self, page: str) -> str:
        return "" if page == self.page else f"../{page}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


TERMINAL: Final = Terminal()
