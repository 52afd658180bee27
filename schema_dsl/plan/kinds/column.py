"""Columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.errors import ParseError
from schema_dsl.model.identity import Identity
from schema_dsl.parsing import functions_of
from schema_dsl.plan.data_loss import loss
from schema_dsl.plan.definition_queries import of_column
from schema_dsl.plan.names import columns_among, ended, parenthesised, relation_of
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object
from schema_dsl.plan.step import Hazard, Loss, Step
from schema_dsl.sql import Sql, identifier, literal

RANK = 20
_CONSTRAINT = Ignored("it becomes a constraint of its own")


def parts(column: Any) -> tuple[str, str, str]:
    """Write a column in three parts, for aligning: name, type, and the rest."""
    rest = []
    if column.identity is not None:
        rest.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    if column.generated is not None:
        rest.append(f"GENERATED ALWAYS AS {parenthesised(column.generated)} STORED")
    if column.not_null:
        rest.append("NOT NULL")
    if column.default is not None:
        rest.append(f"DEFAULT {ended(column.default)}")
    return identifier(column.name), column.type.sql, " ".join(rest)


def aligned(columns: Sequence[Any]) -> list[Sql]:
    """Write columns one a line, with names, types and the rest each starting at one place."""
    rows = [parts(column) for column in columns]
    name_width = max((len(name) for name, _, _ in rows), default=0)
    # A type longer than most would push the rest of every line out of sight.
    type_width = max((len(kind) for _, kind, _ in rows if len(kind) <= _WIDEST), default=0)
    return [Sql(f"{name:<{name_width}} {kind:<{type_width}} {rest}".rstrip(" ")) for name, kind, rest in rows]


_WIDEST = 24


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    identity = objects[0][0]
    columns = [column for _, column in objects]
    hazards = [
        Hazard(creation.relation, "AccessExclusiveLock", "a moment: the defaults are kept, no row is written")
    ]
    hazards += [
        Hazard(
            creation.relation,
            "AccessExclusiveLock",
            f"every row is written anew for {column.name}, whose value may differ from row to row",
            rewrites=True,
        )
        for column in columns
        if column.generated is not None or column.identity is not None or _may_differ(column.default)
    ]
    values = {"relation": relation_of(identity), "columns": aligned(columns)}
    yield Step(identity, "column/create", values, RANK, tuple(hazards))


# A default that is worked out once, when the column is added, is not written into rows.
_STEADY = frozenset({"now", "transaction_timestamp", "statement_timestamp"})


def _may_differ(default: str | None) -> bool:
    """Say whether a default may be another one for each row, as far as can be known without a database."""
    if default is None:
        return False
    try:
        return any(name not in _STEADY for _, name in functions_of(default))
    except ParseError:
        # Told where definitions are looked through.
        return True


def _drop(gone: Object) -> Iterable[Step]:
    identity, column = gone
    # What is worked out from other columns is not lost with the column.
    lost = None if column.generated is not None else _loss(identity, column)
    hazard = Hazard(
        (identity.schema, identity.parent),
        "AccessExclusiveLock",
        "the column's values are lost" if lost else "a moment",
        loses_data=lost is not None,
    )
    yield Step(identity, "column/drop", _values(identity, loss=lost), RANK, (hazard,), lost)


def _loss(identity: Identity, column: Any) -> Loss:
    relation, name = relation_of(identity), identifier(identity.name)
    # Not IS NOT NULL, which is false of a composite value with a NULL in it.
    held = [f"{name} IS DISTINCT FROM NULL"]
    # What a function gives may be another thing each time: nobody can say whether a value came from it.
    if column.default is not None and not functions_of(column.default):
        # As text, for some types know no equality.
        default = f"{parenthesised(column.default)}::{column.type.sql}::text"
        held.append(f"{name}::text IS DISTINCT FROM {default}")
    return loss(
        f"the values of column {name} of {relation}",
        relation=relation,
        present=f"""EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass({literal(str(relation))})
            AND attname = {literal(identity.name)}
    )""",
        conditions=held,
        refusal=(f"column {name} of {relation} holds values in ", " row(s), which would be lost"),
    )


def _values(identity: Identity, **more: Any) -> dict[str, Any]:
    return {"relation": relation_of(identity), "column": identifier(identity.name), **more}


def _hazard(identity: Identity, effect: str, **more: bool) -> tuple[Hazard, ...]:
    return (Hazard((identity.schema, identity.parent), "AccessExclusiveLock", effect, **more),)


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    """Change a column in the one order that Postgres takes: an identity has no default and is never null."""
    identity, column = wanted
    default = column.default
    if before.identity is not None and column.identity is None:
        yield _step("column/drop_identity", identity, "a moment: new rows only")
    if before.generated is not None and column.generated is None:
        yield _step("column/drop_expression", identity, "a moment: new rows only")
    # A column with an identity refuses to hear of defaults, so the statement that adds one sees to both.
    becomes_identity = column.identity is not None and before.identity is None
    retyped = column.type != before.type and not becomes_identity
    if retyped:
        yield _alter_type(identity, column, before)
    if default != before.default and not becomes_identity and not (retyped and before.default is not None):
        values = {"default": None if default is None else Sql(ended(default))}
        yield _step("column/alter_default", identity, "a moment: new rows only", values)
    if column.not_null and not before.not_null:
        effect = "every row is read while nobody else reads or writes; a NULL makes it fail"
        yield _step("column/alter_not_null", identity, effect, {"not_null": True}, scans=True)
    if column.identity is not None and column.identity != before.identity:
        yield _alter_identity(identity, column, before)
    if before.not_null and not column.not_null:
        effect = "a moment; clients may meet NULL from now on"
        yield _step("column/alter_not_null", identity, effect, {"not_null": False})


def _step(
    template: str, identity: Identity, effect: str, values: dict[str, Any] | None = None, **more: bool
) -> Step:
    printed = _values(identity, **(values or {}))
    return Step(identity, template, printed, RANK, _hazard(identity, effect, **more))


def _alter_type(identity: Identity, column: Any, before: Any) -> Step:
    effect = "every row may be written anew, and every index rebuilt, while nobody else reads or writes"
    values = {
        "type": column.type.sql,
        "converted": column.generated is None,
        # The old default need not be one of the new type: it goes first, and the new one comes back last.
        "drop_default": before.default is not None,
        "default": None if before.default is None or column.default is None else Sql(ended(column.default)),
    }
    return _step("column/alter_type", identity, effect, values, rewrites=True)


def _alter_identity(identity: Identity, column: Any, before: Any) -> Step:
    values = {
        "always": Sql(column.identity.upper()),
        "type": column.type.sql if column.type != before.type else None,
        "column_literal": literal(identity.name),
        "regclass": literal(str(relation_of(identity))),
    }
    if before.identity is not None:
        return _step("column/set_identity", identity, "a moment: new rows only", values)
    effect = "the greatest value is looked up while nobody else reads or writes"
    if column.type != before.type:
        effect = "every row may be written anew, and every index rebuilt, while nobody else reads or writes"
    retyped = column.type != before.type
    return _step("column/add_identity", identity, effect, values, scans=True, rewrites=retyped)


def _stands_on(identity: Identity, column: Any) -> Iterable[Identity]:
    return columns_among(identity, column.generated)


# All in one, for the order of the statements matters; of the type, what stands on the column must know.
_CHANGED = Alter(_alter)

RULE = KindRule(
    kind="column",
    rank=RANK,
    inline=True,
    create=_create,
    drop=_drop,
    facts=of_column,
    comment_target=lambda identity: Sql(f"COLUMN {relation_of(identity)}.{identifier(identity.name)}"),
    expressions=("type", "default", "generated"),
    stands_on=_stands_on,
    attributes={
        "name": Ignored("it is the identity"),
        "type": Alter(_alter, disturbs=True),
        "not_null": _CHANGED,
        "default": _CHANGED,
        # An expression can be taken away, and the values stay. Another one means other values.
        "generated": Alter(_alter, possible=lambda _, after: after.generated is None),
        "identity": _CHANGED,
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
