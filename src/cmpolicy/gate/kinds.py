r"""The kind of a file, by its parsed content and not by its text alone.

`apiVersion: "cmpolic\x79/v1"` says the same as `apiVersion: cmpolicy/v1`. So text alone decides
only which files are parsed at all, and puts a file that cannot be parsed into the set; it never
takes one out.
"""

from __future__ import annotations

import re
from typing import Any, Final

from cmpolicy.nearest import distance

AGREEMENT: Final = "Agreement"
PLAN: Final = "Plan"
OTHERS: Final = ("Shared", PLAN, "Pack", "Waivers", "Releases", "Framework", "Config")
"""The other kinds of cmpolicy files."""
NEAR: Final = 2
"""Letters by which a mistyped `apiVersion` may differ."""
_PREFIX: Final = "cmpolicy/"
_FLAGS: Final = re.IGNORECASE | re.MULTILINE
_RAW_VERSION: Final = re.compile(r"apiVersion[\"']?\s*:\s*[\"']?cmpolicy/", re.IGNORECASE)
_RAW_AGREEMENT: Final = re.compile(r"^[\"']?kind[\"']?\s*:\s*[\"']?agreement\b", _FLAGS)
_RAW_OTHER: Final = re.compile(rf"^kind:\s*[\"']?({'|'.join(OTHERS)})\b", re.MULTILINE)


def worth_parsing(data: bytes) -> bool:
    """Say whether a file may be cmpolicy's: False only where no parser could find that it is.

    Letters can be spelt otherwise in YAML with a backslash alone; UTF-16 has zero bytes between.
    """
    flat = data.replace(b"\0", b"").lower()
    return b"\\" in flat or b"cmpolicy/" in flat or b"agreement" in flat


def kind_of(value: Any) -> str | None:
    """Return the kind of cmpolicy file by its content; None where it is none.

    A near miss of an agreement counts as one, so that a typo does not take it out of the set:
    `kind: Agreement` in any case, or a key within two letters of `apiVersion` whose value begins
    with `cmpolicy/`.
    """
    if not isinstance(value, dict):
        return None
    kind = value.get("kind")
    versions = (key for key, text in value.items() if str(text).startswith(_PREFIX))
    if any(distance(str(key), "apiVersion", NEAR) <= NEAR for key in versions):
        return kind if kind in OTHERS else AGREEMENT
    named = (str(text).casefold() for key, text in value.items() if str(key).casefold() == "kind")
    return AGREEMENT if AGREEMENT.casefold() in named else None


def kind_by_text(data: bytes) -> str | None:
    """Return the kind that the text of a file claims, where it cannot be parsed."""
    text = data.replace(b"\0", b"").decode("utf-8", "replace")
    if _RAW_VERSION.search(text) is None:
        return AGREEMENT if _RAW_AGREEMENT.search(text) else None
    found = _RAW_OTHER.search(text)
    return found[1] if found else AGREEMENT
