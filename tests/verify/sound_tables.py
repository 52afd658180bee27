"""Names that are hard to quote, settings of columns, partitions, and schemas of several tables."""

from __future__ import annotations

from collections.abc import Iterator

from sound_parts import TOUCH, HistorySchema, new_table

from schema_dsl import (
    Check,
    Column,
    ForeignKey,
    Index,
    Partition,
    PrimaryKey,
    Reference,
    SequenceOptions,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    by_hash,
    by_list,
    by_range,
    gen_random_uuid,
    integer,
    max_length,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    values_from,
    values_in,
    values_modulo,
)


def named(name: str) -> Iterator[Table]:
    """Declare a table whose objects have a name."""
    yield Table(
        name,
        columns=[
            Column(name, text, primary_key=True),
            Column("n", integer, check=sql("n > 3")),
            Column("g", text, generated=sql("upper(" + _quoted(name) + ")")),
        ],
        constraints=[Unique([name, "n"], name=f"{name[:58]}_u"), Check(f"{_quoted(name)} <> 'x'", name=name)],
        indexes=[Index(sql(f"lower({_quoted(name)})"), unique=True, name=f"{name[:58]}_i")],
        triggers=[Trigger(name, TOUCH, timing="after", events="update", update_of=[name])],
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def with_settings(*, more: bool) -> Table:
    """Declare a table with settings of columns, and with other settings."""
    numbers = SequenceOptions(start=100, increment=10, maximum=100000) if more else None
    return new_table(
        "made",
        Column("id", integer, primary_key=True, identity="always", sequence=numbers),
        Column("code", text, collation="C" if more else None, unique=True),
        Column("body", text, storage="external" if more else None, statistics=50 if more else None),
        Column("tags", Type("text[]"), not_null=True, default=["a", "b"] if more else []),
        parameters={"fillfactor": 80} if more else {},
        replica_identity="full" if more else None,
    )


def split_by_range(*ends: str) -> Table:
    """Declare a table whose partitions end at these days."""
    starts = ["2026-01-01", *ends]
    return new_table(
        "made",
        Column("at", timestamptz, not_null=True),
        Column("n", integer, check=sql("n > 0")),
        constraints=[PrimaryKey(["at", "n"])],
        indexes=[Index("n")],
        partition_by=by_range("at"),
        partitions=[
            *(Partition(f"made_{i}", values_from(starts[i], to=end)) for i, end in enumerate(ends)),
            Partition("made_rest"),
        ],
    )


def split_by_list() -> Table:
    """Declare a table with partitions of partitions, and a check of one of them."""
    hashed = [Partition(f"made_b_{i}", values_modulo(2, remainder=i)) for i in range(2)]
    return new_table(
        "made",
        Column("kind", text, not_null=True),
        Column("n", integer),
        partition_by=by_list("kind"),
        partitions=[
            Partition("made_a", values_in("a", "it's"), constraints=[Check("n < 10", name="few")]),
            Partition("made_b", values_in("b"), partition_by=by_hash("n"), partitions=hashed),
        ],
    )


def list_several_tables() -> dict[str, HistorySchema]:
    """Return schemas of several tables."""
    return {
        "existing": HistorySchema(
            (
                Table(
                    "old",
                    existing=[
                        Column("id", integer, primary_key=True),
                        Column("name", text),
                        Column("n", integer),
                        Column("quantity", integer),
                    ],
                    columns=[
                        Column("m", integer, default=7, check=sql("m < n")),
                        Column("note", text, check=max_length(5)),
                    ],
                    triggers=[
                        Trigger("touched", TOUCH, timing="before", events="update", update_of=["m", "name"])
                    ],
                ),
                new_table(
                    "news",
                    Column("id", integer, primary_key=True),
                    Column("old_id", integer, references=Reference("old")),
                ),
            ),
            untried=True,
        ),
        "own row": HistorySchema(
            (
                new_table(
                    "nodes",
                    Column("id", integer, primary_key=True),
                    Column("kind", text, not_null=True, check=sql("kind ~ '^[a-z]{2}$'")),
                    Column(
                        "root", integer, not_null=True, references=Reference("nodes"), on_delete="cascade"
                    ),
                    Column("like_kind", text, not_null=True),
                    constraints=[
                        Unique(["id", "kind"]),
                        ForeignKey(["root", "like_kind"], Reference("nodes", ["id", "kind"])),
                    ],
                ),
            )
        ),
        "two keys of one row": HistorySchema(
            (
                new_table(
                    "accounts",
                    Column("id", uuid, primary_key=True, default=gen_random_uuid()),
                    Column("region", text, not_null=True, check=one_of("eu", "us")),
                    constraints=[Unique(["id", "region"])],
                ),
                new_table(
                    "orders",
                    Column("id", bigint, primary_key=True, identity="always"),
                    Column("account", uuid, not_null=True, references=Reference("accounts")),
                    Column("region", text, not_null=True),
                    constraints=[ForeignKey(["account", "region"], Reference("accounts", ["id", "region"]))],
                ),
            )
        ),
        "cycle": HistorySchema(
            (
                new_table(
                    "one",
                    Column("id", integer, primary_key=True),
                    Column("two", integer, not_null=True),
                    constraints=[ForeignKey("two", Reference("two"), initially_deferred=True)],
                ),
                new_table(
                    "two",
                    Column("id", integer, primary_key=True),
                    Column("one", integer, not_null=True, references=Reference("one")),
                ),
            )
        ),
    }
