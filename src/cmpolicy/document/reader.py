"""Reading: bytes to a `Document`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cmpolicy.document.model import Document
from cmpolicy.document.source import decode

if TYPE_CHECKING:
    from cmpolicy.document.events import Engine

# Possessive: a file of a million line breaks must not be tried in every way.
_DIRECTIVE: Final = re.compile(r"(?:[ \t]*+(?:#[^\r\n]*+)?[\r\n])*+(%[^\r\n]*)")


def read(data: bytes, file: str, engine: Engine | None = None) -> Document:
    """Read a file as strict YAML; positions will name it `file`.

    `engine` is the parser to use: libyaml unless PyYAML has been built without it.

    Raises:
        DocumentError: the first thing that is wrong, where it is, and how to mend it.
    """
    # PyYAML takes 20 ms to import; commands that read no file should not wait for it.
    from yaml import YAMLError

    from cmpolicy.document import builder, events

    source = decode(data, file)
    directive = _DIRECTIVE.match(source.text)
    if directive:
        raise source.error(
            "lines that begin with % (directives) are not used here",
            "delete the line",
            *directive.span(1),
        )
    try:
        pull = events.begin(source, engine or events.best_engine())
        value, tree = builder.Builder(source, pull).document()
    except YAMLError as error:
        raise events.refuse(source, error) from None
    return Document(value, source, tree)
