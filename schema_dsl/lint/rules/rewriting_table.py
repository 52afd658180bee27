"""SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD or EXPRESSION rewrites or copies an existing table."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.alter_commands import find_alter_commands, is_existing_table
from schema_dsl.lint.facts.locks import find_table_of_index
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_WORK: Final = {
    "AT_SetLogged": "rewrites {} and writes all of it to the WAL",
    "AT_SetUnLogged": "rewrites {}",
    "AT_SetTableSpace": "copies {} to the tablespace",
    "AT_SetAccessMethod": "rewrites {}",
    "AT_SetExpression": "computes the generated column of every row and rewrites {}",
}


def _check(step: HistoryStep) -> Hits:
    for alteration in find_alter_commands(step, *_WORK):
        relation = alteration.relation
        if relation is not None and relation.partition_key and alteration.kind != "AT_SetExpression":
            # A partitioned table has no rows of its own.
            continue
        if relation is not None and _is_so_already(alteration.kind, relation, alteration.command.name):
            continue
        work = _WORK[alteration.kind].format(alteration.name)
        yield alteration.span.hit(f"this {work}, and blocks reads and writes meanwhile")
    yield from _find_moved_indexes(step)


def _is_so_already(kind: str, relation: HistoryRelation, name: str) -> bool:
    """Return whether a command rewrites nothing, because the table is so already, or its column has no values."""
    if kind == "AT_SetExpression":
        return name in relation.columns and relation.columns[name].generated == "virtual"
    if relation.created_at is None or relation.uncertain:
        return False
    if kind == "AT_SetAccessMethod":
        return relation.access_method == (name or "heap")
    return kind != "AT_SetTableSpace" and relation.unlogged == (kind == "AT_SetUnLogged")


def _find_moved_indexes(step: HistoryStep) -> Hits:
    """Yield a hit for each ALTER INDEX SET TABLESPACE: a query locks all indexes of its tables."""
    for effect in effects(step.statement):
        if effect.identity.kind == "index" and effect.rewrites:
            schema, name = table = find_table_of_index(step, effect.locked)
            if table != effect.locked and is_existing_table(step, *table):
                home = name if schema in {"", "public"} else f"{schema}.{name}"
                yield f"this copies the index, and blocks reads and writes of {home} meanwhile"


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres copies every row under an ACCESS EXCLUSIVE lock, which may take hours, and needs free disk space for "
        "the copy."
    ),
    remedy="Run it in a maintenance window, or fill a new table in batches and exchange the two.",
    bad="ALTER TABLE public.orders SET UNLOGGED;",
    good="CREATE UNLOGGED TABLE IF NOT EXISTS public.scratch (id bigint PRIMARY KEY);",
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset(_WORK),
    statement=_check,
)
