"""Each type of a column in each use: alone, in keys, indexes, trees and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sound_parts import COMPARABLE, OTHERS, TOUCH, new_table

from schema_dsl import (
    Column,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Reference,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    boolean,
    gen_random_uuid,
    integer,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
)


def _plain(kind: Type) -> Iterator[Table]:
    yield new_table(
        "made",
        Column("id", bigint, primary_key=True, identity="always"),
        Column("v", kind),
        Column("w", kind, not_null=True),
        triggers=[
            Trigger("before_it", TOUCH, timing="before", events=["insert", "update", "delete"]),
            Trigger(
                "changed",
                TOUCH,
                timing="after",
                events="update",
                when="OLD.v::text IS DISTINCT FROM NEW.v::text",
            ),
            Trigger("of_v", TOUCH, timing="before", events="update", update_of=["v"]),
            Trigger(
                "whole", TOUCH, timing="after", events=["insert", "truncate", "delete"], for_each_row=False
            ),
        ],
    )


def _keyed(kind: Type) -> Iterator[Table]:
    """Unique keys that share columns, composite keys, and foreign keys to them, with a trigger on each table."""
    trigger = Trigger("touched", TOUCH, timing="after", events=["insert", "update"])
    yield new_table(
        "parents",
        Column("v", kind, primary_key=True),
        Column("n", integer, not_null=True, unique=True),
        constraints=[Unique(["v", "n"]), Unique(["n", "v"], deferrable=True, name="later")],
        triggers=[trigger],
    )
    yield new_table(
        "children",
        Column("id", bigint, primary_key=True, identity="by default"),
        Column("v", kind, references=Reference("parents"), on_delete="cascade", on_update="cascade"),
        Column("n", integer),
        # A column of a domain that is NOT NULL cannot become NULL.
        Column(
            "other",
            kind,
            references=Reference("parents"),
            on_delete="cascade" if kind.sql == "public.code" else "set null",
        ),
        constraints=[
            ForeignKey(["v", "n"], Reference("parents", ["v", "n"]), on_delete="restrict"),
            Unique(["id", "v"]),
            Unique(["v", "n"], name="one_each"),
        ],
        indexes=[Index("v")],
        triggers=[trigger],
    )


def _indexed(kind: Type) -> Iterator[Table]:
    yield new_table(
        "made",
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("v", kind, unique=True),
        Column("gone_at", timestamptz),
        Column("state", text, not_null=True, default="new", check=one_of("new", "old", "it's")),
        Column("shown", text, generated="state || '/'"),
        indexes=[
            Index("v", unique=True, where="gone_at IS NULL", name="live"),
            Index(["v", "state"], unique=True, where="state <> 'old'", name="not_old"),
            Index(sql("lower(state)"), name="lowered"),
            Index(["shown", "v"], unique=True, name="generated_too"),
        ],
    )


def _tree(kind: Type) -> Iterator[Table]:
    """References within one table, alone and with a column in both keys."""
    yield new_table(
        "nodes",
        Column("tenant", integer, not_null=True),
        Column("v", kind, not_null=True),
        Column("parent", kind),
        Column("root", kind, references=Reference("nodes", ["v"]), on_update="cascade"),
        constraints=[
            PrimaryKey(["tenant", "v"]),
            Unique("v", name="one_v"),
            ForeignKey(["tenant", "parent"], Reference("nodes", ["tenant", "v"]), on_delete="cascade"),
        ],
        triggers=[Trigger("up", TOUCH, timing="before", events="update", when="OLD.tenant <> NEW.tenant")],
    )


def _excluded(kind: Type) -> Iterator[Table]:
    yield new_table(
        "made",
        Column("id", integer, primary_key=True),
        Column("v", kind),
        Column("live", boolean, not_null=True, default=True),
        constraints=[
            Exclusion([("v", "=")], method="hash", name="no_second"),
            Exclusion([("v", "=")], method="btree", name="no_second_live", where="live", deferrable=True),
        ],
    )


FORMS: Final = {
    "plain": (_plain, {**COMPARABLE, **OTHERS}),
    "keyed": (_keyed, COMPARABLE),
    "indexed": (_indexed, COMPARABLE),
    "tree": (_tree, COMPARABLE),
    "excluded": (
        _excluded,
        # These have no hash operator class, or only one value of that length.
        {
            name: kind
            for name, kind in COMPARABLE.items()
            if name not in {"money", "bit(8)", "varbit(16)", "tsvector"}
        },
    ),
}
