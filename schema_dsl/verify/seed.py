"""Insert fixture rows of many kinds that a migration must not change."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql as pg

from schema_dsl.errors import SchemaDslError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.constraint import ForeignKey
from schema_dsl.model.reference import to_reference
from schema_dsl.postgres import Connection, Database
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.verify.apply import split_statements
from schema_dsl.verify.blocking_rows import remove_blocking_rows
from schema_dsl.verify.fixture_tables import FixtureTables, choose_fixture_tables, name_rows
from schema_dsl.verify.row_snapshot import RelationRows, RowSnapshot, snapshot_rows
from schema_dsl.verify.rows import RowBuilder
from schema_dsl.verify.scratch import Scratch, ScratchState
from schema_dsl.verify.seed_values import (
    ColumnValues,
    choose_column_values,
    combine_states,
    fit_distinct_values,
    list_later_keys,
)
from schema_dsl.verify.table_filler import TableFiller, fill_partitions
from schema_dsl.verify.touched import choose_tables, list_untouched
from schema_dsl.verify.values import Evaluator

_OTHER: Final[Mapping[ScratchState, ScratchState]] = {"before": "after", "after": "before"}
_PLAIN_ROWS: Final = 2
_NO_VALUES: Final = ColumnValues({}, (), frozenset())

# Partitions get their rows through the partitioned table, and the tables of extensions from their extension.
_TABLES: Final = """
    SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    ORDER BY n.nspname, c.relname
"""
# A sequence that has given a number shows whether a migration restarts it.
_UNUSED_SEQUENCES: Final = """
    SELECT format('%I.%I', schemaname, sequencename) FROM pg_catalog.pg_sequences WHERE last_value IS NULL
"""
_INSERTABLE: Final = """
    SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attnum)
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r'
    GROUP BY n.nspname, c.relname
"""

# A view may read one that was created before it.
_MATERIALIZED_VIEWS: Final = """
    SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'm' AND c.relispopulated
    ORDER BY c.oid
