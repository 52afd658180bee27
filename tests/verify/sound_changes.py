"""Changes between small sound schemas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sound_parts import TOUCH, new_table
from sound_tables import split_by_range, with_settings

from schema_dsl import (
    Check,
    Column,
    CompositeType,
    Exclusion,
    Index,
    Reference,
    Table,
    Trigger,
    Type,
    Unique,
    bigint,
    integer,
    one_of,
    sql,
    text,
    varchar,
)
from schema_dsl.model.schema_object import SchemaObject


def _notes(*columns: Column, **more: Any) -> Table:
    return new_table("notes", Column("id", bigint, primary_key=True, identity="always"), *columns, **more)


def list_changes() -> dict[str, tuple[Sequence[SchemaObject], Sequence[SchemaObject]]]:
    """Return the objects before and after a change, by its name. Each change is also tried backwards."""
    body, rank = Column("body", text, not_null=True), Column("rank", integer)
    topics = new_table("topics", Column("id", integer, primary_key=True), Column("name", text, unique=True))
    other_topics = new_table("topics", Column("id", integer, primary_key=True), Column("name", text))
    pairs: dict[str, tuple[Table, Table]] = {
        "column": (_notes(body), _notes(body, rank)),
        "column in the middle": (_notes(body, rank, Column("c", text)), _notes(body, Column("c", text))),
        "not null column with a default": (
            _notes(body),
            _notes(body, Column("n", integer, not_null=True, default=1)),
        ),
        "not null": (_notes(rank), _notes(Column("rank", integer, not_null=True))),
        "default": (_notes(rank), _notes(Column("rank", integer, default=3))),
        "other default": (
            _notes(Column("rank", integer, default=3)),
            _notes(Column("rank", integer, default=sql("1 + 1"))),
        ),
        "settings of columns": (with_settings(more=False), with_settings(more=True)),
        "bounds of partitions": (
            split_by_range("2026-02-01", "2026-03-01"),
            split_by_range("2026-01-15", "2026-03-01"),
        ),
        "a partition": (split_by_range("2026-02-01"), split_by_range("2026-02-01", "2026-03-01")),
        "check": (_notes(rank), _notes(Column("rank", integer, check=sql("rank > 3")))),
        "other check": (
            _notes(Column("state", text, check=one_of("a", "b"))),
            _notes(Column("state", text, check=one_of("a", "b", "c"))),
        ),
        "unknown check": (
            _notes(body),
            _notes(body, constraints=[Check("body SIMILAR TO '[A-Z]{2}[0-9]{4}'", name="similar")]),
        ),
        "unique": (_notes(body, rank), _notes(Column("body", text, not_null=True, unique=True), rank)),
        "composite unique": (_notes(body, rank), _notes(body, rank, constraints=[Unique(["body", "rank"])])),
        "index": (_notes(body), _notes(body, indexes=[Index("body")])),
        "unique index": (_notes(rank), _notes(rank, indexes=[Index("rank", unique=True, where="rank > 3")])),
        "exclusion": (
            _notes(rank),
            _notes(rank, constraints=[Exclusion([("rank", "=")], method="btree", name="one_rank")]),
        ),
        "generated column": (_notes(body), _notes(body, Column("g", text, generated="upper(body)"))),
        "other generated": (
            _notes(body, Column("g", text, generated="upper(body)"), rank),
            _notes(body, Column("g", text, generated="lower(body)"), rank),
        ),
        "no longer generated": (
            _notes(body, Column("g", text, generated="upper(body)"), rank),
            _notes(body, Column("g", text), rank),
        ),
        "generated with an index and a check": (
            _notes(
                body,
                Column("g", text, generated="upper(body)"),
                indexes=[Index("g")],
                constraints=[Check("g <> 'x'", name="c")],
            ),
            _notes(
                body,
                Column("g", text, generated="lower(body)"),
                indexes=[Index("g")],
                constraints=[Check("g <> 'x'", name="c")],
            ),
        ),
        "identity": (
            new_table("notes", Column("id", integer, primary_key=True), body),
            new_table("notes", Column("id", integer, primary_key=True, identity="by default"), body),
        ),
        "number source": (
            new_table("notes", Column("id", bigint, primary_key=True, identity="always"), body),
            new_table(
                "notes",
                Column("id", bigint, primary_key=True, default=sql("nextval('public.numbers')")),
                body,
            ),
        ),
        "other identity": (
            new_table("notes", Column("id", integer, primary_key=True, identity="always"), body),
            new_table("notes", Column("id", integer, primary_key=True, identity="by default"), body),
        ),
        "wider text": (_notes(Column("body", varchar(20))), _notes(Column("body", text))),
        "wider varchar": (_notes(Column("body", varchar(20))), _notes(Column("body", varchar(40)))),
        "wider integer": (_notes(rank), _notes(Column("rank", bigint))),
        "trigger": (
            _notes(body),
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="before", events="update")]),
        ),
        "other trigger": (
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="before", events="update")]),
            _notes(body, triggers=[Trigger("touched", TOUCH, timing="after", events=["insert", "update"])]),
        ),
        "comment": (_notes(body), _notes(body, comment="It's a note.")),
        "row security": (_notes(body), _notes(body, row_security=True)),
        "forced row security": (_notes(body), _notes(body, row_security=True, force_row_security=True)),
    }
    found: dict[str, tuple[Sequence[SchemaObject], Sequence[SchemaObject]]] = {
        name: ((one,), (other,)) for name, (one, other) in pairs.items()
    }
    refers = Column("topic", integer, references=Reference("topics"), on_delete="cascade")
    found["foreign key"] = ((other_topics, _notes(body)), (other_topics, _notes(body, refers)))
    forced = {"row_security": True, "force_row_security": True}
    forced_topics = new_table("topics", Column("id", integer, primary_key=True), **forced)
    found["foreign key of forced tables"] = (
        (forced_topics, _notes(Column("topic", integer), **forced)),
        (forced_topics, _notes(refers, **forced)),
    )
    found["numbers of a forced table"] = (
        (new_table("topics", Column("id", integer, not_null=True), **forced),),
        (new_table("topics", Column("id", integer, not_null=True, identity="always"), **forced),),
    )
    found["other action"] = (
        (topics, _notes(refers)),
        (topics, _notes(Column("topic", integer, references=Reference("topics"), on_delete="set null"))),
    )
    found["table"] = ((_notes(body),), (_notes(body), topics))
    found["referenced unique"] = ((other_topics, _notes(body)), (topics, _notes(body, rank)))
    homes = [
        *(
            Column(name, Type(kind))
            for name, kind in (("home", "place"), ("all", "place[]"), ("in", "wrapped"))
        ),
        Column("town", text, generated="(home).town"),
    ]
    wrapped = CompositeType("wrapped", {"place": Type("place"), "number": integer})
    found["attribute of a type"] = (
        (CompositeType("place", {"town": text}), wrapped, _notes(*homes)),
        (CompositeType("place", {"town": text, "street": text}), wrapped, _notes(*homes)),
    )
    return found
