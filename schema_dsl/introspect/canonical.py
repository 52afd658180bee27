"""Declared objects, with their SQL as Postgres itself writes it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from psycopg import sql

from schema_dsl.introspect.batch import ServerQuery, ask
from schema_dsl.introspect.kind import every_kind
from schema_dsl.introspect.reading import RELATION, read_objects, read_relations, reading
from schema_dsl.introspect.values import canonical_columns
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection


def canonical(connection: Connection, wanted: Catalog) -> Catalog:
    """Give the same objects, with types and expressions written as Postgres writes those that it holds.

    Each expression is put to Postgres where it belongs, on the relation under its own name, so that whatever
    it refers to (the row as a whole, the table in a sub-select, a function of the row) is what it will be.
    Columns and tables that are not there, or not so, are made first. All of it is undone again. No template
    is used, nor anything that plans: what those get wrong would otherwise be wrong on both sides.

    Args:
        connection: To a scratch database, as the role that owns the tables: relations are locked meanwhile,
            and indexes built. Migrations may have run on it or not.
        wanted: What is declared.

    Raises:
        DefinitionError: At the first declaration whose SQL Postgres refuses, with what it says.
    """
    kinds = every_kind()
    token = f"schema_dsl_{secrets.token_hex(8)}"
    objects = {identity: _settled(identity, each) for identity, each in wanted.objects.items()}
    with connection.transaction(force_rollback=True):
        columns = {identity: each for identity, each in objects.items() if isinstance(each, Column)}
        objects |= canonical_columns(connection, columns, token)
        ask(connection, list(_relations(connection, wanted, objects)))
        asked: dict[Identity, ServerQuery] = {}
        for number, (identity, each) in enumerate(objects.items()):
            probe = kinds[identity.kind].probe
            if probe is None:
                continue
            name = f"{token}_{number}"
            statement = probe.statement(each, _relation(identity), sql.Identifier(name))
            if statement is not None:
                asked[identity._replace(name=name)] = ServerQuery(identity, each, statement)
        ask(connection, list(asked.values()))
        with reading(connection) as cursor:
            places = {(identity.schema, identity.parent) for identity in asked}
            relations = read_relations(cursor, sorted({schema for schema, _ in places}))
            touched = [each for each in relations if each.place in places]
            for identity, found, _ in read_objects(cursor, touched, {identity.kind for identity in asked}):
                question = asked.get(identity)
                if question is not None:
                    objects[question.identity] = _rewritten(question, found)
    return attrs.evolve(wanted, objects=objects)


def _settled(identity: Identity, declared: Any) -> Any:
    settled = every_kind()[identity.kind].settled(declared)
    # Postgres keeps no empty comment: COMMENT ... IS '' takes the comment away.
    if getattr(settled, "comment", None) == "":
        return attrs.evolve(settled, comment=None, origin=settled.origin)
    return settled


def _rewritten(question: ServerQuery, found: Any) -> Any:
    probe = every_kind()[question.identity.kind].probe
    attributes = probe.attributes if probe else ()
    changes = {name: getattr(found, name) for name in attributes}
    return attrs.evolve(question.declared, **changes, origin=question.declared.origin)


def _relation(identity: Identity) -> sql.Identifier:
    return sql.Identifier(identity.schema, identity.parent or identity.name)


def _relations(
    connection: Connection, wanted: Catalog, objects: Mapping[Identity, Any]
) -> Iterator[ServerQuery]:
    """Make every declared relation what its expressions need: there, with the declared columns."""
    present = _present(connection, {identity.schema for identity in objects})
    declared: dict[tuple[str, str], list[Column]] = {}
    for identity, each in objects.items():
        if isinstance(each, Column):
            declared.setdefault((identity.schema, identity.parent), []).append(each)
    for identity, table in objects.items():
        if identity.kind != RELATION:
            continue
        place = (identity.schema, identity.name)
        columns = declared.get(place, [])
        if place not in present:
            # Of a table made elsewhere we know the columns that were named.
            made = [*(wanted.tables[place].existing or ()), *columns] if place in wanted.tables else columns
            changes = sql.SQL(", ").join(map(_definition, made))
            yield ServerQuery(
                identity, table, sql.SQL("CREATE TABLE {} ({})").format(_relation(identity), changes)
            )
        else:
            parts = list(_changes(columns, present[place]))
            if parts:
                statement = sql.SQL("ALTER TABLE {} {}").format(
                    _relation(identity), sql.SQL(", ").join(parts)
                )
                yield ServerQuery(identity, table, statement)


def _changes(columns: Iterable[Column], present: Mapping[str, Column]) -> Iterator[sql.Composable]:
    given = list(columns)
    anew = {column.name for column in given if _made_anew(column, present.get(column.name))}
    if anew:
        # Whatever depends on a column goes with it, until all this is undone; also columns made from it.
        anew |= {column.name for column in given if column.generated is not None}
    for column in given:
        if column.name in anew and column.name in present:
            yield sql.SQL("DROP COLUMN IF EXISTS {} CASCADE").format(sql.Identifier(column.name))
        if column.name in anew or column.name not in present:
            yield sql.SQL("ADD COLUMN ") + _definition(column)


def _made_anew(column: Column, there: Column | None) -> bool:
    return there is not None and (
        there.type != column.type or (there.generated is None) != (column.generated is None)
    )


def _definition(column: Column) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type.sql))


def _present(connection: Connection, schemas: Iterable[str]) -> dict[tuple[str, str], dict[str, Column]]:
    with reading(connection) as cursor:
        relations = read_relations(cursor, sorted(schemas))
        present: dict[tuple[str, str], dict[str, Column]] = {each.place: {} for each in relations}
        for identity, column, _ in read_objects(cursor, relations, {Column.kind}):
            present[identity.schema, identity.parent][identity.name] = column
    return present
