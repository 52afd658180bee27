"""Tests on a server that the values of a domain are converted as those of the type below it."""

from __future__ import annotations

from typing import Final

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Check, Column, Domain, Table, Type, bigint, sql, timestamp, timestamptz
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.type import DeclaredType
from schema_dsl.plan import plan
from schema_dsl.sql import Sql

# The base types of two domains of one name, values that fit both, and values that the second one changes or refuses.
_REPLACED: Final[tuple[tuple[str, str, list[str], list[str]], ...]] = (
    ("numeric(12,2)", "numeric(14,4)", ["1.00", "0.05"], []),
    ("numeric(12,2)", "integer", ["1.00"], ["1.50"]),
    ("numeric(4,1)", "double precision", ["1.0"], []),
    ("varchar(9)", "varchar(3)", ["abc"], ["abcd"]),
    ("integer", "bigint", ["1"], []),
    ("date", "timestamp", ["2024-01-31"], []),
    ("text", "integer", [" 1"], ["x"]),
    ("numeric(3,1)[]", "numeric(5,2)[]", ["{1.0,NULL}"], []),
)
_DOMAINS = (
    Domain("plain", Type(Sql("numeric(12,2)"))),
    Domain("positive", Type(Sql("numeric(12,2)")), check=[Check("VALUE > 0", name="positive_check")]),
    Domain("large", Type(Sql("positive")), check=[Check("VALUE > 9", name="large_check")]),
)
# The old type, the new type, values that fit both, and values that the new one changes or refuses.
_EXCHANGED: Final[tuple[tuple[str, str, list[str], list[str]], ...]] = (
    ("plain", "numeric(12,2)", ["-1.50"], []),
    ("large", "numeric", ["10"], []),
    ("large", "integer", ["10.00"], ["10.50"]),
    ("large", "varchar(5)", ["10.00"], ["1000.00"]),
    ("numeric(12,2)", "plain", ["-1.50"], []),
    ("numeric(12,2)", "large", ["10.00"], ["-1.00", "1.00"]),
    ("numeric(12,4)", "positive", ["1.50"], ["-1.50", "1.555"]),
    ("integer", "positive", ["1"], ["0"]),
    ("positive", "large", ["10.00"], ["1.00"]),
    ("text", "large", ["10.00"], ["x", "1.00"]),
    ("numeric(12,2)[]", "positive[]", ["{1.50,NULL}"], ["{1.50,-1}"]),
    ("large[]", "numeric(12,2)[]", ["{10}"], []),
)


def build(kind: Type | DeclaredType, *domains: Domain) -> Catalog:
    """Declare a table with a column of a type, and domains."""
    column = Column("v", kind)
    return build_catalog([*domains, Table("t", columns=[Column("id", bigint, primary_key=True), column])])


def convert(world: World, before: Catalog, after: Catalog, fitting: list[str], changed: list[str]) -> None:
    """Carry out the change over rows, twice: it stops with the number of the values that do not fit."""
    world.connection.execute(b"DROP TABLE IF EXISTS t; DROP DOMAIN IF EXISTS d, large, positive, plain")
    world.carry_out(plan(Catalog(), before), before)
    values: list[str | None] = [*fitting, *changed, None]
    for number, value in enumerate(values):
        world.connection.execute("INSERT INTO t VALUES (%s, %s)", [number, value])
    carried = plan(before, after)
    if changed:
        kept = world.connection.execute("SELECT id, v::text FROM t ORDER BY id").fetchall()
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as caught:
            world.carry_out(carried, after)
        assert f"(rows: {len(changed)})" in str(caught.value), (before, after)
        assert kept == world.connection.execute("SELECT id, v::text FROM t ORDER BY id").fetchall()
        world.connection.execute("DELETE FROM t WHERE id BETWEEN %s AND %s", [len(fitting), len(values) - 2])
    for _ in range(2):
        world.carry_out(carried, after)
    found = world.connection.execute("SELECT count(*), count(v) FROM t").fetchone()
    assert (len(fitting) + 1, len(fitting)) == found


@pytest.fixture
def domains(world: World) -> World:
    """A session that may create types."""
    world.connection.execute(b"GRANT CREATE ON SCHEMA public TO CURRENT_USER")
    return world


def test_another_base(domains: World) -> None:
    """A domain with another base keeps the values, however the bases format them, and counts those that do not fit."""
    for old, new, fitting, changed in _REPLACED:
        one, two = (Domain("d", Type(Sql(base))) for base in (old, new))
        convert(domains, build(one, one), build(two, two), fitting, changed)


def test_into_and_out_of_a_domain(domains: World) -> None:
    """A column may get a domain, another one or none; values that the new domain refuses are counted before."""
    for old, new, fitting, changed in _EXCHANGED:
        before, after = (build(Type(Sql(kind)), *_DOMAINS) for kind in (old, new))
        convert(domains, before, after, fitting, changed)


def test_base_that_depends_on_the_zone() -> None:
    """If the conversion of the base depends on the session, the column needs `using=`."""
    one, two = (Domain("d", Type(Sql(base))) for base in ("timestamp", "timestamptz"))
    with pytest.raises(DefinitionError, match=r"using=\"v AT TIME ZONE 'UTC'\""):
        plan(build(one, one), build(two, two))


def test_base_with_using(domains: World) -> None:
    """`using=` of a column converts the values for the other base of its domain."""
    before, after = (
        build_catalog([kind, Table("t", columns=[Column("v", kind, using=using)])])
        for kind, using in (
            (Domain("d", timestamp), None),
            (Domain("d", timestamptz), sql("v AT TIME ZONE 'UTC'")),
        )
    )
    domains.carry_out(plan(Catalog(), before), before)
    domains.connection.execute(b"SET timezone = 'Asia/Tokyo'; INSERT INTO t VALUES ('2024-01-01 10:00')")
    domains.carry_out(plan(before, after), after)
    domains.connection.execute(b"SET timezone = 'UTC'")
    assert [("2024-01-01 10:00:00+00",)] == domains.connection.execute("SELECT v::text FROM t").fetchall()
