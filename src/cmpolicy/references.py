"""Where an agreement names what it defines elsewhere, and which words it uses, as tables.

A pattern is a path with `*` for each item of a list and `@` for each key of a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cmpolicy.unknown import UNKNOWN

WHO: Final = ("parties", "people", "rotas")

# (pattern, sections that may hold the id). `*`: each item of a list; `@`: each key of a mapping.
REFERENCES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("parties.*.engaged_by", ("parties",)),
    ("people.*.party", ("parties",)),
    ("people.*.deputy", ("people",)),
    ("people.*.calendar", ("calendars",)),
    ("rotas.*.party", ("parties",)),
    ("rotas.*.calendar", ("calendars",)),
    ("rotas.*.members.*", ("people",)),
    ("calendars.*.outside", ("calendars",)),
    ("services.*.owner", WHO),
    ("coverage.*.by", WHO),
    ("coverage.*.calendar", ("calendars",)),
    ("coverage.*.services.*", ("services",)),
    ("coverage.*.severities.*", ("severities",)),
    ("coverage.*.tools.*", ("tools",)),
    ("coverage.*.raised_by.*", WHO),
    ("responsibilities.*.accountable", WHO),
    ("responsibilities.*.accountable.*.who", WHO),
    ("responsibilities.*.accountable.*.only.services.*", ("services",)),
    ("responsibilities.*.accountable.*.only.severities.*", ("severities",)),
    ("responsibilities.*.responsible.*", WHO),
    ("responsibilities.*.consulted.*", WHO),
    ("responsibilities.*.informed.*", WHO),
    ("responsibilities.*.split.@", WHO),
    ("responsibilities.*.escalates_to", ("escalations",)),
    ("responsibilities.*.evidence.keeper", WHO),
    ("allocations.*.from", WHO),
    ("allocations.*.evidence", WHO),
    ("escalations.*.when.severities.*", ("severities",)),
    ("escalations.*.when.services.*", ("services",)),
    ("escalations.*.from", WHO),
    ("escalations.*.steps.*.notify", WHO),
    ("targets.*.severity", ("severities",)),
    ("targets.*.services.*", ("services",)),
    ("targets.*.calendar", ("calendars",)),
    ("targets.*.raised", ("calendars",)),
    ("notices.*.from", ("parties",)),
    ("notices.*.to", ("parties",)),
    ("notices.*.contact", WHO),
    ("notices.*.calendar", ("calendars",)),
    ("reviews.*.attended_by.*", WHO),
    ("tools.*.provided_by", WHO),
    ("tools.*.access.@", WHO),
    ("access.*.party", ("parties",)),
    ("access.*.services.*", ("services",)),
    ("access.*.approved_by", WHO),
    ("access.*.reviewed_in", ("reviews",)),
    ("clauses.*.by", WHO),
    ("documents.*.between.*", ("parties",)),
    ("attestations.*.party", ("parties",)),
    ("attestations.*.verified.by", WHO),
    ("setup.*.led_by.*", WHO),
    ("capacity.by", WHO),
    ("capacity.people.*.who", WHO),
    ("signatures.*.party", ("parties",)),
    ("signatures.*.by", WHO),
)

WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("parties.*.handles.*", "data"),
    ("people.*.roles.*", "roles"),
    ("services.*.data.*", "data"),
    ("coverage.*.area", "areas"),
    ("responsibilities.*.area", "areas"),
    ("responsibilities.*.area.*", "areas"),
    ("escalations.*.when.events.*", "events"),
    ("notices.*.event", "events"),
    ("reviews.*.kind", "review kinds"),
    ("reviews.*.agenda.*", "agenda"),
    ("tools.*.kind", "tool kinds"),
    ("access.*.data.*", "data"),
    ("access.*.kind", "access kinds"),
    ("clauses.*.topic", "clause topics"),
    ("documents.*.kind", "document kinds"),
    ("attestations.*.scheme", "schemes"),
    ("attestations.*.scope.*", "areas"),
    ("capacity.functions.*.function", "areas"),
)

FREE: Final = ("labels", "note")
"""What every mapping may carry besides its own keys."""

Found = tuple[tuple[str | int, ...], str]


def find(value: Any, pattern: str) -> Iterator[Found]:
    """Yield (raw path, text) of every text that a pattern of the tables reaches."""
    yield from _find(value, pattern.split("."), ())


def _find(value: Any, steps: list[str], path: tuple[str | int, ...]) -> Iterator[Found]:
    if not steps:
        if isinstance(value, str) and value != UNKNOWN.value:
            yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find(item, rest, (*path, index))
    elif step == "@" and isinstance(value, dict):
        for key in value:
            if key not in FREE:
                yield (*path, key), key
    elif isinstance(value, dict) and step in value:
        yield from _find(value[step], rest, (*path, step))
