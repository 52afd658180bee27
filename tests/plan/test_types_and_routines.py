"""Plans with types and functions that other objects use: their order, and refused changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fixtures_plans import World
from specimen_parts import READER, catalog

from schema_dsl import (
    Check,
    Column,
    Domain,
    Enum,
    Exclusion,
    Function,
    Index,
    Policy,
    Table,
    bigint,
    by_range,
    sql,
    text,
)
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import choose_steps, plan, split_into_files
from schema_dsl.plan.step import TransactionMode
from schema_dsl.runner import RUNNERS

NEW = Enum("role", ["member", "owner"])
OLD = Enum("role", ["member"])


def with_role(role: Enum, default: str = "member", **parts: object) -> Catalog:
    """Build the catalog of a table with a column of an enum."""
    columns = [Column("id", bigint, primary_key=True), Column("role", role, default=default)]
    return catalog(role, Table("members", columns=columns, **parts))  # type: ignore[arg-type]


class TestNewLabels:
    """Postgres refuses a new label in the transaction that adds it."""

    @pytest.mark.parametrize(
        "wanted",
        [
            with_role(NEW, default="owner"),
            with_role(NEW, constraints=[Check("role <> 'owner'", name="c")]),
            with_role(NEW, policies=[Policy("p", to=READER, using="role = 'owner'")]),
        ],
        ids=["default", "check", "policy"],
    )
    def test_used_at_once(self, wanted: Catalog) -> None:
        """A label that the migration uses has to be committed before."""
        modes = {step.template: step.mode for step in plan(with_role(OLD), wanted).steps}
        assert TransactionMode.COMMIT_BEFORE_USE is modes.pop("enum/add_value")
        assert {TransactionMode.SHARED} == set(modes.values())

    @pytest.mark.parametrize("runner", RUNNERS)
    def test_committed_before_the_use(self, world: World, runner: str) -> None:
        """A runner runs statements one by one, or gets a file that ends before the use."""
        check = Check("role <> 'owner' OR id > 0", name="c")
        before, after = with_role(OLD), with_role(NEW, default="owner", constraints=[check])
        world.carry_out(plan(Catalog(), before), before)
        planned = choose_steps(plan(before, after), RUNNERS[runner])
        for _ in range(2):
            if runner == "psql":
                world.carry_out(planned, after)
            else:
                files = split_into_files(planned, RUNNERS[runner])
                assert "enum/add_value" == files[0].steps[-1].template
                for file in files:
                    with world.connection.transaction():
                        world.carry_out(file.plan, after)
        assert [("owner",)] == world.connection.execute(
            b"INSERT INTO members (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING role"
        ).fetchall()

    @pytest.mark.parametrize(
        "build",
        [
            lambda uses: {"indexes": [Index("id", name="i", where=uses)]},
            lambda uses: {"indexes": [Index("id", name="i", unique=True, where=uses)]},
            lambda uses: {"policies": [Policy("p", to=READER, using=uses)]},
            lambda uses: {"constraints": [Check(uses, name="c")]},
            lambda uses: {"constraints": [Exclusion([("id", "=")], name="e", where=uses, method="btree")]},
        ],
        ids=["index", "unique", "policy", "check", "exclusion"],
    )
    def test_before_what_changes(self, build: Callable[[str], dict[str, Any]]) -> None:
        """A label comes before the part of the table that changes and uses it, although the column stays as it is."""
        columns = [Column("id", bigint, primary_key=True), Column("part", NEW)]
        # Postgres prints the cast of a constant, so the present object names the type, and the wanted one does not.
        before, after = (
            catalog(role, Table("members", columns=columns, **build(uses)))
            for role, uses in ((OLD, "part = 'member'::public.role"), (NEW, "part IN ('member', 'owner')"))
        )
        steps = choose_steps(plan(before, after), RUNNERS["psql"]).steps
        assert "enum/add_value" == steps[0].template
        assert len(steps) > 1

    def test_of_a_new_type(self) -> None:
        """All labels of a new type can be used."""
        assert plan(Catalog(), with_role(NEW, default="owner"))

    def test_not_used(self) -> None:
        """The same text in a column of another type is no use of the label."""
        wanted = with_role(NEW)
        note = Table("notes", columns=[Column("kind", text, default="owner")])
        steps = plan(with_role(OLD), catalog(NEW, *wanted.tables.values(), note)).steps
        assert ["enum/add_value", "table/create"] == sorted(step.template for step in steps)
        assert {TransactionMode.SHARED} == {step.mode for step in steps}


class TestOrder:
    """Objects are created after those that they use."""

    def test_policy_function_and_table(self) -> None:
        """A function that reads a table, and that a policy of this table calls, is no circle."""
        function = Function(
            "is_member", arguments="who bigint", returns="boolean", language="sql",
            body="SELECT EXISTS (SELECT FROM public.members WHERE id = who)",
        )  # fmt: skip
        members = Table(
            "members",
            columns=[Column("id", bigint, primary_key=True)],
            policies=[Policy("p", to=READER, using="public.is_member(id)")],
        )
        steps = plan(Catalog(), catalog(function, members)).steps
        kinds = [step.subject.kind for step in steps]
        assert kinds.index("table") < kinds.index("function") < kinds.index("policy")

    def test_function_in_a_default(self) -> None:
        """A function is created before the table whose default calls it."""
        function = Function("next_id", returns="bigint", language="sql", body="SELECT 7")
        table = Table("a", columns=[Column("id", bigint, default=sql("public.next_id()"))])
        assert ["function", "table"] == [
            step.subject.kind for step in plan(Catalog(), catalog(table, function)).steps
        ]

    def test_function_in_a_partition_key(self) -> None:
        """A function is created before the table whose partition key calls it."""
        function = Function("part", arguments="n bigint", returns="bigint", body="SELECT 1", language="sql")
        table = Table("a", columns=[Column("id", bigint)], partition_by=by_range(sql("public.part(id)")))
        assert ["function", "table"] == [
            step.subject.kind for step in plan(Catalog(), catalog(table, function)).steps
        ]


class TestDefaultThatCalls:
    """A function that a default calls is replaced between the removal and the restoration of the default."""

    @staticmethod
    def declare(kind: str, *names: str) -> Catalog:
        """Declare a function, and a table of which columns call it in their defaults."""
        function = Function("next_id", returns=kind, language="sql", body="SELECT 7")
        columns = [Column(name, bigint, not_null=True, default=sql("public.next_id()")) for name in names]
        return catalog(function, Table("a", columns=columns))

    def test_rows_of_a_new_column(self, world: World) -> None:
        """Rows that exist get the value of the default with which a column is added, also if the file runs twice."""
        before, after = self.declare("bigint", "id"), self.declare("integer", "id", "other")
        world.carry_out(plan(Catalog(), before), before)
        world.connection.execute("INSERT INTO a VALUES (1)")
        for _ in range(2):
            world.carry_out(plan(before, after), after)
        world.connection.execute("INSERT INTO a DEFAULT VALUES")
        assert [(1, 7), (7, 7)] == world.connection.execute("SELECT * FROM a ORDER BY id").fetchall()

    def test_one_block(self) -> None:
        """No other session sees the column without its default."""
        (step,) = plan(self.declare("bigint", "id"), self.declare("integer", "id")).steps
        assert ["column/alter", "function/drop", "function/create", "column/alter"] == [
            part.template for each in step.parts for part in (each.parts or (each,))
        ]


@pytest.mark.parametrize("not_null", [False, True])
def test_dropped_check_in_one_transaction(world: World, *, not_null: bool) -> None:
    """After a domain lost its only check, a block of the same transaction can change the catalog, also in a re-run."""
    checked = Domain("d", text, check=Check("VALUE <> 'x'", name="c"), default="a")
    before = catalog(checked)
    after = catalog(Domain("d", text, default="a", not_null=not_null))
    with world.connection.transaction(force_rollback=True):
        world.carry_out(plan(Catalog(), before), before)
        for _ in range(2):
            world.carry_out(plan(before, after), after)
        world.run("DO $$ BEGIN CREATE TABLE t (); EXCEPTION WHEN SQLSTATE 'SAME0' THEN NULL; END $$")
