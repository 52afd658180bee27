"""Changes of views and rules."""

from __future__ import annotations

from typing import Any

from specimen_parts import NASTY, READER, TABLE, WRITER, Changes, touch, with_column

from schema_dsl import (
    Column,
    Grant,
    Index,
    MaterializedView,
    RewriteRule,
    Sql,
    Trigger,
    Type,
    View,
    bigint,
    integer,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier


def viewed(kind: Type = bigint, result: str = "n", **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a view of a table, and a view of that view."""
    name = "v'$view$"
    more.setdefault("result", [("id", Sql("bigint")), (result, Sql(kind.sql))])
    return (
        with_column(Column("n", kind)),
        View(name, f"SELECT id, n FROM {identifier(TABLE)} -- why", columns=["id", result], **more),
        View('"w"', f"SELECT {identifier(result)} FROM {identifier(name)}", result=[(result, Sql(kind.sql))]),
    )


def materialized(kind: Type = bigint, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a materialized view with an index, and a view that reads it."""
    name = "m'$view$"
    more.setdefault("result", [("n", Sql(kind.sql))])
    return (
        with_column(Column("n", kind)),
        MaterializedView(
            name,
            f"SELECT n FROM {identifier(TABLE)} -- why",
            indexes=[Index("n", unique=True), Index("n", name="i'", where="n > 0", comment=NASTY)],
            **more,
        ),
        View("v", f"SELECT n FROM {identifier(name)}", result=[("n", Sql(kind.sql))]),
    )


def ruled(*rules: RewriteRule, **more: Any) -> tuple[SchemaObject, ...]:
    """Declare a table and a view with rules."""
    return (
        with_column(Column("n", bigint), rules=rules),
        View("v", f"SELECT id FROM {identifier(TABLE)}", result=[("id", Sql("bigint"))], rules=rules, **more),
    )


VIEWS: Changes = {
    "a view": ((), viewed(select=[READER], security_barrier=True, comment=NASTY, column_comments={"n": NASTY})),
    "the options of a view": (
        viewed(security_invoker=True, column_comments={"id": "a"}),
        viewed(check_option="local", update=[WRITER], column_comments={"id": "b", "n": "c"}),
    ),
    "a column of a view": (viewed(comment="a"), viewed(result="m'", comment="b", select=[READER])),
    "the type of a column under views": (viewed(integer), viewed(bigint, select=["public"])),
    "a materialized view": (
        (),
        materialized(select=[READER], with_data=False, parameters={"fillfactor": 70}, comment=NASTY),
    ),
    "a column under a materialized view": (
        materialized(integer, column_comments={"n": "a"}),
        materialized(select=["public"], columns=["n"], comment="b", column_comments={"n": "b"}),
    ),
    "the options of a materialized view": (
        materialized(parameters={"fillfactor": 70}, column_comments={"n": "a"}),
        materialized(parameters={"autovacuum_enabled": False}, select=[], grants=[Grant("all", to=WRITER)]),
    ),
    "a rule": (
        (),
        ruled(RewriteRule("r'$rule$", "update", "NOTHING", where="OLD.id > 1 -- why", instead=True, comment=NASTY)),
    ),
    "another rule": (
        ruled(RewriteRule("r'", "delete", "NOTHING", instead=True, comment="a")),
        ruled(
            RewriteRule(
                "r'",
                "insert",
                f"(INSERT INTO {identifier(TABLE)} (id) VALUES (NEW.id); UPDATE {identifier(TABLE)} SET id = 1)",
                comment="b",
            )
        ),
    ),
    "a rule on a table that exists": (
        (with_column(Column("n", bigint)),),
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", instead=True)]),),
    ),
    "a rule that is disabled": (
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", instead=True)]),),
        (with_column(Column("n", bigint), rules=[RewriteRule("r'", "delete", "NOTHING", enabled="disabled")]),),
    ),
    "triggers of a view": (
        viewed(),
        viewed(triggers=[Trigger("t'", touch, timing="instead of", events=["insert", "delete"], comment=NASTY)]),
    ),
}  # fmt: skip
