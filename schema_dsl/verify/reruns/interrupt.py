"""Terminate the server process of a statement while the statement runs."""

from __future__ import annotations

import time
from typing import Final

from psycopg import errors, sql

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database

# The process terminates itself from an event trigger, so the interruption happens at a known point without polling.
# Every DDL command, also inside a DO block, fires ddl_command_end after its catalog changes and before their commit.
_CREATE_FUNCTIONS: Final = """
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
_CREATE_TRIGGER: Final = """
    CREATE EVENT TRIGGER schema_dsl_interrupt ON ddl_command_end
    EXECUTE FUNCTION schema_dsl_interrupt.at_command()
"""
_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
"""
_LOCKS: Final = "SELECT bool_or(NOT granted) FROM pg_catalog.pg_locks WHERE pid = %s"
_TIMEOUT_SECONDS: Final = 5.0


def enable_interruption(database: Database) -> bool:
    """Install the functions and the event trigger that interrupt statements in a database.

    Returns:
        Whether DDL is interrupted in the middle of a statement. Only superusers can create event triggers; without
        one, a statement is interrupted at its end, before its commit.
    """
    with database.connect() as connection:
        connection.execute(_CREATE_FUNCTIONS)
        try:
            connection.execute(_CREATE_TRIGGER)
        except errors.InsufficientPrivilege:
            return False
    return True


def interrupt_statement(database: Database, connection: Connection, statement: Statement) -> None:
    """Run a statement in autocommit, terminate its server process before the commit, and close the connection.

    Args:
        database: A database prepared with `enable_interruption`.
        connection: The session that runs the statement.
        statement: A statement that succeeds when it is not interrupted.

    Raises:
        psycopg.Error: If the statement fails.
    """
    try:
        connection.execute("SET schema_dsl.interrupt = 'on'")
        # A statement without DDL fires no event trigger. One call is one transaction, so the second statement
        # of the call terminates the process before the first statement is committed.
        connection.execute(f"{statement.text}\n;\nSELECT schema_dsl_interrupt.now()".encode())
    except (errors.ActiveSqlTransaction, errors.InvalidTransactionTermination):
        _interrupt_while_waiting(database, connection, statement)
    except errors.AdminShutdown:
        pass
    finally:
        connection.close()


def _interrupt_while_waiting(database: Database, connection: Connection, statement: Statement) -> None:
    """Terminate a statement that commits several times while it waits for a lock.

    CREATE INDEX CONCURRENTLY waits for a session that may write, a DO block for one that keeps others from writing.
    """
    mode = sql.SQL("SHARE" if statement.kind == "do_stmt" else "ROW EXCLUSIVE")
    process = connection.info.backend_pid
    with database.connect() as other, other.transaction(force_rollback=True):
        tables = sql.SQL(", ").join(sql.Identifier(*row) for row in other.execute(_TABLES).fetchall())
        other.execute(sql.SQL("LOCK TABLE {} IN {} MODE").format(tables, mode))
        connection.pgconn.send_query(statement.text.encode())
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while _is_waiting(other, process) is not True and time.monotonic() < deadline:
            time.sleep(0.002)
        other.execute("SELECT pg_catalog.pg_terminate_backend(%s)", [process])
        while _is_waiting(other, process) is not None and time.monotonic() < deadline:
            time.sleep(0.002)


def _is_waiting(connection: Connection, process: int) -> bool | None:
    """Return whether a process waits for a lock, or None if it holds no locks because it has ended."""
    row = connection.execute(_LOCKS, [process]).fetchone()
    return row[0] if row else None
