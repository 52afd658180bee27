"""Changes of tables and their columns."""

from __future__ import annotations

from typing import Any

import attrs
from specimen_parts import (
    BARE,
    COLUMN,
    NASTY,
    READER,
    Changes,
    access,
    table,
    touch,
    watched,
    with_column,
)

from schema_dsl import (
    Check,
    Column,
    Index,
    Partition,
    Policy,
    PrimaryKey,
    Reference,
    SequenceOptions,
    Table,
    Trigger,
    Type,
    Unique,
    array,
    bigint,
    by_list,
    by_range,
    date,
    integer,
    jsonb,
    may,
    named_type,
    now,
    numeric,
    sql,
    text,
    timestamp,
    timestamptz,
    values_from,
    values_in,
)
from schema_dsl.model.schema_object import SchemaObject


def dated(kind: Type) -> tuple[Table, ...]:
    """Declare a column with a check and a partial index, in which Postgres stores constants of the column's type."""
    declared = Column("d", kind, check=sql("d > '2020-01-01'"))
    return (with_column(declared, indexes=[Index("id", name="recent", where="d > '2021-01-01'")]),)


def moody(kind: Type) -> tuple[Table, ...]:
    """Declare a column with a default, a check, a policy, a trigger and indexes that no other type accepts."""
    return (
        with_column(
            Column("state", kind, not_null=True, default="ok"),
            constraints=[Check("state <> 'bad' OR id > 0", name="c")],
            indexes=[
                Index("state", name="plain"),
                Index("state", name="ok", where="state = 'ok'"),
                Index(sql("(state = 'bad')"), name="bad"),
            ],
            policies=[Policy("p", "select", to=[READER], using="state = 'ok'")],
            triggers=[Trigger("t", touch, timing="before", events="update", when="NEW.state = 'bad'")],
            row_security=True,
        ),
    )


def partitioned(*bounds: tuple[str | None, str | None]) -> tuple[SchemaObject, ...]:
    """Declare a table with partitions, the first of which is partitioned and the last of which has parts of its own."""
    partitions = [
        Partition(f"p'{number}", values_from(low, to=high), parameters={"fillfactor": 60})
        for number, (low, high) in enumerate(bounds)
    ]
    more = Partition(
        "r'est",
        partition_by=by_list("kind"),
        partitions=[
            Partition("kinds", values_in("it's", None), constraints=[Check("kind <> 'x'", name="c'")])
        ],
        indexes=[Index(sql("lower(kind)"), name="i'")],
        policies=[Policy("own", "select", to=[READER], using="true")],
        comment=NASTY,
    )
    return (
        Table(
            "ev'ents",
            columns=[Column("at", timestamptz), Column("kind", text)],
            constraints=[Unique(["at", "kind"])],
            partition_by=by_range("at"),
            partitions=[*partitions, more],
            access=access({READER: [may("select", rows="all")]}),
            policies=[Policy("all", "select", to=[READER], using="true")],
            indexes=[Index("kind")],
        ),
    )


def policed(kind: Type, *constraints: Any) -> Table:
    """Declare a column with a policy that reads it."""
    rule = Policy("p", "select", to=[READER], using="n > 0")
    return with_column(Column("n", kind), policies=[rule], row_security=True, constraints=constraints)


def keyed(key: str, other: str) -> Table:
    """Declare a table with its primary key on one of two columns."""
    columns = sorted(
        [Column(key, bigint, primary_key=True), Column(other, bigint)], key=lambda item: item.name
    )
    return Table("t", columns=columns)


def exchanged(key: str, other: str) -> tuple[Table, ...]:
    """Declare a table with a primary key and a unique column, and a table that references both."""
    columns = [Column("id", bigint, not_null=True), Column("code", bigint, not_null=True)]
    return (
        Table("target", columns=columns, constraints=[PrimaryKey(key), Unique(other)]),
        table(
            "pointing",
            columns=[
                Column("i", bigint, references=Reference("target", "id")),
                Column("c", bigint, references=Reference("target", "code")),
            ],
        ),
    )


