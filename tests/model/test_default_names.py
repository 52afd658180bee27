"""Default names of constraints and indexes equal the names that Postgres chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Reference,
    Table,
    Unique,
    integer,
    sql,
    text,
)
from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.model.catalog import build_catalog
from schema_dsl.postgres import Connection
from schema_dsl.sql import identifier, identifiers

# Short names collide, long names are truncated, and the letters é, ñ and 😀 have 2, 2 and 4 bytes in UTF-8.
LETTERS = st.sampled_from('abc_Zéñ😀 "')
NAMES = (
    st.text(LETTERS, min_size=1, max_size=4)
    | st.text(LETTERS, min_size=20, max_size=63)
    | st.sampled_from(["a", "a_b"])
).map(lambda text: text.encode()[:63].decode(errors="ignore"))


def choose_on_server(connection: Connection, statements: Iterable[str]) -> list[str]:
    """Run statements without names, and return the sorted names that Postgres chose."""
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE SCHEMA s")
        connection.execute("SET LOCAL search_path = s")
        for statement in statements:
            connection.execute(statement.encode())
        rows = connection.execute(
            """
            SELECT name FROM (
                SELECT oid, relname AS name FROM pg_class WHERE relkind = 'i' AND relnamespace = 's'::regnamespace
                UNION
                SELECT oid, conname FROM pg_constraint WHERE contype IN ('c', 'f') AND connamespace = 's'::regnamespace
            ) AS created ORDER BY oid
            """
        ).fetchall()
    return sorted(name for (name,) in rows)


def list_default_names(*tables: Table) -> list[str]:
    """Return the sorted default names of the constraints and indexes of these tables."""
    parts = ("primary_key", "unique", "check", "foreign_key", "exclusion", "index")
    return sorted(identity.name for identity in build_catalog(tables).objects if identity.kind in parts)


def declare_table(name: str, columns: Iterable[str], **parts: Any) -> Table:
    """Declare a table with integer columns."""
    return Table(name, schema="s", columns=[Column(column, integer) for column in columns], **parts)


def format_create_table(name: str, columns: Iterable[str], *parts: str) -> str:
    """Return CREATE TABLE for a table with integer columns, without names of constraints."""
    inner = [f"{identifier(column)} integer" for column in columns] + list(parts)
    return f"CREATE TABLE {identifier(name)} ({', '.join(inner)})"


class TestOneOfEach:
    """One object of each kind, for arbitrary names of tables and columns."""

    @settings(max_examples=60)
    @given(table=NAMES, columns=st.lists(NAMES, min_size=1, max_size=4, unique=True))
    def test_keys_and_indexes(self, shared: Connection, table: str, columns: list[str]) -> None:
        """A primary key, a foreign key, an exclusion constraint and indexes on all columns."""
        listed = identifiers(columns)
        declaration = declare_table(
            table,
            columns,
            constraints=[
                PrimaryKey(columns),
                ForeignKey(columns, Reference(table, columns)),
                Exclusion([(column, "=") for column in columns], method="btree"),
            ],
            indexes=[Index(columns), Index(columns[0], include=columns[1:], where="true")],
        )
        statements = [
            format_create_table(
                table,
                columns,
                f"PRIMARY KEY ({listed})",
                f"FOREIGN KEY ({listed}) REFERENCES {identifier(table)} ({listed})",
                f"EXCLUDE USING btree ({', '.join(f'{identifier(column)} WITH =' for column in columns)})",
            ),
            f"CREATE INDEX ON {identifier(table)} ({listed})",
            f"CREATE INDEX ON {identifier(table)} ({identifier(columns[0])})"
            + (f" INCLUDE ({identifiers(columns[1:])})" if columns[1:] else "")
            + " WHERE true",
        ]
        assert choose_on_server(shared, statements) == list_default_names(declaration)

    @settings(max_examples=40)
    @given(table=NAMES, columns=st.lists(NAMES, min_size=2, max_size=3, unique=True))
    def test_checks(self, shared: Connection, table: str, columns: list[str]) -> None:
        """The name of a check contains a column only if the check uses exactly one column."""
        one, two = identifier(columns[0]), identifier(columns[1])
        conditions = [f"{one} > 0", f"{one} > 0 OR {one} < -9", f"{one} > {two}", "true", f"{one} > 1"]
        declaration = declare_table(
            table, columns, constraints=[Check(condition) for condition in conditions]
        )
        statements = [
            format_create_table(table, columns, *(f"CHECK ({condition})" for condition in conditions))
        ]
        assert choose_on_server(shared, statements) == list_default_names(declaration)

    @pytest.mark.parametrize(
        "elements",
        [
            ["lower(t)"],
            ["lower(t)", "upper(t)", "lower(t || 'x')"],
            ["(a + 1)", "(a + 2)"],
            ["a", "(a + 1)", "a"],
            ["(t::text)", "coalesce(a, 0)", "(CASE WHEN a > 0 THEN 1 END)"],
            ["(a::bigint)", "((a + 1)::bigint)", '(t COLLATE "C")'],
            ["abs(a)"] * 12,
        ],
    )
    def test_indexes_on_expressions(self, shared: Connection, elements: list[str]) -> None:
        """An expression contributes the name of its function, and duplicates are numbered."""
        keys = [element if element in ("a", "t") else sql(element) for element in elements]
        declaration = declare_table("x", ["a"], indexes=[Index(keys)])
        declaration = Table(
            "x", schema="s", columns=[*declaration.columns, Column("t", text)], indexes=declaration.indexes
        )
        statements = ["CREATE TABLE x (a integer, t text)", f"CREATE INDEX ON x ({', '.join(elements)})"]
        assert choose_on_server(shared, statements) == list_default_names(declaration)

    def test_qualified_columns(self, shared: Connection) -> None:
        """A qualified and an unqualified reference are the same column."""
        declaration = declare_table("x", ["a"], constraints=[Check("x.a > 0 AND a < 9")])
        assert choose_on_server(
            shared, [format_create_table("x", ["a"], "CHECK (x.a > 0 AND a < 9)")]
        ) == list_default_names(declaration)


class TestCollisions:
    """Names in use are avoided by numbers, as in Postgres."""

    @pytest.mark.parametrize(
        ("make", "clause"),
        [
            (lambda: Check("a > 0"), "CHECK (a > 0)"),
            (lambda: Index("a", where="a > 0"), None),
        ],
    )
    def test_on_one_table(self, shared: Connection, make: Callable[[], Any], clause: str | None) -> None:
        """Eleven checks or indexes on one column get different names."""
        if clause is None:
            declaration = declare_table(
                "x", ["a"], indexes=[Index("a", where=f"a > {number}") for number in range(11)]
            )
            statements = [
                format_create_table("x", ["a"]),
                *(f"CREATE INDEX ON x (a) WHERE a > {number}" for number in range(11)),
            ]
        else:
            declaration = declare_table("x", ["a"], constraints=[make() for _ in range(11)])
            statements = [format_create_table("x", ["a"], *[clause] * 11)]
        assert choose_on_server(shared, statements) == list_default_names(declaration)

    def test_of_long_names(self, shared: Connection) -> None:
        """A number shortens the rest of the name to 63 bytes."""
        name, column = "t" * 63, "c" * 63
        declaration = declare_table(
            name, [column], indexes=[Index(column, where=f"true AND {number} = 1") for number in range(12)]
        )
        statements = [format_create_table(name, [column])]
        statements += [
            f"CREATE INDEX ON {name} ({column}) WHERE true AND {number} = 1" for number in range(12)
        ]
        assert choose_on_server(shared, statements) == list_default_names(declaration)

    def test_between_tables(self, shared: Connection) -> None:
        """Tables a_b(c) and a(b_c) have the same default names; names of checks are unique per schema."""
        tables = [
            declare_table("a_b", ["c"], indexes=[Index("c")], constraints=[Check("c > 0")]),
            declare_table("a", ["b_c"], indexes=[Index("b_c")], constraints=[Check("b_c > 0")]),
        ]
        statements = []
        for name, column in (("a_b", "c"), ("a", "b_c")):
            statements += [
                format_create_table(name, [column], f"CHECK ({column} > 0)"),
                f"CREATE INDEX ON {name} ({column})",
            ]
        assert choose_on_server(shared, statements) == list_default_names(*tables)

    def test_with_a_table(self, shared: Connection) -> None:
        """An index does not get the name of a table, even if the table is declared later."""
        tables = [declare_table("a", ["b"], indexes=[Index("b")]), declare_table("a_b_idx", ["c"])]
        statements = [
            format_create_table("a_b_idx", ["c"]),
            format_create_table("a", ["b"]),
            "CREATE INDEX ON a (b)",
        ]
        assert choose_on_server(shared, statements) == list_default_names(*tables)

    def test_of_different_kinds(self, shared: Connection) -> None:
        """A key avoids the names of relations and constraints; a check avoids only the names of constraints."""
        tables = [
            declare_table("other", ["a"], constraints=[Check("a > 0", name="x_a_key")]),
            declare_table("x", ["a"], constraints=[Unique(["a"]), Check("a > 0")]),
            declare_table("x_a_check", ["b"]),
        ]
        statements = [
            format_create_table("other", ["a"], "CONSTRAINT x_a_key CHECK (a > 0)"),
            format_create_table("x_a_check", ["b"]),
            format_create_table("x", ["a"], "UNIQUE (a)", "CHECK (a > 0)"),
        ]
        assert choose_on_server(shared, statements) == list_default_names(*tables)


class TestErrors:
    """SQL from which no name can be derived."""

    @pytest.mark.parametrize(
        ("part", "subject"),
        [
            ({"indexes": [Index(sql("lower("))]}, "index of table t"),
            ({"indexes": [Index("a", name="fine"), Index(sql("lower("), include=["a"])]}, "index of table t"),
            ({"constraints": [Check("lower(")]}, "check of table t"),
            ({"constraints": [Exclusion([(sql("lower("), "=")])]}, "exclusion of table t"),
        ],
    )
    def test_object_and_line(self, part: dict[str, Any], subject: str) -> None:
        """The error names the kind of the object, its table and the line of the declaration."""
        with pytest.raises(DefinitionError) as refused:
            build_catalog([Table("t", columns=[Column("a", text)], **part)])
        assert refused.value.what.startswith(f"{subject}: syntax error at end of input")
        assert (refused.value.where or "").startswith(f"{display_path(Path(__file__))}:")
