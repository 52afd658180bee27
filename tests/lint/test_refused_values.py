"""Constants that Postgres refuses to store, judged by a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl import Column, Table, integer, one_of, text
from schema_dsl.lint import Source
from schema_dsl.lint.definitions import lint_definitions
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.model.catalog import build_catalog
from schema_dsl.postgres import Connection, Server

SETUP = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN half AS percent CONSTRAINT upper CHECK (VALUE <= 50);
CREATE DOMAIN freed AS integer CONSTRAINT gone CHECK (VALUE < 3);
ALTER DOMAIN freed DROP CONSTRAINT gone;
CREATE DOMAIN short AS varchar(3);
CREATE DOMAIN named AS text;
ALTER DOMAIN named ADD CHECK (VALUE <> '');
"""
CHECKED = "CHECK (c IN ('open', 'done'))"

# The type of a column, its default, and its checks.
REFUSED = [
    ("text", "'opn'", CHECKED),
    ("text", "'opn'::text", CHECKED),
    ("text", "'done'", "CHECK (c <> 'done')"),
    ("text", "'b'", "CHECK (c = ANY (ARRAY['a', 'c']::text[]))"),
    ("text", "'b'", "CHECK ((c = 'a' OR c = 'c') AND length(c) = 1)"),
    ("mood", "'sad'", "CHECK (c <> 'sad')"),
    ("mood", "'glad'", ""),
    ("integer", "5", "CHECK (c > 5)"),
    ("integer", "-1", "CHECK (c >= 0)"),
    ("integer", "'7'", "CHECK (c BETWEEN 1 AND 6)"),
    ("numeric", "1.5", "CHECK (c > 2)"),
    ("boolean", "false", "CHECK (c)"),
    ("percent", "101", ""),
    ("half", "51", ""),
    ("half", "-1", ""),
    ("named", "''", ""),
    ("short", "'abcd'", ""),
    ("varchar(3)", "'abcd'", ""),
    ("char(2)", "'abc'", ""),
    ("numeric(4, 2)", "12345", ""),
    ("numeric(4, 2)", "99.995", ""),
    ("numeric(2)", "-100", ""),
    ("smallint", "32768", ""),
    ("smallint", "32767.5", ""),
    ("integer", "2147483648", ""),
    ("date", "'2026-02-30'", ""),
    ("timestamp", "'2026-13-01 10:00'", ""),
    ("timestamptz", "'1900-02-29T10:00Z'", ""),
    ("integer[]", "'{1,x}'", ""),
    ("mood[]", "'{ok,glad}'", ""),
    ("uuid[]", "'{abc}'", ""),
    ("integer[]", "'{1,,2}'", ""),
    ("inet", "'300.1.1.1'", ""),
    ("cidr", "'10.256.0.0/16'", ""),
]
TAKEN = [
    ("text", "'open'", CHECKED),
    ("text", "NULL", CHECKED),
    ("text", "'OPEN'", "CHECK (lower(c) IN ('open', 'done'))"),
    ("text", "lower('OPEN')", CHECKED),
    ("text", "'b'", "CHECK (c > 'a')"),
    ("integer", "5", "CHECK (c >= 5)"),
    ("integer", "'7'", "CHECK (c NOT BETWEEN 1 AND 6)"),
    ("integer", "1.4", "CHECK (c = 1)"),
    ("numeric(4, 1)", "1.04", "CHECK (c = 1)"),
    ("numeric(4, 2)", "99.994", ""),
    ("numeric(4, 2)", "'NaN'", ""),
    ("percent", "100", ""),
    ("half", "50", ""),
    ("freed", "7", ""),
    ("named", "'x'", ""),
    ("varchar(3)", "'abc   '", ""),
    ("varchar(3)", "'abcdef'::varchar(3)", ""),
    ("char(3)", "'a'", "CHECK (c = 'a')"),
    ("smallint", "-32768", ""),
    ("smallint", "32767.4", ""),
    ("date", "'2024-02-29'", ""),
    ("date", "'0001-02-03 BC'", ""),
    ("timestamp", "'2026-1-1'", ""),
    ("integer[]", "'{1,null, 3}'", ""),
    ("text[]", "'{a,\"b,c\"}'", ""),
    ("integer[]", "'{}'", ""),
    ("integer[]", "'{{1},{2}}'", ""),
    ("inet", "'255.0.0.1/8'", ""),
    ("inet", "'::ffff:10.0.0.1'", ""),
    ("boolean", "true", "CHECK (c)"),
]


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    """A session on a database with the types."""
    with server.database() as database, contextlib.closing(database.connect()) as opened:
        opened.execute(SETUP.encode())
        yield opened


