"""Statements that need a superuser, as a server judges them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_dsl.migrations import find_replay_error, read_history
from schema_dsl.postgres import Connection, Database

NEED = [
    "ALTER SYSTEM SET work_mem = '4MB'",
    "CREATE TABLESPACE fast LOCATION '/nowhere'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'nowhere', 'f'",
    "CREATE FUNCTION f(int) RETURNS int LANGUAGE internal AS 'int4abs'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
    "COPY notes FROM '/nowhere'",
    "COPY notes TO '/nowhere'",
    "COPY notes FROM PROGRAM 'true'",
    "CREATE ROLE mighty SUPERUSER",
    "CREATE ROLE mighty BYPASSRLS",
    "CREATE ROLE mighty REPLICATION",
    "ALTER ROLE its_member SUPERUSER",
    "ALTER ROLE its_member NOSUPERUSER",
    "ALTER ROLE its_member NOREPLICATION",
    "ALTER ROLE its_member NOBYPASSRLS",
    "CREATE PUBLICATION p FOR ALL TABLES",
    "CREATE PUBLICATION p FOR TABLES IN SCHEMA public",
    "CREATE TYPE base (INPUT = int4in, OUTPUT = int4out)",
    "CREATE TEXT SEARCH TEMPLATE s (LEXIZE = dsimple_lexize)",
    "CREATE TEXT SEARCH PARSER s (START = a, GETTOKEN = b, END = c, LEXTYPES = d)",
    "CREATE CAST (notes AS text) WITHOUT FUNCTION",
    "CREATE OPERATOR FAMILY f USING btree",
    "CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <",
    "CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE LANGUAGE l HANDLER plpgsql_call_handler",
]
DO_NOT_NEED = [
    "COPY notes FROM STDIN",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql NOT LEAKPROOF AS 'SELECT 1'",
    "CREATE ROLE plain NOSUPERUSER NOREPLICATION NOBYPASSRLS",
    "ALTER ROLE its_member CONNECTION LIMIT 5",
    "CREATE PUBLICATION q FOR TABLE notes",
    "CREATE TYPE pair AS (a int, b int)",
    "CREATE CAST (notes AS text) WITH INOUT",
    "CREATE SCHEMA mine",
]


@pytest.fixture
def owner(empty: Database) -> Iterator[Connection]:
    """A session of a role that owns the database, may create roles, and is no superuser."""
    with contextlib.closing(empty.connect()) as connection:
        connection.execute("DROP ROLE IF EXISTS plain_owner, its_member")
        connection.execute("CREATE ROLE plain_owner CREATEROLE CREATEDB")
        try:
            connection.execute("CREATE TABLE notes (a int)")
            connection.execute("ALTER TABLE notes OWNER TO plain_owner")
            connection.execute(f'ALTER DATABASE "{empty.name}" OWNER TO plain_owner')
            connection.execute("SET SESSION AUTHORIZATION plain_owner")
            connection.execute("CREATE ROLE its_member")
            yield connection
        finally:
            connection.execute("RESET SESSION AUTHORIZATION")
            connection.execute(f'ALTER DATABASE "{empty.name}" OWNER TO CURRENT_USER')
            connection.execute("DROP OWNED BY plain_owner")
            connection.execute("DROP ROLE its_member, plain_owner")


def find_error(folder: Path, statement: str) -> str:
    """Return the error of a replay at a statement; "" if there is none."""
    (folder / "1.sql").write_text(f"SELECT 1;\n{statement};")
    (migration,) = read_history(folder).migrations
    error = find_replay_error(migration)
    return "" if error is None else str(error)


@pytest.mark.parametrize("statement", NEED)
def test_as_the_server_judges(owner: Connection, tmp_path: Path, statement: str) -> None:
    """The server refuses the statement to the owner of the database, and so does the replay, with file and line."""
    assert "1.sql:2: " in (error := find_error(tmp_path, statement))
    assert "needs a superuser, and the role that replays the migrations is none" in error
    with pytest.raises(
        (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidFunctionDefinition)
    ) as caught:
        owner.execute(statement.encode())
    assert caught.value.sqlstate == "42501"


@pytest.mark.parametrize("statement", DO_NOT_NEED)
def test_no_superuser_needed(owner: Connection, tmp_path: Path, statement: str) -> None:
    """A statement that an owner may run is no error."""
    assert "" == find_error(tmp_path, statement)
    with owner.transaction(force_rollback=True):
        if statement.startswith("COPY"):
            with owner.cursor().copy(statement.encode()) as copy:
                copy.write(b"1\n")
        else:
            owner.execute(statement.encode())
