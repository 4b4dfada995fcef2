"""Making strangers' text harmless, for each medium.

Agreements come from pull requests of people nobody knows. What they write must stay text: no
terminal sequences, no bidirectional tricks (CVE-2021-42574), no markup.
"""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

# C0 and C1 controls, and everything that reorders or hides text.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# What XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets).
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(text: str) -> str:
    """Replace control characters, line breaks and tabs excepted, and bidirectional controls."""
    return _HIDDEN.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """Return visible text on one line, with runs of white space as one space."""
    return " ".join(visible(text).split())


def xml(text: str) -> str:
    """Return text that an XML 1.0 document may hold; markup is escaped by whoever writes it."""
    return _NOT_XML.sub(REPLACEMENT, visible(text))


def csv_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (CWE-1236)."""
    line = one_line(text)
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
