"""Plain facts about the items of one list: how many there are, and what their fields say.

`list` is a section of the agreement, `capacity.people`, `capacity.functions`, or one of the single
mappings `term`, `capacity` and `frameworks`, each of which counts as one item. `where` chooses
items; at least `at_least` of them must exist (1, where the rule says nothing; 0: none need), and
each must pass every test of `must`; one that meets `unless` counts, and is asked nothing. Where
services, capacity functions or access paths are listed and `where` meets none of them, the rule
holds, unless it gives `at_least` itself.

`for_each` asks anew of the items that name each party of a kind (by their `party`, else by any
mention of it or of its people), or each service (a row that leaves `services` out names all).
With `or_by`, where there is only one such party, items that name the other side count as well.

A field may be dotted (`verified.on`). In a mapping by party, a party kind stands for each such
party and its people (`access.customer`); as a value it stands for whoever belongs to such a party
(`owner: {equals: customer}`).

What took place (`setup.done`, `capacity.on`, `held`) is there once its day has come, and a deputy
is another person.

In `where` a field has a value, a list of which one does, or tests; of a list of such mappings an
item meets one. Tests:

- `present`: it is there (or is not: `false`); what is empty is not there.
- `equals`: it is that, or as a list holds it; of several values, all.
- `one_of`: it is one of these, or as a list holds one.
- `at_least`, `at_most`: numbers (those that labels hold as text too), durations, intervals, dates
  and versions, compared as what they are, promises with a clock by their worst case; or a share of
  another field: `20% of week`.
- `not_past: true`: its date has not passed; `open` never does. The end of a term with
  `renewal: automatic` rolls on, and what falls due is the last day for notice.
- `referenced: true`: something outside the item refers to this id.

Unknown: a field is what a test asks, or not. An item that `where` may choose or not is
optimistically chosen only if it helps, pessimistically only if it does not.

    check: item
    with:
      list: tools
      where: {kind: [ticketing, monitoring, security]}
      must: {access.customer: {equals: full}}
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row, Service
from cmpolicy.checks.asking import missing, nobody, unsaid
from cmpolicy.checks.facts import Asker, Tests
from cmpolicy.checks.item_parameters import FIELDS, SERVICE
from cmpolicy.checks.kinds import Check, Context
from cmpolicy.checks.naming import names_kind, names_party, names_service
from cmpolicy.checks.parameters import Schema
from cmpolicy.checks.select import each_party
from cmpolicy.checks.telling import tell_choice, tell_field
from cmpolicy.clock import Clock
from cmpolicy.unknown import UNKNOWN, Reading
from cmpolicy.verdict import Holds, Observation

SELECTED: Final = ("services", "capacity.functions", "access")
"""Lists that an agreement fills as its world is: that `where` meets none of them is no lack."""
NAMED_IN_FULL: Final = 10
"""How many items a message names."""

Each = Party | Service | None
"""What is asked anew for; None: the list as a whole."""


KIND: Final = "item"
BEYOND: Final = "The document, setting or record itself that the entry stands for."
PARAMETERS: Final[Mapping[str, Schema]] = FIELDS


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    return _Items(
        section=parameters["list"],
        where=tuple(_tests(one) for one in _several(parameters.get("where") or {})),
        unless=_tests(parameters.get("unless")),
        at_least=parameters.get("at_least"),
        for_each=parameters.get("for_each"),
        or_by=parameters.get("or_by"),
        must=parameters.get("must") or {},
        context=context,
    )


def _tests(given: Mapping[str, Any] | None) -> dict[str, Tests]:
    """Return tests by field, of values and tests by field."""
    return {
        field: value if isinstance(value, Mapping) else {"one_of": _several(value)}
        for field, value in (given or {}).items()
    }


def _meets(asker: Asker, choice: Mapping[str, Tests], excused: Container[str]) -> bool:
    """Say whether an item passes the tests of a choice, but for fields at paths excused."""
    return all(
        f"{asker.row.path}.{field}" in excused or asker.failing(field, tests) is None
        for field, tests in choice.items()
    )


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class _Items:
    section: str
    where: tuple[Mapping[str, Tests], ...]
    """Of several, an item meets one."""
    unless: Mapping[str, Tests]
    at_least: int | None
    for_each: str | None
    or_by: str | None
    must: Mapping[str, Tests]
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        unknown = unsaid(agreement, self.section, self.section)
        if unknown is not None:
            yield unknown
            return
        if self.for_each is None:
            yield from self._judge(None, agreement, clock)
        elif self.for_each == SERVICE:
            for service in agreement.services:
                yield from self._judge(service, agreement, clock)
        else:
            found = each_party(agreement, self.for_each, self.context)
            if not found:
                yield nobody(agreement, self.for_each)
            for party in found:
                yield from self._judge(party, agreement, clock)

    def _judge(self, each: Each, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        chosen: list[Row] = []
        observations: list[Observation] = []
        for row in agreement.rows.get(self.section, ()):
            certain, possible = self._is_chosen(row, each, agreement, clock)
            if not possible:
                continue
            asker = self._asker(row, each, agreement, clock)
            asked = () if self._is_excused(asker) else self.must
            told = [self._observe(asker, each, field) for field in asked]
            passes = all(item.holds is Holds.YES for item in told)
            if certain or (agreement.optimistic and passes):
                chosen.append(row)
            elif agreement.optimistic:
                continue
            observations += told
        yield self._count(chosen, each, agreement, clock)
        yield from observations

    def _asker(self, row: Row, each: Each, agreement: Agreement, clock: Clock) -> Asker:
        party = each if isinstance(each, Party) else None
        return Asker(row, self.section, agreement, clock, self.context, party)

    def _is_chosen(
        self, row: Row, each: Each, agreement: Agreement, clock: Clock
    ) -> tuple[bool, bool]:
        """Say whether an item surely is one that is asked for, and whether it may be."""
        readings = Reading if agreement.unknowns else (agreement.reading,)
        answers = [
            self._matches(row, each, agreement.read_as(reading), clock) for reading in readings
        ]
        return all(answers), any(answers)

    def _matches(self, row: Row, each: Each, agreement: Agreement, clock: Clock) -> bool:
        if not self._is_of(row, each, agreement):
            return False
        asker = self._asker(row, each, agreement, clock)
        return any(_meets(asker, tests, ()) for tests in self.where)

    def _is_of(self, row: Row, each: Each, agreement: Agreement) -> bool:
        """Say whether an item is one of those asked of this party or service."""
        if isinstance(each, Service):
            return names_service(row, self.section, each, agreement)
        if each is None or names_party(row, self.section, each, agreement):
            return True
        others = [one for one in agreement.parties.values() if one.kind in (self.for_each, UNKNOWN)]
        sole = self.or_by is not None and len(others) == 1
        return sole and names_kind(row, self.section, str(self.or_by), agreement)

    def _is_excused(self, asker: Asker) -> bool:
        return bool(self.unless) and _meets(asker, self.unless, ())

    def _observe(self, asker: Asker, each: Each, field: str) -> Observation:
        path, message, passes = tell_field(asker, field, self.must[field])
        ids = (each.id, asker.row.key, field) if each else (asker.row.key, field)
        holds = Holds.YES if passes else Holds.NO
        notice = asker.for_notice(field) if passes and "not_past" in self.must[field] else None
        due = None if notice is None else notice[0]
        return Observation("/".join(ids), path, message, holds, due=due)

    def _count(
        self, chosen: list[Row], each: Each, agreement: Agreement, clock: Clock
    ) -> Observation:
        """Say whether there are as many items as there must be."""
        subject = each.id if each else self.section
        choice = " or".join(map(tell_choice, self.where))
        what = f"{self.section}{choice}{f' for {each.id}' if each else ''}"
        needed = 1 if self.at_least is None else self.at_least
        keys = ", ".join(row.key for row in chosen[:NAMED_IN_FULL])
        more = f" and {len(chosen) - NAMED_IN_FULL} more" if len(chosen) > NAMED_IN_FULL else ""
        if chosen and len(chosen) >= needed:
            told = f"{what} is there" if keys == self.section else f"{what}: {keys}{more}"
            return Observation(subject, self.section, told, Holds.YES)
        if chosen:
            message = f"{what}: {keys}{more}, and {needed} are asked for"
        else:
            message = f"there is nothing in {what}"
        if not chosen and (needed == 0 or self._is_no_lack(agreement)):
            message = f"{message}, and nothing to ask"
            return Observation(subject, self.section, message, Holds.YES, empty=True)
        if not chosen:
            message += self._of_others(each, agreement, clock)
        near = {
            row.path
            for row in agreement.rows.get(self.section, ())
            if self._is_near(row, each, agreement, clock)
        }
        fields = [field for tests in self.where for field in tests]
        return missing(agreement, self.section, fields, subject, message, near)

    def _of_others(self, each: Each, agreement: Agreement, clock: Clock) -> str:
        """Name the items that would do, but for whose they are."""
        if each is None:
            return ""
        rows = agreement.rows.get(self.section, ())
        found = [row.key for row in rows if self._matches(row, None, agreement, clock)]
        told = ", ".join(found[:NAMED_IN_FULL])
        names = "does" if len(found) == 1 else "do"
        return f"; there is {told}, which {names} not name {each.id}" if found else ""

    def _is_near(self, row: Row, each: Each, agreement: Agreement, clock: Clock) -> bool:
        """Say whether only a placeholder keeps an item from being one that is asked for."""
        lost = agreement.placeholders
        whose = {f"{row.path}.party", f"{row.path}.by"} & lost.keys()
        if not whose and not self._is_of(row, each, agreement):
            return False
        asker = self._asker(row, each, agreement, clock)
        return any(_meets(asker, tests, lost) for tests in self.where)

    def _is_no_lack(self, agreement: Agreement) -> bool:
        """Say whether the list is one of `SELECTED` that has items, and `where` meets none."""
        selects = self.section in SELECTED and self.at_least is None and any(self.where)
        return selects and bool(agreement.rows.get(self.section))
