"""The marks of indexes, where the indexes of a table change with its columns."""

from __future__ import annotations

from fixtures_plans import World
from specimen_parts import catalog

from schema_dsl import Column, Index, Table, integer, sql, text
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import plan


def places(collation: str | None, indexes: list[Index], marked: str) -> Catalog:
    """Return a table with a text column and some indexes, one of them with the CLUSTER mark."""
    columns = [Column("id", integer, primary_key=True), Column("item", text, collation=collation)]
    return catalog(Table("places", columns=columns, indexes=indexes, cluster_on=marked))


def test_from_a_rebuilt_index_to_a_new_one(world: World) -> None:
    """The mark moves to a new index of a column whose collation changes; the index that loses it is built again."""
    lower, plain = Index(sql("lower(item)"), name="lower"), Index("item", name="plain")
    before, after = places(None, [lower], "lower"), places("C", [lower, plain], "plain")
    world.carry_out(plan(Catalog(), before), before)
    first = world.state()
    for one, other in ((before, after), (after, before)):
        for _ in range(2):
            world.carry_out(plan(one, other), other)
    assert first == world.state()
