"""Try the data-loss guards of a rollback: data in any dropped object must make the rollback refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, rolled_back
from schema_dsl.sql import Sql
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.rollback.script import RollbackScript
from schema_dsl.verify.rows import ANY_VALUE, RowBuilder, RowError
from schema_dsl.verify.scripts.apply import ApplyError, rehearse_statements
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.values import Evaluator, candidate_values
from schema_dsl.verify.values.neighbors import typical_values

# A generated column holds no data of its own.
_COLUMNS = """
    SELECT c.oid::bigint, a.attnum::int, n.nspname::text, c.relname::text, a.attname::text
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ORDER BY n.nspname, c.relname, a.attnum
"""
_MISSING = """
    SELECT o.oid, o.number FROM unnest(%s::bigint[], %s::int[]) AS o (oid, number)
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = o.oid)
        OR o.number > 0 AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = o.oid AND a.attnum = o.number AND NOT a.attisdropped
        )
"""


@attrs.frozen
class DroppedObject:
    """An object with data that a rollback drops: a table, or a column of a table that stays (`column` is not None).

    A column that the rollback drops and creates again counts as dropped, because its values are lost.

    Attributes:
        schema: The schema of the table.
        table: The name of the table.
        column: The name of the column.
        table_oid: The oid of the table.
        number: The number of the column in the table, or 0.
    """

    schema: str
    table: str
    column: str | None
    table_oid: int
    number: int

    def __str__(self) -> str:
        """Return the name as messages display it."""
        table = f"{self.schema}.{self.table}"
        return f"column {self.column} of {table}" if self.column else f"table {table}"


@attrs.frozen
class GuardResult:
    """The result of trying the data-loss guards.

    Attributes:
        failures: Sentences about objects that the rollback drops despite data.
        untried: Sentences about objects that could not be tried.
        tried_count: The number of dropped objects that were tried.
    """

    failures: tuple[str, ...]
    untried: tuple[str, ...]
    tried_count: int


def try_data_guards(scratch: Scratch, down: RollbackScript) -> GuardResult:
    """Insert data into one dropped object at a time and run the whole rollback, then every statement alone.

    Every statement needs a guard, because another session may insert data between the check at the start and a drop.
    """
    failures: list[str] = []
    untried: list[str] = []
    tried = 0
    with scratch.unchanged("after") as database, database.connect() as connection:
        dropped = _find_dropped_objects(scratch, connection, down)
        # The objects that a statement alone drops without data do not depend on the data in other objects.
        alone = [
            (statement, _run_alone(scratch, connection, statement, down.file, dropped))
            for statement in down.statements
        ]
        for dropped_object in dropped:
            with rolled_back(connection):
                try:
                    found = _insert_data(scratch, connection, dropped_object)
                    reason = "no value other than the default fits"
                except RowError as error:
                    raise_if_lost(error)
                    found, reason = False, error.what
                if found:
                    tried += 1
                    dropping = [statement for statement, objects in alone if dropped_object in objects]
                    failures += _try_rollback(scratch, connection, down, dropped_object, dropping)
                else:
                    untried.append(f"the data-loss guard of {dropped_object}: {reason}")
    return GuardResult(tuple(failures), tuple(untried), tried)


def _try_rollback(
    scratch: Scratch,
    connection: Connection,
    down: RollbackScript,
    dropped_object: DroppedObject,
    dropping: Sequence[Statement],
) -> Iterator[str]:
    """Run a rollback on an object with data, then each statement alone that drops the object.

    Yields:
        A sentence for each run that drops the data.
    """
    with _as_owner(scratch, connection):
        try:
            rehearse_statements(connection, down.statements, down.file)
        except ApplyError as error:
            raise_if_lost(error)
        else:
            yield f"{down.file} drops {dropped_object} although it holds data and data loss is not allowed"
            return
    for statement in dropping:
        if _run_alone(scratch, connection, statement, down.file, [dropped_object]):
            yield (
                f"{down.file}:{statement.line}: this statement drops {dropped_object} although it holds data and "
                "data loss is not allowed: another session may insert data after the check at the start of the "
                "rollback"
            )


def _run_alone(
    scratch: Scratch,
    connection: Connection,
    statement: Statement,
    file: str,
    objects: Sequence[DroppedObject],
) -> frozenset[DroppedObject]:
    """Run a statement, return which of some objects it drops, and roll back; none if it fails."""
    try:
        with _as_owner(scratch, connection):
            rehearse_statements(connection, [statement], file)
            keys = [[each.table_oid for each in objects], [each.number for each in objects]]
            found = {tuple(row) for row in connection.execute(_MISSING, keys).fetchall()}
    except ApplyError as error:
        raise_if_lost(error)
        return frozenset()
    return frozenset(each for each in objects if (each.table_oid, each.number) in found)


@contextmanager
def _as_owner(scratch: Scratch, connection: Connection) -> Iterator[None]:
    with rolled_back(connection):
        connection.execute(pg.SQL("SET LOCAL ROLE {}").format(pg.Identifier(scratch.owner)))
        yield


def _find_dropped_objects(
    scratch: Scratch, connection: Connection, down: RollbackScript
) -> list[DroppedObject]:
    """Run a rollback and return the tables and columns that it drops."""
    before = connection.execute(_COLUMNS).fetchall()
    try:
        with _as_owner(scratch, connection):
            rehearse_statements(connection, down.statements, down.file)
            connection.execute("RESET ROLE")
            after = connection.execute(_COLUMNS).fetchall()
    except ApplyError as error:
        raise_if_lost(error)
        # try_round_trip reports a rollback that fails on empty tables.
        return []
    tables = {row[0] for row in after}
    # A column that becomes generated is not among the columns with data after the rollback.
    columns = {row[:2] for row in after}
    dropped = {
        (oid, 0): DroppedObject(schema, table, None, oid, 0)
        for oid, _, schema, table, _ in before
        if oid not in tables
    }
    dropped |= {
        (oid, number): DroppedObject(schema, table, column, oid, number)
        for oid, number, schema, table, column in before
        if number is not None and oid in tables and (oid, number) not in columns
    }
    return list(dropped.values())


def _insert_data(scratch: Scratch, connection: Connection, dropped_object: DroppedObject) -> bool:
    """Insert a row into a dropped table, or a value other than the default into a dropped column.

    Returns:
        Whether a row was inserted.

    Raises:
        RowError: If no row fits the table.
    """
    table_name = (dropped_object.schema, dropped_object.table)
    if dropped_object.column is None:
        return _insert_row(scratch, connection, table_name, {})
    relation = RowBuilder(connection).tables.by_name(table_name)
    field = relation.columns[dropped_object.column]
    places = {name: column.slot for name, column in relation.columns.items()}
    found = [
        candidate_values(check, places).get(dropped_object.column, ()) for check in relation.checks.values()
    ]
    candidates = [*(value for values in found for value in values), *typical_values(field.slot)]
    evaluator = Evaluator(connection)
    defaults = [] if field.default is None or field.default_varies else [(Sql(field.default), field.slot)]
    excluded = {None, *evaluator.texts(defaults)}
    texts = dict.fromkeys(evaluator.texts([(candidate, field.slot) for candidate in candidates]))
    values: list[Any] = [text for text in texts if text not in excluded]
    if dropped_object.column in relation.referencing_columns:
        # The value of a foreign key needs a referenced row, which the builder inserts.
        values.insert(0, ANY_VALUE)
    for value in values:
        try:
            return _insert_row(scratch, connection, table_name, {dropped_object.column: value})
        except RowError as error:
            raise_if_lost(error)
    return False


def _insert_row(
    scratch: Scratch, connection: Connection, table: tuple[str, str], given: dict[str, Any]
) -> bool:
    """Insert a row; if no row is known that passes a check, set the check aside and keep it NOT VALID.

    A guard counts rows, so a row that a check would refuse shows the same as any other.

    Raises:
        RowError: If no row is found.
    """
    set_aside: dict[str, str] = {}
    while True:
        try:
            RowBuilder(connection, scratch.subject.wanted).insert_row(table, **given)
            break
        except RowError as error:
            raise_if_lost(error)
            definition = _drop_check(connection, table, error.constraint)
            if definition is None:
                raise
            set_aside[error.constraint or ""] = definition
    # Postgres refuses to alter or drop a table whose deferred constraints are not checked yet.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, definition in set_aside.items():
        connection.execute(
            pg.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} NOT VALID").format(
                pg.Identifier(*table), pg.Identifier(name), pg.SQL(definition.removesuffix(" NOT VALID"))
            )
        )
    return True


def _drop_check(connection: Connection, table: tuple[str, str], name: str | None) -> str | None:
    """Drop a check constraint of a table, and return its definition; None if the table has no such check."""
    row = connection.execute(
        "SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint"
        " WHERE contype = 'c' AND coninhcount = 0 AND conname = %s"
        " AND conrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
        [name, *table],
    ).fetchone()
    if row is None:
        return None
    try:
        connection.execute(
            pg.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                pg.Identifier(*table), pg.Identifier(name or "")
            )
        )
    except psycopg.Error as error:
        raise_if_lost(error)
        return None
    return str(row[0])
