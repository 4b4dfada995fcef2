"""The pages of check kinds: the module's docstring, and its parameters as they are declared."""

from __future__ import annotations

import inspect

from cmpolicy.checks import CheckKind


def check_page(kind: CheckKind) -> str:
    """Return the page of a check kind."""
    text = inspect.cleandoc(kind.__doc__ or "")
    lines = [f"# {kind.KIND}", "", text, "", "| parameter | meaning |", "| --- | --- |"]
    lines += [
        f"| `{name}` | {schema.get('meta', {}).get('doc', '')} |"
        for name, schema in kind.PARAMETERS.items()
    ]
    return "\n".join(lines) + "\n"
