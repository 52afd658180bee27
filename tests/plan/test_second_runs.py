"""Tests on a server that the second run of a changed type builds nothing again."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures_plans import World

from schema_dsl import Column, Index, IndexElement, Table, Type, sql, text, varchar
from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.plan import plan

NEW: dict[str, Any] = {
    "a condition of an index": {"indexes": [Index("n", where="s = 'a'", name="i")]},
    "an expression of an index": {"indexes": [Index(IndexElement(sql("lower(s)")), name="i")]},
    "a column of an index": {"indexes": [Index("s", name="i")]},
}


@pytest.mark.parametrize("new", NEW)
def test_new_dependents(world: World, new: str) -> None:
    """What the migration builds on the column after its change keeps its file."""
    number = Column("n", Type("integer"))
    before = build_catalog([Table("t", columns=[number, Column("s", varchar(5))])])
    after = build_catalog([Table("t", columns=[number, Column("s", text)], **NEW[new])])
    world.carry_out(plan(Catalog(), before), before)
    world.connection.execute(b"INSERT INTO t VALUES (1, 'a')")
    change = plan(before, after)
    found = []
    for _ in range(2):
        world.carry_out(change, after)
        found.append(
            world.connection.execute(
                b"SELECT relfilenode FROM pg_class WHERE oid IN (to_regclass('t'), to_regclass('i')) ORDER BY 1"
            ).fetchall()
        )
    assert found[0] == found[1]
    assert not plan(after, after)
