"""The rule of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.errors import ParseError
from schema_dsl.model.identity import copy_with
from schema_dsl.model.serial import find_serial_base, without_serial
from schema_dsl.parsing import list_functions
from schema_dsl.plan.column_default import DEFAULT_RULE, detach_default
from schema_dsl.plan.column_pending import build_column_pending
from schema_dsl.plan.column_settings import build_settings
from schema_dsl.plan.computed_values import build_computed_loss, find_computed
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.definition_queries import build_column_query
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.enum_type import resolve_type_of_column
from schema_dsl.plan.fold import fold_steps
from schema_dsl.plan.identity_sequence import build_sequence_step, format_identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.not_null import build_missing_values_loss, build_not_null_steps, needs_values
from schema_dsl.plan.number_source import build_source_step, build_type_step, find_number_source
from schema_dsl.plan.rename_statements import rename_part
from schema_dsl.plan.retype import build_retype_step, format_type
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, Loss, Step
from schema_dsl.plan.type_change import is_same_type, keeps_values, parse_type
from schema_dsl.sql import Sql, end_line_comment, identifier, literal, parenthesize

_CONSTRAINT = Ignored("the catalog has a separate constraint for it")


def format_column_parts(column: Any) -> tuple[str, str, str]:
    """Format a column in three parts for alignment: the name, the type, and everything else."""
    rest: list[str] = []
    if column.identity is not None:
        rest.append(format_identity(column))
    if column.generated is not None:
        kind = "VIRTUAL" if column.virtual else "STORED"
        rest.append(f"GENERATED ALWAYS AS {parenthesize(column.generated)} {kind}")
    if column.not_null:
        rest.append("NOT NULL")
    if column.default is not None:
        rest.append(f"DEFAULT {end_line_comment(column.default)}")
    return identifier(column.name), format_type(column), " ".join(rest)


def format_columns(columns: Sequence[Any]) -> list[Sql]:
    """Format columns one a line, with the names, the types and the rest aligned."""
    rows = [format_column_parts(column) for column in columns]
    name_width = max((len(name) for name, _, _ in rows), default=0)
    # A very long type would move the rest of every other line far to the right.
    type_width = max((len(kind) for _, kind, _ in rows if len(kind) <= _MAX_TYPE_WIDTH), default=0)
    return [Sql(f"{name:<{name_width}} {kind:<{type_width}} {rest}".rstrip(" ")) for name, kind, rest in rows]


_MAX_TYPE_WIDTH = 24


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    identity = objects[0][0]
    computed = find_computed(objects, creation)
    missing = [] if creation.new else [each for each in objects if needs_values(each[1])]
    filled = {part: column for part, column in missing if column.backfill is not None}
    stopping = [column for part, column in missing if part not in filled and part not in computed]
    # A column without values becomes NOT NULL after its backfill.
    added = [_prepare(column, computed.get(part), is_filled=part in filled) for part, column in objects]
    hazards = [
        Hazard(
            creation.relation,
            "AccessExclusiveLock",
            "brief; Postgres stores a constant default in the catalog and writes no rows",
        )
    ]
    hazards += [
        Hazard(
            creation.relation,
            "AccessExclusiveLock",
            f"rewrites the table, because the value of {column.name} may differ from row to row",
            rewrites=True,
        )
        for column in added
        if (column.generated is not None and not column.virtual)
        or column.identity is not None
        or _may_be_volatile(column.default)
    ]
    if stopping:
        effect = "blocks reads and writes while it scans the table; fails if there are rows"
        hazards.append(Hazard(creation.relation, "AccessExclusiveLock", effect, scans=True))
    values = {"relation": quote_relation(identity), "columns": format_columns(added)}
    loss = (
        build_missing_values_loss(identity, stopping) if stopping else build_computed_loss(objects, creation)
    )
    others = tuple(part for part, _ in objects[1:])
    yield Step(identity, "column/create", values, tuple(hazards), loss, created_with=others)
    for part, column in objects:
        if part in computed:
            yield _step(part, "DROP EXPRESSION IF EXISTS", _NEW_ROWS_ONLY)
            if column.default is not None:
                yield _step(part, f"SET DEFAULT {end_line_comment(column.default)}", _NEW_ROWS_ONLY)
        if part in filled or (part in computed and column.not_null):
            yield from build_not_null_steps(part, column)
    yield from fold_steps(step for each in objects for step in build_settings(each))


def _prepare(column: Any, computed: Sql | None, *, is_filled: bool) -> Any:
    """Return a new column as ADD COLUMN takes it, before its values are complete."""
    if computed is not None:
        return copy_with(column, not_null=False, default=None, generated=computed)
    return copy_with(column, not_null=False) if is_filled else column


# Postgres evaluates a default that is not volatile once, when it adds the column, and writes no rows.
_STABLE_FUNCTIONS = frozenset({"now", "transaction_timestamp", "statement_timestamp"})


def _may_be_volatile(default: str | None) -> bool:
    """Return whether a default may have a different value for every row, as far as known without a server."""
    if default is None:
        return False
    try:
        return any(name not in _STABLE_FUNCTIONS for _, name in list_functions(default))
    except ParseError:
        # The check of the definitions reports the syntax error.
        return True


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, column = dropped_object
    # The values of a generated column can be computed again from the other columns.
    loss = None if column.generated is not None else _loss(identity, column)
    hazard = Hazard(
        identity.relation,
        "AccessExclusiveLock",
        "deletes the column's values" if loss else "brief",
        loses_data=loss is not None,
    )
    clauses = [Sql(f"DROP COLUMN IF EXISTS {identifier(identity.name)}")]
    values = {"relation": quote_relation(identity), "clauses": clauses}
    yield Step(identity, "column/drop", values, (hazard,), loss, foldable=True)


def _loss(identity: Identity, column: Any) -> Loss:
    relation, name = quote_relation(identity), identifier(identity.name)
    # A second run of a replacement by a generated column finds values that can be computed again.
    # IS NOT NULL is false for a composite value with a NULL field.
    conditions = [f"{name} IS DISTINCT FROM NULL"]
    # A function may return a different value on every call, so a stored value cannot be compared with it.
    if column.default is not None and not list_functions(column.default):
        # Compared as text, because some types, such as json, have no equality operator.
        default = f"{parenthesize(column.default)}::{column.type.sql}::text"
        conditions.append(f"{name}::text IS DISTINCT FROM {default}")
    return build_loss(
        f"the values of column {name} of {relation}",
        relation=relation,
        exists=(
            "EXISTS (SELECT FROM pg_catalog.pg_attribute"
            f" WHERE attrelid = pg_catalog.to_regclass({literal(str(relation))})\n"
            f"    AND attname = {literal(identity.name)} AND attgenerated = '')"
        ),
        conditions=conditions,
        message=(f"cannot drop column {name} of {relation} because it has values (rows: ", ")"),
    )


_NEW_ROWS_ONLY = "brief; affects new rows only"


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    """Alter a column in the only order that Postgres accepts: an identity column is NOT NULL and has no default."""
    identity, column = wanted
    is_serial = find_serial_base(column.type.sql) is not None
    before, column = without_serial(identity, before), without_serial(identity, column)
    wanted = (identity, column)
    old_source, new_source = find_number_source(before), find_number_source(column)
    # An identity or a nextval() goes on with the numbers that the column has.
    moves = new_source is not None and old_source != new_source
    if before.identity is not None and not moves and column.identity is None:
        yield _step(identity, "DROP IDENTITY IF EXISTS", _NEW_ROWS_ONLY)
    if before.generated is not None and column.generated is None:
        yield _step(identity, "DROP EXPRESSION IF EXISTS", _NEW_ROWS_ONLY)
    yield from _change_type(wanted, before, moves=moves)
    if is_serial and new_source == old_source and column.type != before.type:
        yield from build_type_step(identity, column, new_source)
    if column.not_null and not before.not_null:
        yield from build_not_null_steps(identity, column)
    if moves and new_source is not None:
        yield build_source_step(identity, column, old_source, new_source, owns_sequence=is_serial)
    elif column.identity is not None and column.identity != before.identity:
        yield _step(identity, f"SET GENERATED {column.identity.upper()}", _NEW_ROWS_ONLY)
    if before.not_null and not column.not_null:
        effect = "brief; the column may contain NULL afterwards"
        yield _step(identity, "DROP NOT NULL", effect)


def _change_type(wanted: Object, before: Any, *, moves: bool) -> Iterable[Step]:
    """Change the type and its dependents: the default, the settings, and the sequence of an identity column.

    Args:
        wanted: The wanted column.
        before: The column as it is.
        moves: Whether another step changes the source of the numbers.
    """
    identity, column = wanted
    resequenced = column.identity is not None and not moves and column.sequence != before.sequence
    is_retyped = not is_same_type(column.type.sql, before.type.sql) or column.collation != before.collation
    # The numbers of a sequence must fit its type, before a narrowing and after a widening.
    is_narrowed = is_retyped and not keeps_values(parse_type(before.type.sql), parse_type(column.type.sql))
    if resequenced and is_narrowed:
        yield build_sequence_step(identity, column)
    if is_retyped:
        is_kept = column.default == before.default and find_number_source(column) is not None
        yield build_retype_step(wanted, before, keeps_default=moves or is_kept)
    if column.default != before.default and not moves and not (is_retyped and before.default is not None):
        default = column.default
        action = "DROP DEFAULT" if default is None else f"SET DEFAULT {end_line_comment(default)}"
        yield _step(identity, action, _NEW_ROWS_ONLY)
    if resequenced and not is_narrowed:
        yield build_sequence_step(identity, column)
    # ALTER COLUMN TYPE sets the storage mode and the compression method of the new type.
    yield from build_settings(wanted, copy_with(before, **_OF_THE_TYPE) if is_retyped else before)


_OF_THE_TYPE = {"storage": None, "compression": None}


def _adapt(wanted: Object, before: Any) -> Iterable[Step]:
    """Convert a column to the type that replaces the one of the same name."""
    yield build_retype_step(wanted, before, is_replaced=True)
    _, column = wanted
    # A default that was there is dropped before the change of the type, and set to the wanted one after it.
    default = before.default and column.default
    unconverted = copy_with(
        before, type=column.type, default=default, collation=column.collation, **_OF_THE_TYPE
    )
    yield from _alter(wanted, unconverted)


def _step(identity: Identity, action: str, effect: str) -> Step:
    clauses = [Sql(f"ALTER COLUMN {identifier(identity.name)} {action}")]
    values = {"relation": quote_relation(identity), "clauses": clauses}
    hazard = Hazard(identity.relation, "AccessExclusiveLock", effect)
    return Step(identity, "column/alter", values, (hazard,), foldable=True)


def _references(identity: Identity, column: Any, state: State) -> Iterable[Dependency]:
    yield from state.resolve_type(identity, column.type.sql, on_replace=OnReplace.ADAPT)
    yield from state.resolve(identity, column.generated)
    if column.default is not None:
        # The default goes with the column. Of the objects that it names, only functions and sequences have to exist
        # before it. Nothing that happens to a sequence concerns the column.
        for dependency in state.resolve(identity, column.default):
            if dependency.referenced.kind in ROUTINE_KINDS:
                yield attrs.evolve(dependency, on_replace=OnReplace.RESTORE)
            elif dependency.referenced.kind == "sequence":
                yield attrs.evolve(dependency, on_replace=OnReplace.UNTOUCHED)


def _list_derived(before: Any, declared: Any) -> tuple[str, ...]:
    """List the objects that Postgres derives from a serial type; CREATE TABLE and ADD COLUMN have the type alone."""
    is_serial = before is not None and find_serial_base(declared.type.sql) is not None
    return ("not_null", "default") if is_serial else ()


# One function for all attributes, because the order of the statements matters.
_CHANGED = Alter(_alter)

RULE = KindRule(
    kind="column",
    reach=LockReach.CHILDREN,
    rank=20,
    inline=True,
    create=_create,
    drop=_drop,
    pending=build_column_pending,
    definition_query=build_column_query,
    rename=rename_part(
        lambda relation, old, new: f"ALTER TABLE {relation} RENAME COLUMN {old} TO {new}",
        "pg_attribute attrelid attname",
        similar=("type",),
    ),
    comment_target=lambda identity: Sql(f"COLUMN {quote_relation(identity)}.{identifier(identity.name)}"),
    expressions=("type", "default", "generated"),
    references=_references,
    adapt=_adapt,
    resolve=resolve_type_of_column,
    derived=_list_derived,
    detach=detach_default,
    detached=DEFAULT_RULE,
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "type": Alter(_alter, invalidates_dependents=True),
        "not_null": _CHANGED,
        "default": _CHANGED,
        # DROP EXPRESSION keeps the values. A different expression requires different values.
        "generated": Alter(
            _alter, possible=lambda before, after: after.generated is None and not before.virtual
        ),
        "virtual": Replace(),
        "identity": _CHANGED,
        "sequence": _CHANGED,
        "collation": Alter(_alter, invalidates_dependents=True),
        "storage": _CHANGED,
        "compression": _CHANGED,
        "statistics": _CHANGED,
        "options": _CHANGED,
        "comment": Commented(),
        "not_null_name": _CONSTRAINT,
        "primary_key": _CONSTRAINT,
        "unique": _CONSTRAINT,
        "check": _CONSTRAINT,
        "references": _CONSTRAINT,
        "on_delete": _CONSTRAINT,
        "on_update": _CONSTRAINT,
        "backfill": Ignored("it says what to write where the column is NULL, and is not stored"),
        "using": Ignored("it says how to convert the values, and is not stored"),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
