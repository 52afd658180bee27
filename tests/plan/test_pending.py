"""The condition that is true until a column is changed, by which a block finds that it has run."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from fixtures_plans import World

from schema_dsl import Column, integer, sql, text
from schema_dsl.analysis.identity import table_part
from schema_dsl.plan.rule import load_kind_rules

NUMBER = Column("n", integer)
COMPUTED = Column("n", integer, generated=sql("1 + 1"))
CHANGES = {
    "a default": (NUMBER, Column("n", integer, default=0)),
    "NOT NULL": (NUMBER, Column("n", integer, not_null=True)),
    "a default and NOT NULL": (NUMBER, Column("n", integer, default=0, not_null=True)),
    "a type": (NUMBER, Column("n", text)),
    "a type and NOT NULL": (NUMBER, Column("n", text, not_null=True)),
    "a type and a default": (Column("n", integer, default=1), Column("n", text, default="b")),
    "an expression": (Column("n", integer, default=1), COMPUTED),
    "an expression and NOT NULL": (NUMBER, Column("n", integer, generated=sql("1 + 1"), not_null=True)),
}
_SQL = {
    "a default": "ALTER n SET DEFAULT 0",
    "NOT NULL": "ALTER n SET NOT NULL",
    "a default and NOT NULL": "ALTER n SET DEFAULT 0, ALTER n SET NOT NULL",
    "a type": "ALTER n TYPE text",
    "a type and NOT NULL": "ALTER n TYPE text, ALTER n SET NOT NULL",
    "a type and a default": "ALTER n DROP DEFAULT, ALTER n TYPE text, ALTER n SET DEFAULT 'b'",
    "an expression": "DROP n, ADD n integer GENERATED ALWAYS AS (1 + 1) STORED",
    "an expression and NOT NULL": "DROP n, ADD n integer GENERATED ALWAYS AS (1 + 1) STORED NOT NULL",
}
_BACK = {
    "a default": "ALTER n DROP DEFAULT",
    "NOT NULL": "ALTER n DROP NOT NULL",
    "a default and NOT NULL": "ALTER n DROP DEFAULT, ALTER n DROP NOT NULL",
    "a type": "ALTER n TYPE integer USING n::integer",
    "a type and NOT NULL": "ALTER n TYPE integer USING n::integer, ALTER n DROP NOT NULL",
    "a type and a default": (
        "ALTER n DROP DEFAULT, ALTER n TYPE integer USING n::integer, ALTER n SET DEFAULT 1"
    ),
    "an expression": "ALTER n DROP EXPRESSION, ALTER n SET DEFAULT 1",
    "an expression and NOT NULL": "ALTER n DROP EXPRESSION, ALTER n DROP NOT NULL",
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
    if before.default is not None:
        world.connection.execute(b"ALTER TABLE t ALTER n SET DEFAULT 1")
    for one, other, statement in ((before, after, _SQL[change]), (after, before, _BACK[change])):
        assert is_pending(one, other)
        world.connection.execute(f"ALTER TABLE t {statement}".encode())
        assert not is_pending(one, other)


def test_another_default() -> None:
    """Only Postgres can compare two defaults, or two expressions of a generated column."""
    rule, identity = load_kind_rules()["column"], table_part("column", "public", "t", "n")
    others = (Column("n", integer, default=2), COMPUTED)
    for before, after in zip(
        (Column("n", integer, default=1), attrs.evolve(COMPUTED, virtual=True)), others, strict=True
    ):
        assert rule.pending(identity, before, after) is None
