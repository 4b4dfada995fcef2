"""Validates a file by its JSON Schema (https://json-schema.org/draft/2020-12).

`jsonschema-rs` says yes or no, which is all that a good file needs; where it says no,
`jsonschema` finds everything that is wrong, and `explain` describes it. Both read the
same schema.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING

from cmpolicy.errors import Problem
from cmpolicy.shape.schema import load_schema

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from cmpolicy.document import Document

__all__ = ["judge", "load_schema"]


def judge(
    document: Document, schema: str, placeholders: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return everything that is wrong with the shape of a document, the best match first.

    Args:
        document: a file, with its placeholders taken out.
        schema: the name of its schema: `agreement`, `shared`, `pack`, `config`, `waivers` ...
        placeholders: paths of placeholders taken out; that such a key is missing is reported
            already.
    """
    if _validator(schema).is_valid(document.value):
        return ()
    from cmpolicy.shape.explain import explain

    return explain(document, schema, placeholders)


@cache
def _validator(schema: str) -> Draft202012Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(load_schema(schema))
