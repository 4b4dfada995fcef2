"""Which policy judges a run: never that of the change, unless somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Final

from cmpolicy.document import read
from cmpolicy.fleet import Evaluator
from cmpolicy.policy import Config, load_config
from cmpolicy.policy.effective import EffectivePolicy, load_policy
from cmpolicy.runs.session import Place, config_of, pack_name
from cmpolicy.snapshot import Snapshot, WorkTree, open_revision
from cmpolicy.verdict import PolicyOrigin

HEAD: Final = "head"
"""`--policy-from head`: the policy of the change itself."""


@dataclass(frozen=True, slots=True)
class PolicyRequest:
    """What the command line says of the policy."""

    config: str | None
    packs: tuple[str, ...]
    policy_from: str | None
    as_of: date
    alone: bool = False
    """The rules of other packs than `packs` are neither compared nor listed."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What judges a run."""

    policy: EffectivePolicy
    origin: PolicyOrigin
    own: Config
    """The configuration of what is judged: its globs may add to the set."""

    @property
    def configs(self) -> tuple[Config, ...]:
        """The configurations whose globs make the set."""
        same = self.policy.config == self.own
        return (self.policy.config,) if same else (self.policy.config, self.own)


def choose_policy(
    place: Place,
    head: Snapshot,
    request: PolicyRequest,
    stack: ExitStack,
    new_since: str | None = None,
) -> Judging:
    """Load the policy that judges `head`, and say where it comes from.

    That is `--policy-from`, else the revision of `--new-since`, else `head` itself. Where the
    revision holds no configuration, that of `head` is its first one, and judges.

    Raises:
        CmpolicyError: where a configuration, a pack or another policy file cannot be used.
    """
    named = request.policy_from or new_since
    if named is None or named == HEAD:
        policy = load_from(place, head, request)
        kind = "own" if named is None else "change"
        return Judging(policy, PolicyOrigin(kind, head.label, head.commit), policy.config)
    revision = stack.enter_context(open_revision(place.root, named))
    kind = "base" if request.policy_from is None else "given"
    origin = PolicyOrigin(kind, named, revision.commit)
    if config_of(place, revision, request.config, required=False) is None:
        there = config_of(place, head, request.config)
        if there is not None:
            policy = load_from(place, head, request)
            return Judging(policy, PolicyOrigin("first", named, revision.commit), policy.config)
    policy = load_from(place, revision, request, required=False)
    return Judging(policy, origin, own_config(place, head, request.config))


def load_from(
    place: Place, snapshot: Snapshot, request: PolicyRequest, *, required: bool = True
) -> EffectivePolicy:
    """Load the policy that a snapshot holds; `--pack` paths are relative to the working directory.

    Raises:
        CmpolicyError: where a file of it cannot be used, or is `required` and not there.
    """
    path = config_of(place, snapshot, request.config, required=required)
    names = pack_names(request.packs, place)
    return load_policy(snapshot, path, names, request.as_of, alone=request.alone)


def pack_names(packs: Sequence[str], place: Place) -> tuple[str, ...]:
    """Return packs by their ids, or by paths relative to the root."""
    return tuple(pack_name(name, place) for name in packs)


def own_config(place: Place, head: Snapshot, given: str | None) -> Config:
    """Load the configuration of what is judged; an empty one where it has none.

    Raises:
        CmpolicyError: where it cannot be read: then the policy would be broken once it is merged.
    """
    path = config_of(place, head, given, required=False)
    return Config() if path is None else load_config(read(head.read(path), path))


def evaluator_of(place: Place, config: str | None, as_of: date) -> Evaluator:
    """Return where files of the work tree are judged, by the policy that it holds itself."""
    snapshot = WorkTree(place.root)
    policy = load_from(place, snapshot, PolicyRequest(config, (), None, as_of))
    return Evaluator.of(snapshot, policy, as_of)
