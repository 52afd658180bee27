"""Tests of the graph of a plan: its dependencies, its one order, and the resolution of cycles."""

from __future__ import annotations

import itertools
from itertools import pairwise

import pytest
from specimen_parts import catalog, table
from specimens import CHANGES

from schema_dsl import (
    Column,
    ForeignKey,
    Function,
    Index,
    Partition,
    Policy,
    Reference,
    Table,
    Type,
    Unique,
    View,
    bigint,
    by_list,
    by_range,
    integer,
    sql,
    text,
    values_in,
)
from schema_dsl.analysis.identity import Identity, table_identity, table_part
from schema_dsl.errors import PlanError
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan
from schema_dsl.plan.action import ActionKind, PlanAction, link
from schema_dsl.plan.dependency import DependencySource, OnReplace
from schema_dsl.plan.sequence import sort_actions
from schema_dsl.plan.state import State
from schema_dsl.plan.transition import Transition

# The schema of an object and its extensions decide only the order of creation.
_ORDER_ONLY = {DependencySource.SURROUNDINGS}


def column_of(relation: str, name: str) -> Identity:
    """Return the identity of a column."""
    return table_part("column", "public", relation, name)


def action(number: int, kind: str = "column", operation: ActionKind = ActionKind.CREATE) -> PlanAction:
    """Build an action for one object."""
    item = Transition(table_part(kind, "public", "t", f"o{number}"), None, object())
    return PlanAction(operation, [item], number, item.identity.root)


def need(one: PlanAction, other: PlanAction, *, required: bool = True) -> None:
    """Make one action need another one."""
    link((one, one.main), (other, other.main), required=required)


class TestState:
    """The dependencies between the objects of a state."""

    def test_both_directions(self) -> None:
        """A state finds the dependents of each object on which another object depends, for any names."""
        count = 0
        for tables in itertools.chain(*CHANGES.values()):
            state = State(catalog(*tables).objects)
            for identity in state.objects:
                for dependency in state.dependencies(identity):
                    if dependency.referenced in state.objects and dependency.source not in _ORDER_ONLY:
                        assert dependency in list(state.dependents(dependency.referenced))
                        count += 1
        assert count > 1000

    def test_of_a_partition_key(self) -> None:
        """A function that a partition key calls cannot be replaced, because the table would lose its rows."""
        before, after = (
            catalog(
                Function(
                    "f's", arguments="n bigint", returns=returns, body="SELECT n", volatility="immutable"
                ),
                Table("t", columns=[Column("a", bigint)], partition_by=by_range(sql('public."f\'s"(a)'))),
            )
            for returns in ("bigint", "numeric")
        )
        with pytest.raises(
            PlanError, match=r"table public\.t would lose its data, because .* function public\.f's"
        ):
            plan(before, after)

    def test_of_the_key_of_a_partition(self) -> None:
        """A column of the partition key of a partition, which may be new, cannot change."""

        def build(kind: Type, *more: Partition) -> Catalog:
            columns = [Column("a", kind), Column("k", bigint)]
            return catalog(Table("t", columns=columns, partition_by=by_list("k"), partitions=more))

        sub = Partition("p", values_in(1), partition_by=by_range("a"))
        with pytest.raises(
            PlanError, match=r"a of public\.t cannot change in the migration that creates table public\.p"
        ):
            plan(build(integer), build(bigint, sub))
        with pytest.raises(
            PlanError, match=r"a of public\.t cannot change, because the partition key of table public\.p"
        ):
            plan(build(integer, sub), build(bigint, sub))

    def test_of_a_moved_partition(self) -> None:
        """A partition that gets another table, or none, is refused with the statements to write."""
        tables = [
            Table(name, columns=[Column("k", bigint)], partition_by=by_list("k"), partitions=partitions)
            for name, partitions in (
                ("t", [Partition("p", values_in(1))]),
                ("u", [Partition("p", values_in(2))]),
                ("t", []),
                ("u", []),
            )
        ]
        alone = Table("p", columns=[Column("k", bigint)])
        detach = r"ALTER TABLE public\.t DETACH PARTITION public\.p;"
        attach = r"ALTER TABLE public\.u ATTACH PARTITION public\.p FOR VALUES IN \(2\);"
        for before, after, statements in (
            ((tables[0], tables[3]), (tables[2], tables[1]), f"{detach} {attach} in"),
            ((tables[0],), (tables[2], alone), f"Write {detach} in"),
            ((tables[3], alone), (tables[1],), f"Write {attach} in"),
        ):
            with pytest.raises(PlanError, match=statements):
                plan(catalog(*before), catalog(*after))

    def test_of_a_sub_select(self) -> None:
        """A policy depends on exactly the columns that its sub-select and its own row use."""
        condition = "EXISTS (SELECT FROM members m WHERE m.note_id = notes.id AND m.role = 'x')"
        notes = Table(
            "notes",
            columns=[Column("id", bigint, primary_key=True), Column("role", text)],
            policies=[Policy("p", "select", to="public", using=condition)],
        )
        members = table("members", columns=[Column("note_id", bigint), Column("role", text)])
        state = State(catalog(notes, members).objects)
        policy = table_part("policy", "public", "notes", "p")
        assert {
            table_identity("public", "notes"),
            column_of("notes", "id"),
            table_identity("public", "members"),
            column_of("members", "note_id"),
            column_of("members", "role"),
        } == {dependency.referenced for dependency in state.dependencies(policy)}
        assert policy in {item.dependent for item in state.dependents(column_of("members", "role"))}
        assert policy not in {item.dependent for item in state.dependents(column_of("notes", "role"))}

    def test_of_an_unknown_column(self) -> None:
        """A column that may belong to several relations is a dependency that is not required on each of them."""
        reading = table(
            "r",
            columns=[Column("a", text)],
            policies=[
                Policy("p", "select", to="public", using="EXISTS (SELECT FROM outside WHERE hidden = a)")
            ],
        )
        state = State(catalog(reading, Table("outside", existing=[])).objects)
        found = state.dependencies(table_part("policy", "public", "r", "p"))
        # The columns of "outside" are no objects of the state.
        assert {column_of("r", "hidden"), column_of("r", "a"), table_identity("public", "outside")} == {
            item.referenced for item in found if not item.required
        }

    def test_of_a_foreign_key(self) -> None:
        """A foreign key depends on its columns, and on all keys that Postgres may use."""
        target = Table(
            "target",
            columns=[Column("id", bigint, primary_key=True), Column("n", bigint, unique=True)],
            indexes=[Index("n", unique=True), Index("n", unique=True, where="n > 0", name="partial")],
        )
        pointing = table(
            "pointing", columns=[Column("n", bigint)], constraints=[ForeignKey("n", Reference("target", "n"))]
        )
        state = State(catalog(target, pointing).objects)
        key = table_part("foreign_key", "public", "pointing", "pointing_n_fkey")
        assert {"target", "target_n_key", "target_n_idx", "pointing", "n"} == {
            dependency.referenced.name for dependency in state.dependencies(key)
        }
        (dependent,) = (
            item
            for item in state.dependents(column_of("target", "n"))
            if item.dependent.kind == "foreign_key"
        )
        assert (key, OnReplace.RECREATE) == (dependent.dependent, dependent.on_replace)

    def test_of_a_deferrable_key(self) -> None:
        """Postgres does not accept a deferrable constraint as the target of a foreign key."""
        target = table(
            "target", columns=[Column("n", bigint)], constraints=[Unique("n", deferrable=True, name="u")]
        )
        assert [] == State(catalog(target).objects).find_keys(table_identity("public", "target"), ["n"])


