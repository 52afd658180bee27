"""Tests of reading a database."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from declared import apply, catalog, everything_for
from psycopg.rows import dict_row

from schema_dsl import Column, Index, IndexElement, Policy, Table, Type, sql
from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.introspect import introspect
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.postgres import Connection, Database, Server


class Counting(psycopg.Cursor[Any]):
    """A cursor that counts its queries."""

    count = 0

    def execute(self, *arguments: Any, **options: Any) -> Counting:
        """Count the query and run it."""
        Counting.count += 1
        return super().execute(*arguments, **options)


def many(count: int) -> str:
    """Return the SQL for tables with objects of most kinds."""
    return "".join(
        f"""
        CREATE TABLE t{number} (a int PRIMARY KEY CHECK (a > 0), b int REFERENCES t{number} UNIQUE, c text DEFAULT 'x');
        CREATE INDEX ON t{number} (lower(c)) WHERE b > 0;
        CREATE POLICY p ON t{number} USING (a = 1);
        CREATE TRIGGER t BEFORE UPDATE ON t{number} FOR EACH ROW WHEN (old.a = 1)
            EXECUTE FUNCTION suppress_redundant_updates_trigger();
        """
        for number in range(count)
    )


class TestWork:
    """The number of queries."""

    def test_constant_number_of_queries(self, owner: Connection) -> None:
        """Reading sixty tables takes as many queries as reading two tables."""
        counts = []
        for count in (2, 60):
            with owner.transaction(force_rollback=True):
                owner.execute(many(count).encode())
                owner.cursor_factory, Counting.count = Counting, 0
                found = introspect(owner)
                owner.cursor_factory = psycopg.Cursor
                assert count == len(found.catalog.of_kind("table"))
                counts.append(Counting.count)
        assert counts[0] == counts[1]
        # Some for the session, and one each for the kinds of which the database may have objects.
        assert counts[0] <= len(load_kinds()) // 2


class TestScope:
    """The tables that are read."""

    def test_empty(self, owner: Connection) -> None:
        """A database without tables gives an empty catalog."""
        assert {} == introspect(owner).catalog.objects

    def test_schemas(self, owner: Connection) -> None:
        """Only the given schemas are read."""
        owner.execute("CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.t (); CREATE TABLE two.t ()")
        found = introspect(owner, schemas=["one"]).catalog.objects
        assert {Identity("table", "one", "t"), Identity("schema", "", "one")} == found.keys()
        assert {} == introspect(owner, schemas=[]).catalog.objects

    def test_not_the_system(self, owner: Connection) -> None:
        """System tables, temporary tables and temporary views are not read."""
        owner.execute("CREATE TEMPORARY TABLE t (); CREATE TEMPORARY VIEW v AS SELECT 1 AS a")
        assert {} == introspect(owner).catalog.objects

    def test_not_an_extension(self, admin: Connection) -> None:
        """A table of an extension is not read, and neither are its objects."""
        admin.execute("CREATE TABLE t (a int CHECK (a > 0)); ALTER EXTENSION plpgsql ADD TABLE t")
        assert {} == introspect(admin).catalog.objects

    def test_partitions(self, owner: Connection) -> None:
        """A partition is read with its table and bound, and has only its own parts, not those that it inherits."""
        owner.execute(
            "CREATE TABLE whole (a int PRIMARY KEY, b int REFERENCES whole) PARTITION BY RANGE (a);"
            "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (2); CREATE INDEX ON whole (b);"
            "CREATE TRIGGER t AFTER UPDATE ON whole FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger();"
            "CREATE INDEX own ON part (a)"
        )
        found = introspect(owner)
        objects = found.catalog.objects
        whole, part = (objects[Identity("table", "public", name)] for name in ("whole", "part"))
        assert "RANGE (a)" == whole.partition_by.sql
        assert (Identity("table", "public", "whole"), "FOR VALUES FROM (1) TO (2)") == (
            part.partition_of,
            part.bound,
        )
        parts = [(item.root.name, item.kind, item.name) for item in objects if item.parent is not None]
        assert [
            ("part", "index", "own"),
            ("whole", "column", "a"),
            ("whole", "column", "b"),
            ("whole", "foreign_key", "whole_b_fkey"),
            ("whole", "index", "whole_b_idx"),
            ("whole", "primary_key", "whole_pkey"),
            ("whole", "trigger", "t"),
        ] == sorted(parts)
        assert () == found.unsupported

    def test_no_privilege_needed(self, database: Database, owner: Connection, server: Server) -> None:
        """A role without privileges on the tables reads the same catalog as the owner."""
        apply(owner, everything_for(server.version))
        with database.connect("reader") as connection:
            assert introspect(owner) == introspect(connection)


class TestSession:
    """The session's settings and transaction."""

    def test_settings_do_not_matter(self, owner: Connection, server: Server) -> None:
        """Expressions are the same under any search path and any output style."""
        owner.execute("CREATE TYPE public.place AS ENUM ('here')")
        owner.execute(
            "CREATE TABLE t (a place DEFAULT 'here', b timestamptz DEFAULT '2026-01-02 03:04+00'::timestamptz,"
            " c interval DEFAULT interval '1 day 2 hours', d bytea DEFAULT '\\x01', e float8 DEFAULT 0.1::float8)"
        )
        apply(owner, everything_for(server.version))
        expected = introspect(owner)
        owner.execute(
            "SET search_path = public; SET quote_all_identifiers = on; SET datestyle = 'SQL, DMY';"
            "SET intervalstyle = 'iso_8601'; SET timezone = 'Asia/Tokyo'; SET bytea_output = 'escape';"
            "SET extra_float_digits = -5; SET standard_conforming_strings = off"
        )
        assert expected == introspect(owner)
        column = expected.catalog.objects[table_part("column", "public", "t", "a")]
        assert "'here'::public.place" == column.default

    def test_settings_stay(self, owner: Connection) -> None:
        """The session has its earlier settings afterwards, inside and outside a transaction."""
        owner.execute("SET search_path = pg_temp, public")
        introspect(owner)
        assert ("pg_temp, public",) == owner.execute("SHOW search_path").fetchone()
        with owner.transaction():
            introspect(owner)
            assert ("pg_temp, public",) == owner.execute("SHOW search_path").fetchone()
            assert ("off",) == owner.execute("SHOW transaction_read_only").fetchone()

    def test_within_a_transaction(self, owner: Connection) -> None:
        """An open transaction reads its own tables, and can continue afterwards."""
        with owner.transaction(force_rollback=True):
            owner.execute("CREATE TABLE t ()")
            assert 1 == len(introspect(owner).catalog.objects)
            owner.execute("CREATE TABLE u ()")
            assert 2 == len(introspect(owner).catalog.objects)
        assert 0 == len(introspect(owner).catalog.objects)

    def test_any_connection(self, database: Database, owner: Connection) -> None:
        """A connection without autocommit and with another row factory works, too."""
        owner.execute("CREATE TABLE t (a int)")
        with psycopg.connect(database.conninfo(), row_factory=dict_row) as connection:
            assert 2 == len(introspect(connection).catalog.objects)  # type: ignore[arg-type]
            assert psycopg.pq.TransactionStatus.IDLE == connection.info.transaction_status


