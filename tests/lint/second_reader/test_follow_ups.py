"""The second reader follows objects that Postgres drops with a column, and compares partial changes of later files."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
from generated_files import generate_file
from specimen_parts import OWNER, READER, catalog

from schema_dsl import (
    Check,
    Column,
    DefaultPrivileges,
    ForeignKey,
    Function,
    Grant,
    Index,
    IndexElement,
    Reference,
    Table,
    Trigger,
    Unique,
    View,
    integer,
    sql,
    text,
)
from schema_dsl.analysis.identity import table_identity
from schema_dsl.lint import Source
from schema_dsl.lint.second_reader.check import find_differences
from schema_dsl.lint.second_reader.declared import build_declarations
from schema_dsl.lint.second_reader.descendants import find_descendants
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Difference


def declare_descendant(expression: str, *, with_parts: bool = True, between: bool = False) -> Catalog:
    """Declare a table with a generated column, and a descendant with parts that use it."""
    parts: dict[str, Any] = {
        "constraints": [Check("g > 0", name="c"), Unique(["g"], name="u")],
        "indexes": [Index("g", name="i")],
    }
    columns = [Column("a", integer), Column("g", integer, generated=expression)]
    parent = Table("t", columns=columns)
    middle = Table("middle", columns=[], inherits=parent)
    heir = Table("heir", columns=[], inherits=middle if between else parent, **(parts if with_parts else {}))
    return catalog(parent, *([middle] if between else []), heir)


class TestDescendants:
    """Postgres drops an inherited column with that of the parent, and the parts of a descendant that use it."""

    @pytest.mark.parametrize("between", [False, True], ids=["child", "grandchild"])
    def test_created_again(self, between: bool) -> None:  # noqa: FBT001
        """Parts of a descendant that the file creates after the column are no difference; a missing one is reported."""
        file = generate_file(
            declare_descendant("a + 1", between=between), declare_descendant("a + 2", between=between)
        )
        assert [] == file.compare()
        created = re.search(r"CREATE INDEX IF NOT EXISTS i\s+ON public.heir \(g\);", file.text)
        assert created is not None
        (finding,) = file.compare(file.text.replace(created[0], ""))
        assert "the file drops index public.i and does not create it again" in finding.message

    def test_dropped(self) -> None:
        """A part of a descendant that Postgres drops with the column needs no DROP."""
        before = declare_descendant("a + 1")
        after = declare_descendant("a + 2", with_parts=False)
        assert [] == generate_file(before, after).compare()

    def test_parents_before(self) -> None:
        """A table that gets its parents in the file does not lose columns with them; one that loses them does."""
        wanted = declare_descendant("a + 1", between=True)
        heir, middle = (table_identity("public", name) for name in ("heir", "middle"))
        declarations = build_declarations(wanted)
        assert {("public", "t"), ("public", "middle")} == find_descendants(declarations, ()).keys()
        table = wanted.objects[middle]
        gained = Difference(middle, attrs.evolve(table, inherits=()), table, ("inherits",))
        assert {middle.relation: (heir.relation,)} == find_descendants(declarations, [gained])
        lost = Difference(heir, attrs.evolve(table, inherits=[Reference("gone")]), table, ("inherits",))
        assert (heir.relation,) == find_descendants(declarations, [lost])["public", "gone"]


class TestOptions:
    """Each option of a column is compared on its own."""

    @pytest.fixture
    def tables(self) -> tuple[Catalog, Catalog]:
        """A column with one option, and one with other options."""
        one, other = (
            catalog(Table("t", columns=[Column("a", text, options=options)]))
            for options in ({"n_distinct_inherited": 3}, {"n_distinct": -0.5})
        )
        return one, other

    def test_set_and_reset(self, tables: tuple[Catalog, Catalog]) -> None:
        """A file that resets one option and sets another one of the same column has no finding."""
        one, other = tables
        assert [] == generate_file(one, other).compare()
        assert [] == generate_file(other, one).compare()
        assert [] == generate_file(catalog(), other).compare()

    @pytest.mark.parametrize(
        ("right", "wrong", "expected"),
        [
            (
                "-0.5",
                "-0.25",
                "the file says option n distinct -0.25, the definitions say option n distinct -0.5",
            ),
            (
                "RESET (n_distinct_inherited)",
                "SET STATISTICS -1",
                "does not change option n distinct inherited",
            ),
            ("RESET (n_distinct_inherited)", "SET (n_distinct = -0.5)", "the file sets option n distinct of"),
            ("SET (n_distinct = -0.5)", "SET STATISTICS -1", "does not change option n distinct of"),
        ],
    )
    def test_faults(self, tables: tuple[Catalog, Catalog], right: str, wrong: str, expected: str) -> None:
        """An option with another value, one that the file does not change, and one that it sets twice are reported."""
        file = generate_file(*tables)
        assert right in file.text
        assert any(expected in each.message for each in file.compare(file.text.replace(right, wrong)))

    def test_statistics_of_an_index(self) -> None:
        """A statistics target of an index that a file does not change is reported."""
        one, other = (
            catalog(
                Table(
                    "t",
                    columns=[Column("a", text)],
                    indexes=[Index(sql("lower(a)"), name="i", statistics=statistics)],
                )
            )
            for statistics in ({}, {1: 50})
        )
        file = generate_file(one, other)
        assert [] == file.compare()
        statement = "ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 50;"
        assert statement in file.text
        (finding,) = file.compare(file.text.replace(statement, ""))
        assert "does not change statistics 1 of index public.i" in finding.message


class TestIndexes:
    """Indexes in later migrations."""

    def test_moved_to_another_table(self) -> None:
        """The block that drops the index of an interrupted build is no second DROP; a repeated DROP is one."""
        one, other = (
            catalog(
                *(
                    Table(
                        name,
                        columns=[Column("a", integer)],
                        indexes=[Index("a", name="i")] if name == owner else [],
                    )
                    for name in ("t", "u")
                )
            )
            for owner in ("t", "u")
        )
        file = generate_file(one, other, "psql")
        assert [] == file.compare()
        statement = "DROP INDEX IF EXISTS public.i;"
        (finding,) = file.compare(file.text.replace(statement, statement * 2))
        assert "the file drops index public.i twice" == finding.message

    @pytest.mark.parametrize("value", ["0.05", "-0.5", "on", "7"])
    def test_parameters_of_an_operator_class(self, value: str) -> None:
        """A parameter of an operator class is equal to itself, also if it is no integer."""
        element = IndexElement("a", operator_class="o", operator_class_parameters={"p": value})
        table = Table("t", columns=[Column("a", integer)], indexes=[Index(element, name="i", method="brin")])
        file = generate_file(catalog(), catalog(table))
        assert [] == file.compare()
        if value != "on":
            assert file.compare(file.text.replace(f"p = {value}", "p = 3"))


def test_default_privileges() -> None:
    """A file must revoke default privileges on a new table that complete definitions do not declare."""
    defaults = DefaultPrivileges("tables", role=OWNER, grants=[Grant("select", to=READER)])
    wanted = attrs.evolve(
        catalog(defaults, Table("t", columns=[Column("a", integer)], owner=OWNER)), is_complete=True
    )
    file = generate_file(catalog(), wanted)
    assert [] == file.compare()
    statement = f"REVOKE ALL ON TABLE public.t FROM {READER};"
    assert statement in file.text
    (finding,) = file.compare(file.text.replace(statement, ""))
    assert "the file does not revoke privileges of" in finding.message


class TestDropped:
    """The objects that Postgres drops with another object, and those that it keeps."""

    def test_triggers_of_a_view(self) -> None:
        """DROP VIEW drops the triggers of the view."""
        trigger = Trigger("g", Function("touch"), timing="instead of", events="insert")
        file = generate_file(catalog(View("v", "SELECT 1 AS a", triggers=[trigger])), catalog())
        assert "DROP TRIGGER" not in file.text
        assert [] == file.compare()

    def test_new_part_of_a_replaced_column(self) -> None:
        """The DROP IF EXISTS before a new constraint is no second one, if its column is dropped before."""
        before = catalog(Table("t", columns=[Column("a", integer), Column("b", integer)]))
        column = Column("b", integer, generated="a + 1")
        after = catalog(
            Table("t", columns=[Column("a", integer), column], constraints=[Check("b > 0", name="c")])
        )
        file = generate_file(before, after)
        assert "DROP CONSTRAINT IF EXISTS c" in file.text
        assert [] == file.compare()
        (finding,) = file.compare(
            file.text.replace("DROP CONSTRAINT IF EXISTS c,", "DROP CONSTRAINT IF EXISTS c," * 2)
        )
        assert "the file drops constraint c of public.t twice" == finding.message

    def test_column_with_a_common_name(self) -> None:
        """The parts of a table do not use a column because their table or a referenced column has its name."""
        other = Table("other", columns=[Column("name", integer, primary_key=True)])
        columns = [
            Column("a", integer),
            Column("b", integer),
            Column("btree", integer),
            Column("name", integer),
        ]
        parts: dict[str, Any] = {
            "constraints": [ForeignKey("a", Reference("other", "name"), name="f"), Unique(["b"], name="u")],
            "indexes": [Index("b", name="i")],
        }
        before = catalog(other, Table("name", columns=columns))
        after = catalog(other, Table("name", columns=columns[:2], **parts))
        file = generate_file(before, after)
        early = re.search(r"DO \$drop\$.*?\$drop\$;", file.text, re.DOTALL)
        assert early is not None
        # The order of the statements does not matter.
        assert [] == file.compare(f"{file.text}\n{early[0]}".replace(early[0], "", 1))

    def test_own_column_of_a_new_heir(self) -> None:
        """A new table keeps its own column, although the file drops one of that name from its parent."""
        columns = [Column("a", integer), Column("g", integer)]
        parent = Table("t", columns=columns[:1])
        heir = Table("heir", columns=columns[1:], inherits=parent, constraints=[Unique(["g"], name="u")])
        file = generate_file(catalog(Table("t", columns=columns)), catalog(parent, heir))
        early = re.search(r"CREATE TABLE .*?;", file.text, re.DOTALL)
        assert early is not None
        text = early[0] + file.text.replace(early[0], "")
        assert "DROP COLUMN" in text
        source = Source.of(text, "001.sql")
        assert [] == find_differences([source], file.wanted)
        assert [] == find_differences([source], file.wanted, file.changes)
