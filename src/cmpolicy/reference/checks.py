"""The pages of check kinds: the module's docstring, and its parameters as they are declared."""

from __future__ import annotations

import inspect

from cmpolicy.checks import CheckKind
from cmpolicy.reference.writing import TERMINAL, Writer


def check_page(kind: CheckKind, writer: Writer = TERMINAL) -> str:
    """Return the page of a check kind."""
    rows = [
        (f"`{name}`", schema.get("meta", {}).get("doc", ""))
        for name, schema in kind.PARAMETERS.items()
    ]
    lines = [f"# {kind.KIND}", "", *writer.prose(inspect.cleandoc(kind.__doc__ or "")), ""]
    lines += writer.table(("parameter", "meaning"), rows)
    lines += ["", *writer.lines(f"Beyond an agreement it takes: {kind.BEYOND}")]
    return "\n".join(lines) + "\n"
