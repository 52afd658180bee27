"""The search_path of functions, and unqualified names in their bodies."""

from __future__ import annotations

from schema_dsl.lint.history.schema import HistorySchema, Routine

_COMPILED = frozenset({"c", "internal"})


def resolves_names_at_call(routine: Routine) -> bool:
    """Return whether Postgres resolves the names in a body at the time of the call; not for BEGIN ATOMIC."""
    return routine.body is not None and not routine.body.is_atomic and routine.language not in _COMPILED


def read_search_path(routine: Routine) -> list[str] | None:
    """Return the schemas in the SET search_path of a function; None without SET search_path."""
    text = routine.settings.get("search_path")
    if text is None:
        return None
    return [part.strip().strip('"') for part in text.split(",") if part.strip().strip('"')]


def can_temporary_table_shadow(schemas: list[str]) -> bool:
    """Return whether a temporary table of the caller can shadow a table that the body names.

    Postgres searches pg_temp first for tables and types unless the search_path lists it. A body with only
    pg_catalog and pg_temp in its search_path has to qualify its names.
    """
    return bool(set(schemas) - {"pg_catalog", "pg_temp"}) and schemas[-1] != "pg_temp"


def names_unqualified_table(schema: HistorySchema, routine: Routine) -> bool:
    """Return whether a body names a table without its schema, other than the transition tables of its triggers."""
    transition_tables = {
        node.trigger_transition.name
        for relation in schema.relations.values()
        for trigger in relation.triggers.values()
        if trigger.tree is not None and trigger.function[1] == routine.name
        for node in trigger.tree.transition_rels
    }
    return routine.body is not None and any(
        not home and name not in transition_tables for home, name in routine.body.relations
    )
