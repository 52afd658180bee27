"""Test the builder of valid rows of any table."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from small_tables import PARENT, tables
from subjects import subject_of

from schema_dsl import Check, Column, Table, integer, sql, text
from schema_dsl.errors import SchemaDslError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection
from schema_dsl.verify import Scratch
from schema_dsl.verify.rows import ANY_VALUE, MissingError, RowBuilder, RowError

VANILLA = platform("vanilla")


@pytest.fixture
def connection(shared: Connection) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back."""
    with shared.transaction(force_rollback=True):
        yield shared


def rows(connection: Connection, script: str, table: str, count: int = 2) -> list[dict[str, Any]]:
    """Create tables with a script, and insert rows into one table."""
    connection.execute(script.encode())
    factory = RowBuilder(connection)
    return [factory.insert_row(table) for _ in range(count)]


class TestTypes:
    """The builder fills columns of any type, and unique columns with distinct values."""

    @pytest.mark.parametrize(
        "kind",
        """smallint integer bigint numeric numeric(3,1) numeric(2,2) real float8 money text varchar(3) char(2)
        name "char" uuid date timestamp timestamptz time timetz interval json jsonb bytea inet cidr macaddr macaddr8
        bit(5) varbit tsvector tsquery pg_lsn point box lseg line path polygon circle oid regclass
        text[] integer[][] numeric(3,1)[] int4range numrange tstzrange daterange int4multirange datemultirange
        mood mood[] pair positive jsonpath""".split(),  # noqa: SIM905
    )
    def test_fills(self, connection: Connection, kind: str) -> None:
        """The builder fills a NOT NULL column of the type."""
        script = f"""
            CREATE TYPE mood AS ENUM ('calm', 'it''s "busy"');
            CREATE TYPE pair AS (a integer, b text);
            CREATE DOMAIN positive AS numeric(4, 1) CHECK (VALUE > 5) NOT NULL;
            CREATE TABLE made (x {kind} NOT NULL)
        """
        assert [row["x"] is None for row in rows(connection, script, "made")] == [False, False]

    @pytest.mark.parametrize(
        "kind",
        "smallint numeric(3,1) text varchar(2) uuid date timestamptz time bytea inet bit(4) text[] int4range".split(),  # noqa: SIM905
    )
    def test_unique(self, connection: Connection, kind: str) -> None:
        """A unique column gets a distinct value in every row."""
        made = rows(connection, f"CREATE TABLE made (x {kind} NOT NULL UNIQUE)", "made", 12)
        assert len({str(row["x"]) for row in made}) == 12

    def test_omitted_columns(self, connection: Connection) -> None:
        """The builder omits nullable columns, identity columns and columns with a default."""
        script = """CREATE TABLE made (
            id integer GENERATED ALWAYS AS IDENTITY, a text, b text NOT NULL DEFAULT 'b',
            double text GENERATED ALWAYS AS (b || b) STORED)"""
        assert rows(connection, script, "made", 1) == [{"id": 1, "a": None, "b": "b", "double": "bb"}]

    def test_generated_not_null(self, connection: Connection) -> None:
        """The builder fills the columns of which a generated NOT NULL column is computed."""
        script = "CREATE TABLE made (z text, l text GENERATED ALWAYS AS (upper(z)) STORED NOT NULL)"
        (row,) = rows(connection, script, "made", 1)
        assert row["z"] is not None
        assert row["l"] == row["z"].upper()

    def test_no_columns(self, connection: Connection) -> None:
        """The builder inserts a row into a table without columns."""
        assert rows(connection, "CREATE TABLE made ()", "made", 1) == [{}]


