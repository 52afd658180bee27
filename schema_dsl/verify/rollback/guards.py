"""Data in one thing after another that a rollback would drop: each by itself has to keep it from that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
from psycopg import sql as pg

from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql
from schema_dsl.verify.apply import ApplyError, apply_statements
from schema_dsl.verify.rollback.script import RollbackScript
from schema_dsl.verify.row_snapshot import contents
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.values import Evaluator, candidate_values
from schema_dsl.verify.values.neighbors import general


@attrs.frozen
class DroppedObject:
    """What a rollback drops and what may hold data: a table, or a column of one that stays."""

    schema: str
    table: str
    column: str | None

    def __str__(self) -> str:
        """Name it for a person."""
        table = f"{self.schema}.{self.table}"
        return f"column {self.column} of {table}" if self.column else f"table {table}"


@attrs.frozen
class GuardResult:
    """What came of it: what was not kept, what could not be tried, and how much was."""

    failures: tuple[str, ...]
    notes: tuple[str, ...]
    things: int


def try_data_guards(scratch: Scratch, down: RollbackScript) -> GuardResult:
    """Put data into each thing alone, and see the rollback refuse: as a whole, and each statement by itself.

    Between the look at its start and a drop, somebody may write: the look alone is not enough.
    """
    failures: list[str] = []
    notes: list[str] = []
    with scratch.fresh("after") as database, database.connect() as connection:
        things = _doomed(scratch, connection, down)
        for thing in things:
            with connection.transaction(force_rollback=True):
                if not _filled(scratch, connection, thing):
                    notes.append(f"no value but the default was found for {thing}: its loss was not tried")
                    continue
                failures += _kept(scratch, connection, down, thing)
    return GuardResult(tuple(failures), tuple(notes), len(things))


def _kept(
    scratch: Scratch, connection: Connection, down: RollbackScript, thing: DroppedObject
) -> Iterator[str]:
    with _as_owner(scratch, connection):
        try:
            apply_statements(connection, down.statements, down.file)
        except ApplyError:
            pass
        else:
            yield f"{down.file} drops {thing} although it holds data, without having been told to"
            return
    for statement in down.statements:
        with _as_owner(scratch, connection):
            try:
                apply_statements(connection, [statement], down.file)
            except ApplyError:
                continue
            if not _is_there(connection, thing):
                yield (
                    f"{down.file}:{statement.line} drops {thing} although it holds data, without having been "
                    "told to: somebody may write between the look at the start and this"
                )


@contextmanager
def _as_owner(scratch: Scratch, connection: Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        connection.execute(pg.SQL("SET LOCAL ROLE {}").format(pg.Identifier(scratch.owner)))
        yield


def _doomed(scratch: Scratch, connection: Connection, down: RollbackScript) -> list[DroppedObject]:
    """Find what a rollback drops by having it drop that."""
    before = contents(connection)
    try:
        with _as_owner(scratch, connection):
            apply_statements(connection, down.statements, down.file)
            connection.execute("RESET ROLE")
            after = contents(connection)
    except ApplyError:
        # That it fails on empty tables is told elsewhere.
        return []
    factory = RowBuilder(connection)
    found = []
    for name, rows in before.items():
        schema, _, table = name.partition(".")
        if not _is_table(connection, schema, table):
            # A sequence goes with its column.
            continue
        if name not in after:
            found.append(DroppedObject(schema, table, None))
        else:
            gone = [each for each in rows.values if each not in after[name].values]
            fields = factory.relations.named((schema, table)).fields
            # What is worked out from other columns is not lost with it.
            found += [DroppedObject(schema, table, each) for each in gone if not fields[each].computed]
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


def _is_there(connection: Connection, thing: DroppedObject) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM pg_catalog.pg_attribute WHERE attname = coalesce(%s, attname)"
        " AND attrelid = pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', %s::text, %s::text))",
        [thing.column, thing.schema, thing.table],
    ).fetchone()
    return found != (0,)


def _filled(scratch: Scratch, connection: Connection, thing: DroppedObject) -> bool:
    """Put a row into a table, or a value that is not the default into a column."""
    factory = RowBuilder(connection, scratch.subject.wanted)
    place = (thing.schema, thing.table)
    if thing.column is None:
        factory.row(place)
        return True
    relation = factory.relations.named(place)
    field = relation.fields[thing.column]
    places = {name: each.place for name, each in relation.fields.items()}
    found = [candidate_values(check, places).get(thing.column, ()) for check in relation.checks.values()]
    asked = [*(value for each in found for value in each), *general(field.place)]
    ask = Evaluator(connection)
    usual = [] if field.default is None or field.lasting else [(Sql(field.default), field.place)]
    uninteresting = {None, *ask.texts(usual)}
    texts = dict.fromkeys(ask.texts([(each, field.place) for each in asked]))
    for value in (each for each in texts if each not in uninteresting):
        try:
            factory.row(place, **{thing.column: value})
        except RowError:
            continue
        return True
    return False
