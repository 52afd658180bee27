"""Try the data-loss guards of a rollback: data in any dropped object must make the rollback refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
from psycopg import sql as pg

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.apply import ApplyError, apply_statements
from schema_dsl.verify.rollback.script import RollbackScript
from schema_dsl.verify.row_snapshot import snapshot_rows
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.values import Evaluator, candidate_values
from schema_dsl.verify.values.neighbors import typical_values


@attrs.frozen
class DroppedObject:
    """An object with data that a rollback drops: a table, or a column of a table that stays (`column` is not None)."""

    schema: str
    table: str
    column: str | None

    def __str__(self) -> str:
        """Return the name as messages display it."""
        table = f"{self.schema}.{self.table}"
        return f"column {self.column} of {table}" if self.column else f"table {table}"


@attrs.frozen
class GuardResult:
    """The result of trying the data-loss guards.

    Attributes:
        failures: Sentences about objects that the rollback drops despite data.
        notes: Sentences about objects that could not be tried.
        object_count: The number of dropped objects.
    """

    failures: tuple[str, ...]
    notes: tuple[str, ...]
    object_count: int


def try_data_guards(scratch: Scratch, down: RollbackScript) -> GuardResult:
    """Insert data into one dropped object at a time and run the whole rollback, then every statement alone.

    Every statement needs a guard, because another session may insert data between the check at the start and a drop.
    """
    failures: list[str] = []
    notes: list[str] = []
    with scratch.fresh("after") as database, database.connect() as connection:
        objects = _find_dropped_objects(scratch, connection, down)
        for dropped_object in objects:
            with connection.transaction(force_rollback=True):
                if not _insert_data(scratch, connection, dropped_object):
                    notes.append(
                        f"no value other than the default fits {dropped_object}, so its data-loss guard was not tried"
                    )
                    continue
                failures += _try_rollback(scratch, connection, down, dropped_object)
    return GuardResult(tuple(failures), tuple(notes), len(objects))


def _try_rollback(
    scratch: Scratch, connection: Connection, down: RollbackScript, dropped_object: DroppedObject
) -> Iterator[str]:
    with _as_owner(scratch, connection):
        try:
            apply_statements(connection, down.statements, down.file)
        except ApplyError:
            pass
        else:
            yield f"{down.file} drops {dropped_object} although it holds data and data loss is not allowed"
            return
    for statement in down.statements:
        with _as_owner(scratch, connection):
            try:
                apply_statements(connection, [statement], down.file)
            except ApplyError:
                continue
            if not _exists(connection, dropped_object):
                yield (
                    f"{down.file}:{statement.line}: this statement drops {dropped_object} although it holds data and "
                    "data loss is not allowed: another session may insert data after the check at the start of the "
                    "rollback"
                )


@contextmanager
def _as_owner(scratch: Scratch, connection: Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        connection.execute(pg.SQL("SET LOCAL ROLE {}").format(pg.Identifier(scratch.owner)))
        yield


def _find_dropped_objects(
    scratch: Scratch, connection: Connection, down: RollbackScript
) -> list[DroppedObject]:
    """Run a rollback and return the tables and columns that it drops."""
    before = snapshot_rows(connection)
    try:
        with _as_owner(scratch, connection):
            apply_statements(connection, down.statements, down.file)
            connection.execute("RESET ROLE")
            after = snapshot_rows(connection)
    except ApplyError:
        # try_round_trip reports a rollback that fails on empty tables.
        return []
    factory = RowBuilder(connection)
    found = []
    for name, rows in before.items():
        schema, _, table = name.partition(".")
        if not _is_table(connection, schema, table):
            # A dropped sequence belongs to a dropped column.
            continue
        if name not in after:
            found.append(DroppedObject(schema, table, None))
        else:
            dropped = [column for column in rows.values if column not in after[name].values]
            fields = factory.tables.by_name((schema, table)).columns
            # Generated columns hold no data of their own.
            found += [
                DroppedObject(schema, table, column) for column in dropped if not fields[column].generated
            ]
    return found


def _is_table(connection: Connection, schema: str, name: str) -> bool:
    return (
        connection.execute(
            "SELECT FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')"
            " AND oid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
            [schema, name],
        ).fetchone()
        is not None
    )


def _exists(connection: Connection, dropped_object: DroppedObject) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM pg_catalog.pg_attribute WHERE attname = coalesce(%s, attname)"
        " AND attrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
        [dropped_object.column, dropped_object.schema, dropped_object.table],
    ).fetchone()
    return found != (0,)


def _insert_data(scratch: Scratch, connection: Connection, dropped_object: DroppedObject) -> bool:
    """Insert a row into a dropped table, or a value other than the default into a dropped column.

    Returns:
        Whether a row was inserted.
    """
    factory = RowBuilder(connection, scratch.subject.wanted)
    table_name = (dropped_object.schema, dropped_object.table)
    if dropped_object.column is None:
        factory.insert_row(table_name)
        return True
    relation = factory.tables.by_name(table_name)
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
    for value in (text for text in texts if text not in excluded):
        try:
            factory.insert_row(table_name, **{dropped_object.column: value})
        except RowError:
            continue
        return True
    return False
