"""Changes of the parts of partitioned tables, whose partitions have copies of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specimen_parts import COLUMN, Changes, other, table, touch

from schema_dsl import (
    Check,
    Column,
    ForeignKey,
    Index,
    Partition,
    PrimaryKey,
    Reference,
    Table,
    Trigger,
    Unique,
    bigint,
    by_range,
    sql,
    text,
    values_from,
    varchar,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import identifier

_PARENT = 'visi\'ts "x"'
_patients = table("patients")
_doctors = table("doctors")


def visits(
    *, name: str = _PARENT, extra: Sequence[Partition] = (), names: Sequence[str] = (), **parts: Any
) -> Table:
    """Declare a partitioned table, one of whose partitions is partitioned as well."""
    parts.setdefault("columns", [Column("id", bigint, not_null=True), Column(COLUMN, text)])
    parts["columns"] = [*parts["columns"], Column("patient", bigint), *(Column(each, text) for each in names)]
    halves = [Partition(f"p 2 {i}", values_from(10 * i, to=10 * i + 10), schema="public") for i in (1, 2)]
    return Table(
        name,
        partition_by=by_range("id"),
        partitions=[
            Partition("P1", values_from(0, to=10)),
            Partition("p 2", values_from(10, to=30), partition_by=by_range("id"), partitions=halves),
            *extra,
            Partition("rest"),
        ],
        **parts,
    )


def _add(**parts: Any) -> tuple[tuple[SchemaObject, ...], tuple[SchemaObject, ...]]:
    """Return the partitioned table without and with some parts."""
    return (_patients, _doctors, visits()), (_patients, _doctors, visits(**parts))


def _change(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[tuple[SchemaObject, ...], tuple[SchemaObject, ...]]:
    return (_patients, _doctors, visits(**before)), (_patients, _doctors, visits(**after))


_key = ForeignKey(["patient"], Reference(_patients, ["id"]), name="f'k")
_more = Partition(
    "more",
    values_from(30, to=50),
    partition_by=by_range("id"),
    partitions=[Partition("more 1", values_from(30, to=40))],
)


def _bills(target: Table) -> Table:
    return table(
        "bills",
        columns=[Column("visit", bigint)],
        constraints=[ForeignKey(["visit"], Reference(target, ["id"]))],
    )


_keyed = visits(constraints=[PrimaryKey(["id"]), _key])
_extended = visits(constraints=[PrimaryKey(["id"]), _key], extra=(_more,))
_filled = Check(f"{identifier(COLUMN)} <> 'x'", name="c'k")

PARTITIONS: Changes = {
    f"{words} of a partitioned table": change
    for words, change in {
        "an index": _add(indexes=[Index([COLUMN, "id"])]),
        "another index": _change(
            {"indexes": [Index([COLUMN], name="i")]}, {"indexes": [Index([COLUMN, "id"], name="i")]}
        ),
        "an index with expressions": _add(
            indexes=[Index([sql(f"lower({identifier(COLUMN)})"), "id"], include=["patient"])]
        ),
        "a unique index": _add(indexes=[Index(["id", COLUMN], unique=True)]),
        "a primary key": _add(constraints=[PrimaryKey(["id"])]),
        "another primary key": _change(
            {"constraints": [PrimaryKey(["id"])]}, {"constraints": [PrimaryKey(["id"], include=["patient"])]}
        ),
        "a unique constraint": _add(constraints=[Unique(["id", COLUMN], include=["patient"])]),
        "a deferrable unique constraint": _change(
            {"constraints": [Unique(["id", "patient"], name="u")]},
            {"constraints": [Unique(["id", "patient"], name="u", deferrable=True)]},
        ),
        "a foreign key": _add(constraints=[_key]),
        "another foreign key": _change(
            {"constraints": [_key]},
            {
                "constraints": [
                    ForeignKey(["patient"], Reference(_doctors, ["id"]), name="f'k", on_delete="cascade")
                ]
            },
        ),
        "the action of a foreign key": _change(
            {"constraints": [_key]},
            {
                "constraints": [
                    ForeignKey(["patient"], Reference(_patients, ["id"]), name="f'k", on_delete="cascade")
                ]
            },
        ),
        "a check": _add(constraints=[Check("id > 0", name="c'k")]),
        "another check": _change(
            {"constraints": [Check("id > 0", name="c'k")]}, {"constraints": [Check("id > 1", name="c'k")]}
        ),
        "a trigger": _add(triggers=[Trigger("t'g", touch, timing="before", events=["insert"])]),
        "another trigger": _change(
            {"triggers": [Trigger("t'g", touch, timing="before", events=["insert"])]},
            {"triggers": [Trigger("t'g", other, timing="after", events=["update"], update_of=["id"])]},
        ),
        "a constraint trigger": _add(
            triggers=[
                Trigger("t'g", touch, timing="after", events=["insert"], constraint=True, deferrable=True)
            ]
        ),
        "a disabled trigger": _change(
            {"triggers": [Trigger("t'g", touch, timing="before", events=["insert"])]},
            {"triggers": [Trigger("t'g", touch, timing="before", events=["insert"], enabled="disabled")]},
        ),
        "a column": _add(
            columns=[
                Column("id", bigint, not_null=True),
                Column(COLUMN, text),
                Column("new", text, not_null=True, default="a"),
            ]
        ),
        "a NOT NULL column": _add(
            columns=[Column("id", bigint, not_null=True), Column(COLUMN, text, not_null=True)]
        ),
        "a retyped column": _change(
            {
                "columns": [Column("id", bigint, not_null=True), Column(COLUMN, text)],
                "indexes": [Index([COLUMN])],
                "constraints": [_key, _filled],
            },
            {
                "columns": [Column("id", bigint, not_null=True), Column(COLUMN, varchar(20))],
                "indexes": [Index([COLUMN])],
                "constraints": [_key, _filled],
            },
        ),
        "a partition": (
            (
                _patients,
                visits(constraints=[_key]),
            ),
            (_patients, visits(constraints=[_key], extra=(_more,))),
        ),
        "a referenced partition": (
            (_patients, _keyed, _bills(_keyed)),
            (_patients, _extended, _bills(_extended)),
        ),
        "a reference": ((_patients, _keyed), (_patients, _keyed, _bills(_keyed))),
    }.items()
}
