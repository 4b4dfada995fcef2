"""The bundled packs and catalogs, loaded.

A hook run must not pay for validating packs that were validated when the wheel was built: their
compiled form is a JSON file with parameters normalised and examples left out. It carries the
digest of each pack's text, and is passed over where one of the texts has changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cmpolicy import bundled
from cmpolicy.checks import CHECKS, Context
from cmpolicy.document import Document, read
from cmpolicy.errors import PolicyError
from cmpolicy.framework import Framework
from cmpolicy.framework import load as load_framework
from cmpolicy.policy.load import digest, load_pack, rule_facts
from cmpolicy.policy.pack import NotJudged, Pack, Rule
from cmpolicy.policy.questions import bundled_pack


class Catalogs(Mapping[str, Framework]):
    """The bundled catalogs by id, each read when it is first asked for."""

    def __init__(self) -> None:
        self._files = bundled.frameworks()
        self._loaded: dict[str, Framework] = {}

    def __getitem__(self, identity: str) -> Framework:
        if identity not in self._loaded:
            path = self._files[identity]
            self._loaded[identity] = load_framework(read_file(path))
        return self._loaded[identity]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


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


def load_bundled(frameworks: Mapping[str, Framework]) -> tuple[Pack, ...]:
    """Load the bundled packs, from their compiled form where that is fresh."""
    compiled, files = _compiled(), bundled.policies()
    # A pack may take questions from another, so that one text that changed makes all of them stale.
    fresh = all(
        identity in compiled and compiled[identity]["digest"] == digest(path.read_bytes())
        for identity, path in files.items()
    )
    return tuple(
        _from_compiled(compiled[identity], frameworks)
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


def _from_compiled(pack: Mapping[str, Any], frameworks: Mapping[str, Framework]) -> Pack:
    kinds = {kind.KIND: kind for kind in CHECKS}
    rules = []
    for row in pack["rules"]:
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
