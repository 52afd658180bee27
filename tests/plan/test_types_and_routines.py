"""Plans with types and functions that other objects use: their order, and what is refused."""

from __future__ import annotations

import pytest
from specimens import READER, catalog

from schema_dsl import Check, Column, Enum, Function, Policy, Table, bigint, sql, text
from schema_dsl.errors import DefinitionError, PlanError
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan

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
        """A migration that adds a label and uses it is refused, with the way out."""
        with pytest.raises(
            DefinitionError, match="uses 'owner', which the same migration adds to enum"
        ) as caught:
            plan(with_role(OLD), wanted)
        assert "Generate the migration that adds 'owner' first" in str(caught.value.instead)

    def test_of_a_new_type(self) -> None:
        """All labels of a new type can be used."""
        assert plan(Catalog(), with_role(NEW, default="owner"))

    def test_not_used(self) -> None:
        """The same text in a column of another type is no use of the label."""
        wanted = with_role(NEW)
        note = Table("notes", columns=[Column("kind", text, default="owner")])
        steps = plan(with_role(OLD), catalog(NEW, *wanted.tables.values(), note)).steps
        assert ["enum/add_value", "table/create"] == sorted(step.template for step in steps)


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


def test_data_of_a_column_is_kept() -> None:
    """A plan that would drop a column, only because a function that its default calls is replaced, is refused."""
    old = Function("next_id", returns="bigint", language="sql", body="SELECT 7")
    new = Function("next_id", returns="integer", language="sql", body="SELECT 7")
    table = Table("a", columns=[Column("id", bigint, default=sql("public.next_id()"))])
    with pytest.raises(PlanError, match=r"column id of public.a would lose its data"):
        plan(catalog(old, table), catalog(new, table))
