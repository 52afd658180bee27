"""The condition that is true until a column is changed, by which a block finds that it has run."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures_plans import World

from schema_dsl import Column, integer, text
from schema_dsl.analysis.identity import table_part
from schema_dsl.plan.rule import load_kind_rules

NUMBER = Column("n", integer)
CHANGES = {
    "a default": (NUMBER, Column("n", integer, default=0)),
    "NOT NULL": (NUMBER, Column("n", integer, not_null=True)),
    "a default and NOT NULL": (NUMBER, Column("n", integer, default=0, not_null=True)),
    "a type": (NUMBER, Column("n", text)),
    "a type and NOT NULL": (NUMBER, Column("n", text, not_null=True)),
}
_SQL = {
    "a default": "ALTER n SET DEFAULT 0",
    "NOT NULL": "ALTER n SET NOT NULL",
    "a default and NOT NULL": "ALTER n SET DEFAULT 0, ALTER n SET NOT NULL",
    "a type": "ALTER n TYPE text",
    "a type and NOT NULL": "ALTER n TYPE text, ALTER n SET NOT NULL",
}
_BACK = {
    "a default": "ALTER n DROP DEFAULT",
    "NOT NULL": "ALTER n DROP NOT NULL",
    "a default and NOT NULL": "ALTER n DROP DEFAULT, ALTER n DROP NOT NULL",
    "a type": "ALTER n TYPE integer USING n::integer",
    "a type and NOT NULL": "ALTER n TYPE integer USING n::integer, ALTER n DROP NOT NULL",
}


@pytest.mark.parametrize("change", CHANGES)
def test_column(world: World, change: str) -> None:
    """The condition holds before a change and not after it, in both directions."""
    rule, identity = load_kind_rules()["column"], table_part("column", "public", "t", "n")

    def is_pending(before: Any, after: Any) -> bool:
        row = world.connection.execute(f"SELECT {rule.pending(identity, before, after)}".encode()).fetchone()
        assert row is not None
        return bool(row[0])

    before, after = CHANGES[change]
    world.connection.execute(b"CREATE TABLE t (n integer)")
    for one, other, statement in ((before, after, _SQL[change]), (after, before, _BACK[change])):
        assert is_pending(one, other)
        world.connection.execute(f"ALTER TABLE t {statement}".encode())
        assert not is_pending(one, other)
