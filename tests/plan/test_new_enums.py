"""Tests on a server of columns that become an enum of the same migration: values without a label stop it first."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from fixtures_plans import World

from schema_dsl import Column, Domain, Enum, Table, Type, array, integer, text, varchar
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan import plan
from schema_dsl.render.data_loss_guard import list_losses, list_losses_to_check_first

LABELS = ("new", "o'ld", "{x}", "NEW")


def as_text(kind: Any, *others: Any) -> Catalog:
    """Declare a table with a column of texts."""
    return build_catalog([Table("t t", columns=[Column("s s", kind)]), *others])


def as_enum(*labels: str, is_array: bool = False, **more: Any) -> Catalog:
    """Declare the same table with a column of an enum."""
    kind = Enum("the state", labels)
    column = Column("s s", array(kind) if is_array else kind, **more)
    return build_catalog([kind, Table("t t", columns=[column])])


def fill(world: World, before: Catalog, *values: str) -> None:
    """Create the table and insert rows."""
    world.carry_out(plan(Catalog(), before), before)
    for value in values:
        world.connection.execute('INSERT INTO "t t" VALUES (%s)', [value])


@pytest.mark.parametrize("kind", [text, varchar(5), Domain("word", text)])
def test_from_texts(world: World, kind: Any) -> None:
    """Values without a label stop the migration before it creates the enum; then the others are converted."""
    before = as_text(kind, kind) if isinstance(kind, Domain) else as_text(kind)
    after = as_enum(*LABELS)
    fill(world, before, *LABELS, "New", "old")
    change, state = plan(before, after), world.state()
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"values do not fit \(rows: 2\)"):
        world.carry_out(change, after)
    world.connection.execute(b"RESET ALL")
    assert state == world.state()
    world.connection.execute(b"""DELETE FROM "t t" WHERE "s s" IN ('New', 'old')""")
    for _ in range(2):
        world.carry_out(change, after)
    found = world.connection.execute(b'SELECT "s s"::text FROM "t t" AS t ORDER BY t."s s"').fetchall()
    assert [(label,) for label in LABELS] == found


def test_of_an_array_that_a_rollback_restores(world: World) -> None:
    """Also the labels of the elements of an array are counted before the enum exists."""
    before = as_text(array(text))
    fill(world, before, "{new,NULL}", "{new,old}", "{}")
    declared = as_enum(*LABELS, is_array=True)
    after = Catalog({identity: copy_with(item, origin=None) for identity, item in declared.objects.items()})
    change, state = plan(before, after), world.state()
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"values do not fit \(rows: 1\)"):
        world.carry_out(change, after)
    world.connection.execute(b"RESET ALL")
    assert state == world.state()
    world.connection.execute(b"""DELETE FROM "t t" WHERE "s s" = '{new,old}'""")
    world.carry_out(change, after)
    assert [("{new,NULL}",), ("{}",)] == world.connection.execute(b'SELECT "s s"::text FROM "t t"').fetchall()


def test_labels_in_another_order(world: World) -> None:
    """All values of an enum fit one that has all of its labels."""
    before, after = as_enum("new", "old"), as_enum("old", "newer", "new")
    fill(world, before, "new", "old")
    change = plan(before, after)
    assert [] == [loss for loss in list_losses(change.steps) if loss.changed is not None]
    world.carry_out(change, after)
    assert [("old",), ("new",)] == world.connection.execute(
        b'SELECT "s s"::text FROM "t t" ORDER BY 1 DESC'
    ).fetchall()


def test_no_check_that_finds_nothing(world: World) -> None:
    """Values that have to fit a type of the same name are checked where that type exists."""
    before, after = (
        build_catalog(
            [
                Domain("code", kind),
                Table("a", columns=[Column("x", Type("integer"))]),
                Table("t", columns=[Column("c", Type("code"))]),
            ]
        )
        for kind in (integer, Type("smallint"))
    )
    change = plan(before, after)
    assert list_losses(change.steps)
    assert () == list_losses_to_check_first(change)
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute(b"INSERT INTO t VALUES (70000)")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=r"values do not fit \(rows: 1\)"):
        world.carry_out(change, after)