"""

_SeededTable = tuple[str, str]


@contextmanager
def seeded_database(scratch: Scratch, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
    """Yield a new database in a state, with fixture rows of many kinds and without open connections.

    The rows are valid before and after the migration, so that neither the migration nor its rollback fails on them.

    Raises:
        PostgresError: If the state cannot be created.
    """
    template, _ = seeded_template(scratch, state, defaults)
    with scratch.copy(template) as database:
        yield database


def seeded_template(
    scratch: Scratch, state: ScratchState, defaults: str | None = None
) -> tuple[Database, Sequence[str]]:
    """Return the template of a state with fixture rows, and a note for each table with few kinds of rows."""
    setting = scratch.settings[0] if defaults is None else defaults

    def prepare(database: Database) -> Sequence[str]:
        if setting == scratch.settings[0]:
            return _fill_database(scratch, state, setting, database)
        return seed_database(scratch, database, state, setting)

    return scratch.prepared(name_rows(scratch), state, setting, prepare)


def seed_database(scratch: Scratch, database: Database, state: ScratchState, setting: str) -> Sequence[str]:
    """Insert the rows of the seeded template of a state into a database in that state.

    Returns:
        A note for each table with few kinds of rows.
    """
    model, notes = seeded_template(scratch, state)
    rows = read_template(scratch, model)
    return notes if copy_rows(rows, database) else _fill_database(scratch, state, setting, database)


def describe_empty_tables(scratch: Scratch, rows: RowSnapshot) -> list[str]:
    """Return a note for every declared table without rows, because the proof covers no rows of the table.

    `describe_fixture_tables` describes the tables that were to get none.
    """
    tables = scratch.subject.wanted.tables
    left_out = choose_tables(scratch, tables).left_out
    return [
        f"no fixture row fits {schema}.{name}, so no rows of this table were tried"
        for schema, name in tables
        if (schema, name) not in left_out
        and f"{schema}.{name}" in rows
        and not rows[f"{schema}.{name}"].count
    ]


def read_template(scratch: Scratch, template: Database) -> RowSnapshot:
    """Return the rows of a template, read on first use."""

    def read() -> RowSnapshot:
        with contextlib.closing(template.connect()) as connection:
            return snapshot_rows(connection)

    return scratch.compute_once(f"rows of {template.name}", read)


def copy_rows(rows: RowSnapshot, target: Database, only: Collection[_SeededTable] | None = None) -> bool:
    """Insert rows into a database without rows, and return whether that was possible.

    Args:
        rows: The rows of another database.
        target: The database to fill.
        only: The tables to copy, which are the same in both databases; None for all. Sequences are always copied.
    """
    with contextlib.closing(target.connect()) as writer:
        if any(table.count for table in snapshot_rows(writer).values() if not table.is_sequence):
            return False
        try:
            with writer.transaction():
                # The rows include the effects of triggers, and foreign keys may be in a cycle.
                writer.execute("SET LOCAL session_replication_role = replica")
                for schema, name, columns in writer.execute(_INSERTABLE).fetchall():
                    table = rows.get(f"{schema}.{name}")
                    if table is not None and table.count and (only is None or table.relation in only):
                        _copy_table(writer, table, columns)
                for table in rows.values():
                    if table.is_sequence:
                        last_value, is_called = table.project(("last_value", "is_called"))[0]
                        name = pg.Identifier(*table.relation).as_string(writer)
                        writer.execute(
                            "SELECT pg_catalog.setval(%s, %s, %s)",
                            [name, int(last_value or 0), is_called == "t"],
                        )
        except psycopg.Error:
            return False
        _refresh_views(writer)
    return True


def _refresh_views(connection: Connection) -> None:
    """Fill the materialized views with the rows of their queries, as they are in a database in use."""
    for name in connection.execute(_MATERIALIZED_VIEWS).fetchall():
        # The rows may raise an error in the query, or repeat the key of a unique index.
        with contextlib.suppress(psycopg.Error), connection.transaction():
            connection.execute(pg.SQL("REFRESH MATERIALIZED VIEW {}").format(pg.Identifier(*name)))


def _copy_table(connection: Connection, table: RelationRows, columns: Sequence[str]) -> None:
    command = pg.SQL("COPY {} ({}) FROM STDIN").format(
        pg.Identifier(*table.relation), pg.SQL(", ").join(map(pg.Identifier, columns))
    )
    with connection.cursor().copy(command) as copy:
        for row in table.project(columns):
            copy.write_row(row)


def _fill_database(scratch: Scratch, state: ScratchState, setting: str, database: Database) -> Sequence[str]:
    """Insert rows, and return a note for each table with rows at which the migration stops."""
    other = Catalog()
    copied = _copy_untouched(scratch, setting, database) if state == "after" else frozenset()
    with contextlib.closing(database.connect()) as connection, connection.transaction():
        tables = _list_tables(connection)
        chosen = FixtureTables(frozenset(tables), frozenset())
        with contextlib.suppress(SchemaDslError):
            other = scratch.introspected(_OTHER[state], setting).catalog
            chosen = choose_fixture_tables(scratch, connection, tables)
        filled = (chosen.varied | chosen.plain) - copied
        tables = [table for table in tables if table in filled]
        _fill_tables(connection, tables, scratch.subject.wanted, other, chosen.plain)
        for (sequence,) in connection.execute(_UNUSED_SEQUENCES).fetchall():
            with contextlib.suppress(psycopg.Error), connection.transaction():
                connection.execute("SELECT pg_catalog.nextval(%s::regclass)", [sequence])
    notes = _remove_blocking_rows(scratch, database) if state == "before" else ()
    with contextlib.closing(database.connect()) as connection:
        _refresh_views(connection)
    return notes


def _remove_blocking_rows(scratch: Scratch, database: Database) -> Sequence[str]:
    """Remove the rows at which the migration stops, and return a note for each table with such rows."""
    subject = scratch.subject
    return tuple(
        str(rows)
        for rows in remove_blocking_rows(
            scratch,
            database,
            split_statements(subject.script),
            subject.file,
            settings=f"SET LOCAL {ALLOW_DATA_LOSS} = 'on'; SET CONSTRAINTS ALL IMMEDIATE",
        )
    )


def _list_tables(connection: Connection) -> list[_SeededTable]:
    return connection.execute(_TABLES).fetchall()


def _copy_untouched(scratch: Scratch, setting: str, database: Database) -> frozenset[_SeededTable]:
    """Copy the fixture rows of the tables that the migration leaves as they were, and return these tables."""
    with contextlib.closing(database.connect()) as connection:
        # The rows of a partitioned table are those of its partitions.
        insertable = {(schema, name) for schema, name, _ in connection.execute(_INSERTABLE).fetchall()}
        tables = list_untouched(scratch, _list_tables(connection)) & insertable
    if not tables:
        return frozenset()
    before = scratch.introspected("before", setting).catalog
    dropped: set[_SeededTable] = set(tables)
    # A row cannot stay where those that it references are made anew.
    while dropped:
        dropped = {table for table in tables if not _list_referenced(table, before) <= tables}
        tables -= dropped
    model, _ = seeded_template(scratch, "before", setting)
    return tables if copy_rows(read_template(scratch, model), database, tables) else frozenset()


def _list_referenced(table: _SeededTable, catalog: Catalog) -> set[_SeededTable]:
    """Return the tables that the foreign keys of a table reference."""
    targets = [
        to_reference(item.references, table[0])
        for item in catalog.of_relation(table).values()
        if isinstance(item, ForeignKey)
    ]
    return {(target.schema or table[0], target.table) for target in targets}


def _fill_tables(
    connection: Connection,
    tables: Sequence[_SeededTable],
    wanted: Catalog,
    other: Catalog,
    plain: Collection[_SeededTable],
) -> None:
    """Insert rows of many kinds into tables, and plain rows into some of them."""
    builder, evaluator = RowBuilder(connection, wanted), Evaluator(connection)
    # The rows that foreign keys reference must be valid in both states too, so all tables are described first.
    for table in tables:
        relation = combine_states(builder.tables.by_name(table), other)
        relation = fit_distinct_values(builder, evaluator, relation, other)
        builder.tables._known[relation.oid] = relation  # noqa: SLF001 - the rows of one builder have one description
    later_keys = {table: tuple(list_later_keys(builder.tables.by_name(table), other)) for table in tables}
    # The builder does not insert the rows that only the other state references, so they come first.
    for table in sorted(tables, key=lambda table: bool(later_keys[table])):
        relation = builder.tables.by_name(table)
        is_varied = table not in plain
        values = choose_column_values(builder, evaluator, relation, other) if is_varied else _NO_VALUES
        filler = TableFiller(connection, builder, relation, values, later_keys[table])
        if is_varied:
            filler.insert_plain_rows({}, _PLAIN_ROWS)
        else:
            filler.insert_plain_rows(filler.read_parents(), 1)
        if filler.inserted and is_varied:
            filler.insert_varied_rows()
        if is_varied:
            fill_partitions(connection, builder, filler)
