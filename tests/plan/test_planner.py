"""Tests of differences and plans, with properties that hold for all schemas."""

from __future__ import annotations

import sys
from collections.abc import Callable

import attrs
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from specimen_parts import BARE, COLUMN, catalog, policy, ring, table, target, watched, with_column
from specimens import CHANGES

from schema_dsl import (
    Check,
    Column,
    Function,
    Index,
    Reference,
    Table,
    Type,
    View,
    bigint,
    integer,
    sql,
    text,
)
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Origin
from schema_dsl.plan import diff, plan, plan_differences
from schema_dsl.render import render_step

EMPTY = Catalog()
STATES = [catalog(*tables) for change in CHANGES.values() for tables in change]


class TestDiff:
    """The differences between two catalogs."""

    @given(side=st.sampled_from(STATES))
    def test_with_itself(self, side: Catalog) -> None:
        """A catalog does not differ from itself, and the plan is empty."""
        assert [] == diff(side, side)
        assert not plan(side, side)

    @given(before=st.sampled_from(STATES), after=st.sampled_from(STATES))
    def test_of_any_two(self, before: Catalog, after: Catalog) -> None:
        """Both directions agree on the objects that are new, removed or changed."""
        forward, back = diff(before, after), diff(after, before)
        assert {difference.identity for difference in forward} == {difference.identity for difference in back}
        assert {
            difference.identity for difference in forward if difference.before is None
        } == after.objects.keys() - before.objects.keys()
        assert {
            difference.identity for difference in forward if difference.after is None
        } == before.objects.keys() - after.objects.keys()
        assert {
            difference.identity: set(difference.attributes)
            for difference in forward
            if difference.before and difference.after
        } == {
            difference.identity: set(difference.attributes)
            for difference in back
            if difference.before and difference.after
        }

    @given(after=st.sampled_from(STATES))
    def test_from_nothing(self, after: Catalog) -> None:
        """Compared with an empty catalog, all objects are new, in the order of their declarations."""
        assert list(after.objects) == [difference.identity for difference in diff(EMPTY, after)]

    def test_a_comment_differs(self) -> None:
        """A different comment is a difference."""
        (only,) = diff(catalog(table()), catalog(table(comment="x")))
        assert ("comment",) == only.attributes

    def test_origins_do_not_differ(self) -> None:
        """The origin and the example rows of a check are not compared."""
        one, two = (
            with_column(
                Column("a", integer), constraints=[Check("a > 0", accepts=rows, origin=Origin("x", 1))]
            )
            for rows in ([{"a": 1}], [])
        )
        assert [] == diff(catalog(one), catalog(two))

    def test_existing_table(self) -> None:
        """Of an existing table, only the declared attributes are compared."""
        present = catalog(Table("t", row_security=True, comment="theirs"))
        assert [] == diff(present, catalog(Table("t", existing=[])))
        (only,) = diff(present, catalog(Table("t", existing=[], comment="ours", row_security=True)))
        assert ("comment",) == only.attributes


