"""Tests of the names that Postgres gives to expressions."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.parsing import figure_column_name
from schema_dsl.postgres import Connection, provider

TABLE = """
CREATE TABLE t (a int, b text, j jsonb, ar int[], x xml, ts timestamptz, d date, comp pg_class, "A b" int)
"""
EXPRESSIONS = """
a; "A b"; t.a; lower(b); pg_catalog.lower(b); a + 1; -a; a::text; (a + 1)::text; lower(b)::varchar(10);
'x'::text; coalesce(a, 1); nullif(a, 1); case when a = 1 then 2 end; case when a = 1 then 2 else a end;
case when a = 1 then 2 else 3::bigint end; array[a, 1]; ar[1]; ar[1:2]; (array_append(ar, 1))[1];
greatest(a, 1); least(a, 2); row(a, b); (a, b); b collate "C"; (b || 'x') collate "C"; j ->> 'a';
(j ->> 'a')::int; ts at time zone 'UTC'; extract(year from d); date_trunc('day', ts); current_date;
current_user; user; session_user; current_timestamp(3); localtime; localtimestamp(2); current_time;
current_schema; current_catalog; current_role; a in (1, 2); a between 1 and 2; a is null; not (a = 1);
b like 'x%'; a = any (ar); trim(b); trim(leading 'x' from b); substring(b from 1 for 2);
position('a' in b); overlay(b placing 'x' from 1); cast(a as numeric(10, 2)); a::double precision;
'1 day'::interval; interval '1 day'; date '2020-01-01'; true; null; 1; 1.5; 'x'; xmlconcat(x, x);
xmlparse(document b); xmlroot(x, version '1.0'); xmlserialize(document x as text); x is document;
json_object('a': 1); json_array(1, 2); json('{}'); json_scalar(1); json_serialize('{}');
json_exists(j, '$'); json_query(j, '$'); json_value(j, '$'); (comp).relname; (comp).relname::text;
ar[1]::text; normalize(b); b is normalized; collation for (b); a is distinct from 1; a::"char";
a::bit(3); (a::text)::int; ((a)); bit '1'; treat(a as int); a operator(pg_catalog.+) 1
"""


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A session in a database that has the table of the expressions."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        database.connect() as connection,
    ):
        connection.execute(TABLE)
        yield connection


class TestFigureColumnName:
    """Comparison with the names on a server."""

    def test_as_a_server_names_them(self, connection: Connection) -> None:
        """The name of every expression is the name of the server's result column."""
        texts = [text.strip() for text in EXPRESSIONS.split(";")]
        expected, actual = {}, {}
        for text in texts:
            try:
                described = connection.execute(f"SELECT {text} FROM t".encode()).description
            except psycopg.errors.FeatureNotSupported:  # a server built without XML
                continue
            assert described
            expected[text] = described[0].name
            # The fallback name is ?column? in a result and expr in an index.
            actual[text] = figure_column_name(text).replace("expr", "?column?")
        assert len(expected) > 70
        assert expected == actual

    def test_in_an_index(self, connection: Connection) -> None:
        """The name of an expression is the name of the column in an index."""
        for text in ("lower(b)", "(a + 1)", "(a::text)", "coalesce(a, 0)", "(case when a = 1 then 2 end)"):
            connection.execute(f"CREATE INDEX i ON t ({text})".encode())
            row = connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'i'::regclass"
            ).fetchone()
            connection.execute("DROP INDEX i")
            assert row
            assert row[0] == figure_column_name(text)
