"""A service plan as its file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cmpolicy.document import Document, Placed
from cmpolicy.edits import Edit
from cmpolicy.errors import Location
from cmpolicy.references import WHO
from cmpolicy.vocabulary import SECTIONS

ANY: Final = "any"
"""`adds_to: any`: an add-on that fits every base plan."""

RECORD_SECTIONS: Final = ("attestations", "setup", "signatures")
"""Lists that hold the record of one customer: no plan has them."""
PLAN_SECTIONS: Final = tuple(name for name in SECTIONS if name not in RECORD_SECTIONS)
MAPPINGS: Final = ("term", "frameworks")
PLANNED: Final = (*PLAN_SECTIONS, *MAPPINGS, "model")
"""What a plan may say of an agreement."""
OWN_DATES: Final = ("effective", "starts_work", "ends")
"""What of `term` is the agreement's own."""

REFERENCE_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "party": ("parties",),
    "person": ("people",),
    "rota": ("rotas",),
    "holder": WHO,
    "calendar": ("calendars",),
    "services": ("services",),
    "severities": ("severities",),
}
"""Kinds of inputs that are ids, and the lists that may hold the id."""
LIST_KINDS: Final = ("services", "severities")
"""Kinds of inputs that may be several ids."""


@dataclass(frozen=True, slots=True)
class Input:
    """What each agreement on a plan fills in."""

    name: str
    kind: str
    default: Placed | None
    means: str
    location: Location

    @property
    def sections(self) -> tuple[str, ...]:
        """The lists that may hold its id; none for an amount."""
        return REFERENCE_KINDS.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class EditGroup:
    """Edits that belong together, and their reason."""

    because: str
    edits: tuple[Edit, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Plan:
    """A base plan or an add-on, one edition of it."""

    document: Document
    """As it was read, with its placeholders."""
    pruned: Document
    """Without them."""
    id: str
    title: str
    edition: str
    seal: str | None
    """What the file says of the digest of its terms; None: it is a draft."""
    terms: str
    """The digest of its terms as they are."""
    adds_to: tuple[str, ...] | None
    """Of an add-on: the base plans that it fits, or `any`; None: it is a base plan itself."""
    uses: tuple[str, ...]
    """Shared files, relative to the root."""
    inputs: Mapping[str, Input]
    changes: tuple[EditGroup, ...]

    @property
    def file(self) -> str:
        """The path of its file."""
        return self.document.file

    def fits(self, base: Plan) -> bool:
        """Say whether an add-on may be added to a base plan."""
        return self.adds_to is not None and bool({ANY, base.id} & set(self.adds_to))


def ids(value: Mapping[str, object], section: str) -> set[str]:
    """Return the ids of the rows of a list."""
    rows = value.get(section)
    found = {
        row["id"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get("id"), str)
    }
    return found | {"24x7"} if section == "calendars" else found
