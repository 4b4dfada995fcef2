"""The effective policy of a run, and the agreements of a snapshot that it judges."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from cmpolicy.agreement import Agreement
from cmpolicy.document import read
from cmpolicy.errors import Location, PolicyError, Problem
from cmpolicy.exemptions import Disabled, Release, Waiver
from cmpolicy.framework import Framework
from cmpolicy.nearest import nearest
from cmpolicy.policy import (
    Config,
    Demand,
    Pack,
    combine,
    hold,
    load_config,
    load_pack,
    share_checks,
)
from cmpolicy.policy.library import Catalogs, load_bundled, load_catalogs
from cmpolicy.policy.overlay import overlay
from cmpolicy.releases import load_releases, unknown_names
from cmpolicy.snapshot import Snapshot
from cmpolicy.waivers import load_waivers

CONFIG: Final = "cmpolicy.yaml"
ALWAYS_ON: Final = "comanaged"
"""The bundled pack that judges every agreement."""


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """Everything that judges in a run."""

    packs: tuple[Pack, ...]
    config: Config
    frameworks: Catalogs
    chosen: tuple[str, ...] | None = None
    """`--pack`: exactly these packs; None: the default set."""
    everywhere: tuple[str, ...] = ()
    """Packs of the configuration."""
    disabled: tuple[Disabled, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    releases: tuple[Release, ...] = ()
    warnings: tuple[Problem, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def packs_for(self, frameworks: Iterable[str] | None) -> tuple[Pack, ...]:
        """Return the packs that judge an agreement held to these frameworks.

        None where they cannot be read: then every pack counts, so that none is evaded.
        """
        if self.chosen is not None:
            return tuple(pack for pack in self.packs if pack.id in self.chosen)
        held = None if frameworks is None else set(frameworks)
        return tuple(
            pack
            for pack in self.packs
            if held is None
            or (pack.id == ALWAYS_ON if pack.framework is None else pack.framework in held)
            or (pack.id in self.everywhere and (not pack.framework or pack.framework in held))
        )

    def required(self, paths: Collection[str], *identities: str | None) -> Demand:
        """Return what an agreement is held to, whatever its file says.

        Args:
            paths: of its file, relative to the root: where it is, and where it was.
            identities: its id, and the one that it had; None where there is none to read.
        """
        demand = combine(self.config.require.matching(paths, *identities))
        if self.chosen is None:
            return demand
        named = (pack.framework for pack in self.packs if pack.id in self.chosen)
        return dataclasses.replace(demand, named=tuple(filter(None, named)))

    def hold(self, agreement: Agreement, as_of: date, paths: Collection[str] = ()) -> Agreement:
        """Return the agreement as it is judged: the stricter of its file and `require`.

        Args:
            agreement: as its file says it.
            as_of: the day of the run.
            paths: where its file was before, besides where it is.
        """
        demand = self.required((agreement.document.file, *paths), agreement.id, agreement.formerly)
        return hold(agreement, demand, as_of)

    def facts(self) -> tuple[Pack, ...]:
        """Return the packs that a report names: those that can judge in this run."""
        return self.packs if self.chosen is None else self.packs_for(())


def find_config(snapshot: Snapshot, start: str) -> str | None:
    """Return the nearest configuration at or above a folder of the snapshot, if there is one."""
    steps = [step for step in start.split("/") if step and step != "."]
    while True:
        candidate = "/".join((*steps, CONFIG))
        if snapshot.is_file(candidate):
            return candidate
        if not steps:
            return None
        steps.pop()


def load_policy(
    snapshot: Snapshot,
    config_path: str | None,
    pack_names: tuple[str, ...],
    as_of: date,
    *,
    alone: bool = False,
) -> EffectivePolicy:
    """Load configuration, packs, waivers and releases from a snapshot.

    Args:
        snapshot: the work tree, or the revision of `--policy-from`.
        config_path: the configuration, relative to the root of the snapshot.
        pack_names: `--pack`: bundled ids, or paths relative to the root or absolute.
        as_of: switches off what is disabled on that day.
        alone: rules of packs that do not judge may be left out.

    Raises:
        CmpolicyError: for anything in these files that cannot be used.
    """
    config = Config() if config_path is None else _config(snapshot, config_path)
    frameworks = load_catalogs(snapshot.read, config)
    own = _own_packs(snapshot, config, frameworks)
    by_name = config.settings or config.disabled or config.releases  # of any pack
    asked = pack_names if pack_names and alone and not by_name else None
    packs = [*load_bundled(frameworks, asked), *own]
    chosen = [_named(snapshot, name, packs, frameworks) for name in pack_names]
    packs += [pack for pack in chosen if all(pack is not known for known in packs)]
    _judge_ids(packs)
    _judge_required(config, packs, frameworks)
    changed, disabled = overlay(packs, config, frameworks, as_of)
    words: dict[str, frozenset[str]] = {}
    for pack in packs:
        for name, extra in pack.words.items():
            words[name] = words.get(name, frozenset()) | extra
    return EffectivePolicy(
        packs=share_checks(sorted(changed, key=lambda pack: pack.id)),
        config=config,
        frameworks=frameworks,
        chosen=tuple(pack.id for pack in chosen) if pack_names else None,
        everywhere=tuple(pack.id for pack in own),
        disabled=disabled,
        waivers=_waivers(snapshot, config),
        releases=_releases(snapshot, config, packs, frameworks),
        warnings=tuple(_lapsed(config, as_of)),
        words=words,
    )


def _config(snapshot: Snapshot, path: str) -> Config:
    return load_config(read(snapshot.read(path), path))


def _own_packs(
    snapshot: Snapshot, config: Config, frameworks: Mapping[str, Framework]
) -> list[Pack]:
    found = []
    for name in config.packs:
        path = config.from_root(name)
        data = snapshot.read(path)
        found.append(load_pack(read(data, path), data, frameworks))
    return found


def _named(
    snapshot: Snapshot, name: str, packs: Iterable[Pack], frameworks: Mapping[str, Framework]
) -> Pack:
    for pack in packs:
        if name in (pack.id, pack.file):
            return pack
    if not name.endswith((".yaml", ".yml")):
        known = tuple(pack.id for pack in packs)
        guess = nearest(name, known)
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(known)}"
        raise PolicyError(f"there is no pack `{name}`", None, f"{hint}, or give a path")
    if Path(name).is_absolute():
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise PolicyError(
                f"the pack cannot be read: {error.strerror}", Location(name)
            ) from error
    else:
        data = snapshot.read(name)
    return load_pack(read(data, name), data, frameworks)


def _judge_ids(packs: Iterable[Pack]) -> None:
    seen: dict[str, str] = {}
    owner: dict[str, str] = {}
    for pack in packs:
        if pack.id in seen:
            message = f"duplicate pack `{pack.id}`"
            raise PolicyError(message, Location(pack.file), "give the pack an id of its own")
        seen[pack.id] = pack.file
        for rule in pack.rules:
            if rule.id in owner:
                message = f"rule `{rule.id}` is in pack `{owner[rule.id]}` already"
                raise PolicyError(message, rule.location, "give the rule an id of its own")
            owner[rule.id] = pack.id


def _judge_required(config: Config, packs: Iterable[Pack], frameworks: Iterable[str]) -> None:
    known = {*frameworks, *(pack.framework for pack in packs if pack.framework)}
    problems = config.require.unknown_names(known)
    if problems:
        raise PolicyError.of(problems)


def _waivers(snapshot: Snapshot, config: Config) -> tuple[Waiver, ...]:
    if config.waivers is None:
        return ()
    path = config.from_root(config.waivers)
    return load_waivers(read(snapshot.read(path), path))


def _releases(
    snapshot: Snapshot, config: Config, packs: Iterable[Pack], frameworks: Iterable[str]
) -> tuple[Release, ...]:
    if config.releases is None:
        return ()
    path = config.from_root(config.releases)
    found = load_releases(read(snapshot.read(path), path))
    known = {*frameworks}
    for pack in packs:
        known |= {pack.id, *(rule.id for rule in pack.rules)}
        known |= {pack.framework} if pack.framework else set()
    problems = unknown_names(found, known)
    if problems:
        raise PolicyError.of(problems)
    return found


def _lapsed(config: Config, as_of: date) -> Iterable[Problem]:
    for rule, (disabled, location) in config.disabled.items():
        if disabled.until is not None and disabled.until < as_of:
            message = f"the disable of `{rule}` ended on {disabled.until}: the rule judges again"
            yield Problem(message, location, "renew it or take it out")


def frameworks_of(value: Any) -> tuple[str, ...] | None:
    """Return the frameworks that a document names, or None where that cannot be read.

    Of an agreement on service plans it cannot: they may name some too.
    """
    if not isinstance(value, dict) or "plans" in value:
        return None
    named = value.get("frameworks", {})
    return tuple(named) if isinstance(named, dict) else None


def unjudged_frameworks(agreement: Agreement, policy: EffectivePolicy) -> tuple[Problem, ...]:
    """Return a warning for each framework named that no pack of the run judges."""
    known = {pack.framework for pack in policy.packs if pack.framework}
    return tuple(
        Problem(
            f"no pack judges the framework `{name}`",
            agreement.locate(f"frameworks.{name}"),
            f"did you mean `{guess}`?" if (guess := nearest(name, tuple(known))) else None,
        )
        for name in agreement.frameworks
        if name not in known
    )
