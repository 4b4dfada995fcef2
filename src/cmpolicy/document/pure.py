"""PyYAML's own parser, for Pythons whose PyYAML comes without libyaml.

It reads as libyaml 0.2.5 does where the two differ: tabs between words and after `:`, question
marks and colons inside flow collections, and escapes that name no character.
"""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.error import Mark
from yaml.events import ScalarEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

_BLANK: Final = "\0 \t\r\n"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_CHARACTER: Final = "found invalid Unicode character escape code"


class PureParser(Reader, Scanner, Parser):
    """A parser of text without NEL, LS and PS."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def next_event(self) -> Any:
        """Return the next event.

        Raises:
            yaml.MarkedYAMLError: the text is no YAML.
        """
        parser: Any = self  # the type stubs do not say what the parser gives
        try:
            event: Any = parser.get_event()
        except (ValueError, OverflowError):  # from chr(), for a code past U+10FFFF
            raise ScannerError(None, None, _NO_CHARACTER, self.get_mark()) from None
        mark: Any = event.start_mark
        if isinstance(event, ScalarEvent) and _SURROGATE.search(event.value):
            raise ScannerError(None, None, _NO_CHARACTER, mark)
        return event

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks; tabs where they cannot be indentation."""
        while True:
            blanks = " \t" if self.flow_level or not self.allow_simple_key else " "
            while self.peek() in blanks:
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\r\n":
                    self.forward()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_plain(self) -> ScalarToken:
        """Scan an unquoted scalar."""
        chunks: list[str] = []
        spaces: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        while self.peek() != "#" and not self._at_marker():
            length = self._plain_length(start)
            if not length:
                break
            self.allow_simple_key = False
            chunks += (*spaces, self.prefix(length))
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - PyYAML's signature

    def _plain_length(self, start: Mark) -> int:
        """Return how many characters of an unquoted scalar follow without a blank."""
        length = 0
        while (character := self.peek(length)) not in _BLANK:
            if self.flow_level and character in ",[]{}":
                break
            if character == ":":
                after = self.peek(length + 1)
                if after in _BLANK:
                    break
                if self.flow_level and after in ",?[]{}":
                    problem = "found unexpected ':'"
                    raise ScannerError(
                        "while scanning a plain scalar", start, problem, self.get_mark()
                    )
            length += 1
        return length

    def scan_plain_spaces(self, indent: int, start_mark: Mark) -> list[str]:
        """Scan what stands between two words of an unquoted scalar, line breaks folded."""
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = self.prefix(length)
        self.forward(length)
        if not self.scan_line_break():
            return [blanks] if blanks else []
        self.allow_simple_key = True
        breaks: list[str] = []
        while True:
            if self.peek() == "\t" and self.column < indent:
                problem = "found a tab character that violates indentation"
                raise ScannerError(
                    "while scanning a plain scalar", start_mark, problem, self.get_mark()
                )
            if self.peek() in " \t":
                self.forward()
            elif line_break := self.scan_line_break():
                breaks.append(line_break)
            else:
                return breaks or [" "]

    def scan_block_scalar_indicators(self, start_mark: Mark) -> tuple[bool | None, int | None]:
        """Scan what follows `|` or `>`: whether to keep line breaks, how far it is indented."""
        keep: bool | None = None
        indent: int | None = None
        while True:
            character = self.peek()
            if keep is None and character in "+-":
                keep = character == "+"
            elif indent is None and character in "123456789":
                indent = int(character)
            elif character in _BLANK:
                return keep, indent
            else:
                problem = "did not find expected comment or line break"
                raise ScannerError(
                    "while scanning a block scalar", start_mark, problem, self.get_mark()
                )
            self.forward()

    def scan_block_scalar_ignored_line(self, start_mark: Mark) -> None:
        """Skip the rest of the line after `|` or `>`."""
        while self.peek() in " \t":
            self.forward()
        super().scan_block_scalar_ignored_line(start_mark)

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, Any]:
        """Find how far the first line of a block of text is indented."""
        found = super().scan_block_scalar_indentation()
        if self.peek() == "\t":
            problem = "found a tab character where an indentation space is expected"
            raise ScannerError("while scanning a block scalar", None, problem, self.get_mark())
        return found

    def scan_line_break(self) -> str:
        """Skip a line break; return it as LF, or nothing where there is none."""
        length = 2 if self.prefix(2) == "\r\n" else 1
        if self.peek() not in "\r\n":
            return ""
        self.forward(length)
        return "\n"

    def _at_marker(self) -> bool:
        """Say whether `---` or `...` starts the line here."""
        return self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in _BLANK
