"""Messages for YAML syntax errors, for people who do not know its grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cmpolicy.document.source import Source
from cmpolicy.errors import DocumentError


@dataclass(frozen=True, slots=True)
class _Reason:
    """A pattern of the parser's words, and ours for it.

    `{mark}` stands for the character at the place, `{opening}` for the one where the thing that
    is broken begins, `{line}` and `{column}` for where that is.
    """

    pattern: re.Pattern[str]
    message: str
    hint: str
    at_opening: bool = False
    """The place to point at is where the broken thing begins."""


def _reason(pattern: str, message: str, hint: str, *, at_opening: bool = False) -> _Reason:
    return _Reason(re.compile(pattern), message, hint, at_opening)


_QUOTE_IT: Final = "if it is meant as text, put quotes around the text"
_INDENT: Final = "indent with spaces"
_TAB: Final = _reason("", "a tab stands where only spaces may stand", _INDENT)
_UNCLOSED: Final = _reason(
    "",
    'the "{opening}" that opens here is never closed',
    "close it, or quote the text that it is part of",
    at_opening=True,
)
_NO_START: Final = _reason("", 'text cannot begin with "{mark}"', _QUOTE_IT)

_REASONS: Final = (
    _reason(
        "directive|found incompatible YAML document",
        "lines that begin with % (directives) are not used here",
        "delete the line",
    ),
    _reason(
        "mapping values are not allowed",
        'this ": " begins the value of a key where no key can stand',
        'quote text that holds ": "; else check the indentation of this key and the line above',
    ),
    _reason(
        "sequence entries are not allowed",
        'this "- " begins an item of a list where none can stand',
        "put the first item of a list on a line of its own, below its key; " + _QUOTE_IT,
    ),
    _reason(
        "mapping keys are not allowed",
        'this "? " begins a key where no key can stand',
        _QUOTE_IT,
    ),
    _reason(
        "could not find expected ':'",
        'this is neither "key: value" nor part of what stands above it',
        "write a colon and a space after the key, or check the indentation",
        at_opening=True,
    ),
    _reason(
        r"expected ',' or '[\]}]'",
        'the "{opening}" of line {line}, column {column} is not closed before this',
        "close it, put a comma between its items, or quote text that holds brackets or colons",
    ),
    _reason(
        r"found unexpected ':'",
        'this ":" stands inside brackets without a space after it',
        "put a space after the colon of a key, and quotes around text that ends with a colon",
    ),
    _reason(
        "expected node content",
        'a value is missing before "{mark}"',
        "write the value, or delete the stray character; " + _QUOTE_IT,
    ),
    _reason(
        "block mapping: ",
        "this does not fit into the mapping that begins on line {line}",
        "begin the keys of one mapping in the same column; quote a value as a whole or not at all",
    ),
    _reason(
        "block collection: ",
        "this does not fit into the list that begins on line {line}",
        'begin each item of a list with "- " in the same column',
    ),
    _reason(
        "quoted scalar: found unexpected end of stream",
        "the quotation mark that opens here is never closed",
        "close it; in single quotes an apostrophe is written twice",
        at_opening=True,
    ),
    _reason(
        "unexpected document indicator",
        "a line that begins with --- or ... ends the file inside quoted text",
        "indent the line",
    ),
    _reason(
        "unknown escape character",
        "a backslash and this character mean nothing in double quotes",
        "use single quotes, or write two backslashes for one",
    ),
    _reason(
        "hexdecimal number",
        "this escape needs more hexadecimal digits",
        r"write \x with 2, \u with 4, \U with 8 digits; or use single quotes",
    ),
    _reason(
        "invalid Unicode character escape code",
        "this escape names no character",
        "write the character itself; halves of a surrogate pair are not characters",
    ),
    _reason(
        "scanning an alias",
        'a "*" in front of a word begins an alias, and aliases are not used here',
        f"write the value out; {_QUOTE_IT}",
        at_opening=True,
    ),
    _reason(
        "scanning an anchor",
        'a "&" in front of a word begins an anchor, and anchors are not used here',
        f"delete it; {_QUOTE_IT}",
        at_opening=True,
    ),
    _reason(
        r"(scanning|parsing) a tag\b|tag handle",
        'a "!" in front of a value begins a tag, and tags are not used here',
        f"delete it; {_QUOTE_IT}",
        at_opening=True,
    ),
    _reason(
        "block scalar: ",
        "what follows the | or > on its line is not understood",
        "write only | or |- or > or >- there, and the text on the next lines, indented by spaces",
    ),
    _reason(
        "<document start>",
        "this stands outside of what the file began with",
        "begin all top-level keys in the first column, and write one document in a file",
    ),
)


def explain(source: Source, problem: str, at: int, context_at: int) -> DocumentError:
    """Return an error for a parser's problem, `context: problem`, found at the index `at`.

    `context_at` is the index where the thing begins that the parser was reading.
    """
    reason = _find(source, problem, at)
    start = context_at if reason.at_opening else at
    opening = source.location(context_at)
    words = {
        "mark": _character(source, at),
        "opening": _character(source, context_at),
        "line": opening.line,
        "column": opening.column,
    }
    return source.error(reason.message.format(**words), reason.hint, start, start + 1)


def _find(source: Source, problem: str, at: int) -> _Reason:
    character = source.text[at : at + 1]
    if "tab character" in problem or ("cannot start any token" in problem and character == "\t"):
        return _TAB
    if "cannot start any token" in problem:
        return _NO_START
    if not source.text[at:].strip() and re.search(r"expected ',' or|node content", problem):
        return _UNCLOSED
    for reason in _REASONS:
        if reason.pattern.search(problem):
            return reason
    return _reason("", "this is not YAML", "check the quotes, brackets and indentation here")


def _character(source: Source, index: int) -> str:
    return source.text[index : index + 1] or "the end of the file"
