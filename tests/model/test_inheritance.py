"""Tables that inherit have the columns of their parents."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from schema_dsl import Check, Column, Index, PrimaryKey, Reference, Table, bigint, by_list, text
from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog
from schema_dsl.model.identity import copy_with


def base(**parts: object) -> Table:
    """Declare a parent."""
    return copy_with(
        Table("base", columns=[Column("id", bigint, primary_key=True), Column("name", text)], schema="app"),
        **parts,
    )


class TestColumns:
    """The columns of the parents are those of the table, and no objects of their own."""

    def test_of_parents_of_parents(self) -> None:
        """Parts of a table may name the columns of all ancestors, which come first; the keys of these stay there."""
        child = Table("child", schema="app", columns=[Column("n", bigint)], inherits=base())
        other = Table("other", schema="app", columns=[Column("name", text), Column("more", text)])
        last = Table(
            "last",
            inherits=[Reference("child", schema="app"), other],
            constraints=[PrimaryKey("n")],
            indexes=[Index(["id", "more"])],
        )
        found = build_catalog([last, child, other, base()])
        assert ["id", "name", "n", "more"] == [
            column.name for column in found.tables["public", "last"].all_columns
        ]
        assert ("n",) == found.tables["public", "last"].primary_key_columns
        assert (table_identity("app", "child"), table_identity("app", "other")) == (
            found.objects[table_identity("public", "last")].inherits
        )
        assert [] == [each for each in found.of_kind("column") if each.root.name == "last"]

    def test_schema_of_a_reference(self) -> None:
        """A parent named without its schema is in the schema of the table."""
        found = build_catalog([base(), Table("child", schema="app", inherits=Reference("base"))])
        assert (Identity("table", "app", "base"),) == found.objects[table_identity("app", "child")].inherits


@pytest.mark.parametrize(
    ("declare", "expected"),
    [
        (
            lambda: [Table("t", inherits=Reference("bases"))],
            "table t inherits from public.bases, which is not declared",
        ),
        (
            lambda: [base(), Table("t", inherits=base(), columns=[Column("id", text)])],
            "declares column id, which it inh",
        ),
        (
            lambda: [base(), Table("t", inherits=base(), constraints=[PrimaryKey("x")])],
            "refers to column x, which",
        ),
        (
            lambda: [
                base(constraints=(Check("id > 0", name="c"),)),
                Table("t", inherits=base(), constraints=[Check("id > 1", name="c")]),
            ],
            "declares check c, which it inherits from base",
        ),
        (
            lambda: [base(partition_by=by_list("id")), Table("t", inherits=base())],
            "inherits from app.base, which is partitioned or a partition",
        ),
        (
            lambda: [Table("t", inherits=Reference("u")), Table("u", inherits=Reference("t"))],
            "table u inherits from public.t, and that from it",
        ),
        (
            lambda: [Table("t", inherits=base(), partition_by=by_list("id"))],
            "has inherits= and partition_by=",
        ),
        (
            lambda: [Table("t", inherits="base")],  # type: ignore[arg-type]
            "inherits must be a table or Reference",
        ),
    ],
)
def test_mistakes(declare: Callable[[], list[Table]], expected: str) -> None:
    """A declaration that Postgres refuses or merges is an error."""
    with pytest.raises(DefinitionError, match=re.escape(expected)):
        build_catalog(declare())