class TestForms:
    """Catalog entries with several forms, which the model has in one form."""

    def test_index_keys(self, owner: Connection) -> None:
        """Only non-default sort orders and operator classes are part of the index."""
        owner.execute(
            "CREATE TABLE t (a text, b int, c varchar(3));"
            "CREATE INDEX i ON t (a text_ops ASC NULLS LAST, b DESC NULLS FIRST, c text_pattern_ops DESC NULLS LAST)"
        )
        index = introspect(owner).catalog.objects[table_part("index", "public", "t", "i")]
        expected = (
            IndexElement("a"),
            IndexElement("b", descending=True),
            IndexElement("c", descending=True, nulls_first=False, operator_class="text_pattern_ops"),
        )
        assert expected == index.elements

    def test_collations_of_keys(self, owner: Connection) -> None:
        """A collation is part of a key if it is not that of the column or the default."""
        owner.execute(
            'CREATE TABLE t (a text, c text COLLATE "C", n int);'
            'CREATE INDEX i ON t (a COLLATE "C", (a COLLATE "POSIX"), a COLLATE "default", c, lower(a) COLLATE "C", n);'
            "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING btree"
            ' (a COLLATE "C" WITH =, lower(a) COLLATE "C" WITH =, c WITH =)'
        )
        found = introspect(owner).catalog.objects
        keys = (
            IndexElement("a", collation="C"),
            IndexElement("a", collation="POSIX"),
            IndexElement("a"),
            IndexElement("c"),
            IndexElement(sql("lower(a)"), collation=sql('"C"')),
            IndexElement("n"),
        )
        assert keys == found[table_part("index", "public", "t", "i")].elements
        excluded = (keys[0], keys[4], "c")
        assert (
            tuple((key, "=") for key in excluded)
            == found[table_part("exclusion", "public", "t", "x")].elements
        )

    def test_index_on_expressions(self, owner: Connection) -> None:
        """Columns and expressions are distinguished, also after a column was dropped."""
        owner.execute(
            "CREATE TABLE t (gone int, a text, b int, c int); ALTER TABLE t DROP gone;"
            "CREATE INDEX i ON t (b, lower(a), c, (b + c)) INCLUDE (a) WHERE b > 1"
        )
        index = introspect(owner).catalog.objects[table_part("index", "public", "t", "i")]
        expected = Index(
            ["b", sql("lower(a)"), "c", sql("((b + c))")], name="i", include=["a"], where="(b > 1)"
        )
        assert expected == index
        assert [str, sql("x").__class__] == [type(item.on) for item in index.elements[:2]]

    def test_policy_without_condition(self, owner: Connection) -> None:
        """A policy without a condition is read as one: a restrictive one denies nothing, as false would."""
        owner.execute(
            "CREATE TABLE t (); CREATE POLICY p ON t; CREATE POLICY q ON t AS RESTRICTIVE FOR INSERT"
        )
        found = introspect(owner)
        objects = found.catalog.objects
        expected = {
            "p": Policy("p", to="public", conditional=False),
            "q": Policy("q", "insert", to="public", permissive=False, conditional=False),
        }
        for name, policy in expected.items():
            assert policy == objects[table_part("policy", "public", "t", name)]
        assert () == found.unsupported

    def test_order(self, owner: Connection) -> None:
        """Tables are sorted by name, objects follow their table, and columns have the order of the table."""
        apply(
            owner,
            catalog(Table("b", columns=[Column("z", Type("int")), Column("a", Type("int"))]), Table("a")),
        )
        names = [
            identity.name for identity in introspect(owner).catalog.objects if identity.kind != "privilege"
        ]
        assert ["a", "b", "z", "a"] == names


