"""Read triggers."""

from __future__ import annotations

import re
from typing import Final

import attrs
from psycopg import sql

from schema_dsl.errors import PostgresError
from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.introspect.trigger_states import STATE_LETTERS
from schema_dsl.model.function import Function
from schema_dsl.model.trigger import Trigger, TriggerEvent
from schema_dsl.sql import Sql

# The bits of tgtype, from src/include/catalog/pg_trigger.h.
_ROW: Final = 1
_BEFORE: Final = 2
_INSTEAD: Final = 64
_EVENTS: Final[dict[TriggerEvent, int]] = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}


# The text that pg_get_triggerdef() writes before and after the condition. Quoted names and strings are matched
# as a whole, because they may contain the same words; a doubled quote counts as the end and a new start.
_WHEN: Final = re.compile(
    r"""(?: [^"] | "[^"]*" )*? [ ]FOR[ ]EACH[ ](?:ROW|STATEMENT)[ ]WHEN[ ]\(
        ( (?: [^"'] | "[^"]*" | '[^']*' )*? )
        \)[ ]EXECUTE[ ]FUNCTION[ ]""",
    re.VERBOSE,
)


def _build(row: CatalogRow, columns: ColumnNames) -> Trigger:
    _, name, _, function_schema, function, bits, numbers, definition, arguments = row[:9]
    old_table, new_table, constraint, deferrable, deferred, state, comment = row[9:]
    return Trigger(
        name,
        Function(function, schema=function_schema, origin=None),
        timing="before" if bits & _BEFORE else "instead of" if bits & _INSTEAD else "after",
        events=[event for event, bit in _EVENTS.items() if bits & bit],
        update_of=[columns[number - 1] for number in numbers or ()],
        for_each_row=bool(bits & _ROW),
        when=None if definition is None else _condition(definition),
        arguments=arguments or (),
        old_table=old_table,
        new_table=new_table,
        constraint=constraint,
        deferrable=deferrable,
        initially_deferred=deferred,
        enabled=STATE_LETTERS[state],
        comment=comment,
        origin=None,
    )


def _condition(definition: str) -> Sql:
    match = _WHEN.match(definition)
    if match is None:
        what = f"cannot find the WHEN condition in the definition of a trigger: {definition}"
        raise PostgresError(what)
    return Sql(match[1])


def _build_statement(trigger: Trigger, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    if trigger.when is None:
        return None
    # The trigger function does not matter here; this one exists in every Postgres.
    return sql.SQL(
        "CREATE TRIGGER {} {} {} ON {} FOR EACH {} WHEN {}"
        " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
    ).format(
        name,
        sql.SQL(trigger.timing),
        sql.SQL(" OR ").join(map(sql.SQL, trigger.events)),
        relation,
        sql.SQL("ROW" if trigger.for_each_row else "STATEMENT"),
        compose_parenthesized(trigger.when),
    )


def _normalize(trigger: Trigger) -> Trigger:
    """Reduce the function to its name, because pg_trigger refers to a function without its definition."""
    function = Function(trigger.function.name, schema=trigger.function.schema, origin=None)
    if function == trigger.function:
        return trigger
    return attrs.evolve(trigger, function=function, origin=trigger.origin)


KIND = Kind(
    kind="trigger",
    found_in="pg_trigger WHERE NOT tgisinternal",
    build=_build,
    relations=frozenset({"table", "view"}),
    canonical_query=CanonicalQuery(_build_statement, ("when",)),
    normalize=_normalize,
    # A trigger of the platform calls a function of the platform.
    is_added=lambda trigger, schemas: trigger.function.schema not in schemas,
)
