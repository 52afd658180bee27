"""Changes of constraints and indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from specimen_parts import COLUMN, NASTY, TABLE, Changes, indexed, ring, table, target

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    IndexElement,
    PrimaryKey,
    Reference,
    Table,
    Unique,
    bigint,
    descending,
    integer,
    sql,
    text,
)
from schema_dsl.sql import identifier


def constrained(*constraints: Any, columns: Iterable[Column] = ()) -> Table:
    """Declare a table with constraints."""
    return table(columns=[Column("a", integer), Column(COLUMN, integer), *columns], constraints=constraints)


POINTING = table("pointing", columns=[Column("code", text, references=Reference("target", "code"))])

PAIR = Table(
    "pair", columns=[Column("x", integer), Column("y", integer)], constraints=[PrimaryKey(["x", "y"])]
)

CONSTRAINTS: Changes = {
    "a primary key": (
        (Table(TABLE, columns=[Column("a", integer), Column(COLUMN, integer, not_null=True)]),),
        (
            Table(
                TABLE,
                columns=[Column("a", integer), Column(COLUMN, integer)],
                constraints=[PrimaryKey(["a", COLUMN], name="p'k", comment=NASTY)],
            ),
        ),
    ),
    "a check": (
        (constrained(),),
        (constrained(Check(f"{identifier(COLUMN)} > 0 -- why", comment=NASTY), Check("a > 0", name="c'$constraint$")),),
    ),
    "another check": ((constrained(Check("a > 0", name="c'")),), (constrained(Check("a > 1", name="c'")),)),
    "unique": (
        (constrained(),),
        (constrained(Unique(["a", COLUMN], comment=NASTY), Unique("a", name="u'", nulls_not_distinct=True)),),
    ),
    "deferrable unique": ((constrained(Unique("a")),), (constrained(Unique("a", initially_deferred=True)),)),
    "the parameters of a key": (
        (constrained(Unique("a", name="u'", include=[COLUMN], parameters={"fillfactor": 70})),),
        (constrained(Unique("a", name="u'", include=[COLUMN], parameters={"deduplicate_items": False})),),
    ),
    "unique with a foreign key": (
        (target(), POINTING),
        (target(nulls_not_distinct=True), POINTING),
    ),
    "exclusion": (
        (constrained(),),
        (constrained(Exclusion([("a", "="), (sql("abs(a)"), "=")], method="btree", where="a > 0 --", comment=NASTY)),),
    ),
    "the clauses of an exclusion": (
        (constrained(Exclusion([("a", "=")], method="btree", name="e'", parameters={"fillfactor": 50})),),
        (
            constrained(
                Exclusion(
                    [(IndexElement("a", descending=True), "="), (IndexElement("id", operator_class="int8_ops"), "=")],
                    method="btree",
                    name="e'",
                    include=[COLUMN],
                    parameters={"fillfactor": 70},
                )
            ),
        ),
    ),
    "the parameters of an index": (
        (indexed(Index(sql("lower(id::text)"), name="i'", parameters={"fillfactor": 50}, statistics={1: 7})),),
        (indexed(Index(sql("lower(id::text)"), name="i'", parameters={"deduplicate_items": False})),),
    ),
    "the operator class of an index": (
        (indexed(Index(COLUMN, name="i'")),),
        (
            indexed(
                Index(
                    IndexElement(
                        sql(f"to_tsvector('simple'::regconfig, {identifier(COLUMN)})"),
                        operator_class="tsvector_ops",
                        operator_class_parameters={"siglen": 64},
                    ),
                    name="i'",
                    method="gist",
                    statistics={1: 500},
                )
            ),
        ),
    ),
    "another exclusion": (
        (constrained(Exclusion([("a", "=")], method="btree", name="e'")),),
        (constrained(Exclusion([("a", "="), (COLUMN, "=")], method="btree", name="e'")),),
    ),
    "a foreign key": (
        (constrained(), target()),
        (
            constrained(
                ForeignKey("b'", target(), name="f'", on_delete="set null", on_update="cascade", comment=NASTY),
                columns=[Column("b'", bigint)],
            ),
            target(),
        ),
    ),
    "the action of a foreign key": (
        (constrained(ForeignKey("a", Reference(TABLE), name="f'")),),
        (constrained(ForeignKey("a", Reference(TABLE), name="f'", on_delete="cascade", deferrable=True)),),
    ),
    "the clauses of a foreign key": (
        (constrained(ForeignKey(["a", COLUMN], Reference("pair"), name="f'")), PAIR),
        (
            constrained(
                ForeignKey(
                    ["a", COLUMN],
                    Reference("pair"),
                    name="f'",
                    match_full=True,
                    on_delete="set null",
                    on_delete_columns=[COLUMN],
                )
            ),
            PAIR,
        ),
    ),
    "constraints that are NOT VALID": (
        (
            constrained(
                Check("a > 0", name="c'", validated=False),
                ForeignKey("a", Reference(TABLE), name="f'", validated=False),
            ),
        ),
        (
            constrained(
                Check("a > 0", name="c'"),
                Check("a > 1", name="d", no_inherit=True, validated=False),
                ForeignKey("a", Reference(TABLE), name="f'"),
            ),
        ),
    ),
    "a cycle": ((), ring()),
    "closing a cycle": ((table("one"), table("ring")), ring(nasty=False)),
    "a table that references itself": ((), (table(columns=[Column("up", bigint, references=Reference(TABLE))]),)),
    "an index": (
        (indexed(),),
        (
            indexed(
                Index(["a", descending(COLUMN, nulls_first=False)], comment=NASTY),
                Index(sql("lower(id::text)"), unique=True, name="i'"),
                Index(COLUMN, method="hash", where=f"{identifier(COLUMN)} <> 'x' -- why"),
                Index("a", include=[COLUMN], unique=True, nulls_not_distinct=True),
            ),
        ),
    ),
    "another index": ((indexed(Index("a", name="i'")),), (indexed(Index("a", name="i'", where="a > 0")),)),
    "a unique index with a foreign key": (
        (
            table("target", columns=[Column("code", text)], indexes=[Index("code", unique=True, name="i")]),
            POINTING,
        ),
        (
            table(
                "target", columns=[Column("code", text)], indexes=[Index("code", unique=True, name="i", include=["id"])]
            ),
            POINTING,
        ),
    ),
}  # fmt: skip
