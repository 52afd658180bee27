"""Columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.names import relation_of
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, Object, Replace, Rule
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier

RANK = 20
_CONSTRAINT = Ignored("it becomes a constraint of its own")


def parts(column: Any) -> tuple[str, str, str]:
    """Write a column in three parts, for aligning: name, type, and the rest."""
    rest = []
    if column.identity is not None:
        rest.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    if column.generated is not None:
        rest.append(f"GENERATED ALWAYS AS ({column.generated}) STORED")
    if column.not_null:
        rest.append("NOT NULL")
    if column.default is not None:
        rest.append(f"DEFAULT {column.default}")
    return identifier(column.name), column.type.sql, " ".join(rest)


def aligned(columns: Sequence[Any]) -> list[Sql]:
    """Write columns one a line, with names, types and the rest each starting at one place."""
    rows = [parts(column) for column in columns]
    name_width = max((len(name) for name, _, _ in rows), default=0)
    # A type longer than most would push the rest of every line out of sight.
    type_width = max((len(kind) for _, kind, _ in rows if len(kind) <= _WIDEST), default=0)
    return [Sql(f"{name:<{name_width}} {kind:<{type_width}} {rest}".rstrip()) for name, kind, rest in rows]


_WIDEST = 24


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    identity = objects[0][0]
    columns = [column for _, column in objects]
    hazards = [Hazard(creation.relation, "AccessExclusiveLock", "a moment: the defaults are kept, no row is written")]
    hazards += [
        Hazard(
            creation.relation,
            "AccessExclusiveLock",
            f"every row is written anew for {column.name}, whose value differs from row to row",
            rewrites=True,
        )
        for column in columns
        if column.generated is not None or column.identity is not None
    ]
    values = {"relation": relation_of(identity), "columns": aligned(columns)}
    yield Step(identity, "column/create", values, RANK, tuple(hazards))


def _drop(gone: Object) -> Iterable[Step]:
    identity, _ = gone
    hazard = Hazard(
        (identity.schema, identity.parent), "AccessExclusiveLock", "the column's values are lost", loses_data=True
    )
    yield Step(identity, "column/drop", _values(identity), RANK, (hazard,))


def _values(identity: Identity, **more: Any) -> dict[str, Any]:
    return {"relation": relation_of(identity), "column": identifier(identity.name), **more}


def _alter_default(wanted: Object, _: Any) -> Iterable[Step]:
    identity, column = wanted
    hazard = Hazard((identity.schema, identity.parent), "AccessExclusiveLock", "a moment: new rows only")
    values = _values(identity, default=column.default)
    yield Step(identity, "column/alter_default", values, RANK, (hazard,))


def _alter_not_null(wanted: Object, _: Any) -> Iterable[Step]:
    identity, column = wanted
    hazard = Hazard(
        (identity.schema, identity.parent),
        "AccessExclusiveLock",
        "every row is read while nobody else reads or writes; a NULL makes it fail"
        if column.not_null
        else "a moment; clients may meet NULL from now on",
        scans=column.not_null,
    )
    yield Step(identity, "column/alter_not_null", _values(identity, not_null=column.not_null), RANK, (hazard,))


def _alter_type(wanted: Object, _: Any) -> Iterable[Step]:
    identity, column = wanted
    hazard = Hazard(
        (identity.schema, identity.parent),
        "AccessExclusiveLock",
        "every row may be written anew, and every index rebuilt, while nobody else reads or writes",
        rewrites=True,
    )
    yield Step(identity, "column/alter_type", _values(identity, type=column.type.sql), RANK, (hazard,))


RULE = Rule(
    kind="column",
    rank=RANK,
    inline=True,
    create=_create,
    drop=_drop,
    comment_target=lambda identity: Sql(f"COLUMN {relation_of(identity)}.{identifier(identity.name)}"),
    expressions=("type", "default", "generated"),
    attributes={
        "name": Ignored("it is the identity"),
        "type": Alter(_alter_type),
        "not_null": Alter(_alter_not_null),
        "default": Alter(_alter_default),
        "generated": Replace(),
        "identity": Replace(),
        "comment": Commented(),
        "primary_key": _CONSTRAINT,
        "unique": _CONSTRAINT,
        "check": _CONSTRAINT,
        "references": _CONSTRAINT,
        "on_delete": _CONSTRAINT,
        "on_update": _CONSTRAINT,
        "origin": Ignored("it is a line of Python"),
    },
)
