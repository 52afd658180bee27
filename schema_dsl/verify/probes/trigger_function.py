"""Probe whether the functions of triggers can run on the rows of their tables and views.

A function that fits another table raises an error on each row: it names a column that the table lacks, for instance.
The probe runs the function once for each event, on a table without constraints and other triggers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import psycopg
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.identity import copy_with
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger
from schema_dsl.plan.rule import Creation, load_kind_rules
from schema_dsl.render import render_step
from schema_dsl.verify.probes.isolation import disable_other_triggers
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.probes.trigger import FIRING
from schema_dsl.verify.probes.trigger_rows import insert_row
from schema_dsl.verify.probes.view_trigger import single_row_view
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.scripts.lost_session import raise_if_lost

# The classes of errors that no row avoids (PostgreSQL documentation, "PostgreSQL Error Codes"): a function that returns
# nothing, an exception of the extension that triggers it, a violated trigger protocol, and undefined or mistyped names.
_CLASSES: Final = ("2F", "09", "39", "42")
# The session of an application has the privileges and settings that this one lacks.
_OF_SESSION: Final = frozenset({"42501", "42704"})
# An application may find the objects of any schema without their schema.
_SEARCH_PATH: Final = """
    SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ',
        nullif(pg_catalog.current_setting('search_path'), ''),
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(nspname), ', ' ORDER BY nspname)
        FROM pg_catalog.pg_namespace WHERE nspname = ANY (%s))
    ), true)
"""
# The text of a dynamic statement may depend on the row.
_DYNAMIC: Final = " at EXECUTE"


def try_function(sandbox: Sandbox, identity: Identity, trigger: Trigger) -> Iterator[str]:
    """Run the function of a trigger for each declared event, and yield a sentence for each that it can never complete.

    Args:
        sandbox: The sandbox, in which the functions are those of the schema.
        identity: The identity of the trigger.
        trigger: The declared trigger.

    Raises:
        RowError: If no row was found that the table accepts.
    """
    if trigger.enabled not in FIRING:
        return
    if identity.root.kind != Table.kind:
        with single_row_view(sandbox, identity) as (_, statements):
            for event, statement in statements.items():
                if event in trigger.events:
                    yield from _try_statement(sandbox, trigger, event, identity, _execute(sandbox, statement))
        return
    required = [name for name, field in sandbox.describe_table(identity).columns.items() if field.not_null]
    with sandbox.isolated(identity) as relation:
        disable_other_triggers(sandbox.connection, identity)
        if trigger.when is not None:
            _replace(sandbox, identity, copy_with(trigger, when=None))
        for event in trigger.events:
            with sandbox.rolled_back():
                if event == "insert":
                    run = _build_insert(sandbox, relation, required)
                else:
                    sandbox.connection.execute("SET LOCAL session_replication_role = replica")
                    insert_row(sandbox, relation, required, {})
                    sandbox.connection.execute("SET LOCAL session_replication_role = origin")
                    run = _execute(sandbox, _build_statement(relation, trigger, event))
                yield from _try_statement(sandbox, trigger, event, identity, run)


def _replace(sandbox: Sandbox, identity: Identity, trigger: Trigger) -> None:
    """Create a trigger again."""
    drop = sql.SQL("DROP TRIGGER {} ON {}").format(
        sql.Identifier(identity.name), sql.Identifier(*identity.relation)
    )
    sandbox.connection.execute(drop)
    for step in load_kind_rules()[Trigger.kind].create(
        [(identity, trigger)], Creation(identity.relation, new=True)
    ):
        sandbox.connection.execute(render_step(step).encode())


def _execute(sandbox: Sandbox, statement: sql.Composed) -> Callable[[], object]:
    return lambda: sandbox.connection.execute(statement)


def _build_insert(sandbox: Sandbox, relation: TableDescription, required: list[str]) -> Callable[[], object]:
    return lambda: insert_row(sandbox, relation, required, {})


def _build_statement(relation: TableDescription, trigger: Trigger, event: str) -> sql.Composed:
    table = sql.Identifier(relation.schema, relation.name)
    if event == "delete":
        return sql.SQL("DELETE FROM {}").format(table)
    if event == "truncate":
        return sql.SQL("TRUNCATE {} CASCADE").format(table)
    fields = relation.columns
    # Postgres counts a generated column as updated if a column of its expression is.
    names = [
        name
        for name in fields
        if not (fields[name].generated or fields[name].identity)
        and (name in trigger.update_of or not any(not fields[each].generated for each in trigger.update_of))
    ]
    changes = (sql.SQL("{0} = {0}").format(sql.Identifier(name)) for name in names)
    return sql.SQL("UPDATE {} SET {}").format(table, sql.SQL(", ").join(changes))


def _try_statement(
    sandbox: Sandbox, trigger: Trigger, event: str, identity: Identity, run: Callable[[], object]
) -> Iterator[str]:
    try:
        with sandbox.rolled_back():
            sandbox.connection.execute(_SEARCH_PATH, [[each.schema for each in sandbox.wanted.objects]])
            run()
            sandbox.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        raise_if_lost(error)
        code = error.sqlstate or ""
        if (
            code.startswith(_CLASSES)
            and code not in _OF_SESSION
            and _DYNAMIC not in (error.diag.context or "")
        ):
            function = f"{trigger.function.schema}.{trigger.function.name}"
            yield (
                f"{identity}: {event.upper()} always fails, because function {function} raises"
                f" {error.diag.message_primary} ({code})"
            )
