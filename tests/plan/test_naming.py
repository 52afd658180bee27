"""Tests of the names of later migrations, which describe the changes."""

from __future__ import annotations

import re

import pytest
from specimen_parts import catalog
from specimens import CHANGES

from schema_dsl import Check, Column, Index, MaterializedView, Policy, Table, View, bigint, integer, sql, text
from schema_dsl.analysis.identity import table_part
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.pipeline.naming import name_changes
from schema_dsl.plan import diff
from schema_dsl.plan.rename import Rename


def notes(*columns: Column, **parts: object) -> Table:
    """Declare a table."""
    return Table("notes", columns=[Column("id", bigint, primary_key=True), *columns], **parts)  # type: ignore[arg-type]


def tables(*names: str) -> list[Table]:
    """Declare tables with one column each."""
    return [Table(name, columns=[Column("id", bigint)]) for name in names]


TITLE = Column("title", text, check=sql("title <> ''"))
POLICY = Policy("readers", "select", to="public", using="true")


class TestName:
    """The name of a migration."""

    @pytest.mark.parametrize(
        ("before", "after", "name"),
        [
            ([], tables("tips"), "add_tips"),
            (tables("a"), tables("a", "b", "c"), "add_b_and_c"),
            ([], tables("a", "b", "c"), "add_3_tables"),
            (tables("a", "b"), tables("b"), "drop_a"),
            ([notes()], [notes(TITLE)], "add_title_to_notes"),
            ([notes(TITLE)], [notes()], "drop_title_from_notes"),
            ([notes(Column("n", integer))], [notes(Column("n", bigint))], "change_n_of_notes"),
            ([notes(TITLE)], [notes(TITLE, Column("n", integer), Column("m", integer))], "add_n_and_m_to_notes"),
            ([notes(Column("n", integer))], [notes(TITLE, Column("n", bigint))], "change_title_and_n_of_notes"),
            ([notes(TITLE)], [notes(TITLE, indexes=[Index("title")])], "add_notes_title_idx"),
            (
                [notes(Column("n", integer, check=sql("n > 0")))],
                [notes(Column("n", integer, check=sql("n > 1")))],
                "change_notes_n_check",
            ),
            ([notes()], [notes(policies=[POLICY], row_security=True)], "change_notes"),
            ([notes(row_security=True)], [notes(policies=[POLICY], row_security=True)], "add_readers_to_notes"),
            ([notes(), *tables("a")], [notes(TITLE), *tables("a", "b")], "change_b_and_notes"),
            ([notes()], [notes(constraints=[Check("id > 0", name=f"{'x' * 60}")])], "change_notes"),
            ([], tables("数"), "change_schema"),
            ([], tables("x" * 40, "y" * 40), "add_2_tables"),
            ([], [*tables("a", "b"), View("c", "SELECT 1 AS one")], "add_3_objects"),
            ([View("a", "SELECT 1 AS one")], [MaterializedView("a", "SELECT 1 AS one")], "change_a"),
        ],
    )  # fmt: skip
    def test_says_what_it_does(
        self, before: list[SchemaObject], after: list[SchemaObject], name: str
    ) -> None:
        """The name has a verb and the changed objects; parts that come with others are not named."""
        assert name == name_changes(diff(catalog(*before), catalog(*after)))

    def test_rename(self) -> None:
        """A migration that only renames has the old and the new name."""
        renames = [
            Rename(table_part("column", "public", "notes", old), table_part("column", "public", "notes", "b"))
            for old in "a"
        ]
        assert "rename_a_to_b" == name_changes([], renames)

    def test_any_change_has_a_name_that_file_names_allow(self) -> None:
        """For any names of objects, the name has few characters, and only a to z, 0 to 9 and _."""
        for one, other in CHANGES.values():
            for before, after in ((catalog(*one), catalog(*other)), (catalog(*other), Catalog())):
                assert re.fullmatch("[a-z0-9_]{5,60}", name_changes(diff(before, after)))
