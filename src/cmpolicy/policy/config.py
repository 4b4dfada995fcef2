"""`cmpolicy.yaml`: agreements, packs, and what the organisation configures for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cmpolicy.document import Document
from cmpolicy.errors import Location, PolicyError, Problem
from cmpolicy.exemptions import Disabled
from cmpolicy.globs import matches
from cmpolicy.policy.requirements import Requirements, read_requirements
from cmpolicy.shape import judge

DROPPED: Final[Mapping[str, str]] = {"moot": "pass", "draft": "pass"}
"""What becomes of verdicts dropped for these causes, unless `dropped:` says otherwise."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What `set:` changes of a rule."""

    severity: str | None
    parameters: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration; paths are relative to its folder."""

    file: str = ""
    """Relative to the root; empty where there is no configuration."""
    agreements: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    """Catalogs of one's own."""
    require: Requirements = field(default_factory=Requirements)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    disabled: Mapping[str, tuple[Disabled, Location]] = field(default_factory=dict)
    fail_on: str | None = None
    waivers: str | None = None
    releases: str | None = None
    allow_unjudged: tuple[str, ...] = ()
    """Globs of agreements to which no rule need apply, though they are new."""
    dropped: Mapping[str, str] = field(default_factory=lambda: dict(DROPPED))
    """Whether a verdict that is dropped for a cause is to `fail` or to `pass`."""

    @property
    def folder(self) -> str:
        """The folder of the configuration, relative to the root; empty for the root itself."""
        return self.file.rpartition("/")[0]

    def from_root(self, path: str) -> str:
        """Turn a path or glob of the configuration into one relative to the root."""
        steps: list[str] = [step for step in self.folder.split("/") if step]
        for step in path.split("/"):
            if step == "..":
                if not steps:
                    raise PolicyError(
                        f"`{path}` leads outside the repository",
                        Location(self.file),
                        "paths are relative to the configuration and stay inside the repository",
                    )
                steps.pop()
            elif step not in ("", "."):
                steps.append(step)
        return "/".join(steps)

    def names(self, path: str) -> bool:
        """Say whether the globs under `agreements:` match a path relative to the root."""
        return any(matches(path, self.from_root(glob)) for glob in self.agreements)

    def may_stay_unjudged(self, paths: Iterable[str]) -> bool:
        """Say whether `allow_unjudged:` matches one of these paths relative to the root."""
        globs = [self.from_root(glob) for glob in self.allow_unjudged]
        return any(matches(path, glob) for path in paths for glob in globs)


def load_config(document: Document) -> Config:
    """Load the configuration.

    Raises:
        PolicyError: with every problem of the file.
    """
    problems = judge(document, "config")
    if problems:
        raise PolicyError.of(problems)
    value = document.value or {}
    from_root = Config(file=document.file).from_root
    for glob in value.get("allow_unjudged", ()):
        from_root(glob)  # refused here, not when the first agreement is new
    require, problems = read_requirements(document, from_root)
    if problems:
        raise PolicyError.of(problems)
    return Config(
        file=document.file,
        agreements=tuple(value.get("agreements", ())),
        packs=tuple(value.get("packs", ())),
        frameworks=tuple(value.get("frameworks", ())),
        require=require,
        settings={
            rule: Setting(
                entry.get("severity"), entry.get("with", {}), document.position(("set", rule))
            )
            for rule, entry in value.get("set", {}).items()
        },
        disabled={
            rule: (_disabled(document, rule, entry), document.position(("disable", rule)))
            for rule, entry in value.get("disable", {}).items()
        },
        fail_on=value.get("fail_on"),
        waivers=value.get("waivers"),
        releases=value.get("releases"),
        allow_unjudged=tuple(value.get("allow_unjudged", ())),
        dropped={**DROPPED, **value.get("dropped", {})},
    )


def _disabled(document: Document, rule: str, entry: Mapping[str, Any]) -> Disabled:
    until = entry.get("until")
    try:
        day = None if until is None else date.fromisoformat(until)
    except ValueError as error:
        place = document.position(("disable", rule, "until"))
        message = f"`until`: invalid date {until!r}, expected YYYY-MM-DD"
        raise PolicyError.of((Problem(message, place),)) from error
    return Disabled(rule, entry["because"], entry["by"], day)
