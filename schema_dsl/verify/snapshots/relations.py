"""Read the relations of a database, but not again those that an earlier snapshot has read in the same state.

Each relation has a version, see versions.sql. The copies of a database have the same versions, so a snapshot
of a copy reads only the relations that changed in the copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from schema_dsl.verify.snapshots.prepared import PreparedSession

_Part = TypeVar("_Part")
_RowOfRelation: TypeAlias = tuple[Any, ...]

_VersionByObject: TypeAlias = Mapping[tuple[str, int], str]
"""The version of each object by its kind and its oid."""

_RELATION: Final = "relation"
_OIDS: Final = (_RELATION, "type", "routine")
"""The kinds of objects that have an own version each, in the order of the parameters of dependents.sql."""
_SCHEMA: Final = "schema"

_MOST_KNOWN: Final = 12
"""The number of remembered snapshots; the snapshots that were compared last are kept."""


@attrs.frozen(eq=False)
class KnownRelations(Generic[_Part]):
    """The relations that a snapshot has read.

    Attributes:
        versions: The versions of that time.
        relations: The converted rows of each relation, by its oid.
    """

    versions: _VersionByObject
    relations: Mapping[int, _Part]


_KNOWN: Final[list[KnownRelations[Any]]] = []
_LOCK: Final = threading.Lock()


def read_relations(
    session: PreparedSession,
    read: Callable[[Sequence[int]], Sequence[_RowOfRelation]],
    convert: Callable[[Sequence[_RowOfRelation]], _Part],
    memory: list[KnownRelations[Any]] | None = None,
) -> Mapping[int, _Part]:
    """Return the contents of a snapshot for each relation, by its oid.

    Args:
        session: The session to read with.
        read: Returns the rows of relations with some oids. The last column of a row is the oid.
        convert: Converts the rows of one relation.
        memory: The earlier snapshots with the same conversion; by default those of `snapshot_catalog`.
    """
    remembered = _KNOWN if memory is None else memory
    versions = _read_versions(session)
    oids = sorted(oid for kind, oid in versions if kind == _RELATION and oid)
    known, changed = _find_closest(versions, remembered)
    stale = oids
    if known is not None:
        stale = _list_stale(session, changed)
    rows: dict[int, list[_RowOfRelation]] = {oid: [] for oid in stale}
    for row in read(stale) if stale else ():
        rows[row[-1]].append(row)
    relations = {
        oid: convert(rows[oid]) if oid in rows or known is None else known.relations[oid] for oid in oids
    }
    _remember(remembered, KnownRelations(versions, relations) if stale or known is None else known, known)
    return relations


def _read_versions(session: PreparedSession) -> _VersionByObject:
    info = session.connection.info
    rows = session.fetch("versions", _load("versions"))
    return {("server", 0): f"{info.host}:{info.port}"} | {(kind, oid): version for kind, oid, version in rows}


def _find_closest(
    versions: _VersionByObject, memory: Sequence[KnownRelations[Any]]
) -> tuple[KnownRelations[Any] | None, frozenset[tuple[str, int]]]:
    """Return the earlier snapshot from which the fewest objects differ, and these objects; None without one."""
    with _LOCK:
        candidates = list(memory)
    differences = []
    for known in candidates:
        changed = frozenset(key for key, _ in versions.items() - known.versions.items())
        # A change of a catalog row without a version of its own, or of a schema, may concern all relations.
        if all(oid and (kind != _SCHEMA or (kind, oid) not in known.versions) for kind, oid in changed):
            differences.append((len(changed), known, changed))
    if not differences:
        return None, frozenset()
    _, known, changed = min(differences, key=lambda each: each[0])
    return known, changed


def _remember(memory: list[KnownRelations[Any]], *used: KnownRelations[Any] | None) -> None:
    with _LOCK:
        others = [known for known in memory if known not in used]
        memory[:] = [*dict.fromkeys(known for known in used if known is not None), *others][:_MOST_KNOWN]


def _list_stale(session: PreparedSession, changed: frozenset[tuple[str, int]]) -> list[int]:
    """Return the oids of the relations that differ from an earlier snapshot, if some objects do."""
    if not changed:
        return []
    lists = ([oid for kind, oid in changed if kind == each] for each in _OIDS)
    return [oid for (oid,) in session.fetch("dependents", _load("dependents"), *lists)]


@cache
def _load(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text("utf-8")


__all__ = ["KnownRelations", "read_relations"]
