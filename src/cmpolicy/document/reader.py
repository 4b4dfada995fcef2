"""Reading: bytes to a `Document`."""

from __future__ import annotations

import re
from typing import Final

from cmpolicy.document.model import Document
from cmpolicy.document.source import Source, decode

# Possessive: a file of a million line breaks must not be tried in every way.
_DIRECTIVE: Final = re.compile(r"(?:[ \t]*+(?:#[^\r\n]*+)?[\r\n])*+(%[^\r\n]*)")


def read(data: bytes, file: str) -> Document:
    """Read a file as strict YAML; positions will name it `file`.

    Raises:
        DocumentError: the first thing that is wrong, where it is, and how to fix it.
        CmpolicyError: PyYAML has been built without libyaml.
    """
    source = decode(data, file)
    directive = _DIRECTIVE.match(source.text)
    if directive:
        raise source.error(
            "lines that begin with % (directives) are not used here",
            "delete the line",
            *directive.span(1),
        )
    return _document(source, source.text)


def _document(source: Source, text: str) -> Document:
    """Build the document of a source from its text, or refuse it by the beginning of that."""
    # PyYAML takes 20 ms to import; commands that read no file should not wait for it.
    from yaml import YAMLError

    from cmpolicy.document import builder, events

    try:
        value, tree = builder.Builder(source, events.begin(text)).document()
    except YAMLError as error:
        end = events.too_deep_from(error)
        if end is not None:
            # libyaml reads ahead: it stopped before the events of our own limit, or of something
            # else that is wrong in front of it.
            _document(source, text[:end])
        raise events.refuse(source, error) from None
    return Document(value, source, tree)