COLUMNS: Changes = {
    "nothing at all": ((), (BARE,)),
    "a column": (
        (BARE,),
        (
            table(
                columns=[
                    Column(COLUMN, text, not_null=True, default="x", comment=NASTY),
                    Column("b", array(numeric(10, 2)), comment="b"),
                    Column("c", integer, generated=sql("id::integer -- why")),
                    Column("d", bigint, identity="by default"),
                    Column("e", timestamptz, default=sql("now() -- when")),
                    Column("f", jsonb, default={"a": "'$table$"}),
                ]
            ),
        ),
    ),
    "a default": ((with_column(Column(COLUMN, text)),), (with_column(Column(COLUMN, text, default="a'\\ -- b")),)),
    "another default": (
        (with_column(Column(COLUMN, date, default=now())),),
        (with_column(Column(COLUMN, date, default=sql("CURRENT_DATE"))),),
    ),
    "not null with a backfill": (
        (with_column(Column(COLUMN, text)),),
        (with_column(Column(COLUMN, text, not_null=True, backfill=NASTY)),),
    ),
    "not null": ((with_column(Column(COLUMN, text)),), (with_column(Column(COLUMN, text, not_null=True)),)),
    "the name of not null": (
        (with_column(Column(COLUMN, text, not_null=True, not_null_name="a'1")),),
        (with_column(Column(COLUMN, text, not_null=True, not_null_name="b %I \"'")),),
    ),
    "a name of not null": (
        (with_column(Column(COLUMN, text)),),
        (with_column(Column(COLUMN, text, not_null=True, not_null_name="b %I \"'")),),
    ),
    "a type": ((with_column(Column(COLUMN, integer)),), (with_column(Column(COLUMN, bigint)),)),
    "a type and a default": (
        (with_column(Column(COLUMN, text, default="5", not_null=True)),),
        (with_column(Column(COLUMN, integer, default=7)),),
    ),
    "a type, and no default": (
        (with_column(Column(COLUMN, text, default="5")),),
        (with_column(Column(COLUMN, integer)),),
    ),
    "a type with dependents": (watched(integer), watched(bigint)),
    "the type of a generated column": (
        (with_column(Column(COLUMN, integer, generated=sql("id::integer"))),),
        (with_column(Column(COLUMN, bigint, generated=sql("id::integer"))),),
    ),
    "identity": (
        (with_column(Column(COLUMN, bigint)),),
        (with_column(Column(COLUMN, bigint, identity="always", comment=NASTY)),),
    ),
    "numbers of an identity": (
        (with_column(Column(COLUMN, bigint, identity="always")),),
        (
            with_column(
                Column(COLUMN, bigint, identity="always", sequence=SequenceOptions(start=9, maximum=99, cycle=True))
            ),
        ),
    ),
    "numbers that descend": (
        (with_column(Column(COLUMN, bigint)),),
        (with_column(Column(COLUMN, bigint, identity="always", sequence=SequenceOptions(increment=-2))),),
    ),
    "settings of columns": (
        (with_column(Column(COLUMN, text), indexes=[Index(COLUMN)]),),
        (
            table(
                columns=[
                    Column(
                        COLUMN,
                        text,
                        collation="C",
                        storage="external",
                        compression="pglz",
                        statistics=7,
                        options={"n_distinct": -0.5},
                    ),
                    Column("c", array(text), default=["it's", None], storage="main", collation=sql('pg_catalog."C"')),
                ],
                indexes=[Index(COLUMN)],
            ),
        ),
    ),
    "a partitioned table": ((), partitioned(("2026-01-01", "2026-02-01"), ("2026-02-01", None))),
    "bounds of partitions": (
        partitioned(("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")),
        partitioned(("2026-01-01", "2026-01-15"), ("2026-01-15", "2026-03-01"), ("2026-03-01", None)),
    ),
    "an unlogged table with parameters": (
        (BARE,),
        (table(unlogged=True, parameters={"fillfactor": 70, "toast.vacuum_truncate": False}, replica_identity="full"),),
    ),
    "other parameters": (
        (table(parameters={"fillfactor": 70, "autovacuum_enabled": False}, replica_identity="nothing"),),
        (table(parameters={"fillfactor": 80}),),
    ),
    "marks on indexes": (
        (table(indexes=[Index("id", name=NASTY[:50], unique=True)], cluster_on=NASTY[:50]),),
        (table(indexes=[Index("id", name="i", unique=True)], replica_identity_index="i", cluster_on="i"),),
    ),
    "a storage mode": (
        (with_column(Column(COLUMN, text)),),
        (with_column(Column(COLUMN, text, storage="external")),),
    ),
    "another identity": (
        (with_column(Column(COLUMN, bigint, identity="always")),),
        (with_column(Column(COLUMN, bigint, identity="by default")),),
    ),
    "identity for a default": (
        (with_column(Column(COLUMN, bigint, default=1, not_null=True)),),
        (with_column(Column(COLUMN, integer, identity="always")),),
    ),
    "generated": (
        (with_column(Column(COLUMN, bigint, default=1)),),
        (with_column(Column(COLUMN, bigint, generated=sql("id * 2"))),),
    ),
    "a type that expressions use": (dated(date), dated(timestamp)),
    "a type that SQL constants have": (moody(text), moody(named_type("feeling"))),
    "a type with a new policy": ((with_column(Column("n", integer)),), (policed(bigint),)),
    "a type with a new policy and a check": ((policed(integer),), (policed(bigint, Check("n > 0", name="c")),)),
    "the column of a primary key": ((keyed("a", "b"),), (keyed("b", "a"),)),
    "a primary key and its foreign keys": (exchanged("id", "code"), exchanged("code", "id")),
    "a primary key with more columns": (
        (Table("t", columns=[Column("a", bigint), Column("b", bigint)], constraints=[PrimaryKey("a")]),),
        (Table("t", columns=[Column("a", bigint), Column("b", bigint)], constraints=[PrimaryKey(["a", "b"])]),),
    ),
    "generated columns that are declared first": (
        (table(),),
        (table(columns=[Column("twice", integer, generated=sql("n * 2")), Column("n", integer)]),),
    ),
    "another expression, with dependents": (
        watched(integer)[:1],
        (
            attrs.evolve(
                watched(integer)[0],
                columns=[
                    *watched(integer)[0].columns[:2],
                    Column("twice", integer, generated=sql("n * 3"), comment="new"),
                    Column("state", text),
                ],
            ),
        ),
    ),
}  # fmt: skip
