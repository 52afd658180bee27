"""Tests on a server that a column keeps its next number when its numbers come from somewhere else."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from fixtures_plans import HEADER, World

from schema_dsl import Column, SequenceOptions, Table, Type, bigint, integer, sql, text
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan
from schema_dsl.render import render
from schema_dsl.verify.comparison.left_behind import find_left_behind
from schema_dsl.verify.comparison.renames import read_renamed
from schema_dsl.verify.comparison.replay import compare_with_definitions

# A name that needs quotes, and columns that are named like the variables of the block.
_SEQUENCE = "nextval('\"S\"'::regclass)"
_SOURCES: dict[str, dict[str, Any]] = {
    "always": {"identity": "always"},
    "by default": {"identity": "by default"},
    "serial": {"default": sql("nextval('\"Tickets_source_seq\"'::regclass)")},
    "sequence": {"default": sql(_SEQUENCE)},
}


def tickets(kind: Type = bigint, **source: Any) -> Catalog:
    """Declare a table whose key takes its numbers from a source."""
    columns = [
        Column("source", kind, not_null=True, **source),
        Column("next_value", text),
    ]
    return build_catalog([Table("Tickets", columns=columns)])


def numbers(world: World) -> list[int]:
    """Insert a row and return all numbers."""
    world.connection.execute(b"INSERT INTO \"Tickets\" (next_value) VALUES ('x')")
    rows = world.connection.execute(b'SELECT source FROM "Tickets" ORDER BY 1').fetchall()
    return [row[0] for row in rows]


@pytest.fixture
def tables(world: World) -> World:
    """A session with the sequences of the sources."""
    world.connection.execute(b"GRANT ALL ON SCHEMA public TO CURRENT_USER")
    world.connection.execute(b'CREATE SEQUENCE "S"')
    return world


@pytest.mark.parametrize(("old", "new"), list(itertools.permutations(_SOURCES, 2)))
class TestNextNumber:
    """The next number follows all given numbers, after the migration, its rollback and a second run."""

    def test_kept(self, tables: World, old: str, new: str) -> None:
        """No number is given twice, even if the row with the largest number was deleted before."""
        kind = "serial" if "serial" in (old, new) else "bigint"
        tables.connection.execute(f'CREATE TABLE "Tickets" (source {kind}, next_value text)'.encode())
        if kind == "bigint":
            tables.connection.execute(b'ALTER TABLE "Tickets" ALTER source SET NOT NULL')
        kinds = integer if kind == "serial" else bigint
        start = {"default": _SOURCES["serial"]["default"]} if kind == "serial" else {}
        before, after = tickets(kinds, **_SOURCES[old]), tickets(kinds, **_SOURCES[new])
        tables.carry_out(plan(tickets(kinds, **start), before), before)
        assert [1] == numbers(tables)
        assert [1, 2] == numbers(tables)
        tables.connection.execute(b'DELETE FROM "Tickets" WHERE source = 2')
        forward = render(plan(before, after), after, HEADER)
        tables.run(forward)
        tables.run(forward)
        assert [1, 3] == numbers(tables)
        tables.run(forward)
        assert [1, 3, 4] == numbers(tables)
        tables.connection.execute(b'DELETE FROM "Tickets" WHERE source = 4')
        tables.carry_out(plan(after, before), before)
        assert [1, 3, 5] == numbers(tables)


class TestPlainColumn:
    """A column without a source of numbers gets one."""

    @pytest.mark.parametrize("new", ["always", "sequence"])
    def test_rows(self, tables: World, new: str) -> None:
        """The first number follows those that the rows have."""
        before, after = tickets(), tickets(**_SOURCES[new])
        tables.carry_out(plan(Catalog(), before), before)
        tables.connection.execute(b"INSERT INTO \"Tickets\" VALUES (7, 'x')")
        for _ in range(2):
            tables.carry_out(plan(before, after), after)
        assert [7, 8] == numbers(tables)

    def test_descending(self, tables: World) -> None:
        """A sequence that cannot give the next number stays as it is."""
        tables.connection.execute(b'ALTER SEQUENCE "S" INCREMENT -1 MAXVALUE -1 NO MINVALUE START -1 RESTART')
        before, after = tickets(), tickets(**_SOURCES["sequence"])
        tables.carry_out(plan(Catalog(), before), before)
        tables.connection.execute(b"INSERT INTO \"Tickets\" VALUES (7, 'x')")
        tables.carry_out(plan(before, after), after)
        assert [-1, 7] == numbers(tables)


class TestWithAnotherType:
    """The type may change in the same migration."""

    def test_serial_becomes_bigint_identity(self, tables: World) -> None:
        """An integer of a serial becomes a bigint of an identity, and a second run changes nothing."""
        tables.connection.execute(b'CREATE TABLE "Tickets" (source serial, next_value text)')
        assert [1] == numbers(tables)
        before, after = tickets(integer, **_SOURCES["serial"]), tickets(bigint, identity="always")
        for _ in range(2):
            tables.carry_out(plan(before, after), after)
        assert [1, 2] == numbers(tables)

    @pytest.mark.parametrize(("old", "new"), [("serial", "bigserial"), ("bigserial", "serial")])
    def test_serial_of_another_type(self, tables: World, old: str, new: str) -> None:
        """The column gets the other integer type, and keeps its sequence."""
        before, after = tickets(Type(old)), tickets(Type(new))
        tables.carry_out(plan(Catalog(), before), before)
        assert [1] == numbers(tables)
        for _ in range(2):
            tables.carry_out(plan(before, after), after)
        assert [1, 2] == numbers(tables)
        state = read_renamed(tables.connection, after)
        assert [] == compare_with_definitions(after, state, (), {}).differences


def change(tables: World, wanted: Catalog) -> None:
    """Carry out the plan of `generate` for the definitions twice; no change is left."""
    state = read_renamed(tables.connection, wanted)
    left = find_left_behind((), state.declared, state.present.catalog, platform=Catalog())
    carried = compare_with_definitions(wanted, state, left, {}).plan(drop=False)
    for _ in range(2):
        tables.carry_out(carried, wanted)
    state = read_renamed(tables.connection, wanted)
    left = find_left_behind((), state.declared, state.present.catalog, platform=Catalog())
    assert [] == compare_with_definitions(wanted, state, left, {}).differences


class TestSerialType:
    """A column may become serial, and leave its sequence, which the database has no use for afterwards."""

    @pytest.mark.parametrize("other", ["plain", "always", "by default", "sequence"])
    def test_there_and_back(self, tables: World, other: str) -> None:
        """The next number follows all others, and the column has exactly one sequence of its own."""
        plain = tickets(bigint, **_SOURCES.get(other, {}))
        tables.carry_out(plan(Catalog(), plain), plain)
        tables.connection.execute(b'INSERT INTO "Tickets" (source) OVERRIDING SYSTEM VALUE VALUES (7)')
        change(tables, tickets(Type("serial"), **({"using": sql("source")} if other == "plain" else {})))
        assert [7, 8] == numbers(tables)
        query = b"SELECT seqrelid::regclass::text FROM pg_sequence ORDER BY 1"
        assert [('"S"',), ('"Tickets_source_seq"',)] == tables.connection.execute(query).fetchall()
        change(tables, plain)
        # An identity has a sequence of the same name.
        own = [('"Tickets_source_seq"',)] if other in {"always", "by default"} else []
        assert [('"S"',), *own] == tables.connection.execute(query).fetchall()
        if other != "plain":
            assert [7, 8, 9] == numbers(tables)

    def test_type_of_the_sequence(self, tables: World) -> None:
        """The sequence of a column that becomes bigserial gives numbers beyond those of integer."""
        before = tickets(Type("serial"))
        tables.carry_out(plan(Catalog(), before), before)
        change(tables, tickets(Type("bigserial")))
        tables.connection.execute(b"SELECT setval('\"Tickets_source_seq\"', 3000000000)")
        assert [3000000001] == numbers(tables)

    def test_renamed(self, tables: World) -> None:
        """The sequence of a renamed table or column stays, and is no difference."""
        before = tickets(Type("serial"))
        tables.carry_out(plan(Catalog(), before), before)
        assert [1] == numbers(tables)
        column = Column("number", Type("serial"), not_null=True, renamed_from="source")
        after = [Table("Cards", columns=[column, Column("next_value", text)], renamed_from="Tickets")]
        change(tables, build_catalog(after))
        tables.connection.execute(b'INSERT INTO "Cards" DEFAULT VALUES')
        assert [(1,), (2,)] == tables.connection.execute(b'SELECT number FROM "Cards" ORDER BY 1').fetchall()

    def test_shared_sequence(self, tables: World) -> None:
        """A sequence from which another column takes its numbers stays."""
        before = tickets(Type("bigserial"))
        tables.carry_out(plan(Catalog(), before), before)
        tables.connection.execute(b"CREATE TABLE other (n bigint DEFAULT nextval('\"Tickets_source_seq\"'))")
        change(tables, tickets(identity="always"))
        tables.connection.execute(b"INSERT INTO other DEFAULT VALUES")


class TestDescending:
    """A sequence with a negative increment continues below the smallest number."""

    @pytest.mark.parametrize("old", ["always", "serial", "plain"])
    def test_from_another_source(self, tables: World, old: str) -> None:
        """The numbers of the rows and those that the old source gave are above the next one."""
        tables.connection.execute(b'ALTER SEQUENCE "S" INCREMENT -2 MINVALUE -50 MAXVALUE 50 START 9 RESTART')
        source = _SOURCES.get(old, {}) if old != "serial" else {}
        before = tickets(Type("bigserial")) if old == "serial" else tickets(**source)
        after = tickets(**_SOURCES["sequence"])
        tables.carry_out(plan(Catalog(), before), before)
        tables.connection.execute(b'INSERT INTO "Tickets" (source) OVERRIDING SYSTEM VALUE VALUES (3), (20)')
        for _ in range(2):
            tables.carry_out(plan(before, after), after)
        assert [1, 3, 20] == numbers(tables)

    def test_start(self, tables: World) -> None:
        """An empty column takes the first number of the sequence."""
        tables.connection.execute(b'ALTER SEQUENCE "S" START 1000 RESTART')
        before, after = tickets(identity="always"), tickets(**_SOURCES["sequence"])
        tables.carry_out(plan(Catalog(), before), before)
        tables.carry_out(plan(before, after), after)
        assert [1000] == numbers(tables)


class TestOptions:
    """The sequence of an identity gets other options."""

    @pytest.mark.parametrize("between", [0, 1])
    def test_bounds_there_and_back(self, tables: World, between: int) -> None:
        """A sequence that starts again, because its number is outside of the bounds, starts after those of the rows."""
        before = tickets(identity="always")
        after = tickets(identity="always", sequence=SequenceOptions(start=100, minimum=50))
        tables.carry_out(plan(Catalog(), before), before)
        assert [1] == numbers(tables)
        assert [1, 2] == numbers(tables)
        for _ in range(2):
            tables.carry_out(plan(before, after), after)
        for _ in range(between):
            assert [1, 2, 100] == numbers(tables)
        for _ in range(2):
            tables.carry_out(plan(after, before), before)
        assert (103 - 2 if between else 3) == numbers(tables)[-1]

    def test_descending(self, tables: World) -> None:
        """The same holds for a sequence with a negative increment."""
        before = tickets(identity="always", sequence=SequenceOptions(increment=-1))
        after = tickets(identity="always", sequence=SequenceOptions(increment=-1, maximum=-50))
        tables.carry_out(plan(Catalog(), before), before)
        assert [-1] == numbers(tables)
        for each, other in ((before, after), (after, before)):
            tables.carry_out(plan(each, other), other)
        assert [-2, -1] == numbers(tables)
