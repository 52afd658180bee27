"""Foreign keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.constraints import COMMON, DEFERRABLE, added, deferral, dropped, on_columns
from schema_dsl.plan.definition_queries import of_constraint
from schema_dsl.plan.names import constraint_target, key_of
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql, identifiers, qualified


def clause(key: Any) -> Sql:
    """Write what follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    target = key.references
    text = (
        f"FOREIGN KEY ({identifiers(key.columns)})"
        f" REFERENCES {qualified(target.schema, target.table)} ({identifiers(target.columns)})"
    )
    if key.on_update != "no action":
        text += f" ON UPDATE {key.on_update.upper()}"
    if key.on_delete != "no action":
        text += f" ON DELETE {key.on_delete.upper()}"
    return Sql(text + deferral(key))


def target_hazard(key: Any) -> Hazard:
    """Tell of the lock on the referenced table, which is taken even where the referencing one is new."""
    return Hazard(
        (key.references.schema, key.references.table),
        "ShareRowExclusiveLock",
        "writes wait for a moment while the triggers of the foreign key are added",
    )


def _target_left(key: Any) -> tuple[Hazard, ...]:
    # Stronger than what adding takes: triggers go.
    target = (key.references.schema, key.references.table)
    return (
        Hazard(target, "AccessExclusiveLock", "a moment, while the triggers of the foreign key are dropped"),
    )


def _hazards(identity: Identity, key: Any) -> tuple[Hazard, ...]:
    return (
        Hazard((identity.schema, identity.parent), "ShareRowExclusiveLock", "writes wait for a moment"),
        target_hazard(key),
    )


def _reads(_: Identity, key: Any) -> Iterable[tuple[str, str]]:
    return [(key.references.schema, key.references.table)]


def _stands_on(identity: Identity, key: Any) -> Iterable[Identity]:
    target = key.references
    yield from on_columns(identity, key)
    yield key_of(target.schema, target.table, target.columns)
    for name in target.columns:
        yield Identity("column", target.schema, target.table, name)


RULE = KindRule(
    kind="foreign_key",
    rank=33,
    inline=True,
    clause=clause,
    create=added(
        "foreign_key/create",
        33,
        clause,
        _hazards,
        (
            "foreign_key/validate",
            "every row is checked while reads and writes go on; a row without its target makes it fail",
        ),
    ),
    drop=dropped("foreign_key/drop", 33, _target_left),
    reads=_reads,
    stands_on=_stands_on,
    facts=of_constraint,
    comment_target=constraint_target,
    attributes={
        **COMMON,
        **DEFERRABLE,
        "columns": Replace(),
        "references": Replace(),
        "on_delete": Replace(),
        "on_update": Replace(),
    },
)
