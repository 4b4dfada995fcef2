"""`cmpolicy schema`: the JSON Schemas, for editors."""

from __future__ import annotations

import click

from cmpolicy import bundled
from cmpolicy.cli.output import write_out
from cmpolicy.errors import CmpolicyError
from cmpolicy.nearest import nearest


@click.command("schema")
@click.argument("name", required=False)
def command(*, name: str | None) -> int:
    """Write the JSON Schema of a file kind; without NAME, list them."""
    known = bundled.schemas()
    if name is None:
        write_out("".join(f"{entry}\n" for entry in known))
        return 0
    if name not in known:
        guess = nearest(name, tuple(known))
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(known)}"
        raise CmpolicyError(f"there is no schema `{name}`", None, hint)
    write_out(known[name].read_text(encoding="utf-8"))
    return 0
