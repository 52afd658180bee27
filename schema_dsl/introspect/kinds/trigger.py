"""Triggers."""

from __future__ import annotations

import re
from typing import Final

import attrs
from psycopg import sql

from schema_dsl.errors import PostgresError
from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, enclosed
from schema_dsl.model.trigger import Function, Trigger
from schema_dsl.sql import Sql

# tgtype, as src/include/catalog/pg_trigger.h has it.
_ROW: Final = 1
_BEFORE: Final = 2
_EVENTS: Final = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}

# What pg_get_triggerdef() writes before and after the condition. Names may hold the very words that are
# looked for, so quoted names and strings are stepped over whole; a doubled quote ends one, begins another.
_WHEN: Final = re.compile(
    r"""(?: [^"] | "[^"]*" )*? [ ]FOR[ ]EACH[ ](?:ROW|STATEMENT)[ ]WHEN[ ]\(
        ( (?: [^"'] | "[^"]*" | '[^']*' )*? )
        \)[ ]EXECUTE[ ]FUNCTION[ ]""",
    re.VERBOSE,
)


def _build(row: CatalogRow, columns: ColumnNames) -> Trigger:
    _, name, _, function_schema, function, bits, numbers, definition, arguments, comment = row
    return Trigger(
        name,
        Function(function, schema=function_schema, origin=None),
        timing="before" if bits & _BEFORE else "after",
        events=[event for event, bit in _EVENTS.items() if bits & bit],
        update_of=[columns[number - 1] for number in numbers or ()],
        for_each_row=bool(bits & _ROW),
        when=None if definition is None else _condition(definition),
        arguments=arguments or (),
        comment=comment,
        origin=None,
    )


def _condition(definition: str) -> Sql:
    found = _WHEN.match(definition)
    if found is None:
        what = f"A trigger's condition cannot be found in what Postgres says of it: {definition}"
        raise PostgresError(what)
    return Sql(found[1])


def _ask(trigger: Trigger, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    if trigger.when is None:
        return None
    # Which function is called is no part of the question; this one every Postgres has.
    return sql.SQL(
        "CREATE TRIGGER {} {} {} ON {} FOR EACH {} WHEN {}"
        " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
    ).format(
        name,
        sql.SQL(trigger.timing),
        sql.SQL(" OR ").join(map(sql.SQL, trigger.events)),
        relation,
        sql.SQL("ROW" if trigger.for_each_row else "STATEMENT"),
        enclosed(trigger.when),
    )


def _settled(trigger: Trigger) -> Trigger:
    """Reduce the function to its name, which is all that a trigger holds of it."""
    function = Function(trigger.function.name, schema=trigger.function.schema, origin=None)
    if function == trigger.function:
        return trigger
    return attrs.evolve(trigger, function=function, origin=trigger.origin)


KIND = Kind(kind="trigger", build=_build, probe=CanonicalQuery(_ask, ("when",)), settled=_settled)