TABLE = "CREATE TABLE t (a int, b text, c int);"

UNSUPPORTED = {
    "of a type": ("CREATE TYPE k AS (); CREATE TABLE t OF k", "table public.t is of type public.k"),
}

UNSUPPORTED_SINCE = {
    "not null not valid": (
        180000,
        f"{TABLE} ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID",
        "column a of public.t has a NOT NULL constraint that is not validated",
    ),
}


class TestUnsupported:
    """Properties that the model cannot express."""

    @pytest.mark.parametrize("name", UNSUPPORTED)
    def test_reported(self, owner: Connection, name: str) -> None:
        """The property is reported for its object."""
        statements, expected = UNSUPPORTED[name]
        owner.execute(statements.encode())
        assert expected in [f"{item.identity} {item.text}" for item in introspect(owner).unsupported]

    @pytest.mark.parametrize("name", UNSUPPORTED_SINCE)
    def test_reported_since(self, owner: Connection, server: Server, name: str) -> None:
        """A property of newer versions is reported for its object."""
        since, statements, expected = UNSUPPORTED_SINCE[name]
        if server.version < since:
            pytest.skip(f"PostgreSQL {since // 10000}")
        owner.execute(statements.encode())
        assert [expected] == [f"{item.identity} {item.text}" for item in introspect(owner).unsupported]
