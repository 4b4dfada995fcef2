"""The text of one file: what makes bytes readable, and where an index stands in it."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from typing import Final

from cmpolicy.errors import DocumentError, Location

LIMIT: Final = 1_048_576
"""The most bytes that a file may have (1 MiB)."""

# What a byte may be without a closer look: neither a control character, nor the lead byte
# of one (C2 80 to C2 9F, EF BB BF, EF BF BE, EF BF BF).
_HARMLESS: Final = b"\t\n\r" + bytes(
    byte for byte in range(ord(" "), 256) if byte not in b"\x7f\xc2\xef"
)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_WIDE_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE_AS_UTF8: Final = "save it as UTF-8"


class Source:
    """A file's name and its text, without a byte-order mark.

    Lines are counted by LF only, columns in characters, both from 1. The starts of the lines
    are found when a location is first asked for.
    """

    __slots__ = ("_rows", "_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None
        self._rows: dict[int, str] = {}

    def location(self, start: int, end: int = 0) -> Location:
        """Return the place of the characters from `start` up to, not including, `end`."""
        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, start)
        first = self._starts[line - 1]
        last = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        on_line = start < end <= last
        return Location(
            file=self.file,
            line=line,
            column=start - first + 1,
            end_column=end - first + 1 if on_line else 0,
            text=self._row(line, first, last),
        )

    def _row(self, line: int, first: int, last: int) -> str:
        # Kept, for a file may be one long line and many findings point into it.
        if line not in self._rows:
            self._rows[line] = self.text[first:last].removesuffix("\r")
        return self._rows[line]

    def error(self, message: str, hint: str, start: int, end: int = 0) -> DocumentError:
        """Return an error about the characters from `start` to `end`."""
        return DocumentError(message, self.location(start, end), hint)


def decode(data: bytes, file: str) -> Source:
    """Return the text of a file; a UTF-8 byte-order mark is skipped.

    Raises:
        DocumentError: the file is too long, binary, not UTF-8, or holds a control character.
    """
    if len(data) > LIMIT:
        raise DocumentError(
            f"the file has {len(data):,} bytes, more than 1 MiB ({LIMIT:,} bytes)",
            _byte_location(data, LIMIT, file),
            "split it: what several agreements have in common can stand in a shared file",
        )
    _refuse_wide(data, file)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        source = Source(file, data.decode())
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"the byte 0x{data[error.start]:02X} is not UTF-8 text",
            _byte_location(data, error.start, file),
            f"{_SAVE_AS_UTF8}; older Windows editors write accented letters in another encoding",
        ) from None
    if data.translate(None, _HARMLESS):
        _refuse_control(source)
    return source


def _refuse_wide(data: bytes, file: str) -> None:
    """Refuse UTF-16 and UTF-32, with a byte-order mark or without, and binary files."""
    for mark, name in _WIDE_MARKS:
        if data.startswith(mark):
            message = f"the file is encoded as {name}, not as UTF-8"
            raise DocumentError(message, Location(file), _SAVE_AS_UTF8)
    nul = data.find(b"\0")
    if nul < 0:
        return
    even, odd = data[::2].count(0), data[1::2].count(0)
    # Latin text in UTF-16 has a NUL in nearly every second byte, and in those only.
    if len(data) % 2 == 0 and max(even, odd) > len(data) // 4 and min(even, odd) == 0:
        message = "the file is encoded as UTF-16, not as UTF-8"
        raise DocumentError(message, Location(file), _SAVE_AS_UTF8)
    raise DocumentError(
        "this is a binary file, not text: it holds a NUL byte",
        _byte_location(data, nul, file),
        "give a YAML file in UTF-8",
    )


def _byte_location(data: bytes, position: int, file: str) -> Location:
    """Return the place of a byte in data that may not be text."""
    first = data.rfind(b"\n", 0, position) + 1
    last = data.find(b"\n", position)
    row = data[first : None if last < 0 else last]
    return Location(
        file=file,
        line=data.count(b"\n", 0, first) + 1,
        column=len(data[first:position].decode(errors="replace")) + 1,
        text=row.decode(errors="replace").removesuffix("\r"),
    )


def _refuse_control(source: Source) -> None:
    found = _FORBIDDEN.search(source.text)
    if found is None:
        return
    code = ord(found.group())
    message = f"the control character U+{code:04X} cannot stand in a YAML file"
    hint = f'delete it, or write it in double quotes as "\\u{code:04x}"'
    if code == ord("\ufeff"):
        message = "a byte-order mark (U+FEFF) stands inside the text"
        hint = "delete it; only the very start of a file may have one"
    raise source.error(message, hint, found.start(), found.end())