class TestChecks:
    """The values pass the checks of a table, also checks on several columns."""

    @pytest.mark.parametrize(
        "columns",
        [
            "x text NOT NULL CHECK (x IN ('a', 'b'))",
            "x text NOT NULL UNIQUE CHECK (x IN ('a', 'b'))",
            "x text NOT NULL CHECK (x ~ '^[a-z]{2}-[0-9]+$') UNIQUE",
            "x integer NOT NULL CHECK (x BETWEEN 50 AND 52)",
            "x numeric(4, 2) NOT NULL CHECK (x > 0.5 AND x < 0.75)",
            "x text NOT NULL CHECK (char_length(x) = 7)",
            "x text NOT NULL DEFAULT 'wrong' CHECK (x LIKE 'ok%')",
            "x text CHECK (x IS NOT NULL AND x <> '')",
            "x timestamptz NOT NULL CHECK (x > now() + interval '1 year')",
            "x timestamptz NOT NULL, y timestamptz NOT NULL, CHECK (y > x + interval '3 days')",
            "x date, y date, CHECK (num_nonnulls(x, y) = 1)",
            "x text, y text, CHECK ((x IS NULL) = (y IS NULL)), CHECK (y IS NOT NULL)",
            "x jsonb NOT NULL CHECK (jsonb_typeof(x) = 'array')",
            "x text[] NOT NULL CHECK (cardinality(x) BETWEEN 2 AND 3)",
            "x text NOT NULL CHECK (CASE WHEN x = 'a' THEN false ELSE x IN ('a', 'b') END)",
            "x integer NOT NULL CHECK (x % 7 = 0), y integer NOT NULL CHECK (y >= 900), CHECK (y > x)",
        ],
    )
    def test_passes_checks(self, connection: Connection, columns: str) -> None:
        """The builder inserts two rows that pass every check."""
        assert len(rows(connection, f"CREATE TABLE made ({columns})", "made")) == 2

    def test_values_suit_given_values(self, connection: Connection) -> None:
        """The chosen values pass the checks together with the given values."""
        connection.execute("CREATE TABLE made (x date NOT NULL, y date NOT NULL, CHECK (y > x))")
        row = RowBuilder(connection).insert_row("made", y=dt.date(1999, 1, 1))
        assert (dt.date(1999, 1, 1), True) == (row["y"], row["x"] < row["y"])

    def test_beyond_derivation(self, connection: Connection) -> None:
        """If no tried values pass a check, the error names the check and the remedies."""
        connection.execute("CREATE TABLE made (x text NOT NULL CONSTRAINT odd CHECK (md5(x) LIKE '0000%'))")
        with pytest.raises(RowError) as caught:
            RowBuilder(connection).insert_row("made")
        assert caught.value.constraint == "odd"
        assert "cannot build a row of public.made: found no values that pass odd" in str(caught.value)
        assert "row_factory(table, x=...)" in str(caught.value)
        assert "Check(accepts=[{...}])" in str(caught.value)

    def test_declared_examples(self, connection: Connection) -> None:
        """If no tried values pass a check, the builder uses the declared examples."""
        condition = "md5(x) = md5('needle')"
        table = Table(
            "made",
            columns=[Column("x", text, not_null=True)],
            constraints=[Check(condition, name="odd", accepts=[{"x": "needle"}])],
        )
        connection.execute(f"CREATE TABLE made (x text NOT NULL CONSTRAINT odd CHECK ({condition}))".encode())
        assert RowBuilder(connection, build_catalog([table])).insert_row("made") == {"x": "needle"}

    def test_partition(self, connection: Connection) -> None:
        """A row of a partitioned table fits a partition."""
        script = """
            CREATE TABLE made (day date NOT NULL) PARTITION BY RANGE (day);
            CREATE TABLE made_2030 PARTITION OF made FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')
        """
        assert rows(connection, script, "made", 1)[0]["day"].year == 2030

    @pytest.mark.parametrize("partition", ["made_0", "made_1", "made_2"])
    def test_hash_partition_of_a_foreign_key(self, connection: Connection, partition: str) -> None:
        """A row of a partition by hash references a row whose key is in the partition."""
        script = """
            CREATE TABLE parent_row (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY);
            CREATE TABLE made (parent bigint REFERENCES parent_row, at date, PRIMARY KEY (parent, at))
                PARTITION BY HASH (parent);
            CREATE TABLE made_0 PARTITION OF made FOR VALUES WITH (MODULUS 3, REMAINDER 0);
            CREATE TABLE made_1 PARTITION OF made FOR VALUES WITH (MODULUS 3, REMAINDER 1);
            CREATE TABLE made_2 PARTITION OF made FOR VALUES WITH (MODULUS 3, REMAINDER 2)
        """
        assert len(rows(connection, script, partition)) == 2


class TestUniqueKeys:
    """The builder finds as many rows as a unique key has room for."""

    @pytest.mark.parametrize(
        "script",
        [
            "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE made (x email NOT NULL UNIQUE)",
            "CREATE TABLE made (x text NOT NULL, y text GENERATED ALWAYS AS (lower(x)) STORED UNIQUE)",
        ],
        ids=["values of a pattern", "generated column"],
    )
    def test_many(self, connection: Connection, script: str) -> None:
        """Each row gets another value, although the candidates of the check run out, or Postgres generates the key."""
        assert 20 == len({row["x"] for row in rows(connection, script, "made", 20)})


