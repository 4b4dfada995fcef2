"""Escapes untrusted text, for each output format.

Agreements come from pull requests of people nobody knows. What they write must stay text: no
terminal sequences, no bidirectional tricks (CVE-2021-42574), no commands to a CI runner, no
markup.
"""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"

# C0 and C1 controls, everything that reorders or hides text, and what is not a character. Then what
# a CI runner takes for a command in a log: `##[error]`, `##vso[...]` anywhere in a line, and
# `::error::` where a line starts, which may be at any space once text is wrapped. One character
# is replaced by one, so that columns stay true.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
    r"|(?<=#)#(?=\w*\[)|(?<!\S):(?=:[A-Za-z])"
)
# What XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets).
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A zero-width space: GitHub and GitLab look for mentions, references and links in the rendered
# text, where a backslash no longer shows.
_BREAK: Final = "&#8203;"
_CODE: Final = re.compile(r"`([^`|]+)`")
_MARKUP: Final = re.compile(r"[\\`*_\[\]|~]")
_LINE_START: Final = re.compile(r"^(\d*)([#+\-=:/.)])")
# @user, #12, GH-12, and GitLab's !12 ~12 %12 ^alert (and $12 &12, written as entities).
_REFERENCE: Final = re.compile(
    r"@|[#!%~^](?=[\w\"'])|(?:\$|&amp;)(?=\w)|\bGH(?=-\d)", re.IGNORECASE
)
# What is made a link without any markup: https://, www.
_LINK: Final = re.compile(r"(:)(?=//)|(www)(?=\.)", re.IGNORECASE)
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MENTION: Final = re.compile(r"@(?=\w)")
_BRACKET: Final = re.compile(r"[\\\[\]]")


LONGEST: Final = 2_000
"""Characters of a message at most; a longer one is cut."""


def visible(text: str) -> str:
    """Replace control characters (not line breaks and tabs), bidirectional ones, CI commands."""
    return _HIDDEN.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """Return visible text on one line, with runs of white space as one space."""
    return " ".join(visible(text).split())


def xml(text: str) -> str:
    """Return text that an XML 1.0 document may hold; its writer escapes markup."""
    return _NOT_XML.sub(REPLACEMENT, visible(text))


def csv_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (CWE-1236), not in full width either."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def html(text: str) -> str:
    """Return visible text for HTML, as content or as a quoted attribute."""
    return _tags(visible(text)).replace('"', "&quot;").replace("'", "&#39;")


def _tags(text: str) -> str:
    # As `html.escape` does, without importing its table of 2,231 entities.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown(text: str) -> str:
    """Return one line of text for Markdown (GitHub's and GitLab's) that does nothing there.

    No markup, raw HTML, mention, reference, link or quick action works; code between backticks
    stays code, in which nothing does either. It may stand in a table cell and start a line.
    """
    parts = _CODE.split(one_line(text))
    escaped = [f"`{part}`" if odd % 2 else _prose(part) for odd, part in enumerate(parts)]
    return _LINE_START.sub(r"\1\\\2", "".join(escaped))


def _prose(text: str) -> str:
    broken = _LINK.sub(rf"\g<0>{_BREAK}", _REFERENCE.sub(rf"\g<0>{_BREAK}", _tags(text)))
    return _MARKUP.sub(r"\\\g<0>", broken).replace("$", "&#36;")


def markdown_code(text: str) -> str:
    """Return one line of text as a Markdown code span (as prose where a span cannot hold it)."""
    line = one_line(text)
    return f"`{line}`" if line and not set(line) & set("`|") else markdown(line)


def plain(text: str) -> str:
    """Return one line of text for a plain field that a site may yet scan for mentions."""
    return _MENTION.sub("@ ", one_line(text))


def sarif_message(text: str) -> str:
    """Return one line of text for a SARIF message: no embedded link, no placeholder.

    SARIF 2.1.0, 3.11.5 and 3.11.6: braces are doubled; brackets and backslashes are escaped.
    """
    escaped = _BRACKET.sub(r"\\\g<0>", plain(text))
    return escaped.replace("{", "{{").replace("}", "}}")


def github_data(text: str) -> str:
    """Return text for the message of a GitHub workflow command (actions/toolkit, command.ts)."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """Return text for a property of a GitHub workflow command."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def json_text(text: str) -> str:
    """Return JSON in which no string holds a CI runner's `##[command]` as it stands in a log."""
    return text.replace("##", r"#\u0023")


def cut(text: str, longest: int = LONGEST) -> str:
    """Return text on one line, no longer than `longest` characters."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shorten(text: str, longest: int) -> str:
    """Return text on one line, cut after a word where there is one to cut after."""
    line = one_line(text)
    if len(line) <= longest:
        return line
    head = line[:longest]
    at = head.rfind(" ", longest // 2)
    return f"{head[:at] if at > 0 else head[:-1]}…"
