"""Snapshot the catalog of a database, to find changed, recreated and rewritten objects."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import attrs
from psycopg import errors

from schema_dsl.postgres import Connection
from schema_dsl.postgres.server import SCRATCH
from schema_dsl.verify.snapshots.attribute_text import describe_attributes, describe_presence
from schema_dsl.verify.snapshots.prepared import forget_prepared, open_prepared
from schema_dsl.verify.snapshots.query import SnapshotQuery
from schema_dsl.verify.snapshots.relations import read_relations

_DECLARATION_LENGTH: Final = 4


class CatalogObject(NamedTuple):
    """The name of an object of any kind.

    Attributes:
        kind: The kind of the object.
        relation: The relation that the object belongs to, or "" for objects without a relation.
        name: The name of the object.
    """

    kind: str
    relation: str
    name: str

    def __str__(self) -> str:
        """Return the name as messages display it."""
        owner = f" of {self.relation}" if self.relation else ""
        return f"{self.kind} {self.name}".rstrip() + owner


class ObjectState(NamedTuple):
    """The state of an object in the catalog, as read by catalog.sql.

    Attributes:
        attributes: The attributes of the object as JSON, without OIDs.
        identity: The OID, which changes when the object is recreated.
        storage: A text that changes when stored data is rewritten, built again or lost; None for an object without.
    """

    attributes: str
    identity: str = ""
    storage: str | None = None

    def parse(self) -> ObjectAttributes:
        """Return the attributes as values."""
        values = json.loads(self.attributes)
        described = values.pop("described", {})
        declared_as, implied = values.pop("declared as", None), bool(values.pop("implied", False))
        relation_kind = values.pop("declared on", "table")
        otherwise = tuple(values.pop("otherwise declared as", None) or ()) or None
        identified = tuple(declared_as or ()) or None
        return ObjectAttributes(values, described, identified, implied, relation_kind, otherwise)


@attrs.frozen
class ObjectAttributes:
    """The attributes of an object.

    Attributes:
        others: The attributes that no declaration describes.
        described: The attributes that the declaration of the object describes.
        declared_as: The kind, schema, table ("" without one) and name of the declaration that describes the object, if
            one can.
        implied: Whether the object exists because another object does.
        relation_kind: The kind of the relation that the object belongs to.
        otherwise: The same as `declared_as`, for the case that the definitions do not contain that declaration.

    `declared_as` has a fifth item, the name of the object, where Postgres chooses that name.
    """

    others: Mapping[str, Any] = attrs.Factory(dict)
    described: Mapping[str, Any] = attrs.Factory(dict)
    declared_as: tuple[str, ...] | None = None
    implied: bool = False
    relation_kind: str = "table"
    otherwise: tuple[str, ...] | None = None

    @property
    def own_name(self) -> str | None:
        """Return the name of an object that Postgres names, or None for another object."""
        is_named = (
            self.declared_as is not None and self.implied and len(self.declared_as) > _DECLARATION_LENGTH
        )
        return self.declared_as[-1] if is_named and self.declared_as is not None else None

    @property
    def all(self) -> dict[str, Any]:
        """Return all attributes."""
        return {**self.described, **self.others}


@attrs.frozen(slots=False)
class Snapshot:
    """A snapshot of a database's catalog.

    A snapshot is independent of `schema_dsl.introspect` and not limited to the kinds of the model: it includes every
    object of every kind, with its owner, its privileges and its comment, and the roles of the cluster.
    """

    objects: Mapping[CatalogObject, ObjectState]

    @cached_property
    def attributes(self) -> dict[CatalogObject, str]:
        """The attributes of every object. Two databases with the same schema have equal attributes."""
        return {target: state.attributes for target, state in self.objects.items()}

    def of_kind(self, kind: str) -> list[ObjectState]:
        """Return the states of the objects of a kind."""
        return [state for target, state in self.objects.items() if target.kind == kind]


def snapshot_catalog(connection: Connection, *, cluster: bool | None = None) -> Snapshot:
    """Snapshot the catalog as the connection's transaction sees it, without locks or changes.

    Args:
        connection: The session to read with. A superuser also sees whether passwords and large objects change.
        cluster: Whether roles, memberships, parameters and tablespaces count that no object of the database refers to.
            By default they count on servers of our own: on other servers, other sessions create roles at any time.
    """
    if cluster is None:
        cluster = not connection.info.dbname.startswith(SCRATCH)
    superuser = connection.info.parameter_status("is_superuser") == "on"
    query = SnapshotQuery(connection.info.server_version // 10000, cluster=cluster, superuser=superuser)
    try:
        return Snapshot(_read_objects(connection, query))
    except errors.InvalidSqlStatementName:
        # DEALLOCATE ALL and DISCARD ALL drop the prepared statements.
        forget_prepared(connection)
        return Snapshot(_read_objects(connection, query))


def _read_objects(connection: Connection, query: SnapshotQuery) -> dict[CatalogObject, ObjectState]:
    with open_prepared(connection) as session:
        name = f"{query.cluster:d}{query.superuser:d}"
        (found,) = session.fetch(f"{name}_catalogs", query.catalogs_query)
        numbers = "".join(f"{is_found:d}" for is_found in found)
        suffix = f"{name}_{int(numbers, 2):x}"
        rows = session.fetch(suffix, query.compose("catalog", found))
        objects = {CatalogObject(*row[:3]): ObjectState(*row[3:]) for row in rows}
        relations = read_relations(
            session,
            lambda changed: session.fetch(f"{suffix}_relations", query.compose("relations", found), changed),
            _convert_rows,
        )
        for relation in relations.values():
            objects.update(relation)
        return objects


def _convert_rows(rows: Sequence[tuple[Any, ...]]) -> Mapping[CatalogObject, ObjectState]:
    return {CatalogObject(*row[:3]): ObjectState(*row[3:6]) for row in rows}


@attrs.frozen
class CatalogChange:
    """A changed object with a description of the change.

    Attributes:
        target: The object.
        description: The change as the predicate of a sentence.
        before: The state in the earlier snapshot, or None.
        after: The state in the later snapshot, or None.
    """

    target: CatalogObject
    description: str
    before: ObjectState | None = None
    after: ObjectState | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether the object is new, missing or recreated, so that all of its parts changed too."""
        return self.before is None or self.after is None or self.before.identity != self.after.identity

    def __str__(self) -> str:
        """Return the change as a sentence."""
        return f"{self.target} {self.description}"


