"""Tests of the canonical form of declared SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from declared import CLIENTS, apply, catalog

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    Function,
    Index,
    IndexElement,
    Policy,
    Table,
    Trigger,
    Type,
    integer,
    sql,
    text,
)
from schema_dsl.analysis.identity import table_part
from schema_dsl.errors import DefinitionError
from schema_dsl.introspect import canonical, canonicalize, compare, describe, introspect
from schema_dsl.introspect.batch import ServerQuery, run_queries
from schema_dsl.postgres import Connection


def one(connection: Connection, table: Table, kind: str, name: str) -> Any:
    """Return one object of a declared table in its canonical form."""
    return canonicalize(connection, catalog(table)).objects[table_part(kind, table.schema, table.name, name)]


class TestMeaning:
    """Expressions, which resolve in the canonical form like on the table itself."""

    @pytest.fixture(autouse=True)
    def _surroundings(self, owner: Connection) -> None:
        owner.execute(
            """
            CREATE TYPE mood AS ENUM ('fine', 'sad');
            CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
            CREATE SEQUENCE "My numbers";
            CREATE TABLE t (a int, b text, c int4range);
            CREATE FUNCTION sound(t) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1.a > 0';
            CREATE FUNCTION total(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
            """
        )

    @pytest.mark.parametrize(
        ("declared", "expected"),
        [
            ("a IN (1, 2)", "(a = ANY (ARRAY[1, 2]))"),
            ("t.a > 0", "(a > 0)"),
            ("public.t.a > 0", "(a > 0)"),
            ("sound(t.*)", "public.sound(t.*)"),
            ("sound(t)", "public.sound(t.*)"),
            ("t IS NOT NULL", "(t.* IS NOT NULL)"),
            ("total(a) > 0", "(public.total(a) > 0)"),
            ("b::mood = 'fine'", "((b)::public.mood = 'fine'::public.mood)"),
            ("b::short <> ''", "(((b)::public.short)::text <> ''::text)"),
            ("nextval('\"My numbers\"') > a", "(nextval('public.\"My numbers\"'::regclass) > a)"),
            ("'t'::regclass::oid > 0", "(('public.t'::regclass)::oid > (0)::oid)"),
            ("tableoid = 't'::regclass", "(tableoid = ('public.t'::regclass)::oid)"),
            ("b <> 'x' -- no more", "(b <> 'x'::text)"),
            ("b ~ E'^\\\\d' /* digits", None),
        ],
    )
    def test_check(self, owner: Connection, declared: str, expected: str | None) -> None:
        """Whole-row references, references by table name, and user-defined types, functions and sequences resolve."""
        table = Table("t", existing=[Column("a", integer)], constraints=[Check(sql(declared), name="k")])
        if expected is None:
            with pytest.raises(DefinitionError, match="unterminated /\\* comment"):
                one(owner, table, "check", "k")
        else:
            assert expected == one(owner, table, "check", "k").expression

    @pytest.mark.parametrize(
        ("declared", "expected"),
        [
            ("a IN (SELECT a FROM t)", "(a IN ( SELECT t_1.a\n   FROM public.t t_1))"),
            (
                "EXISTS (SELECT FROM t o WHERE o.a = t.a)",
                "(EXISTS ( SELECT\n   FROM public.t o\n  WHERE (o.a = t.a)))",
            ),
            (
                "EXISTS (SELECT FROM public.t o WHERE o = t)",
                "(EXISTS ( SELECT\n   FROM public.t o\n  WHERE (o.* = t.*)))",
            ),
        ],
    )
    def test_policy(self, owner: Connection, declared: str, expected: str) -> None:
        """Tables in sub-selects resolve, also the table of the policy."""
        table = Table("t", existing=[], policies=[Policy("p", to="reader", using=sql(declared))])
        assert expected == one(owner, table, "policy", "p").using

    @pytest.mark.parametrize(
        ("kind", "default", "expected"),
        [
            ("int", 1, ("integer", "1")),
            ("mood", "fine", ("public.mood", "'fine'::public.mood")),
            ("short[]", sql("'{a}'"), ("public.short[]", "'{a}'::public.short[]")),
            ("numeric(5,2)", sql("1 + 1"), ("numeric(5,2)", "(1 + 1)")),
            ("varchar(3)", "x", ("character varying(3)", "'x'::character varying")),
            (
                "timestamptz",
                sql("now()-interval '1 day'"),
                ("timestamp with time zone", "(now() - '1 day'::interval)"),
            ),
            (
                "bigint",
                sql("nextval('\"My numbers\"')"),
                ("bigint", "nextval('public.\"My numbers\"'::regclass)"),
            ),
            ("t", None, ("public.t", None)),
        ],
    )
    def test_column(
        self, owner: Connection, kind: str, default: Any, expected: tuple[str, str | None]
    ) -> None:
        """Types get their schema, and defaults get the casts to the type."""
        column = one(
            owner, Table("n", columns=[Column("x", Type(sql(kind)), default=default)]), "column", "x"
        )
        assert expected == (str(column.type), column.default)

    def test_serial(self, owner: Connection) -> None:
        """A serial type becomes an integer type, a default and NOT NULL."""
        wanted = catalog(Table("it's", columns=[Column("n", Type("bigserial")), Column("m", Type("Serial"))]))
        apply(owner, wanted)
        assert [] == [describe(item) for item in compare(canonicalize(owner, wanted), introspect(owner))]

    def test_generated(self, owner: Connection) -> None:
        """The expression of a generated column resolves columns of the table."""
        columns = [Column("a", integer), Column("d", integer, generated=sql("total(a)+1"))]
        assert "(public.total(a) + 1)" == one(owner, Table("n", columns=columns), "column", "d").generated

    def test_index(self, owner: Connection) -> None:
        """An expression that is only a column becomes a column, and a default operator class is removed."""
        index = Index([sql("a"), IndexElement("b", operator_class="text_ops")], name="i", where="(a) > 1")
        found = one(owner, Table("t", existing=[Column("b", text)], indexes=[index]), "index", "i")
        assert ((IndexElement("a"), IndexElement("b")), "(a > 1)") == (found.elements, found.where)
        assert str is type(found.elements[0].on)

    def test_exclusion(self, owner: Connection) -> None:
        """An operator gets the name of the catalog."""
        exclusion = Exclusion([("c", "OPERATOR(pg_catalog.&&)")], name="x", where="a>1")
        table = Table("t", existing=[Column("c", Type("int4range"))], constraints=[exclusion])
        found = one(owner, table, "exclusion", "x")
        assert ((("c", "&&"),), "(a > 1)") == (found.elements, found.where)

    def test_trigger(self, owner: Connection) -> None:
        """A condition on old and new rows is rewritten, even if the trigger function does not exist."""
        trigger = Trigger("g", Function("nowhere"), timing="before", events="update", when="OLD.a<NEW.a")
        assert (
            "(old.a < new.a)" == one(owner, Table("t", existing=[], triggers=[trigger]), "trigger", "g").when
        )

    def test_search_path(self, owner: Connection) -> None:
        """Names without a schema resolve by the search path, like in the migration."""
        owner.execute(
            "CREATE SCHEMA s; CREATE FUNCTION s.total(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'"
        )
        table = Table("t", existing=[], constraints=[Check("total(a) > 0", name="k")])
        assert "(public.total(a) > 0)" == one(owner, table, "check", "k").expression
        owner.execute("SET search_path = s, public")
        assert "(s.total(a) > 0)" == one(owner, table, "check", "k").expression

    def test_normalization(self, owner: Connection) -> None:
        """Roles are sorted, PUBLIC replaces all other roles, and an empty comment becomes None."""
        policies = [
            Policy("p", to=[CLIENTS[2], CLIENTS[0]], using="true", comment=""),
            Policy("q", to=[CLIENTS[0], "public"], using="true"),
        ]
        table = Table("t", existing=[], policies=policies)
        expected = (tuple(sorted((CLIENTS[0], CLIENTS[2]))), None)
        found = one(owner, table, "policy", "p")
        assert expected == (found.to, found.comment)
        assert ("public",) == one(owner, table, "policy", "q").to

    def test_missing_existing_table(self, owner: Connection) -> None:
        """If an existing table is missing, a table with its declared columns replaces it."""
        table = Table("lost", existing=[Column("a", integer)], constraints=[Check("a IN (1, 2)", name="k")])
        assert "(a = ANY (ARRAY[1, 2]))" == one(owner, table, "check", "k").expression

    def test_origins_stay(self, owner: Connection) -> None:
        """The rewritten object has the origin of the declaration."""
        table = Table("t", existing=[], constraints=[Check("a IN (1, 2)", name="k")])
        assert table.constraints[0].origin == one(owner, table, "check", "k").origin


class TestAlike:
    """Equal SQL on several tables, which is canonical on each as if it were the only one."""

    def test_like_alone(self, owner: Connection) -> None:
        """Another type of a column, a sub-select and a row of the table count, although the text is the same."""
        owner.execute("CREATE TYPE mood AS ENUM ('fine', 'sad'); CREATE TABLE known (id int)")
        for name in ("one", "two", "three"):
            owner.execute(f"CREATE TABLE {name} ()".encode())
            owner.execute(
                f"CREATE FUNCTION is_odd({name}) RETURNS boolean LANGUAGE sql AS 'SELECT true'".encode()
            )
        tables = [
            Table(
                name,
                columns=[Column("id", integer), Column("a", Type(spelling)), Column("A b", Type(quoted))],
                constraints=[Check("a IN ('fine', 'sad')", name="k"), Check("\"A b\" = '1'", name="q")],
                indexes=[Index(sql("a || 'x'"), name=f"i_{name}")] if spelling != "mood" else [],
                policies=[
                    Policy("p", to="public", using="a = 'fine'"),
                    Policy(
                        "s", to="public", using="EXISTS (SELECT FROM known AS k WHERE k.id = id OR a = 'sad')"
                    ),
                    Policy("r", to="public", using=f"is_odd({name})"),
                ],
            )
            for name, spelling, quoted in (
                ("one", "text", "integer"),
                ("two", "mood", "text"),
                ("three", "text", "text"),
            )
        ]
        together = canonicalize(owner, catalog(*tables)).objects
        for table in tables:
            alone = canonicalize(owner, catalog(table)).objects
            assert alone == {identity: together[identity] for identity in alone}
        of_two = {identity.name: item for identity, item in together.items() if identity.parent_name == "two"}
        assert "(a = 'fine'::public.mood)" == of_two["p"].using
        assert "two.a" in of_two["s"].using

    def test_missing_tables(self, owner: Connection) -> None:
        """Of existing tables that are missing, the types of the known columns count."""
        tables = [
            Table(
                name,
                existing=[Column("a", of)],
                columns=[Column("z", integer)],
                constraints=[Check("a IN ('1', '2')", name="k")],
            )
            for name, of in (("lost", integer), ("gone", text))
        ]
        found = canonicalize(owner, catalog(*tables)).objects
        checks = [found[table_part("check", "public", table.name, "k")].expression for table in tables]
        assert ["(a = ANY (ARRAY[1, 2]))", "(a = ANY (ARRAY['1'::text, '2'::text]))"] == checks

    def test_asked_once(self, owner: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        """A condition that a hundred tables have is one statement for Postgres."""
        sent: list[str] = []

        def record(connection: Connection, queries: Sequence[ServerQuery]) -> None:
            sent.extend(query.statement.as_string(connection) for query in queries)
            run_queries(connection, queries)

        monkeypatch.setattr(canonical, "run_queries", record)
        tables = [
            Table(
                f"many_{number}", columns=[Column("a", integer)], constraints=[Check("a > 1 + 1", name="k")]
            )
            for number in range(100)
        ]
        found = canonicalize(owner, catalog(*tables)).objects
        expressions = {item.expression for item in found.values() if isinstance(item, Check)}
        assert {"(a > (1 + 1))"} == expressions
        assert 1 == sum("CHECK" in statement for statement in sent)
