"""`cmpolicy digest`: the digest of an agreement's terms, for `signatures`."""

from __future__ import annotations

import click

from cmpolicy.agreement.load import Loader
from cmpolicy.cli.output import write_out
from cmpolicy.document import read
from cmpolicy.runs.session import locate
from cmpolicy.snapshot import WorkTree
from cmpolicy.terms import digest


@click.command("digest")
@click.argument("agreement")
def command(*, agreement: str) -> int:
    """Write the digest of the terms of AGREEMENT, for `terms:` of a signature.

    It names the words that were agreed; it proves nothing about who signed them.
    """
    place = locate((agreement,))
    snapshot = WorkTree(place.root)
    path = place.paths[0]
    document = read(snapshot.read(path), path)
    write_out(digest(Loader(snapshot.read).load(document).document) + "\n")
    return 0
