"""A statement whose server process is terminated while it runs."""

from __future__ import annotations

import time
from typing import Final

from psycopg import errors, sql

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database

# The process ends itself: it is hit at a known place, in the middle of the statement, and nobody has to wait
# for it to get there. Every DDL command fires an event trigger, also within a DO block, after it has written
# to the catalog and before that is committed.
_ARM: Final = """
    CREATE SCHEMA schema_dsl_interrupt;
    GRANT USAGE ON SCHEMA schema_dsl_interrupt TO PUBLIC;
    CREATE FUNCTION schema_dsl_interrupt.now() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid());
        PERFORM pg_sleep(60);
    END $$;
    CREATE FUNCTION schema_dsl_interrupt.at_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_catalog.current_setting('schema_dsl.interrupt', true) = 'on' THEN
            PERFORM schema_dsl_interrupt.now();
        END IF;
    END $$;
"""
_TRIGGER: Final = """
    CREATE EVENT TRIGGER schema_dsl_interrupt ON ddl_command_end
    EXECUTE FUNCTION schema_dsl_interrupt.at_command()
"""
_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
"""
_LOCKS: Final = "SELECT bool_or(NOT granted) FROM pg_catalog.pg_locks WHERE pid = %s"
_PATIENCE_SECONDS: Final = 5.0


def arm(database: Database) -> bool:
    """Make statements in a database interruptible; say whether DDL is hit while a command of it runs.

    That takes a superuser. Without one, a statement is hit when it has done its work and before it is committed.
    """
    with database.connect() as connection:
        connection.execute(_ARM)
        try:
            connection.execute(_TRIGGER)
        except errors.InsufficientPrivilege:
            return False
    return True


def interrupt(database: Database, connection: Connection, statement: Statement) -> None:
    """Run a statement in autocommit, terminate its process before it is done, and close the connection.

    Args:
        database: Where; it is armed.
        connection: Of the session that runs it.
        statement: One that would not fail.

    Raises:
        psycopg.Error: If it fails.
    """
    try:
        connection.execute("SET schema_dsl.interrupt = 'on'")
        # What no DDL command is part of ends together with the statement: one call is one transaction.
        connection.execute(f"{statement.text}\n;\nSELECT schema_dsl_interrupt.now()".encode())
    except errors.ActiveSqlTransaction:
        _interrupt_waiting(database, connection, statement)
    except errors.AdminShutdown:
        pass
    finally:
        connection.close()


def _interrupt_waiting(database: Database, connection: Connection, statement: Statement) -> None:
    """Terminate what commits several times, as CREATE INDEX CONCURRENTLY does, while it waits for others."""
    process = connection.info.backend_pid
    with database.connect() as other, other.transaction(force_rollback=True):
        tables = sql.SQL(", ").join(sql.Identifier(*row) for row in other.execute(_TABLES).fetchall())
        other.execute(sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(tables))
        connection.pgconn.send_query(statement.text.encode())
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _waits(other, process) is not True and time.monotonic() < deadline:
            time.sleep(0.002)
        other.execute("SELECT pg_catalog.pg_terminate_backend(%s)", [process])
        while _waits(other, process) is not None and time.monotonic() < deadline:
            time.sleep(0.002)


def _waits(connection: Connection, process: int) -> bool | None:
    """Say whether a process waits for a lock; None if it has none, which is when it is gone."""
    row = connection.execute(_LOCKS, [process]).fetchone()
    return row[0] if row else None
