"""The rule of foreign keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity, table_identity
from schema_dsl.plan.constraints import (
    COMMON_ATTRIBUTES,
    DEFERRABLE_ATTRIBUTES,
    build_constraint_pending,
    build_create,
    build_drop,
    build_validation,
    format_deferrable,
    format_enforced,
    must_follow_table,
)
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.existence import constraint_exists
from schema_dsl.plan.names import column_identity, format_constraint_target
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.rule import Alter, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, RelationName, Step
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified


def format_clause(key: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    target = key.references
    text = (
        f"FOREIGN KEY ({_format_columns(key, key.columns)})"
        f" REFERENCES {qualified(target.schema, target.table)} ({_format_columns(key, target.columns)})"
    )
    if key.match_full:
        text += " MATCH FULL"
    if key.on_update != "no action":
        text += f" ON UPDATE {key.on_update.upper()}"
    if key.on_delete != "no action":
        text += f" ON DELETE {key.on_delete.upper()}"
    if key.on_delete_columns:
        text += f" ({identifiers(key.on_delete_columns)})"
    return Sql(text + format_deferrable(key) + format_enforced(key))


def _format_columns(key: Any, names: Sequence[str]) -> str:
    return f"{identifiers(names[:-1])}, PERIOD {identifier(names[-1])}" if key.period else identifiers(names)


def build_target_hazard(key: Any) -> Hazard:
    """Return the hazard for the referenced table, which is locked even if the referencing table is new."""
    return Hazard(
        (key.references.schema, key.references.table),
        "ShareRowExclusiveLock",
        "briefly blocks writes to create the triggers of the foreign key",
        reach=LockReach.PARTITIONS,
    )


def _target_drop_hazards(key: Any) -> tuple[Hazard, ...]:
    # Dropping the triggers of a foreign key takes a stronger lock than creating them.
    target = (key.references.schema, key.references.table)
    return (Hazard(target, "AccessExclusiveLock", "brief; drops the triggers of the foreign key"),)


def _hazards(identity: Identity, key: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(identity.relation, "ShareRowExclusiveLock", "briefly blocks writes"),
        build_target_hazard(key),
    )


def _list_copy_hazards(identity: Identity, key: Any, *, is_new: bool) -> tuple[Hazard, ...]:
    """Return the hazards of the copy on a partition. A detached one keeps it, with triggers of its own until then."""
    return (*_hazards(identity, key), *(() if is_new else _target_drop_hazards(key)))


def _find_target(key: Any) -> Identity:
    return table_identity(key.references.schema, key.references.table)


def _references(identity: Identity, key: Any, state: State) -> Iterable[Dependency]:
    yield from depend_on_columns(identity, key.columns, OnReplace.CASCADE)
    target = _find_target(key)
    columns = [column_identity(target, name) for name in key.references.columns]
    # Postgres uses any constraint or index that makes the columns unique.
    for referenced in (target, *state.find_keys(target, key.references.columns), *columns):
        yield Dependency(dependent=identity, referenced=referenced)


# The abbreviations in pg_constraint.confdeltype and confupdtype.
_ACTIONS = {"no action": "a", "restrict": "r", "cascade": "c", "set null": "n", "set default": "d"}


def _pending(identity: Identity, before: Any, key: Any) -> Sql | None:
    names = ("columns", "references", "on_delete_columns", "period")
    if any(getattr(before, name) != getattr(key, name) for name in names):
        # The name of the referenced table in pg_get_constraintdef() depends on the search path.
        return None
    conditions = {
        "on_delete": f"confdeltype = {literal(_ACTIONS[key.on_delete])}",
        "on_update": f"confupdtype = {literal(_ACTIONS[key.on_update])}",
        "match_full": f"confmatchtype = {literal('f' if key.match_full else 's')}",
        "validated": "convalidated" if key.validated else "NOT convalidated",
        "deferrable": "condeferrable" if key.deferrable else "NOT condeferrable",
        "initially_deferred": "condeferred" if key.initially_deferred else "NOT condeferred",
    }
    if not key.enforced or not before.enforced:
        # conenforced exists since Postgres 18.
        conditions["enforced"] = "conenforced" if key.enforced else "NOT conenforced"
    changed = [text for name, text in conditions.items() if getattr(before, name) != getattr(key, name)]
    return build_constraint_pending(identity, " AND ".join(changed)) if changed else None


_VALIDATION = "scans the table without blocking reads or writes; fails if a row has no referenced row"


def _list_row_sources(identity: Identity, key: Any) -> tuple[RelationName, ...]:
    # Postgres validates a foreign key with one query that joins the two tables, and a CHECK without a query.
    return identity.relation, (key.references.schema, key.references.table)


def _validate(wanted: Object, _: Any) -> Iterable[Step]:
    identity, key = wanted
    yield build_validation(identity, identity.name, _VALIDATION, row_sources=_list_row_sources(identity, key))


RULE = KindRule(
    kind="foreign_key",
    rank=33,
    reach=LockReach.PARTITIONS,
    inline=True,
    list_copy_hazards=_list_copy_hazards,
    must_follow=must_follow_table,
    clause=format_clause,
    create=build_create(
        "foreign_key/create",
        format_clause,
        _hazards,
        _VALIDATION,
        # Since Postgres 18, it can also be NOT VALID there.
        validates_partitions=False,
        row_sources=_list_row_sources,
    ),
    drop=build_drop("foreign_key/drop", _target_drop_hazards),
    exists=constraint_exists("f"),
    references=_references,
    targets=lambda key: (_find_target(key),),
    pending=_pending,
    definition_query=build_constraint_query,
    rename=rename_constraint("columns", "references"),
    comment_target=format_constraint_target,
    attributes={
        **COMMON_ATTRIBUTES,
        **DEFERRABLE_ATTRIBUTES,
        "columns": Replace(),
        "references": Replace(),
        "on_delete": Replace(),
        "on_update": Replace(),
        "on_delete_columns": Replace(),
        "match_full": Replace(),
        "period": Replace(),
        "validated": Alter(_validate, possible=lambda _, after: after.validated),
        "enforced": Replace(),
    },
)