def find_catalog_changes(
    before: Snapshot, after: Snapshot, *, same_storage: bool, ignoring: Collection[str] = ()
) -> list[CatalogChange]:
    """Return the changed objects. Objects on a relation that was added, dropped or recreated are omitted.

    Args:
        before: The earlier snapshot.
        after: The later snapshot, or a snapshot of another database.
        same_storage: Whether an equal object counts as changed if its stored data was rewritten, built again or lost.
            Both snapshots must then be of one database.
        ignoring: The names of attributes that do not count, such as "column order".
    """
    changes = list_catalog_changes(before, after, same_storage=same_storage, ignoring=ignoring)
    whole = {change.target.name for change in changes if not change.target.relation and change.is_whole}
    return [change for change in changes if change.target.relation not in whole]


def list_catalog_changes(
    before: Snapshot, after: Snapshot, *, same_storage: bool = False, ignoring: Collection[str] = ()
) -> list[CatalogChange]:
    """Return the changed objects, as `find_catalog_changes` does, with all objects on new and dropped relations."""
    found = []
    for target in {**before.objects, **after.objects}:
        old, new = before.objects.get(target), after.objects.get(target)
        if (
            old is new
            or old == new
            or (old and new and not same_storage and old.attributes == new.attributes)
        ):
            continue
        phrases = _describe_change(target, old, new, same_storage=same_storage, ignoring=ignoring)
        description = "; ".join(phrases)
        if description:
            found.append(CatalogChange(target, description, old, new))
    return found


def _describe_change(
    target: CatalogObject,
    before: ObjectState | None,
    after: ObjectState | None,
    *,
    same_storage: bool,
    ignoring: Collection[str],
) -> Iterator[str]:
    if before is None or after is None:
        yield from describe_presence(target.kind, before and before.parse().all, after and after.parse().all)
        return
    if before.attributes != after.attributes:
        old, new = before.parse().all, after.parse().all
        yield from describe_attributes(
            {name: value for name, value in old.items() if name not in ignoring},
            {name: value for name, value in new.items() if name not in ignoring},
        )
    if same_storage and before.storage != after.storage:
        if before.identity != after.identity:
            yield "was dropped and recreated"
        else:
            yield "was rebuilt" if target.relation else "was rewritten"
