"""The laws that hold of differences and plans, whatever the schemas are."""

from __future__ import annotations

import sys
from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specimens import (
    BARE,
    CHANGES,
    COLUMN,
    READER,
    catalog,
    policy,
    ring,
    table,
    target,
    watched,
    with_column,
)

from schema_dsl import Check, Column, Index, Reference, Table, Type, bigint, integer, text
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Origin
from schema_dsl.plan import diff, from_differences, plan

EMPTY = Catalog()
STATES = [catalog(*tables) for change in CHANGES.values() for tables in change]


class TestDiff:
    """What differs, and nothing else."""

    @given(side=st.sampled_from(STATES))
    def test_with_itself(self, side: Catalog) -> None:
        """Nothing differs, and there is nothing to do."""
        assert [] == diff(side, side)
        assert not plan(side, side)

    @given(before=st.sampled_from(STATES), after=st.sampled_from(STATES))
    def test_of_any_two(self, before: Catalog, after: Catalog) -> None:
        """Each object is new, gone, changed or the same, and both directions agree on which."""
        there, back = diff(before, after), diff(after, before)
        assert {each.identity for each in there} == {each.identity for each in back}
        assert {
            each.identity for each in there if each.before is None
        } == after.objects.keys() - before.objects.keys()
        assert {
            each.identity for each in there if each.after is None
        } == before.objects.keys() - after.objects.keys()
        assert {each.identity: set(each.attributes) for each in there if each.before and each.after} == {
            each.identity: set(each.attributes) for each in back if each.before and each.after
        }

    @given(after=st.sampled_from(STATES))
    def test_from_nothing(self, after: Catalog) -> None:
        """All is new, in the order in which it was declared."""
        assert list(after.objects) == [each.identity for each in diff(EMPTY, after)]

    def test_a_comment_differs(self) -> None:
        """A comment is part of an object."""
        (only,) = diff(catalog(table()), catalog(table(comment="x")))
        assert ("comment",) == only.attributes

    def test_where_it_was_declared_does_not(self) -> None:
        """Nor do examples for the proof of a check."""
        one, two = (
            with_column(
                Column("a", integer), constraints=[Check("a > 0", accepts=rows, origin=Origin("x", 1))]
            )
            for rows in ([{"a": 1}], [])
        )
        assert [] == diff(catalog(one), catalog(two))

    def test_what_is_left_to_others_does_not(self) -> None:
        """Of a table made elsewhere, only what was said of it is ours."""
        found = catalog(Table("t", row_security=True, comment="theirs"))
        assert [] == diff(found, catalog(Table("t", existing=[])))
        (only,) = diff(found, catalog(Table("t", existing=[], comment="ours", row_security=True)))
        assert ("comment",) == only.attributes


class TestPlan:
    """From one state to the other."""

    @given(before=st.sampled_from(STATES), after=st.sampled_from(STATES))
    def test_same_twice(self, before: Catalog, after: Catalog) -> None:
        """The same two states give the same plan."""
        assert plan(before, after) == plan(before, after)

    @given(after=st.sampled_from(STATES))
    def test_from_nothing_makes_each_once(self, after: Catalog) -> None:
        """Nothing is dropped or altered, and every table is made."""
        steps = plan(EMPTY, after).steps
        assert {"create", "validate"} >= {
            step.template.partition("/")[2].partition("_")[0] for step in steps
        } - {""}
        made = [step.subject for step in steps if step.template.startswith("table/create")]
        assert sorted(after.of_kind("table")) == sorted(made)

    def test_a_ring_is_closed_at_the_end(self) -> None:
        """Two tables that reference each other: one foreign key waits until both are there."""
        steps = plan(EMPTY, catalog(*ring())).steps
        assert [
            "table/create",
            "table/create",
            "foreign_key/create",
            "foreign_key/validate",
        ] == [step.template for step in steps]

    def test_what_is_read_comes_first(self) -> None:
        """However it was declared."""
        first = table("a", columns=[Column("code", text, references=Reference("target", "code"))])
        groups = plan(EMPTY, catalog(first, target())).groups
        assert ["target", "a"] == [group.relation[1] for group in groups]

    def test_what_reads_goes_first(self) -> None:
        """And is dropped in the other direction."""
        first = table("a", columns=[Column("code", text, references=Reference("target", "code"))])
        groups = plan(catalog(first, target()), EMPTY).groups
        assert ["a", "target"] == [group.relation[1] for group in groups if group.steps]

    def test_only_what_must_is_made_anew(self) -> None:
        """Of all that stands on a column, Postgres rebuilds the most by itself."""
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
            ("privilege", READER),
            ("foreign_key", "pointing_n_fkey"),
        } == dropped

    def test_an_index_without_a_name_keeps_what_it_had(self) -> None:
        """A second index does not rename the first."""
        one = with_column(Column("a", integer), indexes=[Index("a")])
        two = with_column(Column("a", integer), indexes=[Index("a"), Index("a", where="a > 0")])
        assert ["index/create"] == [step.template for step in plan(catalog(one), catalog(two)).steps]

    def test_some_of_the_differences(self) -> None:
        """Whoever must not drop leaves those differences out."""
        differences = diff(catalog(table(), table("other")), catalog(table(comment="x")))
        kept = [each for each in differences if each.after is not None]
        assert ["comment"] == [step.template for step in from_differences(kept).steps]

    def test_an_existing_table_that_is_not_there(self) -> None:
        """It is not made by oversight: that would give a table of only our columns."""
        elsewhere = Table("t", existing=[Column("id", bigint)], columns=[Column("a", text)])
        with pytest.raises(DefinitionError, match=r"is declared as existing, but is not there\n"):
            plan(EMPTY, catalog(elsewhere))
        assert ["column/create"] == [
            step.template for step in plan(catalog(elsewhere).existing(), catalog(elsewhere)).steps
        ]

    def test_a_policy_that_changed_in_every_way(self) -> None:
        """One step is enough."""
        before, after = policy(), policy(to=["public"], using="owner = 'x'", check="true", comment="x")
        assert ["policy/alter", "comment"] == [
            step.template for step in plan(catalog(before), catalog(after)).steps
        ]

    def test_hazards(self) -> None:
        """On a table that is new, nobody waits; on one that is there, the lock is told."""
        new = plan(EMPTY, catalog(policy())).steps
        assert not [hazard for step in new for hazard in step.hazards]
        there = plan(
            catalog(BARE), catalog(with_column(Column(COLUMN, text, not_null=True, default="x")))
        ).steps
        assert ["AccessExclusiveLock"] == [hazard.lock for step in there for hazard in step.hazards]

    def test_linear(self) -> None:
        """Eight times as many tables take eight times the work, also with something in the way of each."""

        def sized(count: int, kind: Type) -> Catalog:
            return catalog(*(attrs.evolve(watched(kind)[0], name=f"t{number}") for number in range(count)))

        counts = []
        for count in (25, 200):
            before, after = sized(count, integer), sized(count, bigint)
            counts.append(calls_of(lambda before=before, after=after: plan(before, after)))  # type: ignore[misc]
        assert counts[1] < 8.5 * counts[0]


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of Python functions, which unlike seconds are the same each time."""
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
