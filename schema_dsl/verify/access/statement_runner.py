"""Run many statements on the server in one round trip, each in a subtransaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import attrs

from schema_dsl.postgres import Connection, last_result
from schema_dsl.sql import Sql, literal

_UNDO: Final = "SD000"
RunMode: TypeAlias = Literal["undo", "keep", "locate"]
"""A mode of running a statement: undo it, keep its effect, or keep it and read the location that it returns."""


@attrs.frozen
class StatementRun:
    """The result of one statement.

    Attributes:
        rows: The number of rows that the statement reached.
        location: The location of a stored row; None if the statement was undone or failed.
        sqlstate: The SQLSTATE of the error.
        message: The message of the error.
    """

    rows: int
    location: str | None
    sqlstate: str | None
    message: str | None


def create_runner(connection: Connection) -> None:
    """Create the function that runs statements in sessions of other roles, unless the session has it.

    Postgres keeps the plans of a function whose creation was rolled back until the session ends, and looks through all
    plans at each change of the catalog. So a session that probes often should create the function before it begins a
    transaction. Messages are in English until the end of the transaction, because only their text tells a policy from a
    privilege.
    """
    row = last_result(connection.execute(_FIND)).fetchone()
    if row is None or row[0] is None:
        connection.execute(_FUNCTION)


def run_each(
    connection: Connection,
    session: str,
    statements: Sequence[Sql],
    prepare: Sequence[str] = (),
    *,
    before: str,
) -> list[StatementRun]:
    """Run each statement in a session, and undo it.

    Args:
        connection: A connection of a superuser.
        session: The statements that start the session.
        statements: The statements.
        prepare: For each statement, the statements that the superuser runs before.
        before: The statements that the superuser runs once before all.
    """
    return _run(connection, session, statements, prepare, mode="undo", before=before)


def store_each(connection: Connection, statements: Sequence[Sql]) -> list[StatementRun]:
    """Run INSERT statements that return the location of the row, and keep those that succeed."""
    return _run(connection, "", statements, (), mode="locate")


def run_setup(connection: Connection, statements: Sequence[Sql]) -> int:
    """Run statements, skip those that fail, and return the number of these."""
    return sum(run.sqlstate is not None for run in _run(connection, "", statements, (), mode="keep"))


def _run(
    connection: Connection,
    session: str,
    statements: Sequence[Sql],
    prepare: Sequence[str],
    *,
    mode: RunMode,
    before: str = "",
) -> list[StatementRun]:
    if not statements:
        return []
    arrays = ", ".join(
        f"ARRAY[{', '.join(map(literal, map(str, texts)))}]::text[]" for texts in (statements, prepare)
    )
    call = f"SELECT * FROM pg_temp.schema_dsl_run({arrays}, {literal(session)}, {literal(mode)})"
    cursor = connection.execute((f"{before}; {call}" if before else call).encode())
    return [StatementRun(*row) for row in last_result(cursor).fetchall()]


_FIND: Final = """
    SET LOCAL lc_messages = 'C';
    SELECT pg_catalog.to_regprocedure('pg_temp.schema_dsl_run(text[], text[], text, text)')
"""
# A subtransaction that ends with an error is undone, but variables of PL/pgSQL keep their values.
_FUNCTION: Final = f"""
    CREATE FUNCTION pg_temp.schema_dsl_run(statements text[], prepare text[], session text, mode text)
    RETURNS TABLE (reached bigint, location text, state text, message text)
    LANGUAGE plpgsql AS $function$
    BEGIN
        FOR number IN 1 .. cardinality(statements) LOOP
            reached := 0;
            location := NULL;
            state := NULL;
            message := NULL;
            BEGIN
                IF number <= cardinality(prepare) THEN
                    EXECUTE prepare[number];
                END IF;
                IF session <> '' THEN
                    EXECUTE session;
                END IF;
                IF mode = 'keep' THEN
                    EXECUTE statements[number];
                ELSIF mode = 'locate' THEN
                    EXECUTE statements[number] INTO location;
                    reached := 1;
                ELSE
                    EXECUTE statements[number];
                    GET DIAGNOSTICS reached = ROW_COUNT;
                    RAISE EXCEPTION 'undo' USING ERRCODE = '{_UNDO}';
                END IF;
            EXCEPTION WHEN OTHERS THEN
                location := NULL;
                IF SQLSTATE <> '{_UNDO}' THEN
                    state := SQLSTATE;
                    message := SQLERRM;
                END IF;
            END;
            RETURN NEXT;
        END LOOP;
    END
    $function$
"""
