"""What the catalog says of everything that people made, as a value: to see that nothing changed, or what did."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import attrs

from schema_dsl.introspect.reading import reading
from schema_dsl.postgres import Connection


class CatalogObject(NamedTuple):
    """An object of any kind; `relation` is the one that it lives on, empty for what stands by itself."""

    kind: str
    relation: str
    name: str

    def __str__(self) -> str:
        """Name it for a person."""
        return f"{self.kind} {self.name} of {self.relation}" if self.relation else f"{self.kind} {self.name}"


class ObjectState(NamedTuple):
    """What is said of a thing, and by what to tell whether it is still the same one; see snapshot.sql."""

    meaning: str
    identity: str
    file: int | None
    written: bytes | None


@attrs.frozen
class Snapshot:
    """A state of a database's catalog.

    It does not go through our own introspection, nor is it limited to what the model has words for: owners,
    privileges, storage, functions, types, sequences, roles and their memberships are in it. Of kinds that
    schemas seldom have (operators, foreign servers, text search) there is no more than that they are there.
    """

    things: Mapping[CatalogObject, ObjectState]

    @property
    def meaning(self) -> dict[CatalogObject, str]:
        """Give what is said of each thing, which is the same in two databases that were made alike."""
        return {thing: state.meaning for thing, state in self.things.items()}


def snapshot(connection: Connection) -> Snapshot:
    """Read the catalog, in the state that the connection's transaction sees; nothing is locked or changed."""
    with reading(connection) as cursor:
        rows = cursor.execute(_query()).fetchall()
    return Snapshot({CatalogObject(*row[:3]): ObjectState(*row[3:]) for row in rows})


@cache
def _query() -> bytes:
    return (files(__package__) / "snapshot.sql").read_bytes()


@attrs.frozen
class CatalogChange:
    """What became of a thing, in words."""

    thing: CatalogObject
    said: str

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"{self.thing} {self.said}"


def changes(before: Snapshot, after: Snapshot, *, same_objects: bool) -> list[CatalogChange]:
    """Say what changed, thing by thing, and of a relation that is not the same one only that.

    Args:
        before: A state.
        after: A later one, or the same of another database.
        same_objects: Whether also those that are like they were, but not the same ones, have changed: dropped
            and made anew, or their rows written to another file. Only to be asked within one database.
    """
    found = {}
    for thing in {**before.things, **after.things}:
        old, new = before.things.get(thing), after.things.get(thing)
        said = "; ".join(_change(thing, old, new, same_objects=same_objects))
        if said:
            found[thing] = said
    whole = {
        thing.name
        for thing in found
        if not thing.relation
        and (thing not in before.things or thing not in after.things or _remade(thing, before, after))
    }
    return [CatalogChange(thing, said) for thing, said in found.items() if thing.relation not in whole]


def _remade(thing: CatalogObject, before: Snapshot, after: Snapshot) -> bool:
    return before.things[thing].identity != after.things[thing].identity


def _change(
    thing: CatalogObject, before: ObjectState | None, after: ObjectState | None, *, same_objects: bool
) -> Iterator[str]:
    if before is None:
        yield "is new"
    elif after is None:
        yield "is gone"
    else:
        if before.meaning != after.meaning:
            yield from _attributes(json.loads(before.meaning), json.loads(after.meaning))
        if same_objects:
            yield from _replacement(thing, before, after)


def _replacement(thing: CatalogObject, before: ObjectState, after: ObjectState) -> Iterator[str]:
    if before.identity != after.identity:
        yield "was dropped and made anew"
    elif before.file != after.file:
        yield "was built anew" if thing.relation else "had every row written anew"
    elif before.written != after.written and before.meaning == after.meaning:
        yield "was changed, and changed back"


def _attributes(before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield f"was {_shown(before)} and is {_shown(after)}"
        return
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield f"has as {name} no longer {_shown(old)} but {_shown(new)}"


def _shown(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return value if isinstance(value, str) else json.dumps(value)
