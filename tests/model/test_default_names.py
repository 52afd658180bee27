"""The names of what was not named are those that Postgres itself would choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from schema_dsl.model.catalog import build_catalog
from schema_dsl.postgres import Connection
from schema_dsl.sql import identifier, identifiers

# Short ones collide, long ones are cut, and é, ñ and 😀 have 2, 2 and 4 bytes to be cut through.
LETTERS = st.sampled_from('abc_Zéñ😀 "')
NAMES = (
    st.text(LETTERS, min_size=1, max_size=4)
    | st.text(LETTERS, min_size=20, max_size=63)
    | st.sampled_from(["a", "a_b"])
).map(lambda text: text.encode()[:63].decode(errors="ignore"))


def chosen(connection: Connection, statements: Iterable[str]) -> list[str]:
    """Run statements without names, and give the names that came of them, in the order of their making."""
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
            ) AS made ORDER BY oid
            """
        ).fetchall()
    return sorted(name for (name,) in rows)


def declared(*tables: Table) -> list[str]:
    """Give the names that we choose for what is on these tables."""
    parts = ("primary_key", "unique", "check", "foreign_key", "exclusion", "index")
    return sorted(identity.name for identity in build_catalog(tables).objects if identity.kind in parts)


def plain(name: str, columns: Iterable[str], **parts: Any) -> Table:
    """Declare a table of numbers."""
    return Table(name, schema="s", columns=[Column(each, integer) for each in columns], **parts)


def created(name: str, columns: Iterable[str], *parts: str) -> str:
    """Write the same without names."""
    inner = [f"{identifier(column)} integer" for column in columns] + list(parts)
    return f"CREATE TABLE {identifier(name)} ({', '.join(inner)})"


class TestOneOfEach:
    """Whatever the table and its columns are called."""

    @settings(max_examples=60)
    @given(table=NAMES, columns=st.lists(NAMES, min_size=1, max_size=4, unique=True))
    def test_keys_and_indexes(self, shared: Connection, table: str, columns: list[str]) -> None:
        """A primary key, a unique constraint, a foreign key, an exclusion and indexes on all the columns."""
        listed = identifiers(columns)
        wanted = plain(
            table,
            columns,
            constraints=[
                PrimaryKey(columns),
                ForeignKey(columns, Reference(table, columns)),
                Exclusion([(column, "=") for column in columns], method="btree"),
            ],
            indexes=[Index(columns), Index(columns[0], include=columns[1:], where="true")],
        )
        without = [
            created(
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
        assert chosen(shared, without) == declared(wanted)

    @settings(max_examples=40)
    @given(table=NAMES, columns=st.lists(NAMES, min_size=2, max_size=3, unique=True))
    def test_checks(self, shared: Connection, table: str, columns: list[str]) -> None:
        """A check has the name of a column only if it is about exactly one, however often."""
        one, two = identifier(columns[0]), identifier(columns[1])
        conditions = [f"{one} > 0", f"{one} > 0 OR {one} < -9", f"{one} > {two}", "true", f"{one} > 1"]
        wanted = plain(table, columns, constraints=[Check(condition) for condition in conditions])
        without = [created(table, columns, *(f"CHECK ({condition})" for condition in conditions))]
        assert chosen(shared, without) == declared(wanted)

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
        """An expression lends its function's name, and equal ones are numbered."""
        keys = [each if each in ("a", "t") else sql(each) for each in elements]
        wanted = plain("x", ["a"], indexes=[Index(keys)])
        wanted = Table("x", schema="s", columns=[*wanted.columns, Column("t", text)], indexes=wanted.indexes)
        without = ["CREATE TABLE x (a integer, t text)", f"CREATE INDEX ON x ({', '.join(elements)})"]
        assert chosen(shared, without) == declared(wanted)

    def test_columns_of_a_table_and_of_its_alias(self, shared: Connection) -> None:
        """A column with its table's name before it is the same column."""
        wanted = plain("x", ["a"], constraints=[Check("x.a > 0 AND a < 9")])
        assert chosen(shared, [created("x", ["a"], "CHECK (x.a > 0 AND a < 9)")]) == declared(wanted)


class TestCollisions:
    """Names that are taken are numbered, as Postgres counts them."""

    @pytest.mark.parametrize(
        ("make", "clause"),
        [
            (lambda: Check("a > 0"), "CHECK (a > 0)"),
            (lambda: Index("a", where="a > 0"), None),
        ],
    )
    def test_on_one_table(self, shared: Connection, make: Callable[[], Any], clause: str | None) -> None:
        """Eleven of a kind on one column."""
        if clause is None:
            wanted = plain("x", ["a"], indexes=[Index("a", where=f"a > {number}") for number in range(11)])
            without = [
                created("x", ["a"]),
                *(f"CREATE INDEX ON x (a) WHERE a > {number}" for number in range(11)),
            ]
        else:
            wanted = plain("x", ["a"], constraints=[make() for _ in range(11)])
            without = [created("x", ["a"], *[clause] * 11)]
        assert chosen(shared, without) == declared(wanted)

    def test_of_long_names(self, shared: Connection) -> None:
        """A number takes its room from the name."""
        name, column = "t" * 63, "c" * 63
        wanted = plain(
            name, [column], indexes=[Index(column, where=f"true AND {number} = 1") for number in range(12)]
        )
        without = [created(name, [column])]
        without += [f"CREATE INDEX ON {name} ({column}) WHERE true AND {number} = 1" for number in range(12)]
        assert chosen(shared, without) == declared(wanted)

    def test_between_tables(self, shared: Connection) -> None:
        """Table a_b with column c, and table a with column b_c; checks count by schema, too."""
        tables = [
            plain("a_b", ["c"], indexes=[Index("c")], constraints=[Check("c > 0")]),
            plain("a", ["b_c"], indexes=[Index("b_c")], constraints=[Check("b_c > 0")]),
        ]
        without = []
        for name, column in (("a_b", "c"), ("a", "b_c")):
            without += [
                created(name, [column], f"CHECK ({column} > 0)"),
                f"CREATE INDEX ON {name} ({column})",
            ]
        assert chosen(shared, without) == declared(*tables)

    def test_with_a_table(self, shared: Connection) -> None:
        """An index does not take the name of a table, wherever that is declared."""
        tables = [plain("a", ["b"], indexes=[Index("b")]), plain("a_b_idx", ["c"])]
        without = [created("a_b_idx", ["c"]), created("a", ["b"]), "CREATE INDEX ON a (b)"]
        assert chosen(shared, without) == declared(*tables)

    def test_of_different_kinds(self, shared: Connection) -> None:
        """A key avoids the names of relations and of constraints; a check those of constraints only."""
        tables = [
            plain("other", ["a"], constraints=[Check("a > 0", name="x_a_key")]),
            plain("x", ["a"], constraints=[Unique(["a"]), Check("a > 0")]),
            plain("x_a_check", ["b"]),
        ]
        without = [
            created("other", ["a"], "CONSTRAINT x_a_key CHECK (a > 0)"),
            created("x_a_check", ["b"]),
            created("x", ["a"], "UNIQUE (a)", "CHECK (a > 0)"),
        ]
        assert chosen(shared, without) == declared(*tables)
