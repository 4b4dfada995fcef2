"""`cmpolicy explain`: the reference, on the terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import click

from cmpolicy import bundled
from cmpolicy.checks import CHECKS
from cmpolicy.cli import options
from cmpolicy.cli.output import width, write_out
from cmpolicy.errors import CmpolicyError
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy import Pack, Rule
from cmpolicy.policy.effective import EffectivePolicy
from cmpolicy.policy.library import load_in_full
from cmpolicy.reference import (
    FILES,
    Terminal,
    check_page,
    control_page,
    field_names,
    field_page,
    fields_of,
    file_page,
    framework_page,
    pack_list,
    rule_page,
    sections,
)
from cmpolicy.reporters.escape import visible
from cmpolicy.runs.policies import PolicyRequest, load_from
from cmpolicy.runs.session import locate
from cmpolicy.snapshot import WorkTree

_KINDS: Final = ("rule", "framework", "pack", "control", "field", "file", "check")
"""What a name may be, in the order in which one that is several things is shown."""
_LABEL: Final = 12
_FIELDS: Final = 3
"""Fields of a word that are named."""
_MOST: Final = 8
"""Packs and frameworks that the list of all names; a repository may have many."""


@click.command("explain")
@click.argument("what", required=False, metavar="[RULE|CONTROL|CHECK|FIELD]")
@options.packs
@options.config
def command(*, what: str | None, packs: tuple[str, ...], config_path: str | None) -> int:
    """Explain a rule, a control, a check kind or a field of a file.

    WHAT may also be a pack, a framework or a kind of file; where a name is several of these, write
    `check:coverage`. Without it, what can be asked for is listed.
    """
    place = locate(())
    policy = load_from(
        place,
        WorkTree(place.root),
        PolicyRequest(config_path, packs, None, options.today()),
    )
    pages = _Pages(policy, Terminal(width()))
    write_out(visible(pages.listing() if what is None else pages.page(what)))
    return 0


@dataclass(frozen=True, slots=True)
class _Pages:
    """What a run can explain."""

    policy: EffectivePolicy
    writer: Terminal

    def page(self, what: str) -> str:
        """Return the page of a name, and what else has it.

        Raises:
            CmpolicyError: where nothing has that name.
        """
        prefix, colon, rest = what.partition(":")
        if colon and prefix in _KINDS and prefix not in self.policy.frameworks:
            page = self._of(prefix, rest)
            if not page:
                raise self._nothing(rest, list(self._names_of(prefix)))
            return page
        found = {kind: page for kind in _KINDS if (page := self._of(kind, what))}
        if not found:
            raise self._word(what) or self._nothing(what, self._near(what))
        page, *_ = found.values()
        _, *others = found
        for kind in others:
            text = f"`{what}` is also the name of a {kind}: `cmpolicy explain {kind}:{what}`"
            page += "".join(f"\n{line}" for line in self.writer.lines(text)) + "\n"
        return page

    def _of(self, kind: str, what: str) -> str:
        """Return the page of a thing of that kind; empty: there is none of that name."""
        pages: Mapping[str, Callable[[str], str]] = {
            "rule": self._rule,
            "framework": self._framework,
            "pack": self._pack,
            "control": self._control,
            "field": self._field,
            "file": lambda name: file_page(name, self.writer) if name in FILES else "",
            "check": self._check,
        }
        return pages[kind](what)

    def _rule(self, what: str) -> str:
        for pack in self.policy.packs:
            for rule in pack.rules:
                if rule.id == what:
                    full = _with_examples(rule, pack, self.policy.frameworks)
                    return rule_page(full, self.policy.frameworks, self.writer)
        return ""

    def _framework(self, what: str) -> str:
        found = self.policy.frameworks.get(what)
        return framework_page(found, self.policy.packs, self.writer) if found else ""

    def _pack(self, what: str) -> str:
        found = [pack for pack in self.policy.packs if pack.id == what]
        return pack_list(found[0], self.writer) if found else ""

    def _control(self, what: str) -> str:
        catalog = self.policy.frameworks.get(what.partition(":")[0])
        found = catalog.find(what) if catalog and ":" in what else None
        if catalog is None or found is None:
            return ""
        return control_page(found, catalog, self.policy.packs, self.writer)

    def _field(self, what: str) -> str:
        words = {name: tuple(sorted(extra)) for name, extra in self.policy.words.items()}
        return field_page(what, words, self.writer)

    def _check(self, what: str) -> str:
        found = [kind for kind in CHECKS if what == kind.KIND]
        return check_page(found[0], self.writer) if found else ""

    def listing(self) -> str:
        """Return what can be asked for, on one screen."""
        packs = [pack.id for pack in self.policy.packs]
        rules = [rule.id for pack in self.policy.packs for rule in pack.rules]
        rows = {
            "rule": f"such as {rules[0]}; all: `pack:{packs[0]}`" if rules else "",
            "pack": _some(packs),
            "framework": _some(self.policy.frameworks),
            "control": "such as hipaa:164.308(a)(2); all of a framework: `cmpolicy explain hipaa`",
            "check": ", ".join(kind.KIND for kind in CHECKS),
            "file": ", ".join(FILES),
            "field": f"such as targets.within; of an agreement: {', '.join(sections())}",
        }
        lines = ["`cmpolicy explain NAME` says what a name means:", ""]
        for label, text in rows.items():
            first, *others = self.writer.lines(text, " " * _LABEL) or [""]
            lines += [f"{label:<{_LABEL}}{first.strip()}", *others] if text else []
        more = "A name of several of these: `check:coverage`, `field:coverage`."
        return "\n".join([*lines, "", *self.writer.lines(more)]) + "\n"

    def _names_of(self, kind: str) -> Iterator[str]:
        match kind:
            case "rule":
                yield from (rule.id for pack in self.policy.packs for rule in pack.rules)
            case "framework":
                yield from self.policy.frameworks
            case "pack":
                yield from (pack.id for pack in self.policy.packs)
            case "control":
                for catalog in self.policy.frameworks.values():
                    yield from (control.reference for control in catalog.controls.values())
            case "field":
                yield from field_names()
            case "file":
                yield from FILES
            case _:
                yield from (one.KIND for one in CHECKS)

    def _near(self, what: str) -> list[str]:
        """Return the names among which what was meant is looked for."""
        catalog = self.policy.frameworks.get(what.partition(":")[0])
        if catalog is not None:
            return [control.reference for control in catalog.controls.values()]
        kinds = (kind for kind in _KINDS if kind != "control")
        return [name for kind in kinds for name in self._names_of(kind)]

    @staticmethod
    def _word(what: str) -> CmpolicyError | None:
        """Return the error that names the fields of a word; None: nowhere."""
        fields = fields_of(what)
        if not fields:
            return None
        more = f" and {len(fields) - _FIELDS} more" if len(fields) > _FIELDS else ""
        named = ", ".join(f"`{name}`" for name in fields[:_FIELDS])
        message = f"`{what}` is a word, not a name; it stands in {named}{more}"
        return CmpolicyError(message, None, f"ask for `cmpolicy explain {fields[0]}`")

    @staticmethod
    def _nothing(what: str, known: list[str]) -> CmpolicyError:
        guess = nearest(what, known)
        hint = f"did you mean `{guess}`?" if guess else "`cmpolicy explain` lists what there is"
        return CmpolicyError(f"unknown name `{what}`", None, hint)


def _some(names: Mapping[str, object] | list[str]) -> str:
    known = list(names)
    more = f" and {len(known) - _MOST} more" if len(known) > _MOST else ""
    return f"{', '.join(known[:_MOST])}{more}"


def _with_examples(rule: Rule, pack: Pack, frameworks: Mapping[str, Framework]) -> Rule:
    """Return a rule as this run judges it, with the examples of its text.

    The compiled form of a bundled pack has none.
    """
    bare = all(not one.passing and not one.failing for one in pack.rules)
    if not bare or pack.file or pack.id not in bundled.policies():
        return rule
    full = load_in_full(pack.id, frameworks)
    written = next(one for one in full.rules if one.id == rule.id)
    return dataclasses.replace(rule, passing=written.passing, failing=written.failing)
