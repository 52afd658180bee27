"""Rename objects of a database as a migration will, so that Postgres renames them in all that refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import attrs
from psycopg import errors

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.introspect import Introspection, adopt_equal_sql, canonicalize, find_different_sql, introspect
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.extension import Extension
from schema_dsl.model.identity import format_origin
from schema_dsl.plan.rename import (
    Rename,
    apply_renames,
    find_declared_renames,
    find_following_renames,
    has_former_names,
)
from schema_dsl.postgres import Connection
from schema_dsl.verify.comparison.extension_moves import move_extensions
from schema_dsl.verify.comparison.left_behind import follow, qualify
from schema_dsl.verify.databases.requested import list_requested
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.scripts.apply import split_statements
from schema_dsl.verify.snapshots.introspection import introspect_changed

# Splitting a long script takes longer than to look for the words.
_RENAME: Final = re.compile(r"\b(?:rename|set\s+schema)\b", re.IGNORECASE)


@attrs.frozen
class RenamedState:
    """A state of a database after the renames that the definitions request.

    Attributes:
        renames: The renames, in their order.
        declared: The declared state as Postgres prints it.
        present: The database.
    """

    renames: tuple[Rename, ...]
    declared: Catalog
    present: Introspection


def read_renamed(
    connection: Connection,
    wanted: Catalog,
    renamed: Iterable[Identity] = (),
    *,
    like: Catalog | None = None,
    reader: Connection | None = None,
) -> RenamedState:
    """Carry out the renames and moves of the definitions, and read the database then.

    Args:
        connection: A session of the owner in a database that is not used afterwards.
        wanted: The declared state.
        renamed: The tables and indexes that hand-written migrations have renamed in whole or in part.
        like: The objects to read, as `introspect` takes them; None for the declared ones.
        reader: The session that reads the objects; None for `connection`.
    """
    renames: list[Rename] = []
    if has_former_names(wanted.objects):
        renames = find_declared_renames(introspect(connection).catalog.objects, wanted.objects)
        carry_out(connection, renames, wanted.objects)
    moved = move_extensions(connection, wanted.objects)
    declared = canonicalize(connection, wanted)
    present = introspect_changed(reader or connection, like=like or wanted)
    present = moved.undo_in(present)
    declared = adopt_equal_sql(connection, declared, find_different_sql(declared, present.catalog))
    return _add_following(renames, declared, present, renamed)


def read_renamed_before(scratch: Scratch) -> RenamedState:
    """Read the state before the migration of a subject, after the renames and moves of the definitions.

    Without renames and extensions, this is the state that other proofs read, too.
    """
    subject = scratch.subject
    wanted, renamed = subject.wanted, list_renamed_by_hand(subject.earlier)
    if has_former_names(wanted.objects) or any(each.kind == Extension.kind for each in wanted.objects):
        with (
            scratch.fresh("before") as database,
            scratch.connect(database) as connection,
            scratch.connect_to_read(database) as reader,
        ):
            like = list_requested(wanted, subject.earlier)
            return read_renamed(connection, wanted, renamed, like=like, reader=reader)
    declared = scratch.canonicalize_definitions()
    present = scratch.introspected("before", scratch.default_privileges or scratch.settings[0])
    if different := find_different_sql(declared, present.catalog):
        with scratch.unchanged("before") as database, scratch.connect(database) as connection:
            declared = adopt_equal_sql(connection, declared, different)
    return _add_following((), declared, present, renamed)


def _add_following(
    renames: Sequence[Rename], declared: Catalog, present: Introspection, renamed: Iterable[Identity]
) -> RenamedState:
    """Return a state after the renames of objects whose default names follow other renames."""
    following = find_following_renames(present.catalog.objects, declared.objects, list(renames), renamed)
    catalog = apply_renames(present.catalog, following)
    return RenamedState((*renames, *following), declared, attrs.evolve(present, catalog=catalog))


def carry_out(
    connection: Connection, renames: Iterable[Rename], declared: Mapping[Identity, Any] = MappingProxyType({})
) -> None:
    """Rename objects of a database.

    Args:
        connection: A session.
        renames: The renames.
        declared: The declared objects, for the text of errors.

    Raises:
        PlanError: If the role of the session may not rename an object, such as a trigger of another role's table.
    """
    for rename in renames:
        try:
            for statement in rename.statements:
                connection.execute(statement.encode())
        except errors.InsufficientPrivilege as error:
            item = declared.get(rename.after)
            raise PlanError(
                f"{rename.before} cannot be renamed to {rename.after.name}: {error.diag.message_primary}",
                where=None if item is None else format_origin(item),
                instead=(
                    "Remove renamed_from=: the migration creates the object under its new name, and --drop drops the"
                    " old one."
                ),
            ) from error


def list_renames(scratch: Scratch) -> tuple[Rename, ...]:
    """Return the renames that the migration of a subject makes."""
    subject = scratch.subject

    def has_renames() -> bool:
        return bool(list_renamed_by_hand(subject.earlier)) or has_former_names(subject.wanted.objects)

    return read_renamed_before(scratch).renames if scratch.compute_once("has renames", has_renames) else ()


def list_renamed_by_hand(migrations: Iterable[Migration]) -> frozenset[Identity]:
    """Return the tables and indexes that hand-written migrations rename in whole or in part, by their last names."""
    found: set[Identity] = set()
    for migration in migrations:
        if not _may_rename(migration.forward):
            continue
        for statement in expand_blocks(split_statements(migration.forward)):
            for effect in effects(statement):
                if effect.new_identity is None:
                    continue
                old, new = qualify(effect.identity), qualify(effect.new_identity)
                found = {follow(each, old, new) for each in found}
                if not migration.is_generated:
                    found.add(new.root)
    return frozenset(found)


# Several proofs ask, and a long history is searched once.
@lru_cache(maxsize=10_000)
def _may_rename(text: str) -> bool:
    return _RENAME.search(text) is not None


def list_table_renames(scratch: Scratch) -> tuple[Rename, ...]:
    """Return the renames of whole relations that the migration of a subject makes."""
    return tuple(rename for rename in list_renames(scratch) if rename.after.parent is None)