class TestForeignKeys:
    """The builder inserts the rows that foreign keys reference."""

    def test_inserts_parents(self, connection: Connection) -> None:
        """The builder inserts referenced rows, in other schemas and over several foreign keys."""
        script = """
            CREATE SCHEMA other;
            CREATE TABLE other.a (id uuid PRIMARY KEY);
            CREATE TABLE b (id integer PRIMARY KEY, a uuid NOT NULL UNIQUE REFERENCES other.a);
            CREATE TABLE c (b integer NOT NULL REFERENCES b, spare integer REFERENCES b)
        """
        made = rows(connection, script, "c")
        assert [row["spare"] for row in made] == [None, None]
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM b), (SELECT count(*) FROM other.a)"
        ).fetchone()
        assert counts == (2, 2)

    def test_several_columns(self, connection: Connection) -> None:
        """Foreign keys that share a column reference rows with the same value of the column."""
        script = """
            CREATE TABLE tenants (id integer PRIMARY KEY);
            CREATE TABLE users (tenant integer REFERENCES tenants, id integer, PRIMARY KEY (tenant, id));
            CREATE TABLE rooms (tenant integer REFERENCES tenants, id integer, PRIMARY KEY (tenant, id));
            CREATE TABLE made (
                tenant integer NOT NULL REFERENCES tenants, host integer NOT NULL, room integer NOT NULL,
                FOREIGN KEY (tenant, host) REFERENCES users, FOREIGN KEY (tenant, room) REFERENCES rooms)
        """
        assert len(rows(connection, script, "made")) == 2
        assert connection.execute("SELECT count(*) FROM tenants").fetchone() == (2,)

    def test_self_reference(self, connection: Connection) -> None:
        """A row with a NOT NULL foreign key to its own table references itself."""
        script = """CREATE TABLE made (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, up bigint NOT NULL REFERENCES made)"""
        assert [row["id"] - row["up"] for row in rows(connection, script, "made")] == [0, 0]

    def test_checked_self_reference(self, connection: Connection) -> None:
        """A row that references itself has a key that passes its checks, of the table and of a domain."""
        script = """CREATE DOMAIN code AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{3}$');
            CREATE TABLE made (
            id code PRIMARY KEY, up code REFERENCES made, kind text NOT NULL UNIQUE CHECK (kind ~ '^[a-z]{2}$'),
            like_kind text NOT NULL REFERENCES made (kind))"""
        assert all(
            (row["id"], row["kind"]) == (row["up"], row["like_kind"])
            for row in rows(connection, script, "made")
        )

    def test_two_keys_to_one_row(self, connection: Connection) -> None:
        """Foreign keys to one table that share a column reference the same row."""
        script = """
            CREATE TABLE accounts (id uuid PRIMARY KEY, region text NOT NULL, UNIQUE (id, region));
            CREATE TABLE made (account uuid NOT NULL REFERENCES accounts, region text NOT NULL,
                FOREIGN KEY (account, region) REFERENCES accounts (id, region))
        """
        assert len(rows(connection, script, "made")) == 2
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (2,)

    @pytest.mark.parametrize("table", ["a", "b"])
    @pytest.mark.parametrize("later", ["a", "b"])
    def test_cycle(self, connection: Connection, table: str, later: str) -> None:
        """The builder fills tables that reference each other, if one foreign key is deferrable."""
        timing = {"a": "", "b": "", later: "DEFERRABLE"}
        script = f"""
            CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL);
            CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a {timing["b"]});
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b {timing["a"]}
        """
        assert len(rows(connection, script, table)) == 2
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_cycle_without_deferrable_key(self, connection: Connection) -> None:
        """A cycle without a deferrable foreign key is an error that names a foreign key."""
        script = """
            CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL);
            CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL CONSTRAINT b_to_a REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b
        """
        with pytest.raises(RowError, match=r"foreign key b_to_a of public\.b is part of a cycle"):
            rows(connection, script, "a")

    def test_row_inserted_by_a_trigger(self, connection: Connection) -> None:
        """If a trigger of the referenced table inserts the row, the builder updates the row with the given values."""
        connection.execute(
            """
            CREATE TABLE users (id uuid PRIMARY KEY);
            CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES users, name text);
            CREATE FUNCTION make_profile() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO profiles VALUES (NEW.id); RETURN NEW; END $$;
            CREATE TRIGGER made AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION make_profile()
            """
        )
        assert RowBuilder(connection).insert_row("profiles", name="Ann")["name"] == "Ann"
        assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (1,)


