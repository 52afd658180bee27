"""Give the relations of a database the declared columns and primary keys, on which declared expressions are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.introspect.batch import RefusedObjectError, ServerQuery, run_queries
from schema_dsl.introspect.kind import compose_type
from schema_dsl.introspect.partition_bounds import sort_partitions
from schema_dsl.introspect.reading import (
    RELATION,
    open_catalog_cursor,
    read_objects,
    read_relations,
)
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import PrimaryKey
from schema_dsl.postgres import Connection

PresentColumns: TypeAlias = dict[tuple[str, str], dict[str, Column]]
"""The columns of a database by the schema and name of the relation, in their order."""


def change_relations(connection: Connection, queries: Sequence[ServerQuery]) -> None:
    """Run the statements after which every declared relation exists with its declared columns.

    Raises:
        DefinitionError: If a column of a partition key has another type or collation than in the database.
    """
    try:
        run_queries(connection, queries)
    except RefusedObjectError as error:
        if not isinstance(error.__cause__, psycopg.errors.InvalidTableDefinition):
            raise
        raise DefinitionError(
            f"{error.identity}: a column cannot get another type or collation while a partition key has it"
            f" ({error.reason})",
            where=error.where,
            instead="Declare a table of another name, copy the rows in a hand-written migration, and rename it.",
        ) from error


def build_relation_queries(
    wanted: Catalog, objects: Mapping[Identity, Any], present: PresentColumns, original: PresentColumns
) -> Iterator[ServerQuery]:
    """Yield the statements after which every declared relation exists with its declared columns.

    Args:
        wanted: The declared state.
        objects: The objects of the declared state.
        present: The columns of the database.
        original: The columns of the relations whose order has to stay.
    """
    declared: dict[tuple[str, str], list[Column]] = {}
    for identity, item in objects.items():
        if isinstance(item, Column):
            declared.setdefault(identity.relation, []).append(item)
    for identity, table in sort_partitions(objects):
        if identity.kind != RELATION:
            continue
        name = (identity.schema, identity.name)
        columns = declared.get(name, [])
        if name not in present:
            # The known columns of an existing table are those that existing=[...] lists.
            all_columns = (
                [*(wanted.tables[name].existing or ()), *columns] if name in wanted.tables else columns
            )
            changes = sql.SQL(", ").join(map(_format_column, all_columns))
            if table.partition_of is not None:
                changes = sql.SQL("LIKE {}").format(quote_relation(table.partition_of))
            parents = sql.SQL(", ").join(map(quote_relation, table.inherits))
            yield ServerQuery(
                identity,
                table,
                sql.SQL("CREATE TABLE {} ({}){}").format(
                    quote_relation(identity),
                    changes,
                    sql.SQL(" INHERITS ({})").format(parents) if table.inherits else sql.SQL(""),
                ),
            )
        else:
            parts = list(_format_column_changes(columns, present[name], original.get(name, {})))
            if parts:
                statement = sql.SQL("ALTER TABLE {} {}").format(
                    quote_relation(identity), sql.SQL(", ").join(parts)
                )
                yield ServerQuery(identity, table, statement)


def build_key_queries(connection: Connection, objects: Mapping[Identity, Any]) -> Iterator[ServerQuery]:
    """Yield the statements after which every declared primary key exists, if a query may use a primary key in GROUP BY.

    Postgres refuses a query that uses a column without grouping by it, unless the query groups by the primary key.
    """
    if not any(hasattr(item, "query") for item in objects.values()):
        return
    keys = {identity: item for identity, item in objects.items() if isinstance(item, PrimaryKey)}
    with open_catalog_cursor(connection) as cursor:
        relations = read_relations(cursor, sorted({identity.schema for identity in keys}), {RELATION})
        present = {
            identity.root: item for identity, item, _ in read_objects(cursor, relations, {PrimaryKey.kind})
        }
    for identity, key in keys.items():
        old = present.get(identity.root)
        if old is not None and old.columns == key.columns:
            continue
        drop = (
            sql.SQL("DROP CONSTRAINT {} CASCADE, ").format(sql.Identifier(old.name)) if old else sql.SQL("")
        )
        columns = sql.SQL(", ").join(map(sql.Identifier, key.columns))
        yield ServerQuery(
            identity,
            key,
            sql.SQL("ALTER TABLE {} {}ADD PRIMARY KEY ({})").format(quote_relation(identity), drop, columns),
        )


def _format_column_changes(
    columns: Iterable[Column], present: Mapping[str, Column], original: Mapping[str, Column]
) -> Iterator[sql.Composable]:
    declared = {column.name: column for column in columns}
    recreated = {
        column.name for column in declared.values() if _needs_recreation(column, present.get(column.name))
    }
    if recreated:
        # CASCADE may drop the generated columns that depend on a dropped column.
        recreated |= {column.name for column in declared.values() if column.generated is not None}
    names = list(original)
    moved = next(
        (place for place, name in enumerate(names) if name in recreated or name not in present), None
    )
    # ADD COLUMN appends, so that the columns behind a recreated one have to be recreated as well.
    kept = {} if moved is None else {name: original[name] for name in names[moved:]}
    recreated |= kept.keys()
    for name, column in {**kept, **declared}.items():
        if name in recreated and name in present:
            yield sql.SQL("DROP COLUMN IF EXISTS {} CASCADE").format(sql.Identifier(name))
        if name in recreated or name not in present:
            yield sql.SQL("ADD COLUMN ") + _format_column(column)


def _needs_recreation(column: Column, present: Column | None) -> bool:
    return present is not None and (
        (present.type, present.collation) != (column.type, column.collation)
        or (present.generated is None) != (column.generated is None)
    )


def _format_column(column: Column) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), compose_type(column))


def read_star_columns(connection: Connection, objects: Mapping[Identity, Any]) -> PresentColumns:
    """Read the columns whose order has a meaning, because a query may list them by `*`; nothing without a query."""
    if not any("*" in getattr(item, "query", "") for item in objects.values()):
        return {}
    return read_present_columns(connection, {identity.schema for identity in objects})


def read_present_columns(connection: Connection, schemas: Iterable[str]) -> PresentColumns:
    """Read the columns of the tables of some schemas."""
    with open_catalog_cursor(connection) as cursor:
        relations = read_relations(cursor, sorted(schemas), {RELATION})
        present: PresentColumns = {relation.qualified_name: {} for relation in relations}
        for identity, column, _ in read_objects(cursor, relations, {Column.kind}):
            present[identity.relation][identity.name] = column
    return present


def drop_columns(connection: Connection, columns: Iterable[Identity]) -> None:
    """Drop columns that exist. Postgres does not rewrite a table whose row type a column has."""
    for identity in columns:
        connection.execute(
            sql.SQL("ALTER TABLE IF EXISTS {} DROP COLUMN IF EXISTS {} CASCADE").format(
                quote_relation(identity), sql.Identifier(identity.name)
            )
        )


def quote_relation(identity: Identity) -> sql.Identifier:
    """Return the quoted name of a relation, or of the relation that an object is a part of."""
    return sql.Identifier(*identity.relation)
