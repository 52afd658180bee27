"""A default, trigger, replica identity or the inheritance of an existing table is changed."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_CHANGES = {
    "AT_ColumnDefault": "this changes a default of {table}: an INSERT that omits the column stores another value",
    "AT_DisableTrig": "this disables a trigger of {table}",
    "AT_DisableTrigAll": "this disables all triggers of {table}, including foreign key checks",
    "AT_DisableTrigUser": "this disables all user triggers of {table}",
    "AT_ReplicaIdentity": "this changes the columns that subscribers receive for changed rows of {table}",
    "AT_AddInherit": "this adds the rows of {table} to queries of the parent table",
    "AT_DropInherit": "this removes the rows of {table} from queries of the parent table",
}


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, *_CHANGES):
        if action.kind == "AT_ColumnDefault" and action.definition.WhichOneof("node") is None:
            continue
        yield action.span.hit(_CHANGES[action.kind].format(table=action.name))


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "No statement fails, but Postgres stores or replicates other values after this statement. Enabling a "
        "trigger again does not process the rows that were written while it was disabled."
    ),
    remedy=(
        "Check which clients depend on the old behavior. Enable disabled triggers again in the same transaction."
    ),
    bad=(
        "ALTER TABLE public.orders DISABLE TRIGGER orders_touch;",
        "ALTER TABLE public.orders ALTER COLUMN state SET DEFAULT 'new';",
        "ALTER TABLE public.orders REPLICA IDENTITY NOTHING;",
    ),
    good="""
        CREATE TABLE public.tags (id bigint PRIMARY KEY, name text);
        ALTER TABLE public.tags ALTER COLUMN name SET DEFAULT '';
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset(_CHANGES),
    statement=_check,
    opinion=True,
    known_as=(
        "squawk: ban-disable-trigger",
        "squawk: ban-replica-identity",
        "squawk: ban-detach-inheritance",
    ),
)
