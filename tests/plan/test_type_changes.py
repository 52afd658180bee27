"""Tests on a server that a change of a type loses nothing without its hazard, for pairs of types of every family."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Column, Table, Type, bigint, boolean, timestamp, timestamptz, uuid
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import Plan, plan
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.render.data_loss_guard import list_losses
from schema_dsl.sql import Sql, literal

# The old type, the new type, values that fit the new type as they are, and values that do not.
_ASSIGNED: Final[tuple[tuple[str, str, list[str], list[str]], ...]] = (
    ("varchar(50)", "varchar(3)", ["abc"], ["abcdefghij", "abc  "]),
    ("text", "varchar(3)", ["abc"], ["abcd"]),
    ("text", "char(3)", ["abc"], ["abcd", "ab "]),
    ("varchar(3)", "char(5)", ["abc"], ["a "]),
    ("char(5)", "char(3)", ["abc"], ["abcd"]),
    ("char(5)", "varchar(3)", ["abc"], ["abcd"]),
    ("text", "name", ["abc"], ["x" * 70]),
    ("uuid", "varchar(10)", [], ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    ("integer", "varchar(2)", ["12"], ["123"]),
    ("numeric(8,2)", "varchar(5)", ["12.00"], ["123.00"]),
    ("timestamp", "varchar(10)", [], ["2024-01-01 00:00"]),
    ("bigint", "integer", ["7"], ["3000000000"]),
    ("bigint", "smallint", ["7"], ["70000"]),
    ("integer", "smallint", ["7"], ["-40000"]),
    ("numeric(8,2)", "integer", ["2.00", "-3"], ["1.55"]),
    ("numeric", "bigint", ["12", "9223372036854775807"], ["0.5", "1e20", "NaN", "9223372036854775808"]),
    ("numeric(8,2)", "numeric(8,1)", ["1.50"], ["1.55"]),
    ("numeric(8,2)", "numeric(4,2)", ["99.99"], ["100.00"]),
    ("numeric", "numeric(6,2)", ["1.5", "NaN"], ["1.234", "123456"]),
    ("integer", "numeric(4,1)", ["999"], ["1000"]),
    ("numeric", "numeric(3)", ["999", "-999"], ["999.5", "1000", "0.4"]),
    ("numeric(8,2)", "smallint", ["-32768"], ["32767.5", "0.01"]),
    ("numeric", "real", ["1.5"], ["1.23456789012"]),
    ("numeric", "double precision", ["1.5"], ["1.2345678901234567890123", "1e400"]),
    ("double precision", "real", ["1.5", "NaN"], ["0.1", "1e300"]),
    ("double precision", "integer", ["2"], ["2.5", "1e12"]),
    (
        "double precision",
        "bigint",
        ["-9223372036854775808"],
        ["9223372036854775808", "NaN", "Infinity", "0.5"],
    ),
    ("double precision", "numeric", ["0.1"], ["0.30000000000000004"]),
    ("double precision", "numeric(6,2)", ["1.25"], ["1.255"]),
    ("real", "integer", ["2"], ["2.5"]),
    ("bigint", "double precision", ["7"], ["9007199254740993"]),
    ("bigint", "real", ["7"], ["16777217"]),
    ("integer", "real", ["7"], ["16777217"]),
    ("timestamp", "date", ["2024-01-01"], ["2024-01-01 10:00"]),
    ("timestamp", "time", [], ["2024-01-01 10:00"]),
    ("timestamp", "timestamp(0)", ["2024-01-01 10:00"], ["2024-01-01 10:00:00.5"]),
    ("timestamptz", "timestamptz(0)", ["2024-01-01 10:00+00"], ["2024-01-01 10:00:00.5+00"]),
    ("time", "time(0)", ["10:00"], ["10:00:00.5"]),
    ("timetz", "time", [], ["10:00+05"]),
    ("interval", "time", ["10:00"], ["2 days 10:00"]),
    ("interval", "interval(0)", ["1 day"], ["0.5 seconds"]),
    ("json", "jsonb", ['{"b": 1, "a":  [2]}'], ['{"a": 1, "a": 2}', '{"b": {"c": 1, "c": 2}}']),
    ("inet", "cidr", ["10.0.0.0/8"], ["10.1.2.3/8"]),
    ("bit(4)", "bit(2)", [], ["1011"]),
    ("varbit", "varbit(2)", ["10"], ["1011"]),
    ("macaddr8", "macaddr", ["08:00:2b:ff:fe:01:02:03"], ["08:00:2b:01:02:03:04:05"]),
    ("money", "numeric(6,2)", ["12.50"], ["1234567.00"]),
    ("integer[]", "smallint[]", ["{1,2}"], ["{1,70000}"]),
    ("numeric(8,2)[]", "integer[]", ["{1,2}"], ["{1.5}"]),
    ("varchar(50)[]", "varchar(3)[]", ["{abc}"], ["{abcdef}"]),
    ("mood", "varchar(2)", [], ["happy"]),
    ("text[]", "varchar(3)[]", ["{abc,NULL}"], ["{ab,abcd}"]),
    ("timestamp[]", "date[]", ["{2024-01-01}"], ['{"2024-01-01 10:00"}']),
    ("json", "varchar(5)", ["[1]"], ["[1, 2, 3]"]),
)
_READ: Final = (
    ("text", "uuid", ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"], ["owner 8"]),
    ("text", "mood", ["happy", "sad"], ["angry"]),
    ("varchar(20)", "mood", ["happy"], ["HAPPY"]),
    ("text", "integer", [" 42"], ["4.2", "x"]),
    ("text", "bigint", ["42"], ["99999999999999999999"]),
    ("text", "numeric", ["1.50", "1e3"], ["x"]),
    ("text", "numeric(8,2)", ["1.5"], ["1.555", "x", "1e20"]),
    ("text", "double precision", ["1.50"], ["0.12345678901234567890", "x"]),
    ("text", "boolean", ["yes", "f"], ["maybe"]),
    ("text", "date", ["2024-01-31"], ["2024-01-31 12:00", "soon"]),
    ("text", "timestamp", ["2024-01-31 12:00:00"], ["2024-01-31 12:00:00+05", "soon"]),
    ("text", "time", ["12:00:00"], ["12:00:00+05", "noon"]),
    ("text", "interval", ["1 day"], ["fast"]),
    ("text", "json", ['{"a": 1}'], ["{"]),
    ("text", "jsonb", ['{"b":1,"a":2}'], ['{"a": 1, "a": 2}', "{"]),
    ("text", "inet", ["10.0.0.1"], ["10.0.0"]),
    ("text", "integer[]", ["{1,2}"], ["{x}"]),
    ("text", "positive", ["5"], ["-5", "x"]),
    ("char(5)", "integer", ["42"], ["4 2"]),
)
# The old type, the new type, a value that does not fit, and the converted value if the loss is allowed.
_ALLOWED: Final = (
    ("numeric(8,2)", "integer", "1.55", "2"),
    ("varchar(50)", "varchar(3)", "abcdef", "abc"),
    ("text", "char(3)", "abcdef", "abc"),
    ("uuid", "varchar(4)", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0ee"),
    ("mood", "varchar(2)", "happy", "ha"),
    ("text[]", "varchar(3)[]", "{ab,abcd}", "{ab,abc}"),
    ("bit(4)", "bit(2)", "1011", "10"),
    ("varbit", "varbit(2)", "1011", "10"),
)
_KEPT: Final = (
    ("interval(3)", "interval", ["1.5 seconds"]),
    ("interval day to second", "interval", ["2 days 03:00:00"]),
    ("varchar(3)", "varchar(50)", ["abc"]),
    ("varchar(3)", "varchar", ["abc"]),
    ("varchar(3)", "text", ["abc"]),
    ("text", "varchar", ["abc"]),
    ("char(3)", "varchar(5)", ["ab "]),
    ("char(3)", "text", ["ab"]),
    ("smallint", "integer", ["7"]),
    ("int", "bigint", ["7"]),
    ("integer", "numeric", ["7"]),
    ("integer", "numeric(12, 2)", ["2147483647"]),
    ("integer", "double precision", ["2147483647"]),
    ("smallint", "real", ["32767"]),
    ("real", "double precision", ["0.1"]),
    ("numeric(8,2)", "numeric(10,2)", ["1.55"]),
    ("numeric(8,2)", "numeric", ["1.55"]),
    ("boolean", "text", ["true"]),
    ("uuid", "text", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
    ("date", "timestamp", ["2024-01-31"]),
    ("date", "text", ["2024-01-31"]),
    ("timestamp(0)", "timestamp", ["2024-01-31 10:00"]),
    ("timestamptz", "text", ["2024-01-31 10:00+00"]),
    ("numeric(8,2)", "numeric(10,3)", ["1.55"]),
    ("varbit(3)", "varbit(5)", ["101"]),
    ("bit(3)", "varbit", ["101"]),
    ("timestamptz(3)", "timestamptz(5)", ["2024-01-31 10:00+00"]),
    ("varchar(3)[]", "varchar(5)[]", ["{abc}"]),
    ("mood[]", "text[]", ["{happy,NULL}", "{{sad},{happy}}"]),
    ("mood[]", "varchar[]", ["{happy}"]),
    ("positive[]", "text[]", ["{1,2}"]),
    ("jsonb", "json", ['{"a": 1}']),
    ("jsonb", "text", ['{"a": 1}']),
    ("cidr", "inet", ["10.0.0.0/8"]),
    ("mood", "text", ["happy"]),
    ("integer[]", "bigint[]", ["{1,2}"]),
    ("varchar(3)[]", "text[]", ["{abc}"]),
    ("uuid[]", "text[]", ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"]),
    ("json", "text", ['{"b": 1, "a":  [2]}']),
    ("oid", "bigint", ["7"]),
)
_REFUSED: Final = (
    ("bytea", "uuid"),
    ("boolean", "numeric"),
    ("boolean", "integer"),
    ("integer", "boolean"),
    ("integer", "date"),
    ("integer", "uuid"),
    ("jsonb", "integer"),
    ("uuid", "bigint"),
    ("date", "integer"),
    ("mood", "integer"),
    ("mood", "weather"),
    ("text[]", "jsonb"),
    ("timestamp", "timestamptz"),
    ("timestamptz", "timestamp"),
    ("date", "timestamptz"),
    ("timestamptz", "date"),
    ("time", "timetz"),
    ("timestamp[]", "timestamptz[]"),
    ("timestamptz[]", "date[]"),
    ("mood[]", "weather[]"),
    ("text[]", "mood[]"),
    ("text[]", "uuid[]"),
)
_SETUP: Final = (
    "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE TYPE weather AS ENUM ('happy', 'sad');"
    "CREATE DOMAIN positive AS integer CHECK (value > 0); SET timezone = 'UTC'; SET lc_monetary = 'C'"
)


def table(kind: str, **more: object) -> Catalog:
    """Declare a table with one column of a type."""
    column = Column("v", Type(Sql(kind)), **more)  # type: ignore[arg-type]
    return build_catalog([Table("t", columns=[Column("id", bigint, primary_key=True), column])])


def change(old: str, new: str) -> tuple[Plan, Catalog]:
    """Plan the change of a column from one type to the other."""
    after = table(new)
    return plan(table(old), after), after


def fill(world: World, old: str, values: list[str]) -> list[tuple[object, ...]]:
    """Create the table with the values, and return its rows as text."""
    world.connection.execute("DROP TABLE IF EXISTS t")
    world.connection.execute(f"CREATE TABLE t (id bigint PRIMARY KEY, v {old})".encode())
    for number, value in enumerate(values):
        cast = f"{literal(value)}::text::{old}" if old != "money" else f"{literal(value)}::numeric::money"
        world.connection.execute(f"INSERT INTO t VALUES ({number}, {cast})".encode())
    world.connection.execute(b"INSERT INTO t VALUES (-1, NULL)")
    return read(world, old)


def find_file(world: World) -> object:
    """Return the file of the table, which a rewrite replaces."""
    return world.connection.execute("SELECT relfilenode FROM pg_class WHERE oid = 't'::regclass").fetchone()


def read(world: World, kind: str) -> list[tuple[object, ...]]:
    """Return the rows of the table, cast to a type."""
    back = "v::text" if kind == "money" else f"v::{kind}::text" if "int" in kind else f"v::text::{kind}::text"
    return world.connection.execute(f"SELECT id, {back} FROM t ORDER BY id".encode()).fetchall()


@pytest.fixture
def types(world: World) -> World:
    """A session with the enums and the domain of the pairs."""
    world.connection.execute(b"GRANT CREATE ON SCHEMA public TO CURRENT_USER")
    world.connection.execute(_SETUP.encode())
    return world


class TestNarrowing:
    """A conversion that may change values stops, with their number, until the loss is allowed."""

    def test_pairs(self, types: World) -> None:
        """The guard counts exactly the values that do not fit, changes nothing, and lets the others through."""
        for old, new, fitting, changed in (*_ASSIGNED, *_READ):
            carried, after = change(old, new)
            assert list_losses(carried.steps), (old, new)
            before = fill(types, old, [*fitting, *changed])
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as caught:
                types.carry_out(carried, after)
            assert f"(rows: {len(changed)})" in str(caught.value), (old, new)
            assert before == read(types, old), (old, new)
            before = fill(types, old, fitting)
            for _ in range(2):
                types.carry_out(carried, after)
            assert len(before) == len(read(types, new)), (old, new)

    def test_allowed(self, types: World) -> None:
        """With the setting on, Postgres rounds numbers as an assignment does, and cuts values that are too long."""
        types.connection.execute(f"SET {ALLOW_DATA_LOSS} = 'on'".encode())
        for old, new, value, converted in _ALLOWED:
            carried, after = change(old, new)
            fill(types, old, [value])
            for _ in range(2):
                types.carry_out(carried, after)
            assert [(-1, None), (0, converted)] == read(types, "text"), (old, new)

    def test_whole_family_is_covered(self) -> None:
        """The table has at least 60 pairs of types."""
        assert 60 <= len(_ASSIGNED) + len(_READ) + len(_KEPT) + len(_REFUSED)


class TestKept:
    """A conversion that keeps every value has no guard."""

    def test_pairs(self, types: World) -> None:
        """The values stay the same through the change and a second run, and the plan reports rewrites."""
        for old, new, values in _KEPT:
            carried, after = change(old, new)
            assert not list_losses(carried.steps), (old, new)
            before = fill(types, old, values)
            file = find_file(types)
            for _ in range(2):
                types.carry_out(carried, after)
                assert before == read(types, old), (old, new)
            rewrites = any(hazard.rewrites for step in carried.steps for hazard in step.hazards)
            assert rewrites == (file != find_file(types)), (old, new)

    @pytest.mark.parametrize(
        ("old", "new", "value", "converted"),
        [
            ("text", "e.citext", "Ab", "Ab"),
            ("varchar(3)", "e.citext", "Ab", "Ab"),
            ("char(3)", "e.citext", "Ab", "Ab"),
            ("integer", "e.citext", "7", "7"),
            ("mood", "e.citext", "sad", "sad"),
            ("text[]", "e.citext[]", "{Ab,NULL}", "{Ab,NULL}"),
            ("mood[]", "e.citext[]", "{sad}", "{sad}"),
            ("integer", "money", "-2147483648", "-$2,147,483,648.00"),
            ("bigint", "money", "-92233720368547758", "-$92,233,720,368,547,758.00"),
            ("money", "numeric", "-92233720368547758.08", "-92233720368547758.08"),
            ("box", "polygon", "((0,1),(2,3))", "((0,1),(0,3),(2,3),(2,1))"),
        ],
    )
    def test_other_form(self, types: World, old: str, new: str, value: str, converted: str) -> None:
        """A value that the new type prints in another form is kept; citext keeps all that text keeps, in any schema."""
        types.connection.execute("CREATE SCHEMA e; CREATE EXTENSION citext SCHEMA e")
        carried, wanted = change(old, new)
        assert not list_losses(carried.steps)
        fill(types, old, [value])
        for _ in range(2):
            types.carry_out(carried, wanted)
        assert [(-1, None), (0, converted)] == read(types, "text")


class TestRefused:
    """A change that Postgres does not make by itself needs `using=`."""

    @pytest.mark.parametrize(("old", "new"), _REFUSED)
    def test_without_using(self, old: str, new: str) -> None:
        """The plan is refused at the line of the column, with the expression to write."""
        with pytest.raises(DefinitionError, match=r"Write the conversion on the column: using=") as caught:
            change(old, new)
        assert Path(__file__).name in str(caught.value)

    def test_several_columns(self) -> None:
        """One error names all columns, in all tables, that need `using=`."""
        states = [
            build_catalog(
                [
                    Table("one", columns=[Column("a", kinds[0]), Column("b", kinds[1])]),
                    Table("two", columns=[Column("c", kinds[0])]),
                ]
            )
            for kinds in ((timestamp, boolean), (timestamptz, uuid))
        ]
        with pytest.raises(DefinitionError) as caught:
            plan(*states)
        lines = str(caught.value).splitlines()
        assert ["a of public.one", "b of public.one", "c of public.two"] == [
            line.partition("column ")[2].partition(" cannot change")[0] for line in lines[::2]
        ]
        assert all(line.startswith("  Write the conversion on the column: using=") for line in lines[1::2])

    def test_with_using(self, types: World) -> None:
        """A declared expression converts the values once, and a second run in another zone changes nothing."""
        fill(types, "timestamp", ["2024-01-31 10:00"])
        after = table("timestamptz", using="v AT TIME ZONE 'Europe/Berlin'")
        carried = plan(table("timestamp"), after)
        for zone in ("UTC", "Asia/Tokyo"):
            types.connection.execute(f"SET timezone = '{zone}'".encode())
            types.carry_out(carried, after)
        types.connection.execute(b"SET timezone = 'UTC'")
        assert [(-1, None), (0, "2024-01-31 09:00:00+00")] == read(types, "text")

    def test_back_in_the_zone_of_using(self, types: World) -> None:
        """The plan back converts days in the zone of `using=`, whatever that of the session, and cuts no time."""
        before, after = table("date"), table("timestamptz", using="v::timestamp AT TIME ZONE 'Asia/Tokyo'")
        fill(types, "date", ["2024-01-31"])
        types.connection.execute(b"SET timezone = 'America/Lima'")
        types.carry_out(plan(before, after), after)
        types.connection.execute(b"INSERT INTO t VALUES (1, '2024-02-01 10:00+09')")
        back = plan(after, before)
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"\(rows: 1\)"):
            types.carry_out(back, before)
        types.connection.execute(b"DELETE FROM t WHERE id = 1")
        for _ in range(2):
            types.carry_out(back, before)
        assert [(-1, None), (0, "2024-01-31")] == read(types, "text")

    def test_using_that_is_the_plain_cast(self, types: World) -> None:
        """The values that the declared cast cannot read are counted before."""
        fill(types, "text", ["owner 8", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"])
        after = table("uuid", using="v::uuid")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"\(rows: 1\)"):
            types.carry_out(plan(table("text"), after), after)

    def test_no_state(self) -> None:
        """`using=` alone is no change, and no part of the fingerprint."""
        plain, told = table("uuid"), table("uuid", using="v::uuid")
        assert not plan(plain, told)
        assert plain.fingerprint() == told.fingerprint()


class TestOneRewrite:
    """Several changes of one table are one ALTER TABLE."""

    def test_one_statement(self) -> None:
        """Two columns that change their types share a statement."""
        sides = [
            build_catalog([Table("t", columns=[Column("a", Type(Sql(a))), Column("b", Type(Sql(b)))])])
            for a, b in (("integer", "varchar(3)"), ("bigint", "text"))
        ]
        assert ["column/alter_type"] == [step.template for step in plan(*sides).steps]

    def test_spelling_is_no_change(self) -> None:
        """Two spellings of one type are the same type."""
        sides = [
            build_catalog([Table("t", columns=[Column("a", Type(Sql(kind)), not_null=not_null)])])
            for kind, not_null in (("character varying(3)", False), ("varchar( 3 )", True))
        ]
        assert "column/alter_type" not in [step.template for step in plan(*sides).steps]
