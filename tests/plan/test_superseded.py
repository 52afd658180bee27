"""Tests that an undeclared index goes only when a new one does all it does, and after that one is there."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl import Column, Index, Table, bigint, sql, text
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import diff, plan
from schema_dsl.plan.superseded import find_superseded


def declare(*indexes: Index) -> Catalog:
    """Declare a table with indexes."""
    columns = [Column("id", bigint, primary_key=True), Column("Title", text), Column("body", text)]
    return build_catalog([Table("notes", columns=columns, indexes=indexes)])


@pytest.mark.parametrize(
    ("old", "new", "superseded"),
    [
        ({}, {"include": ["body"]}, True),
        ({"include": ["body"]}, {"include": ["id", "body"]}, True),
        ({"unique": True}, {"unique": True, "include": ["body"]}, True),
        ({"include": ["body"]}, {}, False),
        ({"unique": True}, {"include": ["body"]}, False),
        ({}, {"include": ["body"], "where": "id > 0"}, False),
        ({"method": "hash"}, {"include": ["body"]}, False),
    ],
)
def test_superseded(old: dict[str, Any], new: dict[str, Any], superseded: bool) -> None:  # noqa: FBT001
    """An index with the same keys, predicate, method and uniqueness that covers as much makes one superfluous."""
    before = declare(Index("Title", name="a", **old))
    after = declare(Index("Title", name="b", **new))
    found = find_superseded(diff(before, after), before.objects, after.objects)
    assert (["a"] if superseded else []) == [identity.name for identity in found]


def test_built_before_the_drop() -> None:
    """The new index is built before the old one is dropped, so that queries always have one."""
    before = declare(Index("Title", name="a"), Index("body", name="c"))
    after = declare(Index("Title", name="b", include=["body"]))
    steps = [(step.template, step.subject.name) for step in plan(before, after).steps]
    assert [("index/drop", "c"), ("index/create", "b"), ("index/drop", "a")] == steps


def test_of_a_changed_column() -> None:
    """A column that is made anew takes its old index with it, although the new index comes after the column."""
    columns = [Column("id", bigint, primary_key=True), Column("n", bigint)]
    computed = [columns[0], Column("n", bigint, generated=sql("id * 2"))]
    before, after = (
        build_catalog([Table("notes", columns=found, indexes=[Index("n", name=name, include=include)])])
        for found, name, include in ((columns, "a", []), (computed, "b", ["id"]))
    )
    templates = [step.template for step in plan(before, after).steps]
    assert templates.index("index/create") == len(templates) - 1
