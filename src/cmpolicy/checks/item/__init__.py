"""Plain facts about the items of one list: how many there are, and what their fields say.

`list` is a section of the agreement, `capacity.people`, `capacity.functions`, or one of the single
mappings `term`, `capacity` and `frameworks`, each of which counts as one item. `where` chooses
items; at least `at_least` of them must exist (1, where the rule says nothing; 0: none need), and
each must pass every test of `must`; one that meets `unless` counts, and is asked nothing. Where
services, capacity functions or access paths are listed and `where` meets none of them, the rule
holds, unless it gives `at_least` itself.

`for_each` asks anew of the items that name each party of a kind (by their `party`, else by any
mention of it or of its people), or each service (a row that leaves `services` out names all).
Several kinds: each party of any of them. With `or_by`, where there is only one such party and the
other side engages it, items that name that side count as well. As a value of a field, `engager`
stands for the party that engages it (`engaged_by`; where that is not said, the customer).

A field may be dotted (`verified.on`). In a mapping by party, a party kind stands for each such
party and its people (`access.customer`); as a value it stands for everyone who belongs
to such a party (`owner: {equals: customer}`).

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
- `come: true`, `before_work: true`: its date has come; and came no later than the day on which the
  work began (`term.starts_work`, else `term.effective`).
- `reach: true`, of `parties.handles`: it names all data that the party reaches by access and by
  hands-on work (or of the classes given as a list).
- `let_in: true`, of `parties.id`: a party that does hands-on work has a row of `access`.

Unknown: a field is what a test asks, or not. An item that `where` may choose or not is
optimistically chosen only if it helps, pessimistically only if it does not.

    check: item
    with:
      list: tools
      where: {kind: [ticketing, monitoring, security]}
      must: {access.customer: {equals: full}}
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cmpolicy.agreement import Agreement, Party, Row, Service
from cmpolicy.checks.asking import in_doubt, missing, nobody, shortened, unsaid
from cmpolicy.checks.doubts import decides, of_member
from cmpolicy.checks.item.belonging import is_sole, of_selection
from cmpolicy.checks.item.doubts import of_field, of_tests, of_whose, optimistic, surely_failing
from cmpolicy.checks.item.facts import Asker, Tests, as_tests, several
from cmpolicy.checks.item.lacks import lack_of_item
from cmpolicy.checks.item.naming import names_kind, names_party, names_service
from cmpolicy.checks.item.parameters import FIELDS, SERVICE
from cmpolicy.checks.item.rendering import describe_choice, describe_field, long_field
from cmpolicy.checks.kinds import Check, Context, NotApplicable
from cmpolicy.checks.parameters import Schema
from cmpolicy.checks.select import each_party, none_left
from cmpolicy.clock import Clock
from cmpolicy.lacks import LackKind, unknown, wrong
from cmpolicy.unknown import Reading
from cmpolicy.verdict import Holds, Observation

SELECTED: Final = ("services", "capacity.functions", "access")
"""Lists that an agreement fills as its world is: that `where` meets none of them is not a lack."""
DATED: Final = frozenset({"come", "before_work"})
"""Tests of a date by which an item counts from a day on."""
PRESENT: Final[Tests] = {"present": True}

Each = Party | Service | None
"""What is asked anew for; None: the list as a whole."""


KIND: Final = "item"
BEYOND: Final = "The document, setting or record itself that the entry stands for."
PARAMETERS: Final[Mapping[str, Schema]] = FIELDS


def make(parameters: Mapping[str, Any], context: Context) -> Check:
    """Make the check from normalised parameters."""
    return _Items(
        section=parameters["list"],
        where=tuple(as_tests(one) for one in several(parameters.get("where") or {})),
        unless=as_tests(parameters.get("unless")),
        at_least=parameters.get("at_least"),
        for_each=tuple(several(parameters.get("for_each") or [])),
        or_by=parameters.get("or_by"),
        must=parameters.get("must") or {},
        context=context,
    )


def _meets(asker: Asker, choice: Mapping[str, Tests], excused: Container[str]) -> bool:
    """Say whether an item passes the tests of a choice, but for fields at paths excused."""
    return all(
        f"{asker.row.path}.{field}" in excused or asker.failing(field, tests) is None
        for field, tests in choice.items()
    )


@dataclass(frozen=True, slots=True)
class _Items:
    section: str
    where: tuple[Mapping[str, Tests], ...]
    """Of several, an item meets one."""
    unless: Mapping[str, Tests]
    at_least: int | None
    for_each: tuple[str, ...]
    """Party kinds, or `service`; none: the list is asked as a whole."""
    or_by: str | None
    must: Mapping[str, Tests]
    context: Context

    def run(self, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        for section in (self.section, *self._each_of()):
            early = unsaid(agreement, section, section)
            if early is not None:
                yield early
                return
        if not self.for_each:
            yield from self._judge(None, agreement, clock)
        elif SERVICE in self.for_each:
            for service in agreement.services:
                yield from self._judge(service, agreement, clock)
        else:
            found = self._parties(agreement)
            if not found:
                yield nobody(agreement, self.for_each[0])
            for party in found:
                yield from self._judge(party, agreement, clock)

    def _parties(self, agreement: Agreement) -> tuple[Party, ...]:
        """Return each party of the kinds that `for_each` names and `when` leaves.

        Raises:
            NotApplicable: where `when` asks about parties, and none is left of any kind.
        """
        found: dict[str, Party] = {}
        without = 0
        for kind in self.for_each:
            try:
                found |= {party.id: party for party in each_party(agreement, kind, self.context)}
            except NotApplicable:
                without += 1
        if without == len(self.for_each):
            raise none_left(self.for_each, self.context.when.get("party_handles"))
        return tuple(found.values())

    def _each_of(self) -> tuple[str, ...]:
        """Return the list of what is asked anew for."""
        if not self.for_each:
            return ()
        return ("services",) if SERVICE in self.for_each else ("parties",)

    def _judge(self, each: Each, agreement: Agreement, clock: Clock) -> Iterator[Observation]:
        chosen, observations = self._chosen(each, agreement, clock)
        count = self._count(chosen, each, agreement, clock)
        doubts: Iterable[str] = ()
        if count.holds is Holds.NO and agreement.unknowns and not agreement.optimistic:
            reading = agreement.read_as(Reading.OPTIMISTIC)
            others, _ = self._chosen(each, reading, clock)
            if self._is_enough(others, agreement):
                doubts = self._of_choice(others, each, agreement, clock)
        items = (in_doubt(agreement, count, doubts), *observations)
        if agreement.optimistic:
            yield from items
        else:
            yield from (self._of_party(item, each, agreement) for item in items)

    def _chosen(
        self, each: Each, agreement: Agreement, clock: Clock
    ) -> tuple[list[Row], list[Observation]]:
        """Return the items that are asked for under the reading, and what is said of them."""
        chosen: list[Row] = []
        observations: list[Observation] = []
        for row in agreement.rows.get(self.section, ()):
            certain, possible = self._is_chosen(row, each, agreement, clock)
            if not possible:
                continue
            asker = self._asker(row, each, agreement, clock)
            asked = () if self._is_excused(asker) else self.must
            observed = [self._observe(asker, each, field, certain=certain) for field in asked]
            passes = all(item.holds is Holds.YES for item in observed)
            if certain or (agreement.optimistic and passes):
                chosen.append(row)
            elif agreement.optimistic:
                continue
            observations += observed
        return chosen, observations

    def _of_party(self, item: Observation, each: Each, agreement: Agreement) -> Observation:
        """Return an observation of a party that perhaps is one to ask of with that in doubt."""
        if item.holds is Holds.YES or not isinstance(each, Party) or item.lack is None:
            return item
        if item.lack.kind is LackKind.UNKNOWN:
            return item
        paths = of_selection(agreement, each, self.context)
        if not paths:
            return item
        return replace(item, message=item.message + decides(paths), lack=unknown(*paths))

    def _of_choice(
        self, rows: Iterable[Row], each: Each, agreement: Agreement, clock: Clock
    ) -> tuple[str, ...]:
        """Return what is unknown of whether items are asked for, at least the list."""
        found: list[str] = []
        for row in rows:
            certain, possible = self._is_chosen(row, each, agreement, clock)
            if possible and not certain:
                asker = self._asker(row, each, agreement, clock)
                for tests in self.where:
                    found += of_tests(asker, tests)
                if not self._is_of(row, each, agreement):
                    found += of_whose(row, self.section, each, agreement)
                    if self.or_by is not None:
                        found += (
                            path for one in agreement.parties for path in of_member(agreement, one)
                        )
        return tuple(found) or (self.section,)

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
        by = self.or_by
        right = by is not None and is_sole(agreement, each, by, self.for_each)
        return right and names_kind(row, self.section, str(by), agreement)

    def _is_excused(self, asker: Asker) -> bool:
        return bool(self.unless) and _meets(asker, self.unless, ())

    def _observe(self, asker: Asker, each: Each, field: str, *, certain: bool) -> Observation:
        """Judge a field of an item; `certain`: the item surely is one that is asked for."""
        tests, agreement = self.must[field], asker.agreement
        path, message, passes = describe_field(asker, field, tests)
        ids = (each.id, asker.row.key, field) if each else (asker.row.key, field)
        subject = "/".join(ids)
        if passes:
            notice = asker.for_notice(field) if "not_past" in tests else None
            due = None if notice is None else notice[0]
            return Observation(subject, path, message, Holds.YES, due=due)
        doubts: list[str] = []
        if agreement.unknowns and not agreement.optimistic:
            best = optimistic(asker)
            if not certain:
                doubts += self._of_choice((asker.row,), each, agreement, asker.clock)
            if self._is_excused(best):
                doubts += of_tests(asker, self.unless)
            if surely_failing(asker, field, tests):
                path, message, _ = describe_field(best, field, tests)
            else:
                doubts += of_field(asker, field, tests)
        item = Observation(subject, path, message, Holds.NO, lack=wrong(path))
        return in_doubt(agreement, item, doubts)

    def _is_enough(self, chosen: Sequence[Row], agreement: Agreement) -> bool:
        """Say whether there are as many items as there must be."""
        needed = 1 if self.at_least is None else self.at_least
        if not chosen:
            return needed == 0 or self._is_no_lack(agreement)
        return len(chosen) >= needed

    def _count(
        self, chosen: Sequence[Row], each: Each, agreement: Agreement, clock: Clock
    ) -> Observation:
        """Say whether there are as many items as there must be, and which."""
        subject = each.id if each else self.section
        choice = " or".join(describe_choice(tests, each) for tests in self.where)
        choice += f" for {each.id}" if each else ""
        keys = shortened([row.key for row in chosen])
        if self._is_enough(chosen, agreement):
            phrase = f"{self.section}{choice}: {keys}"
            if not chosen:
                phrase = f"no entry in {self.section}{choice}, and nothing to ask"
            elif keys == self.section:
                phrase = f"{keys}{choice} is there"
            return Observation(subject, self.section, phrase, Holds.YES, empty=not chosen)
        long = len(self.where) == 1 and long_field(self.where[0])
        if long and not agreement.rows.get(self.section):
            message = f"no entry in {self.section}"
        elif long:
            message = self._out_of_many(long, chosen, each, agreement, clock)
        elif chosen:
            message = f"{self.section}{choice}: {keys}; {self.at_least} are needed"
        else:
            message = f"no entry in {self.section}{choice}"
            message += self._of_others(each, agreement, clock)
        near = {
            row.path
            for row in agreement.rows.get(self.section, ())
            if self._is_near(row, each, agreement, clock)
        }
        fields = [field for tests in self.where for field in tests]
        item = missing(agreement, self.section, fields, subject, message, near)
        untimely = None if chosen else self._untimely(each, agreement, clock)
        if untimely is not None:
            path, why = untimely
            return replace(item, path=path, message=f"{message}; {why}", lack=wrong(path))
        return replace(item, lack=lack_of_item(agreement, self.section, self.where, each))

    def _untimely(self, each: Each, agreement: Agreement, clock: Clock) -> tuple[str, str] | None:
        """Return the date of an item that its date alone keeps from being asked for, in words."""
        for row in agreement.rows.get(self.section, ()):
            for where in self.where:
                dates = [field for field, tests in where.items() if DATED & tests.keys()]
                asker = self._asker(row, each, agreement, clock)
                excused = {f"{row.path}.{field}" for field in dates}
                if dates and self._is_of(row, each, agreement) and _meets(asker, where, excused):
                    path, why, _ = describe_field(asker, dates[0], where[dates[0]])
                    return path, why
        return None

    def _out_of_many(
        self, field: str, chosen: Sequence[Row], each: Each, agreement: Agreement, clock: Clock
    ) -> str:
        """Describe how many of many values of a field have an entry that is asked for."""
        where = self.where[0]
        words = {field: where[field]}
        others = {name: tests for name, tests in where.items() if name != field}
        every = agreement.rows.get(self.section, ())
        askers = [self._asker(row, each, agreement, clock) for row in every]
        found = [asker for asker in askers if _meets(asker, words, ())]
        number = len(where[field]["one_of"])
        lacking = number - len(found)
        phrase = f"{len(chosen)} of {number} entries "
        if others:
            phrase += f"in {self.section} have {describe_choice(others).removeprefix(' with ')}"
        else:
            phrase += f"are in {self.section}"
        parts = [f"{phrase}, and {self.at_least or 1} are needed"]
        if lacking > 0 and others:
            parts.append(f"{lacking} are not there")
        for name in others:
            silent = sum(asker.failing(name, PRESENT) is not None for asker in found)
            parts += [f"{silent} do not say `{name}`"] if silent else []
        return "; ".join(parts)

    def _of_others(self, each: Each, agreement: Agreement, clock: Clock) -> str:
        """Name the items that would do, but for whose they are."""
        if each is None:
            return ""
        rows = agreement.rows.get(self.section, ())
        found = [row.key for row in rows if self._matches(row, None, agreement, clock)]
        phrase = shortened(found)
        there, names = ("is", "does") if len(found) == 1 else ("are", "do")
        return f"; there {there} {phrase}, which {names} not name {each.id}" if found else ""

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
