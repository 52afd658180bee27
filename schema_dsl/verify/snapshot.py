"""Snapshot the catalog of a database, to find changed, recreated and rewritten objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import attrs

from schema_dsl.introspect.reading import open_catalog_cursor
from schema_dsl.postgres import Connection


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
        return f"{self.kind} {self.name} of {self.relation}" if self.relation else f"{self.kind} {self.name}"


class ObjectState(NamedTuple):
    """The state of an object in the catalog, as read by snapshot.sql.

    Attributes:
        attributes: The attributes of the object as JSON, without OIDs.
        identity: The OID, which changes when the object is recreated.
        relfilenode: The relfilenode, which changes when the rows are rewritten, or None.
        xmin: The transaction that wrote the catalog row, or None where an unchanged object may get a new row.
    """

    attributes: str
    identity: str
    relfilenode: int | None
    xmin: bytes | None


@attrs.frozen
class Snapshot:
    """A snapshot of a database's catalog.

    A snapshot is independent of `schema_dsl.introspect` and not limited to the kinds of the model: it includes
    owners, privileges, storage options, functions, types, sequences, roles and memberships. For rare kinds such as
    operators, foreign servers and text search configurations, it includes only the existence of the objects.
    """

    objects: Mapping[CatalogObject, ObjectState]

    @property
    def attributes(self) -> dict[CatalogObject, str]:
        """The attributes of every object. Two databases with the same schema have equal attributes."""
        return {target: state.attributes for target, state in self.objects.items()}


def snapshot_catalog(connection: Connection) -> Snapshot:
    """Snapshot the catalog as the connection's transaction sees it, without locks or changes."""
    with open_catalog_cursor(connection) as cursor:
        rows = cursor.execute(_query()).fetchall()
    return Snapshot({CatalogObject(*row[:3]): ObjectState(*row[3:]) for row in rows})


@cache
def _query() -> bytes:
    return (files(__package__) / "snapshot.sql").read_bytes()


@attrs.frozen
class CatalogChange:
    """A changed object with a description of the change."""

    target: CatalogObject
    description: str

    def __str__(self) -> str:
        """Return the change as a sentence."""
        return f"{self.target} {self.description}"


def find_catalog_changes(before: Snapshot, after: Snapshot, *, same_objects: bool) -> list[CatalogChange]:
    """Return the changed objects. Objects on a relation that was added, dropped or recreated are omitted.

    Args:
        before: The earlier snapshot.
        after: The later snapshot, or a snapshot of another database.
        same_objects: Whether an equal object counts as changed if it was recreated or rewritten. Both snapshots must
            then be of one database.
    """
    found = {}
    for target in {**before.objects, **after.objects}:
        old, new = before.objects.get(target), after.objects.get(target)
        description = "; ".join(_describe_change(target, old, new, same_objects=same_objects))
        if description:
            found[target] = description
    whole = {
        target.name
        for target in found
        if not target.relation
        and (
            target not in before.objects
            or target not in after.objects
            or _was_recreated(target, before, after)
        )
    }
    return [
        CatalogChange(target, description)
        for target, description in found.items()
        if target.relation not in whole
    ]


def _was_recreated(target: CatalogObject, before: Snapshot, after: Snapshot) -> bool:
    return before.objects[target].identity != after.objects[target].identity


def _describe_change(
    target: CatalogObject, before: ObjectState | None, after: ObjectState | None, *, same_objects: bool
) -> Iterator[str]:
    if before is None:
        yield "is new"
    elif after is None:
        yield "is missing"
    else:
        if before.attributes != after.attributes:
            yield from _describe_attributes(json.loads(before.attributes), json.loads(after.attributes))
        if same_objects:
            yield from _describe_replacement(target, before, after)


def _describe_replacement(target: CatalogObject, before: ObjectState, after: ObjectState) -> Iterator[str]:
    if before.identity != after.identity:
        yield "was dropped and recreated"
    elif before.relfilenode != after.relfilenode:
        yield "was rebuilt" if target.relation else "was rewritten"
    elif before.xmin != after.xmin and before.attributes == after.attributes:
        yield "was changed and changed back"


def _describe_attributes(before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield f"is {_format_value(after)} instead of {_format_value(before)}"
        return
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old != new and name == "position":
            yield f"moved from position {old} to {new}"
        elif old != new:
            yield f"has {name} {_format_value(new)} instead of {_format_value(old)}"


def _format_value(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(_format_value, value))
    return value if isinstance(value, str) else json.dumps(value)