class TestGiven:
    """The builder inserts given values unchanged."""

    @pytest.fixture
    def factory(self, connection: Connection) -> RowBuilder:
        """A builder on a database with some tables."""
        connection.execute(
            """
            CREATE SCHEMA other;
            CREATE TABLE other.twice (a integer);
            CREATE TABLE twice (a integer);
            CREATE TABLE "odd.name" (a integer);
            CREATE TABLE made (id integer PRIMARY KEY, "table" text, doc jsonb, at timestamptz, tags text[],
                state text NOT NULL DEFAULT 'on' CONSTRAINT states CHECK (state IN ('on', 'off')))
            """
        )
        return RowBuilder(connection)

    @pytest.mark.parametrize(
        ("column", "value", "expected"),
        [
            ("table", "100%", "100%"),
            ("doc", {"a": [1]}, {"a": [1]}),
            ("doc", [1, 2], [1, 2]),
            ("tags", ["a", "b"], ["a", "b"]),
            ("table", sql("'5%' || upper('a')"), "5%A"),
            ("table", None, None),
            ("state", "off", "off"),
        ],
    )
    def test_given_value(self, factory: RowBuilder, column: str, value: Any, expected: Any) -> None:
        """The row has the given Python value or SQL value, in columns of any name."""
        assert factory.insert_row("made", **{column: value})[column] == expected

    def test_any_value(self, factory: RowBuilder) -> None:
        """`ANY_VALUE` is a value of the column other than NULL."""
        row = factory.insert_row("made", table=ANY_VALUE, at=ANY_VALUE)
        assert None not in (row["table"], row["at"])

    def test_build_values(self, factory: RowBuilder) -> None:
        """`build_values` returns the values to insert without the omitted columns, and inserts nothing."""
        values = factory.build_values("made", doc={})
        assert (["doc", "id"], None) == (
            sorted(values),
            factory.connection.execute("SELECT FROM made").fetchone(),
        )

    def test_refused(self, factory: RowBuilder) -> None:
        """If Postgres refuses a given value, the error names the constraint, and its cause is the Postgres error."""
        with pytest.raises(
            RowError, match=r"cannot insert a row into public\.made: states refuses"
        ) as caught:
            factory.insert_row("made", state="broken")
        assert caught.value.constraint == "states"
        assert getattr(caught.value.__cause__, "sqlstate", None) == "23514"

    def test_same_key_twice(self, factory: RowBuilder) -> None:
        """A given key that exists already is an error."""
        factory.insert_row("made", id=7)
        with pytest.raises(RowError, match="made_pkey refuses"):
            factory.insert_row("made", id=7)

    def test_unknown_column(self, factory: RowBuilder) -> None:
        """An unknown column is an error that suggests a similar column."""
        with pytest.raises(MissingError, match=r"public\.made has no column stat\n  Did you mean state"):
            factory.insert_row("made", stat="on")

    @pytest.mark.parametrize("name", ["made", "public.made", ("public", "made"), "odd.name", "other.twice"])
    def test_names(self, factory: RowBuilder, name: Any) -> None:
        """A table name needs no schema."""
        factory.insert_row(name)

    def test_table_object(self, factory: RowBuilder) -> None:
        """A declared table can replace the table name."""
        assert "id" in factory.insert_row(Table("made", columns=[Column("id", integer)]))

    def test_ambiguous_name(self, factory: RowBuilder) -> None:
        """A table name in two schemas is an error that names both tables."""
        expected = r"several schemas have a table named twice\n  Name the schema: .*other\.twice"
        with pytest.raises(SchemaDslError, match=expected):
            factory.insert_row("twice")

    def test_unknown_table(self, factory: RowBuilder) -> None:
        """An unknown table is an error that suggests a similar table."""
        expected = r"table mad does not exist in this database\n  Did you mean made"
        with pytest.raises(MissingError, match=expected):
            factory.insert_row("mad")

    def test_filled_table(self, factory: RowBuilder) -> None:
        """The builder avoids the keys of existing rows."""
        factory.connection.execute("INSERT INTO made (id) SELECT generate_series(1, 500)")
        assert factory.insert_row("made")["id"] > 500


class TestEngagement:
    """The tables of the engagement schema, which reference auth.users of the platform."""

    def test_every_table(self, scratch: Scratch) -> None:
        """The builder inserts rows into every table, and every row has its own user."""
        with scratch.fresh("after") as database, database.connect() as connection:
            factory = RowBuilder(connection, scratch.subject.wanted)
            made = [
                factory.insert_row(table)
                for table in scratch.subject.wanted.tables.values()
                for _ in range(2)
            ]
        users = [row["user_id"] for row in made if "user_id" in row]
        assert (8, 8) == (len(users), len(set(users)))
        assert all(isinstance(user, uuid.UUID) for user in users)


class TestAnyTable:
    """Random tables."""

    @settings(max_examples=40)
    @given(table=tables())
    def test_filled(self, shared: Connection, table: Table) -> None:
        """The builder inserts two rows into any small table."""
        with shared.transaction(force_rollback=True):
            shared.execute(subject_of(PARENT, table, platform=VANILLA).script.encode())
            factory = RowBuilder(shared)
            factory.insert_row(table)
            factory.insert_row(table)