class TestOrder:
    """The one order of the actions of a plan."""

    def test_a_chain(self) -> None:
        """A long chain of actions is sorted, against the order in which they are given."""
        actions = [action(number) for number in range(3000)]
        for one, other in pairwise(actions):
            need(one, other)
        assert actions[::-1] == sort_actions(actions)

    def test_a_dependency_that_is_not_required(self) -> None:
        """A cycle is cut at a dependency that is not required."""
        one, other = action(1), action(2)
        need(one, other)
        need(other, one, required=False)
        assert [other, one] == sort_actions([one, other])

    def test_a_replaced_set(self) -> None:
        """An action in a cycle with a replaced set becomes part of it, and a second run keeps its new object."""
        one, other, third = action(1, operation=ActionKind.REPLACE), action(2), action(3)
        need(one, other)
        need(other, one)
        need(third, other)
        merged, last = sort_actions([one, other, third])
        assert ActionKind.REPLACE is merged.operation
        assert {"o1", "o2"} == {member.identity.name for member in merged.members}
        assert not any(member.drops for member in merged.members)
        assert third is last

    def test_a_cycle(self) -> None:
        """A cycle that cannot be resolved is an error with its path."""
        one, other = action(1), action(2)
        need(one, other)
        need(other, one)
        with pytest.raises(
            PlanError, match=r"column o1 of public\.t needs column o2 of public\.t needs column o1 of"
        ):
            sort_actions([one, other])

    def test_a_cycle_of_new_views(self) -> None:
        """The error names the line of a view, and does not advise to split the migration."""
        views = [View(name, f"SELECT * FROM public.{other}") for name, other in ("ab", "ba")]
        with pytest.raises(PlanError, match=r"view public\.b needs view public\.a needs view") as error:
            plan(catalog(), catalog(*views))
        assert error.value.where is not None
        assert "Remove one of these dependencies." == error.value.instead

    def test_a_name_that_another_object_had(self) -> None:
        """Within one namespace, a drop comes before a create: an index takes the name of a dropped table."""
        before = catalog(table("b"), table("a"))
        after = catalog(table("a", columns=[Column("n", integer)], indexes=[Index("n", name="b")]))
        templates = [step.template for step in plan(before, after).steps]
        assert templates.index("guarded_drops") < templates.index("index/create")

    def test_a_ring_that_is_dropped(self) -> None:
        """Of two tables that reference each other, one foreign key is dropped before both tables."""
        ring = catalog(
            table("one", columns=[Column("n", bigint, references=Reference("two"))]),
            table("two", columns=[Column("n", bigint, references=Reference("one"))]),
        )
        first, second = plan(ring, Catalog()).steps
        assert ["foreign_key/drop", "table/drop", "table/drop"] == [
            first.template,
            *(part.template for part in second.parts),
        ]

    def test_a_policy_that_no_longer_reads_a_table(self) -> None:
        """A policy is altered before the table is dropped that its old condition reads."""

        def reading(condition: str) -> Table:
            return table("a", policies=[Policy("p", "select", to="public", using=condition)])

        before = catalog(reading("EXISTS (SELECT FROM z)"), table("z"))
        steps = plan(before, catalog(reading("true"))).steps
        assert ["policy/alter", "guarded_drops"] == [step.template for step in steps]
