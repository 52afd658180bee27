"""Tests on a server that a changed check says how many rows stop it, or changes them as backfill= says."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Check, Column, Table, at_least, bigint, one_of, sql, text
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import choose_steps, plan
from schema_dsl.plan.conditions import is_widened
from schema_dsl.runner import RUNNERS


def tickets(*constraints: Check, force: bool = False, **state: Any) -> Catalog:
    """Declare a table with a column whose values a check allows."""
    columns = [Column("id", bigint, primary_key=True), Column("State", text, **state), Column("low", bigint)]
    return build_catalog(
        [
            Table(
                "tickets",
                columns=columns,
                constraints=constraints,
                row_security=force,
                force_row_security=force,
            )
        ]
    )


def fill(world: World, before: Catalog, *rows: tuple[int, str | None, int]) -> None:
    """Create the table and insert rows."""
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute(b"ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY")
    for row in rows:
        world.connection.execute("INSERT INTO tickets VALUES (%s, %s, %s)", row)
    if next(iter(before.tables.values())).force_row_security:
        world.connection.execute(b"ALTER TABLE tickets FORCE ROW LEVEL SECURITY")


def read(world: World) -> list[tuple[Any, ...]]:
    """Return the rows as a role that sees all of them."""
    world.connection.execute(b"ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY")
    return world.connection.execute(b"SELECT * FROM tickets ORDER BY id").fetchall()


OLD = one_of("new", "open", "done")


@pytest.mark.parametrize("force", [False, True])
class TestRows:
    """Rows that violate the changed condition stop the migration before it changes anything, or are changed."""

    def test_stopped_with_their_number(self, world: World, force: bool) -> None:  # noqa: FBT001
        """Without backfill=, the migration says how many rows stop it."""
        before, after = tickets(force=force, check=OLD), tickets(force=force, check=one_of("new", "done"))
        fill(world, before, (1, "new", 0), (2, "open", 0), (3, "open", 0), (4, None, 0))
        state = world.state()
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"violate it \(rows: 2\)"):
            world.carry_out(plan(before, after), after)
        assert state == world.state()

    @pytest.mark.parametrize("runner", ["psql", "psql-single-transaction"])
    def test_changed(self, world: World, force: bool, runner: str) -> None:  # noqa: FBT001
        """With backfill=, these rows get the value once, in batches or in one statement; others and NULL stay."""
        before = tickets(force=force, check=OLD)
        after = tickets(
            force=force,
            check=one_of("new", "done"),
            backfill=sql("CASE WHEN id > 2 THEN 'new' ELSE 'done' END"),
        )
        fill(world, before, (1, "new", 0), (2, "open", 0), (3, "open", 0), (4, None, 0))
        for _ in range(2):
            world.carry_out(choose_steps(plan(before, after), RUNNERS[runner]), after)
        assert [(force, force)] == [row[1:3] for row in world.state()["tables"]]
        assert [(1, "new", 0), (2, "done", 0), (3, "new", 0), (4, None, 0)] == read(world)


class TestConditions:
    """Which conditions need a count, and how several of them are met at once."""

    def test_two_conditions_of_one_row(self, world: World) -> None:
        """One UPDATE meets all changed conditions of a row: Postgres checks the whole row."""
        before = tickets(Check("low < 5", name="c"), check=OLD)
        after = tickets(
            Check("low < 3", name="c", backfill={"low": 2}), check=one_of("done"), backfill="done"
        )
        fill(world, before, (1, "open", 4), (2, "done", 4), (3, "open", 1))
        for _ in range(2):
            world.carry_out(choose_steps(plan(before, after), RUNNERS["psql"]), after)
        assert [(1, "done", 2), (2, "done", 2), (3, "done", 1)] == read(world)

    def test_new_condition(self, world: World) -> None:
        """A condition that is new on a table with rows changes them as well."""
        before, after = tickets(), tickets(check=OLD, backfill="new")
        fill(world, before, (1, "lost", 0), (2, "done", 0))
        world.carry_out(plan(before, after), after)
        assert [(1, "new", 0), (2, "done", 0)] == read(world)

    def test_new_column(self, world: World) -> None:
        """A changed condition on a column that the migration adds counts no rows, because there are no values."""
        before = tickets(Check("low > 0", name="c"))
        table = next(iter(before.tables.values()))
        after = build_catalog(
            [
                Table(
                    "tickets",
                    columns=[*table.columns, Column("high", bigint)],
                    constraints=[Check("low > 0 AND low < high", name="c")],
                )
            ]
        )
        fill(world, before, (1, "new", 1))
        world.carry_out(plan(before, after), after)
        assert [(1, "new", 1, None)] == read(world)

    @pytest.mark.parametrize(
        ("old", "new", "widened"),
        [
            ("state IN ('a', 'b')", "state IN ('b', 'c', 'a')", True),
            ("((state)::text = ANY ((ARRAY['a'::character varying])::text[]))", "state IN ('b', 'a')", True),
            ("(state = 'a'::text)", "state IN ('a', 'b')", True),
            ("state IN ('a', 'b')", "state IN ('a')", False),
            ("state IN ('a')", "other IN ('a', 'b')", False),
            ("state <> 'a'", "state IN ('a', 'b')", False),
            ("n > 1", "n > 0", True),
            ("n > 1", "n > 2", False),
            ("n > 0", "n >= 0", True),
            ("n >= 0", "n > 0", False),
            ("(n >= '-5'::integer)", "n > -6", True),
            ("(n > ('-1.5'::numeric)::double precision)", "n > -2", False),
            ("((n >= (0)::numeric) AND (n <= (3)::numeric))", "n BETWEEN 0 AND 5.5", True),
            ("((n >= 0) AND (n <= 3))", "n BETWEEN 1 AND 5", False),
            ("n >= 0 AND n <= 3", "n <= 3", True),
            ("n <= 3", "n >= 0 AND n <= 3", False),
            ("n >= 0 OR n <= 3", "n >= 0", False),
            ("n NOT BETWEEN 0 AND 3", "n BETWEEN 0 AND 3", False),
            ("n > 1", "m > 0", False),
            ("(n < 'NaN'::numeric)", "n < 5", False),
            ("(n < 'Infinity'::numeric)", "n < 5", False),
            ("n > 1", "n < 2", False),
            ("(n)::integer > 1", "n > 0", False),
            ("state > '5'", "state > '10'", False),
            ("n <= 9999999999", "n <= 99999999999", True),
            ("(char_length(state) <= 50)", "char_length(state) <= 60", True),
            ("n > 0", "n > 0", True),
            ("lower(state) = 'a'", "lower(state) IN ('a', 'b')", True),
            ("state < 'a'", "state IN ('a', 'b')", False),
        ],
    )
    def test_widened(self, old: str, new: str, widened: bool) -> None:  # noqa: FBT001
        """Only a longer list of values, or wider bounds, of the same operand certainly allow all former values."""
        assert widened == is_widened(old, new)

    def test_longer_list_has_no_guard(self) -> None:
        """One more value needs no count of rows."""
        assert not any(
            step.loss for step in plan(tickets(check=one_of("a")), tickets(check=one_of("a", "b"))).steps
        )

    def test_backfill_needs_a_condition(self) -> None:
        """backfill= on a column without NOT NULL and check is an error, and so is None as a value of a check."""
        with pytest.raises(DefinitionError, match="has no check"):
            Column("low", bigint, backfill=0)
        with pytest.raises(DefinitionError, match=r'sql\("NULL"\)'):
            Check("low > 0", backfill={"low": None})  # type: ignore[dict-item]
        with pytest.raises(
            DefinitionError, match=r"which column gets which value, not 3\n.*backfill=\{\"column\": 3\}"
        ):
            Check("low > 0", backfill=3)  # type: ignore[arg-type]
        assert Column("low", bigint, check=at_least(0), backfill=0).backfill == "0"
