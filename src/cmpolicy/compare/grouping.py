"""Groups the promises that moved by their cause: one item for each edit.

An edit moves many promises, for each service at each severity, and others that rest on it. What
moved the same way by the same cause is one change. Its head is the kind of promise that the edit
is about; the others stand in its details.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmpolicy.compare.causes import Edits
from cmpolicy.compare.model import TEXT, Cases, Change, Detail, Effect
from cmpolicy.compare.moves import Moved
from cmpolicy.promises import BY_NAME, KINDS
from cmpolicy.text_edit import TextEdit

SIGNATURE: Final = "signature"
BY_CASE: Final = ("coverage", "target", "route")
"""Kinds whose keys name a service or a severity among others."""
_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Promises that moved the same way together."""

    moved: tuple[Moved, ...]
    direct: frozenset[int]
    """The edits of what says the promises."""
    indirect: frozenset[int]
    """The edits of what they rest on."""

    @property
    def kind(self) -> str:
        return self.moved[0].key.kind

    @property
    def effect(self) -> Effect:
        return self.moved[0].effect

    @property
    def primary(self) -> frozenset[int]:
        """The edits that it goes by: the nearest ones."""
        return self.direct or self.indirect


def group(
    agreement: str, moved: Iterable[Moved], edits: Sequence[TextEdit], cases: Cases
) -> tuple[Change, ...]:
    """Return the changes of one agreement: what moved, by its causes, then the other edits.

    Args:
        agreement: its id.
        moved: the promises that moved, in the order in which they are reported.
        edits: what was edited.
        cases: the ids of all services and severities: in a key, `*` is all of them.
    """
    index = Edits.of(edits)
    signed: list[Moved] = []
    alike: dict[tuple[str, Effect, frozenset[int], frozenset[int]], list[Moved]] = {}
    for one in moved:
        direct, indirect = index.causes(one.key.kind, one.own, one.via)
        if one.key.kind == SIGNATURE and not direct:
            signed.append(one)
        else:
            alike.setdefault((one.key.kind, one.effect, direct, indirect), []).append(one)
    clusters = _joined(
        [_Cluster(tuple(found), direct, via) for (_, _, direct, via), found in alike.items()]
    )
    heads = _folded(clusters)
    if signed:
        heads = _with_signatures(heads, signed, index)
    changes = [_change(agreement, head, edits, cases) for head in heads]
    covered = frozenset[int]().union(*(head.direct | head.indirect for head in heads))
    return (*changes, *(_text(agreement, edit) for n, edit in enumerate(edits) if n not in covered))


def _joined(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """Combine clusters of one kind and effect that share an edit, or of which none is known."""
    first: dict[tuple[str, Effect, int | None], int] = {}
    parent = list(range(len(clusters)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for number, cluster in enumerate(clusters):
        for edit in cluster.primary or (None,):
            other = root(first.setdefault((cluster.kind, cluster.effect, edit), number))
            here = root(number)
            parent[max(here, other)] = min(here, other)
    together: dict[int, list[_Cluster]] = {}
    for number, cluster in enumerate(clusters):
        together.setdefault(root(number), []).append(cluster)
    return [_combined(found) for found in together.values()]


def _combined(clusters: Sequence[_Cluster]) -> _Cluster:
    return _Cluster(
        tuple(one for cluster in clusters for one in cluster.moved),
        frozenset[int]().union(*(cluster.direct for cluster in clusters)),
        frozenset[int]().union(*(cluster.indirect for cluster in clusters)),
    )


def _folded(clusters: Iterable[_Cluster]) -> list[_Cluster]:
    """Fold each cluster into one of another kind that has its causes and is nearer to them."""
    heads: list[list[_Cluster]] = []
    by_edit: dict[int, list[int]] = {}
    for cluster in sorted(clusters, key=_nearness):
        # A head that has all of its causes has any one of them.
        near = by_edit.get(min(cluster.primary), ()) if cluster.primary else ()
        for place in near:
            if _rests_on(cluster, heads[place][0]):
                heads[place].append(cluster)
                break
        else:
            for edit in cluster.direct | cluster.indirect:
                by_edit.setdefault(edit, []).append(len(heads))
            heads.append([cluster])
    return [
        replace(found[0], moved=tuple(one for cluster in found for one in cluster.moved))
        for found in heads
    ]


def _nearness(cluster: _Cluster) -> tuple[bool, bool, int, list[int]]:
    return (
        cluster.kind in BY_NAME,
        not cluster.direct,
        _RANK[cluster.kind],
        sorted(cluster.primary),
    )


def _rests_on(cluster: _Cluster, head: _Cluster) -> bool:
    """Say whether a cluster belongs in the item of another: rows by name go with their effect."""
    if cluster.kind in BY_NAME and head.kind not in BY_NAME:
        alike = cluster.effect in (head.effect, Effect.MOVED)
        return alike and bool(cluster.primary) and cluster.primary <= head.direct | head.indirect
    if cluster.effect is not head.effect:
        return False
    if cluster.direct:
        return cluster.direct == head.direct
    return bool(cluster.indirect) and cluster.indirect <= head.direct | head.indirect


def _with_signatures(
    heads: Sequence[_Cluster], signed: Sequence[Moved], index: Edits
) -> list[_Cluster]:
    """Report that what stands there is no longer what was signed, or is again.

    Whatever changed the terms did that, so beside changes with the same effect it is not an item of
    its own.
    """
    for place, head in enumerate(heads):
        if head.effect is signed[0].effect:
            folded = replace(head, moved=(*head.moved, *signed))
            return [*heads[:place], folded, *heads[place + 1 :]]
    return [*heads, _Cluster(tuple(signed), frozenset(), index.behind(signed[0].via))]


def _change(agreement: str, head: _Cluster, edits: Sequence[TextEdit], cases: Cases) -> Change:
    own = [one for one in head.moved if one.key.kind == head.kind]
    own.sort(key=lambda one: one.key.parts)
    first = own[0]
    everything = [",".join(sorted(ids)) for ids in (cases.services, cases.severities)]
    return Change(
        agreement=agreement,
        promise=head.kind,
        key=_key(own, everything if head.kind in BY_CASE else ()),
        effect=head.effect,
        before=first.before,
        after=first.after,
        causes=tuple(
            dict.fromkeys(edits[number].cause for number in sorted(head.direct | head.indirect))
        ),
        details=tuple(
            Detail(
                one.key.kind,
                str(one.key),
                one.effect,
                one.before,
                one.after,
                one.key.parts,
                one.measure,
            )
            for one in head.moved
        ),
        paths=tuple(dict.fromkeys(path for one in head.moved for path in one.own)),
        cases=cases,
    )


def _key(own: Sequence[Moved], everything: Sequence[str]) -> str:
    """Format several keys as one: the ids at each place, `*` where they are all."""
    lengths = sorted({len(one.key.parts) for one in own}, reverse=True)
    return ",".join(
        "/".join(
            _part(
                dict.fromkeys(one.key.parts[place] for one in own if len(one.key.parts) == length),
                everything,
            )
            for place in range(length)
        )
        for length in lengths
    )


def _part(ids: Mapping[str, None], everything: Sequence[str]) -> str:
    joined = ",".join(ids)
    return "*" if len(ids) > 1 and ",".join(sorted(ids)) in everything else joined


def _text(agreement: str, edit: TextEdit) -> Change:
    return Change(
        agreement,
        TEXT,
        edit.path,
        Effect.NEUTRAL,
        edit.before,
        edit.after,
        (edit.cause,),
        paths=(edit.path,),
    )
