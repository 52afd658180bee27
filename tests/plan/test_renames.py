"""Renames that `renamed_from=` requests, and new objects that may be renamed ones."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures_plans import World
from specimen_parts import NASTY, READER, catalog, touch

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    MaterializedView,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    RewriteRule,
    Table,
    Trigger,
    Unique,
    View,
    bigint,
    by_range,
    integer,
    real,
    text,
    values_from,
)
from schema_dsl.analysis.identity import Identity, table_identity, table_part
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Difference, allow, diff, plan
from schema_dsl.plan.allowance import Allowance
from schema_dsl.plan.rename import Rename, build_rename_groups, find_declared_renames
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.similar import find_similar
from schema_dsl.render import render_step
from schema_dsl.sql import identifier
from schema_dsl.verify.comparison.renames import read_renamed

NAME = NASTY[:20].replace("\n", " ")


def build(*, new: bool, suffix: str = "") -> Catalog:
    """Build tables with a part of each kind, under the former or the new names."""

    def name(old: str) -> str:
        return f"{old}{suffix}" if new else old

    def named(old: str) -> str | None:
        return old if new and suffix else None

    target = Table("target", columns=[Column("id", bigint, primary_key=True)])
    table = Table(
        name("notes"),
        renamed_from=named("notes"),
        columns=[
            Column(name("id"), bigint, renamed_from=named("id")),
            Column(name("n"), bigint, renamed_from=named("n"), references=Reference("target"), unique=True),
            Column("body", text, comment="c"),
        ],
        constraints=[
            PrimaryKey(name("id"), name=name("key"), renamed_from=named("key")),
            Unique([name("id"), "body"], name=name("u"), renamed_from=named("u")),
            Check(f"{identifier(name('n'))} > 0", name=name("c"), renamed_from=named("c")),
            ForeignKey(name("id"), Reference("target"), name=name("f"), renamed_from=named("f")),
            Exclusion([("body", "=")], method="btree", name=name("x"), renamed_from=named("x")),
        ],
        indexes=[Index(name("n")), Index("body", name=name("i"), renamed_from=named("i"))],
        policies=[Policy(name("p"), to=READER, using="body <> ''", renamed_from=named("p"))],
        triggers=[
            Trigger(
                name("t"),
                touch,
                timing="before",
                events="update",
                update_of=name("n"),
                renamed_from=named("t"),
            )
        ],
    )
    query = f"SELECT {identifier(name('n'))} AS n, body FROM {identifier(name('notes'))}"
    rule = RewriteRule(name("r"), "delete", "NOTHING", instead=True, renamed_from=named("r"))
    view = View(name("v"), query, renamed_from=named("v"), select=[READER], comment="c", rules=[rule])
    stored = MaterializedView(
        name("m"), "SELECT 1 AS a", renamed_from=named("m"), indexes=[Index("a", name="a")]
    )
    return catalog(target, table, view, stored)


def build_partitions(suffix: str = "") -> Catalog:
    """Build a partitioned table with partitions of the former names, or of those with a suffix."""

    def declare(name: str, start: int, **parts: Any) -> Partition:
        former = name if suffix else None
        bound = values_from(start, to=start + 10)
        return Partition(f"{name}{suffix}", bound, schema="public", renamed_from=former, **parts)

    inner = declare("inner", 10)
    return catalog(
        Table(
            "log",
            columns=[Column("id", bigint)],
            partition_by=by_range("id"),
            partitions=[
                declare("low", 0, indexes=[Index("id")]),
                declare("high", 10, partition_by=by_range("id"), partitions=[inner]),
            ],
        )
    )


class TestOnAServer:
    """Renames on a server, with names that are hard to quote."""

    @pytest.mark.parametrize("suffix", ["2", NAME], ids=["plain", "nasty"])
    def test_every_kind(self, world: World, suffix: str) -> None:
        """A table and parts of each kind are renamed with their references, in any state; rows survive."""
        before, after = build(new=False), build(new=True, suffix=suffix)
        with world.connection.transaction(force_rollback=True):
            world.carry_out(plan(Catalog(), after), after)
            wanted = world.state()
        world.carry_out(plan(Catalog(), before), before)
        world.connection.execute("INSERT INTO target VALUES (1); INSERT INTO notes VALUES (1, 1, 'kept')")
        with world.connection.transaction(force_rollback=True):
            state = read_renamed(world.connection, after)
        renamable = {kind for kind, rule in load_kind_rules().items() if rule.rename}
        # A schema is no part of a table.
        assert renamable - {"schema"} == {rename.after.kind for rename in state.renames}
        left = diff(state.present.catalog, state.declared)
        # The world has a schema, an enum, functions and default privileges, and a table has privileges.
        assert {"schema", "enum", "function", "default_privileges", "privilege"} == {
            difference.identity.kind for difference in left
        }
        steps = [step for group in build_rename_groups(state.renames, after.objects) for step in group.steps]
        # A run that was interrupted after the table was renamed, then two more.
        world.connection.execute(state.renames[0].statements[0].encode())
        for _ in range(2):
            world.run("\n".join(map(render_step, steps)))
            renamed = world.state()
            # Only the not-null constraints of Postgres 18 keep their names.
            assert wanted == renamed
        back = tuple(rename.reverse for rename in reversed(state.renames))
        groups = build_rename_groups(back, before.objects)
        world.run("\n".join(render_step(step) for group in groups for step in group.steps))
        assert [(1, 1, "kept")] == world.connection.execute("SELECT * FROM notes").fetchall()

    @pytest.mark.parametrize("suffix", ["2", NAME], ids=["plain", "nasty"])
    def test_partitions(self, world: World, suffix: str) -> None:
        """Partitions are renamed with their own parts, also those of partitions; rows survive."""
        before, after = build_partitions(), build_partitions(suffix)
        with world.connection.transaction(force_rollback=True):
            world.carry_out(plan(Catalog(), after), after)
            wanted = world.state()
        world.carry_out(plan(Catalog(), before), before)
        world.connection.execute("INSERT INTO log VALUES (1), (11)")
        with world.connection.transaction(force_rollback=True):
            renames = read_renamed(world.connection, after).renames
        assert ["low", "high", "inner", "low_id_idx"] == [rename.before.name for rename in renames]
        for _ in range(2):
            for group in build_rename_groups(renames, after.objects):
                world.run("\n".join(map(render_step, group.steps)))
            assert wanted == world.state()
        assert [(1,), (11,)] == world.connection.execute("SELECT * FROM log").fetchall()

    def test_guarded(self, world: World) -> None:
        """A guard on a renamed table stops the script before anything is renamed."""
        old = Table("notes", columns=[Column("id", bigint), Column("legacy", text)])
        new = Table("remarks", columns=[Column("id", bigint)], renamed_from="notes")
        world.carry_out(plan(Catalog(), catalog(old)), catalog(old))
        world.connection.execute("INSERT INTO notes VALUES (1, 'kept')")
        present = catalog(Table("remarks", columns=old.columns))
        rename = Rename(table_identity("public", "notes"), table_identity("public", "remarks"))
        with pytest.raises(Exception, match="it has values"):
            world.carry_out(plan(present, catalog(new), renames=[rename]), catalog(new))
        assert [(1, "kept")] == world.connection.execute("SELECT * FROM notes").fetchall()

    def test_allowed(self, world: World) -> None:
        """Without the guard of a change that is allowed, the change still follows the rename of its table."""
        old = Table("notes", columns=[Column("id", bigint), Column("length", real)])
        new = Table(
            "remarks", columns=[Column("id", bigint), Column("length", integer)], renamed_from="notes"
        )
        world.carry_out(plan(Catalog(), catalog(old)), catalog(old))
        world.connection.execute("INSERT INTO notes VALUES (1, 1.5)")
        present = catalog(Table("remarks", columns=old.columns))
        rename = Rename(table_identity("public", "notes"), table_identity("public", "remarks"))
        guarded = plan(present, catalog(new), renames=[rename])
        world.carry_out(allow(guarded, [Allowance("data-loss")]), catalog(new))
        assert [(1, 2)] == world.connection.execute("SELECT * FROM remarks").fetchall()


def tables(*names: str) -> set[Identity]:
    """Return the identities of tables."""
    return {table_identity("public", name) for name in names}


class TestDeclared:
    """The renames that the definitions request."""

    @staticmethod
    def wanted(**names: str | None) -> Catalog:
        """Build tables, each with its former name."""
        return catalog(
            *(Table(name, columns=[Column("id", bigint)], renamed_from=old) for name, old in names.items())
        )

    def found(self, present: set[Identity], **names: str | None) -> list[str]:
        """Return the renames as text."""
        renames = find_declared_renames(present, self.wanted(**names).objects)
        return [f"{rename.before.name} to {rename.after.name}" for rename in renames]

    def test_done_before(self) -> None:
        """A former name that is gone has no effect, and neither has one beside its new name."""
        assert ["a to b"] == self.found(tables("a"), b="a")
        assert [] == self.found(tables("b"), b="a") == self.found(tables("a", "b"), b="a")

    def test_chain(self) -> None:
        """A name is taken only after its former owner has given it up."""
        assert ["b to c", "a to b"] == self.found(tables("a", "b"), b="a", c="b")

    def test_name_used_again(self) -> None:
        """A new table may take the former name; a second run does not rename it."""
        wanted = self.wanted(a=None, b="a")
        renames = find_declared_renames(tables("a"), wanted.objects)
        (group,) = build_rename_groups(renames, wanted.objects)
        assert "AND NOT (pg_catalog.to_regclass('public.b') IS NOT NULL)" in render_step(group.steps[0])

    def test_exchanged(self) -> None:
        """Objects that exchange their names are an error, because a second run could not tell; so is its own name."""
        with pytest.raises(DefinitionError, match="exchange their names"):
            self.wanted(a="b", b="a")
        with pytest.raises(DefinitionError, match=r"table public.a and .* and .* exchange their names"):
            self.wanted(a="b", b="c", c="a", d="a")
        with pytest.raises(DefinitionError, match="its own name"):
            catalog(Table("t", columns=[Column("id", bigint, renamed_from="id")]))

    def test_not_in_the_fingerprint(self) -> None:
        """A former name can be removed once it has had its effect."""
        assert self.wanted(b="a").fingerprint() == self.wanted(b=None).fingerprint()

    def test_invalid(self) -> None:
        """A former name is validated at its line."""
        with pytest.raises(DefinitionError, match="needs a name") as raised:
            Column("a", text, renamed_from="")
        assert raised.value.instead


class TestSimilar:
    """A removed object beside a new one that is much the same."""

    @pytest.mark.parametrize(
        ("old", "new", "found"),
        [
            ({"columns": [Column("a", text)]}, {"columns": [Column("b", text)]}, "column a to b"),
            ({"columns": [Column("a", text)]}, {"columns": [Column("b", bigint)]}, None),
            (
                {"constraints": [Check("id > 0", name="a")]},
                {"constraints": [Check("id > 0", name="b")]},
                "check a to b",
            ),
            (
                {"policies": [Policy("a", to="public", using="id > 0")]},
                {"policies": [Policy("b", to="public", using="id > 0")]},
                "policy a to b",
            ),
            ({"indexes": [Index("id", name="a")]}, {"indexes": [Index("id", name="b")]}, "index a to b"),
            ({}, {"columns": [Column("b", bigint)]}, None),
        ],
    )
    def test_parts(
        self, old: dict[str, list[Column]], new: dict[str, list[Column]], found: str | None
    ) -> None:
        """A part is much the same if it does the same."""
        sides = []
        for given in (old, new):
            parts: dict[str, Any] = {**given, "columns": [Column("id", bigint), *given.get("columns", [])]}
            sides.append(catalog(Table("t", **parts)))
        assert ([] if found is None else [found]) == self.describe(*sides)

    def test_table(self) -> None:
        """A table is much the same if its columns, policies and triggers have the same names."""
        old, new, other = (
            catalog(Table(name, columns=[Column(column, bigint)]))
            for name, column in (("a", "id"), ("b", "id"), ("b", "code"))
        )
        assert ["table a to b"] == self.describe(old, new)
        assert [] == self.describe(old, other)

    @staticmethod
    def describe(before: Catalog, after: Catalog) -> list[str]:
        """Return the pairs as text."""
        changes: list[Difference] = diff(before, after)
        return [
            f"{rename.before.kind} {rename.before.name} to {rename.after.name}"
            for rename in find_similar(changes, before.objects, after.objects)
        ]


def test_every_kind_with_a_former_name_has_a_rule() -> None:
    """`renamed_from=` is declared for exactly the kinds that can be renamed."""
    for kind, rule in load_kind_rules().items():
        assert ("renamed_from" in rule.attributes) == (rule.rename is not None), kind


def test_follow() -> None:
    """The parts of a renamed table are parts of the table with the new name."""
    rename = Rename(table_identity("public", "a"), table_identity("public", "b"))
    assert table_part("column", "public", "b", "x") == rename.follow(table_part("column", "public", "a", "x"))
    assert table_part("column", "public", "c", "x") == rename.follow(table_part("column", "public", "c", "x"))
