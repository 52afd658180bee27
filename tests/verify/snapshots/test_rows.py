"""A snapshot of rows has each value of each table."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.snapshots.rows import find_row_changes, parse_record, snapshot_rows

VALUES = (
    None,
    "",
    " ",
    '"',
    '""',
    "\\",
    "a,b",
    "(x)",
    "NULL",
    'a"b',
    '\\"',
    "ä\n\t",
    ",",
    "{}",
    '{"a": "\\n"}',
)


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    """Yield a session in an empty database."""
    with server.database() as database, contextlib.closing(database.connect()) as connection:
        yield connection


class TestRecords:
    """The text of a record."""

    @pytest.mark.parametrize("length", [1, 2, 3])
    def test_values(self, connection: Connection, length: int) -> None:
        """Each combination of values, also NULL, empty texts, quotes, backslashes and commas, is read as it was."""
        rows = list(itertools.product(VALUES, repeat=length))
        columns = ", ".join(f"c{number}" for number in range(length))
        arguments = [[row[place] for row in rows] for place in range(length)]
        arrays = ", ".join(["%s::text[]"] * length)
        query = f"SELECT ROW({columns})::text FROM unnest({arrays}) AS t ({columns})"
        assert rows == [parse_record(text) for (text,) in connection.execute(query, arguments).fetchall()]


class TestTables:
    """The tables of a snapshot."""

    def test_names(self, connection: Connection) -> None:
        """A table whose columns have the names of others has the values of its columns."""
        connection.execute('CREATE TABLE public.t (t int, "row" text, "Column, 1" boolean)')
        connection.execute("INSERT INTO public.t VALUES (1, 'a', true), (2, NULL, false)")
        rows = snapshot_rows(connection)["public.t"]
        assert (("t", "row", "Column, 1"), 2) == (rows.columns, rows.count)
        assert {"t": ["1", "2"], "row": ["a", None], "Column, 1": ["t", "f"]} == rows.values

    def test_no_columns(self, connection: Connection) -> None:
        """A row that a table without columns loses is a change, and a row of a column that is NULL is a row."""
        connection.execute("CREATE TABLE public.empty (); CREATE TABLE public.one (a int)")
        connection.execute("INSERT INTO public.empty DEFAULT VALUES; INSERT INTO public.one VALUES (NULL)")
        before = snapshot_rows(connection)
        connection.execute("DELETE FROM public.empty; DELETE FROM public.one")
        found = dict(find_row_changes(before, snapshot_rows(connection)))
        assert {"public.empty": "lost 1 of 1 row", "public.one": "lost 1 of 1 row"} == found

    def test_roles(self, connection: Connection) -> None:
        """A superuser, who reads the sizes of files, and an owner find the same rows; an empty table has no columns."""
        connection.execute("CREATE TABLE public.full (a int); CREATE TABLE public.empty (a int)")
        connection.execute(
            "CREATE MATERIALIZED VIEW public.view AS SELECT 1 AS one; CREATE SEQUENCE public.numbers"
        )
        for objects in ("TABLES", "SEQUENCES"):
            connection.execute(f"GRANT SELECT ON ALL {objects} IN SCHEMA public TO pg_monitor".encode())
        with connection.transaction():
            connection.execute("INSERT INTO public.full VALUES (1)")
            found = snapshot_rows(connection)
            connection.execute("SET LOCAL SESSION AUTHORIZATION pg_monitor")
            assert found == snapshot_rows(connection)
        assert {"public.full": 1, "public.empty": 0, "public.view": 1, "public.numbers": 1} == {
            name: rows.count for name, rows in found.items() if name.startswith("public.")
        }
        assert ((), ("a",)) == (found["public.empty"].columns, found["public.full"].columns)

    @pytest.mark.parametrize("in_transaction", [False, True])
    def test_forced_row_security(self, server: Server, *, in_transaction: bool) -> None:
        """The owner reads the rows that FORCE ROW LEVEL SECURITY hides, and nothing changes."""
        with server.database() as database, contextlib.closing(database.connect()) as admin:
            admin.execute("DROP ROLE IF EXISTS forced_owner; CREATE ROLE forced_owner LOGIN")
            try:
                admin.execute("GRANT ALL ON SCHEMA public TO forced_owner")
                with contextlib.closing(database.connect("forced_owner")) as connection:
                    connection.execute("CREATE TABLE public.hidden (a int)")
                    connection.execute("INSERT INTO public.hidden VALUES (1), (2)")
                    connection.execute(
                        "ALTER TABLE public.hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
                    )
                    with connection.transaction() if in_transaction else contextlib.nullcontext():
                        assert 2 == snapshot_rows(connection)["public.hidden"].count
                        query = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'hidden'"
                        assert [(True,)] == connection.execute(query).fetchall()
            finally:
                admin.execute("DROP OWNED BY forced_owner; DROP ROLE forced_owner")