def find(statements: str) -> list[str]:
    """Return the messages of semantic errors in SQL after the types."""
    return [
        finding.message for finding in check_history([Source.of(f"{SETUP}\n{statements}")], HistorySchema())
    ]


def is_refused(connection: Connection, *statements: str) -> bool:
    """Return whether the server refuses one of the statements, and roll them back."""
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.encode())
    except psycopg.Error:
        return True
    return False


class TestJudged:
    """A server takes a row with the value, or refuses it."""

    @pytest.mark.parametrize("values", [REFUSED, TAKEN], ids=["refused", "taken"])
    def test_defaults(self, connection: Connection, values: list[tuple[str, str, str]]) -> None:
        """Lint reports exactly the defaults with which the server refuses a row, and so the values of an INSERT."""
        wrong = []
        for type_name, value, check in values:
            create = f"CREATE TABLE t (c {type_name} {check}, n integer);"
            default = f"ALTER TABLE t ALTER c SET DEFAULT {value};"
            forms = {
                "column": f"CREATE TABLE t (c {type_name} DEFAULT {value} {check}, n integer);",
                "set": f"{create}\n{default}",
                "insert": f"{create}\nINSERT INTO t (n, c) VALUES (1, {value});",
                "later": f"CREATE TABLE t (c {type_name} DEFAULT {value}, n integer);\nALTER TABLE t ADD {check};",
            }
            refused = is_refused(connection, forms["column"], "INSERT INTO t (n) VALUES (1)")
            for form, statements in forms.items():
                if form == "later" and not check:
                    continue
                if bool(find(statements)) is not refused or refused is not (values is REFUSED):
                    wrong.append((form, statements, refused, find(statements)))
        assert [] == wrong

    def test_trigger(self) -> None:
        """A trigger may correct the values of an INSERT."""
        statements = (
            "CREATE TABLE t (c text CHECK (c <> ''));\n"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.c := 'x'; RETURN NEW; END$$;\n"
            "CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n"
            "INSERT INTO t VALUES ('');"
        )
        assert [] == find(statements)

    def test_domain(self, connection: Connection) -> None:
        """The default of a domain is checked with the domain."""
        refused = "CREATE DOMAIN bad AS integer DEFAULT 7 CHECK (VALUE < 5);"
        assert ["the default of the domain is 7, but a check of the domain refuses it"] == find(refused)
        assert is_refused(
            connection, refused, "CREATE TABLE t (c bad, n integer)", "INSERT INTO t (n) VALUES (1)"
        )
        assert [] == find(refused.replace("7", "4"))


class TestMessages:
    """The message and the place of a finding."""

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            (
                f"CREATE TABLE t (c text DEFAULT 'opn' {CHECKED});",
                "the default of column c is 'opn', but check t_c_check of t refuses it",
            ),
            (
                "CREATE TABLE t (c percent DEFAULT 101);",
                "the default of column c is 101, but a check of domain percent refuses it",
            ),
            (
                "CREATE TABLE t (c varchar(3)); INSERT INTO t VALUES ('abcd');",
                "the value of column c is 'abcd', but it is too long for character varying(3)",
            ),
            (
                "CREATE TABLE t (c numeric(4, 2) DEFAULT 100);",
                "the default of column c is 100, but it is too large for numeric(4, 2)",
            ),
        ],
    )
    def test_message(self, statement: str, message: str) -> None:
        """The value, and the check or type that refuses it."""
        assert [message] == find(statement)

    def test_definitions(self) -> None:
        """A default that the check of its own column refuses is an error at the line of the check."""
        table = Table(
            "t",
            columns=[
                Column("id", integer, primary_key=True),
                Column("state", text, not_null=True, default="opn", check=one_of("open", "done")),
            ],
        )
        found = lint_definitions(build_catalog([table]))
        assert ["check t_state_check of t refuses the default 'opn' of column state"] == [
            finding.message.partition(": ")[2] for finding in found
        ]
