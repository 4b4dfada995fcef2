"""The bundled packs and catalogs, loaded.

A hook run must not pay for validating packs that were validated when the wheel was built: their
compiled form is a JSON file with parameters normalised and examples left out. It carries the
digest of each pack's text, and is passed over where one of the texts has changed since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cmpolicy import bundled
from cmpolicy.checks import CHECKS, Context
from cmpolicy.document import Document, read
from cmpolicy.errors import PolicyError
from cmpolicy.framework import Framework
from cmpolicy.framework import load as load_framework
from cmpolicy.policy.config import Config
from cmpolicy.policy.load import digest, load_pack, rule_facts
from cmpolicy.policy.pack import NotJudged, Pack, Rule
from cmpolicy.policy.questions import bundled_pack


class Catalogs(Mapping[str, Framework]):
    """The catalogs by id: the bundled ones, each read when it is first asked for, and own ones."""

    def __init__(self, own: Iterable[Framework] = ()) -> None:
        self.own: Mapping[str, Framework] = {framework.id: framework for framework in own}
        """Those that the configuration names."""
        self._files = bundled.frameworks()
        self._loaded: dict[str, Framework] = dict(self.own)

    def __getitem__(self, identity: str) -> Framework:
        if identity not in self._loaded:
            path = self._files[identity]
            self._loaded[identity] = load_framework(read_file(path))
        return self._loaded[identity]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._files, *self.own))

    def __len__(self) -> int:
        return len(self._files) + len(self.own)


def load_catalogs(read_text: Callable[[str], bytes], config: Config) -> Catalogs:
    """Load the catalogs that a configuration names, beside the bundled ones.

    Args:
        read_text: returns the bytes at a path relative to the root.
        config: the configuration.

    Raises:
        CmpolicyError: for a catalog that cannot be used, or whose id another one has.
    """
    own: dict[str, Framework] = {}
    for name in config.frameworks:
        path = config.from_root(name)
        document = read(read_text(path), path)
        framework = load_framework(document)
        if framework.id in own or framework.id in bundled.frameworks():
            message = f"there is a framework `{framework.id}` already"
            hint = "give the catalog an id of its own"
            raise PolicyError(message, document.position(("id",)), hint)
        own[framework.id] = framework
    return Catalogs(own.values())


def read_file(path: Path, name: str | None = None) -> Document:
    """Read a YAML file from the disk; `name` is what messages call it.

    Raises:
        PolicyError: where there is no such file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{name or path.name}: {error.strerror}") from error
    return read(data, name or path.name)


def load_bundled(
    frameworks: Mapping[str, Framework], only: Collection[str] | None = None
) -> tuple[Pack, ...]:
    """Load the bundled packs, from their compiled form where that is fresh.

    Args:
        frameworks: the catalogs.
        only: ids of the packs whose rules are asked for; None: of all. The others may come
            without rules, which spares the time to make their checks and to read their catalogs.
    """
    compiled, files = _compiled(), bundled.policies()
    # A pack may take questions from another, so that one text that changed makes all of them stale.
    fresh = all(
        identity in compiled and compiled[identity]["digest"] == digest(path.read_bytes())
        for identity, path in files.items()
    )
    return tuple(
        _from_compiled(
            compiled[identity], frameworks, bare=only is not None and identity not in only
        )
        if fresh
        else load_in_full(identity, frameworks)
        for identity in files
    )


def load_in_full(identity: str, frameworks: Mapping[str, Framework]) -> Pack:
    """Load a bundled pack from its text, with its examples.

    Raises:
        PolicyError: where there is no such pack, or its text is wrong.
    """
    return load_pack(bundled_pack(identity), bundled.policies()[identity].read_bytes(), frameworks)


def _compiled() -> dict[str, Any]:
    if not bundled.COMPILED.is_file():
        return {}
    packs: dict[str, Any] = json.loads(bundled.COMPILED.read_text(encoding="utf-8"))
    return packs


def compile_packs() -> str:
    """Return the compiled form of all bundled packs as JSON text."""
    frameworks = Catalogs()
    packs = {
        identity: _to_compiled(load_in_full(identity, frameworks))
        for identity in bundled.policies()
    }
    return json.dumps(packs, indent=1, sort_keys=True) + "\n"


def _to_compiled(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "framework": pack.framework,
        "digest": pack.digest,
        "not_judged": [
            [duty.id, duty.because, duty.evidence, duty.obligations] for duty in pack.not_judged
        ],
        "words": {name: sorted(words) for name, words in pack.words.items()},
        "rules": [
            {
                "id": rule.id,
                "check": rule.facts.check,
                "title": rule.facts.title,
                "severity": rule.facts.severity,
                "basis": rule.facts.basis,
                "controls": dict(rule.facts.controls),
                "references": rule.facts.references,
                "why": rule.facts.why,
                "fix": rule.facts.fix,
                "when": {name: list(wanted) for name, wanted in rule.when.items()},
                "with": rule.parameters,
                "locked": rule.locked,
                "same_as": rule.same_as,
            }
            for rule in pack.rules
        ],
    }


def _from_compiled(
    pack: Mapping[str, Any], frameworks: Mapping[str, Framework], *, bare: bool
) -> Pack:
    kinds = {kind.KIND: kind for kind in CHECKS}
    rules = []
    for row in () if bare else pack["rules"]:
        facts = rule_facts(row, pack["id"])
        when = {name: tuple(wanted) for name, wanted in row["when"].items()}
        check = kinds[facts.check].make(row["with"], Context(facts.basis, when, frameworks))
        same_as = row["same_as"]
        rules.append(Rule(facts, when, row["with"], check, row["locked"], same_as=same_as))
    return Pack(
        id=pack["id"],
        title=pack["title"],
        version=pack["version"],
        framework=pack["framework"],
        digest=pack["digest"],
        rules=tuple(rules),
        not_judged=tuple(
            NotJudged(duty[0], duty[1], duty[2], tuple(duty[3])) for duty in pack["not_judged"]
        ),
        words={name: frozenset(words) for name, words in pack["words"].items()},
    )
