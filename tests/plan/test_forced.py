"""Tests on a server that policies hide no rows of a table with FORCE from the migration of its owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import (
    Column,
    ForeignKey,
    Function,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    Table,
    View,
    bigint,
    by_range,
    text,
    values_from,
    varchar,
)
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import choose_steps, plan
from schema_dsl.runner import RUNNERS
from schema_dsl.sql import identifier

NOTES, TEAMS = 'No"tes', "teams"
_TEXT = Column("text", text)


def declare(
    forced: tuple[str, ...], *constraints: ForeignKey, partitioned: bool = False, column: Column = _TEXT
) -> Catalog:
    """Declare two tables whose policies show no rows."""
    partitions: dict[str, Any] = {}
    if partitioned:
        part = Partition(
            "no'te", values_from(0, to=100), row_security=True, force_row_security=NOTES in forced
        )
        partitions = {"partition_by": by_range("id"), "partitions": [part]}

    def secure(name: str) -> dict[str, Any]:
        return {
            "row_security": True,
            "force_row_security": name in forced,
            "policies": [Policy("none", "all", to="public", using="false")],
        }

    return build_catalog(
        [
            Table(TEAMS, columns=[Column("id", bigint, primary_key=True)], **secure(TEAMS)),
            Table(
                NOTES,
                columns=[Column("id", bigint), Column("team", bigint), column],
                constraints=[PrimaryKey(["id"]), *constraints],
                **secure(NOTES),
                **partitions,
            ),
        ]
    )


def fill(world: World, before: Catalog, *rows: tuple[int, int | None, str | None]) -> None:
    """Create the tables and insert rows."""
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute("RESET SESSION AUTHORIZATION")
    world.connection.execute("INSERT INTO teams VALUES (1)")
    for row in rows:
        world.connection.execute('INSERT INTO "No""tes" VALUES (%s, %s, %s)', row)
    world.act_for("")


def read_forced(world: World) -> set[str]:
    """Return the tables with FORCE."""
    rows = world.connection.execute(b"SELECT relname FROM pg_class WHERE relforcerowsecurity").fetchall()
    return {name for (name,) in rows}


@pytest.mark.parametrize("partitioned", [False, True])
@pytest.mark.parametrize("forced", [(NOTES,), (TEAMS,), (NOTES, TEAMS)], ids=str)
@pytest.mark.parametrize("target", [TEAMS, NOTES])
class TestForeignKeys:
    """Postgres validates a foreign key by a query, which policies bind."""

    def test_valid(self, world: World, forced: tuple[str, ...], target: str, *, partitioned: bool) -> None:
        """Rows that a policy hides are found, FORCE is on afterwards, and a second run changes nothing."""
        before = declare(forced, partitioned=partitioned)
        after = declare(forced, ForeignKey(["team"], Reference(target)), partitioned=partitioned)
        fill(world, before, (1, 1, None), (2, None, None))
        state = world.state()
        for _ in range(2):
            world.carry_out(plan(before, after), after)
            assert state["tables"] == world.state()["tables"]
        assert [(True,)] == world.connection.execute(
            b"SELECT DISTINCT convalidated FROM pg_constraint WHERE contype = 'f'"
        ).fetchall()

    def test_violated(self, world: World, forced: tuple[str, ...], target: str, *, partitioned: bool) -> None:
        """A row without a referenced row stops the migration, although a policy hides it; FORCE is on."""
        before = declare(forced, partitioned=partitioned)
        after = declare(forced, ForeignKey(["team"], Reference(target)), partitioned=partitioned)
        fill(world, before, (1, 1, None), (2, 7, None))
        state = world.state()
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            world.carry_out(plan(before, after), after)
        world.connection.rollback()
        assert state["tables"] == world.state()["tables"]


def _drop_column(forced: tuple[str, ...]) -> Catalog:
    return declare(forced, column=Column("another", text))


def _backfill(forced: tuple[str, ...]) -> Catalog:
    return declare(forced, column=Column("text", text, not_null=True, backfill="x"))


def _add_key(forced: tuple[str, ...]) -> Catalog:
    return declare(forced, ForeignKey(["team"], Reference(TEAMS)))


@pytest.mark.parametrize("runner", ["psql", "psql-single-transaction"])
@pytest.mark.parametrize("change", [_drop_column, _backfill, _add_key])
@pytest.mark.parametrize("off", [True, False])
class TestChangedForce:
    """A migration that also turns FORCE on or off leaves it so."""

    def test_kept(
        self, world: World, change: Callable[[tuple[str, ...]], Catalog], runner: str, *, off: bool
    ) -> None:
        """After each run of the migration, a table has FORCE if it is declared."""
        both = (NOTES, TEAMS)
        before, after = declare(both if off else ()), change(() if off else both)
        fill(world, before, (1, 1, None), (2, None, None))
        for _ in range(2):
            world.carry_out(choose_steps(plan(before, after), RUNNERS[runner]), after)
            assert (set() if off else set(both)) == read_forced(world)


def test_numbers_of_hidden_rows(world: World) -> None:
    """A column that gets its first sequence continues after the numbers of all rows."""

    def declare_numbers(identity: Literal["always"] | None) -> Catalog:
        policies = [Policy("none", "all", to="public", using="false")]
        column = Column("id", bigint, not_null=True, identity=identity)
        table = Table(NOTES, columns=[column], policies=policies, force_row_security=True)
        return build_catalog([table])

    before, after = declare_numbers(None), declare_numbers("always")
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute("RESET SESSION AUTHORIZATION")
    world.connection.execute('INSERT INTO "No""tes" VALUES (7)')
    world.act_for("")
    for _ in range(2):
        world.carry_out(plan(before, after), after)
    assert {NOTES} == read_forced(world)
    world.connection.execute("RESET SESSION AUTHORIZATION")
    cursor = world.connection.execute('INSERT INTO "No""tes" DEFAULT VALUES RETURNING id')
    assert [(8,)] == cursor.fetchall()


@pytest.mark.parametrize("body", ["SELECT text FROM teams_of", "BEGIN ATOMIC SELECT text FROM teams_of; END"])
def test_function_beside_a_guard(world: World, body: str) -> None:
    """Postgres checks a body that reads the table, while the guard of a lost value has row_security off."""
    shown = View("teams_of", f"SELECT id, text::text FROM {identifier(NOTES)}")
    states = []
    for number, kind in enumerate([text, varchar(9)]):
        changed = body.replace("teams_of", f"teams_of WHERE id > {number}")
        reading = Function("read", returns="SETOF text", language="sql", body=changed)
        declared = declare((NOTES,), column=Column("text", kind))
        states.append(build_catalog([*declared.tables.values(), shown, reading]))
    before, after = states
    fill(world, before, (1, 1, "x"))
    world.carry_out(plan(before, after), after)
    world.carry_out(plan(before, after), after)
    assert {NOTES} == read_forced(world)