class TestPlan:
    """The plan from one state to the other."""

    @given(before=st.sampled_from(STATES), after=st.sampled_from(STATES))
    def test_same_twice(self, before: Catalog, after: Catalog) -> None:
        """The same two states give the same plan."""
        try:
            planned = plan(before, after)
        except DefinitionError:
            # Two specimens may give one column types between which Postgres has no cast.
            reject()
        assert planned == plan(before, after)

    @given(after=st.sampled_from(STATES))
    def test_from_nothing_makes_each_once(self, after: Catalog) -> None:
        """The plan from nothing drops nothing, alters only where CREATE is incomplete, and creates every table once."""
        steps = plan(EMPTY, after).steps
        # CREATE has no clause for a column's statistics target, the state of a trigger or rule, the marks of an index,
        # the name of a NOT NULL that older servers lack, the groups of a role, or a domain's NOT VALID check.
        completed = {
            "comment",
            "parameters",
            "column/alter",
            "table/alter",
            "statistics/set_target",
            "trigger/enable",
            "event_trigger/enable",
            "rule/enable",
            "index_mark/set",
            "not_null_name/set",
            "role/grant",
            "domain/add_check",
        }
        assert {"create", "validate"} >= {
            step.template.rpartition("/")[2].partition("_")[0]
            for step in steps
            if step.template not in completed
        }
        created = [step.subject for step in steps if step.template.startswith("table/create")]
        assert sorted(after.of_kind("table"), key=str) == sorted(created, key=str)

    def test_a_ring_is_closed_at_the_end(self) -> None:
        """If two tables reference each other, one foreign key is added after both tables."""
        steps = plan(EMPTY, catalog(*ring())).steps
        assert [
            "table/create",
            "table/create",
            "foreign_key/create",
            "validate",
        ] == [step.template for step in steps]

    def test_referenced_tables_are_created_first(self) -> None:
        """A referenced table is created first, for any order of the declarations."""
        first = table("a", columns=[Column("code", text, references=Reference("target", "code"))])
        groups = plan(EMPTY, catalog(first, target())).groups
        assert ["target", "a"] == [group.root.name for group in groups]

    def test_referencing_tables_are_dropped_first(self) -> None:
        """A referencing table is dropped before the referenced table."""
        first = table("a", columns=[Column("code", text, references=Reference("target", "code"))])
        (step,) = plan(catalog(first, target()), EMPTY).steps
        assert ["a", "target"] == [part.subject.name for part in step.parts]

    def test_drops_that_delete_data_are_one_statement(self) -> None:
        """One statement checks all data and drops afterwards; steps that change no data are separate."""
        two = table("two", columns=[Column("a", text), Column("b", text), Column("c", text)])
        groups = plan(
            catalog(table("one"), two), catalog(table("two", columns=[Column("c", text), Column("d", text)]))
        ).groups
        assert [["guarded_drops"], ["column/create"]] == [
            [step.template for step in group.steps] for group in groups
        ]
        assert ["column/drop", "table/drop"] == sorted(part.template for part in groups[0].steps[0].parts)
        rendered = render_step(groups[0].steps[0])
        assert 3 == rendered.count("RAISE EXCEPTION")
        assert rendered.rindex("RAISE EXCEPTION") < rendered.index("DROP COLUMN IF EXISTS a,")

    def test_only_necessary_objects_are_recreated(self) -> None:
        """A change of a column's type recreates only expressions, and dependents that Postgres does not rebuild."""
        steps = plan(catalog(*watched(integer)), catalog(*watched(bigint))).steps
        dropped = {
            (part.subject.kind, part.subject.name)
            for step in steps
            for part in step.parts
            if part.template.endswith("/drop")
        }
        assert {
            ("policy", "p"),
            ("trigger", "t"),
            ("column", "twice"),
            ("foreign_key", "pointing_n_fkey"),
            ("index", "watched_expr_idx"),
        } == dropped

    def test_an_unnamed_index_keeps_its_name(self) -> None:
        """A second index on the same column does not rename the first index."""
        one = with_column(Column("a", integer), indexes=[Index("a")])
        two = with_column(Column("a", integer), indexes=[Index("a"), Index("a", where="a > 0")])
        assert ["index/create"] == [step.template for step in plan(catalog(one), catalog(two)).steps]

    def test_one_condition_for_dependents_of_dependents(self) -> None:
        """A block that replaces direct and indirect dependents of a column tests only whether the column is changed."""
        before, after = (
            catalog(
                Table("t", columns=[Column("n", kind)]),
                View("v", "SELECT n FROM public.t"),
                View("w", "SELECT n FROM public.v", result=[("n", kind.sql)]),
            )
            for kind in (integer, bigint)
        )
        (step,) = plan(before, after).steps
        assert "definitions_before" not in render_step(step)
        assert 1 == len(step.values["pending"])
        # A mark of an index has no definition: nothing is compared, and the statements run again.
        without = attrs.evolve(step, values={**step.values, "pending": [], "definitions": []})
        assert "ARRAY[" not in render_step(without)

    def test_some_of_the_differences(self) -> None:
        """A plan for some of the differences has no steps for the others."""
        differences = diff(catalog(table(), table("other")), catalog(table(comment="x")))
        without_drops = [difference for difference in differences if difference.after is not None]
        assert ["comment"] == [step.template for step in plan_differences(without_drops).steps]

    def test_a_missing_existing_table(self) -> None:
        """A missing existing table is an error: creating it would omit the columns that are not declared."""
        elsewhere = Table("t", existing=[Column("id", bigint)], columns=[Column("a", text)])
        with pytest.raises(
            DefinitionError, match=r"is declared with existing=\[\.\.\.\], but it does not exist\n"
        ):
            plan(EMPTY, catalog(elsewhere))
        assert ["column/create"] == [
            step.template for step in plan(catalog(elsewhere).existing(), catalog(elsewhere)).steps
        ]

    def test_a_policy_that_changed_in_every_way(self) -> None:
        """One ALTER POLICY changes several attributes."""
        before, after = policy(), policy(to=["public"], using="owner = 'x'", check="true", comment="x")
        assert ["policy/alter", "comment"] == [
            step.template for step in plan(catalog(before), catalog(after)).steps
        ]

    def test_hazards(self) -> None:
        """Steps on a new table have no hazards, and steps on an existing table have their lock."""
        on_new_table = plan(EMPTY, catalog(policy())).steps
        assert not [hazard for step in on_new_table for hazard in step.hazards]
        on_existing_table = plan(
            catalog(BARE), catalog(with_column(Column(COLUMN, text, not_null=True, default="x")))
        ).steps
        assert ["AccessExclusiveLock"] == [
            hazard.lock for step in on_existing_table for hazard in step.hazards
        ]

    def test_settings_follow_the_new_columns(self) -> None:
        """The storage mode of a new column is set after all columns of its ADD COLUMN, also beside other settings."""
        before = catalog(Table("t", columns=[Column("a", text)]))
        columns = [Column(name, text, storage=None if name == "b" else "external") for name in "abc"]
        steps = plan(before, catalog(Table("t", columns=columns))).steps
        assert ["column/alter", "column/create", "column/alter"] == [step.template for step in steps]

    def test_columns_of_a_new_table_keep_their_order(self) -> None:
        """A column whose default calls a replaced function stays at its place in CREATE TABLE."""
        before, after = (
            Function("f", returns=kind, language="sql", body="SELECT NULL") for kind in ("integer", "text")
        )
        columns = [Column("a", text, default=sql("public.f()")), Column("b", text)]
        steps = plan(catalog(before), catalog(after, Table("t", columns=columns))).steps
        (step,) = (step for step in steps if step.template == "table/create")
        assert ["a", "b"] == [str(column).split()[0] for column in step.values["columns"]]

    def test_linear(self) -> None:
        """Planning takes linear time, also with dependents of every changed column."""

        def sized(count: int, kind: Type) -> Catalog:
            return catalog(*(attrs.evolve(watched(kind)[0], name=f"t{number}") for number in range(count)))

        counts = []
        for count in (25, 200):
            before, after = sized(count, integer), sized(count, bigint)
            counts.append(calls_of(lambda before=before, after=after: plan(before, after)))  # type: ignore[misc]
        assert counts[1] < 8.5 * counts[0]


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of Python functions, whose number, unlike the time, is the same in every run."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
