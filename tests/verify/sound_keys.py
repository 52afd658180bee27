"""Keys, foreign keys and triggers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sound_parts import TOUCH, HistorySchema, new_table

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    IndexElement,
    Reference,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    boolean,
    integer,
    sql,
    text,
    timestamptz,
    varchar,
)
from schema_dsl.model.column import REFERENTIAL_ACTIONS

KEYS: Final[dict[str, dict[str, Any]]] = {
    "deferrable": {"constraints": [Unique(["a", "n"], deferrable=True)]},
    "deferred": {"constraints": [Unique("a", initially_deferred=True)]},
    "overlapping": {"constraints": [Unique("a"), Unique(["a", "n"]), Unique(["n", "a", "f"], name="third")]},
    "with the primary key": {"constraints": [Unique(["id", "n"]), Unique(["id", "a"])]},
    "lowered": {"indexes": [Index(sql("lower(a)"), unique=True)]},
    "lowered and checked": {
        "constraints": [Check("a = lower(a)")],
        "indexes": [Index(sql("lower(a)"), unique=True)],
    },
    "hour": {"indexes": [Index(sql("date_trunc('hour', t AT TIME ZONE 'UTC')"), unique=True, name="hourly")]},
    "remainder": {"indexes": [Index(sql("(n % 10)"), unique=True, name="remainder")]},
    "coalesced": {"indexes": [Index([sql("coalesce(a, '')"), "n"], unique=True, name="coalesced")]},
    "boolean": {"indexes": [Index("f", unique=True, where="f", name="only_one")]},
    "one row": {"indexes": [Index(sql("(true)"), unique=True, name="one_row")]},
    "where unknown": {"indexes": [Index("n", unique=True, where="md5(a) = md5('needle')", name="unknown")]},
    "where null": {"indexes": [Index("n", unique=True, where="t IS NULL", name="open_ones")]},
    "where itself": {"indexes": [Index("n", unique=True, where="n > 100", name="great")]},
    "pattern": {"indexes": [Index(sql('a COLLATE "C"'), unique=True, name="c_order")]},
    "collations": {
        "indexes": [
            Index(IndexElement("a", collation="C", operator_class="text_pattern_ops", descending=True)),
            Index([IndexElement(sql("lower(a)"), collation="POSIX"), "n"], unique=True, name="posix"),
            Index(sql('lower(a COLLATE "C")'), name="inside"),
            Index(IndexElement("a", collation="default", operator_class="text_ops"), name="same"),
            Index(IndexElement("a", collation=sql('pg_catalog."ucs_basic"')), name="qualified"),
        ],
        "constraints": [
            Exclusion([(sql('a COLLATE "C"'), "="), ("n", "=")], method="btree", name="c_once"),
            Exclusion([(sql('lower(a) COLLATE "C"'), "=")], method="btree", name="c_lower", where="n > 5"),
        ],
    },
    "ranges": {
        "constraints": [
            Exclusion([(sql("int4range(n, n + 10)"), "&&")], name="apart"),
            Exclusion([(sql("tstzrange(t, later)"), "&&")], name="hours", where="f"),
        ]
    },
    "generated": {
        "constraints": [Unique("g", name="one_g"), Check("g <> 'x'", name="not_x")],
        "indexes": [Index(["g", "n"], unique=True, where="g > 'a'", name="g_and_n")],
    },
}

UNKNOWN_KEYS: Final = {"where unknown", "ranges", "one row", "generated", "boolean", "hour"}


def with_key(parts: dict[str, Any]) -> Table:
    """Declare a table with a key."""
    return new_table(
        "made",
        Column("id", bigint, primary_key=True, identity="always"),
        Column("a", text, not_null=True),
        Column("n", integer, not_null=True, default=1),
        Column("f", boolean, not_null=True, default=False),
        Column("t", timestamptz),
        Column("later", timestamptz),
        Column("g", text, generated="upper(a)"),
        **parts,
    )


def _references(action: Any, *, late: bool) -> Sequence[Table]:
    """Return tables with all actions, on keys of every kind, between columns of different types."""
    default = 3 if action == "set default" else None
    return (
        new_table(
            "parents",
            Column("id", bigint, primary_key=True, identity="always"),
            Column("n", integer, not_null=True, unique=True),
            Column("a", varchar(10), not_null=True),
            Column("b", boolean, not_null=True),
            constraints=[Check("n > 0"), Unique(["a", "b"])],
            triggers=[Trigger("touched", TOUCH, timing="before", events=["update", "delete"])],
        ),
        new_table(
            "children",
            Column("id", integer, primary_key=True),
            Column("p", bigint, references=Reference("parents"), on_delete=action),
            Column(
                "n",
                Type("smallint"),
                references=Reference("parents", ["n"]),
                on_delete=action,
                on_update=action,
                default=default,
            ),
            Column("a", text),
            Column(
                "b",
                boolean,
                not_null=action not in {"set null", "set default"},
                default=None if action != "set default" else True,
            ),
            constraints=[
                ForeignKey(
                    ["a", "b"],
                    Reference("parents", ["a", "b"]),
                    on_update=action,
                    on_delete=action,
                    initially_deferred=late,
                ),
                Check("id > 0"),
            ],
        ),
    )


TRIGGERS: Final = {
    "generated in the condition": Trigger(
        "t", TOUCH, timing="after", events="update", when="OLD.g IS DISTINCT FROM NEW.g"
    ),
    "of a generated column": Trigger("t", TOUCH, timing="before", events="update", update_of=["g"]),
    "of an identity column": Trigger("t", TOUCH, timing="before", events="update", update_of=["id"]),
    "new row": Trigger("t", TOUCH, timing="before", events="insert", when="NEW.n > 10 AND NEW.a LIKE 'x%'"),
    "deleted row": Trigger("t", TOUCH, timing="after", events="delete", when="OLD.f"),
    "any change": Trigger("t", TOUCH, timing="after", events="update", when="OLD.* IS DISTINCT FROM NEW.*"),
    "step": Trigger("t", TOUCH, timing="before", events="update", when="OLD.n = 3 AND NEW.n = 4"),
    "unknown": Trigger("t", TOUCH, timing="before", events="insert", when="md5(NEW.a) = 'x'"),
    "statement": Trigger(
        "t", TOUCH, timing="before", events=["insert", "update", "delete", "truncate"], for_each_row=False
    ),
    "arguments": Trigger("t", TOUCH, timing="after", events="insert", arguments=["it's", "b"]),
}


def list_foreign_keys() -> dict[str, HistorySchema]:
    """Return schemas with a foreign key, one for each action."""
    return {
        f"foreign key {action}{' deferred' if late else ''}": HistorySchema(
            tuple(_references(action, late=late))
        )
        for action in REFERENTIAL_ACTIONS
        for late in (False, True)
    }
