"""Rename objects of a database as a migration will, so that Postgres renames them in all that refers to them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.introspect import Introspection, canonicalize, introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.rename import (
    Rename,
    apply_renames,
    find_declared_renames,
    find_following_renames,
    has_former_names,
)
from schema_dsl.postgres import Connection
from schema_dsl.verify.scratch import Scratch


@attrs.frozen
class RenamedState:
    """A state of a database after the renames that the definitions ask for.

    Attributes:
        renames: The renames, in their order.
        declared: The declared state as Postgres prints it.
        present: The database.
    """

    renames: tuple[Rename, ...]
    declared: Catalog
    present: Introspection


def read_renamed(connection: Connection, wanted: Catalog) -> RenamedState:
    """Rename what the definitions ask for, and read the database then.

    Args:
        connection: A session of the owner in a database that nobody needs afterwards.
        wanted: The declared state.
    """
    renames: list[Rename] = []
    if has_former_names(wanted.objects):
        renames = find_declared_renames(introspect(connection).catalog.objects, wanted.objects)
        carry_out(connection, renames)
    declared, present = canonicalize(connection, wanted), introspect(connection, like=wanted)
    following = find_following_renames(present.catalog.objects, declared.objects, renames)
    catalog = apply_renames(present.catalog, following)
    return RenamedState((*renames, *following), declared, attrs.evolve(present, catalog=catalog))


def carry_out(connection: Connection, renames: Iterable[Rename]) -> None:
    """Rename objects of a database."""
    for rename in renames:
        connection.execute(rename.statement.encode())


def list_renames(scratch: Scratch) -> tuple[Rename, ...]:
    """Return the renames that the migration of a subject makes."""
    if not has_former_names(scratch.subject.wanted.objects):
        return ()
    with scratch.fresh("before") as database, scratch.connect(database) as connection:
        return read_renamed(connection, scratch.subject.wanted).renames


def list_table_renames(scratch: Scratch) -> tuple[Rename, ...]:
    """Return the renames of whole relations that the migration of a subject makes."""
    return tuple(rename for rename in list_renames(scratch) if rename.after.parent is None)
