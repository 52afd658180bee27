"""A default, a generated expression or an identity is dropped, or an identity becomes GENERATED ALWAYS."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.trees import options
from schema_dsl.lint.facts.alter_commands import AlterCommand, find_alter_commands
from schema_dsl.lint.facts.breaking import is_column_new
from schema_dsl.lint.facts.file_names import is_harmless_removal
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_CHANGES = {
    "AT_ColumnDefault": "loses its default: an INSERT that omits the column stores NULL or fails",
    "AT_DropExpression": "is no longer generated: its values stay, and Postgres does not update them",
    "AT_DropIdentity": "is no longer an identity column, and its sequence is dropped",
    "AT_SetIdentity": "becomes GENERATED ALWAYS: an INSERT that names the column fails",
}


_ALWAYS = ord("a")
_ALWAYS_REMEDY = "Omit the column in every INSERT, or add OVERRIDING SYSTEM VALUE to the INSERT."


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, *_CHANGES):
        name, dropped = action.command.name, action.effects[0].identity
        is_restored = any(
            is_harmless_removal(step, attrs.evolve(dropped, kind=kind)) for kind in ("default", "identity")
        )
        if _removes_value(action) and not is_restored and not is_column_new(step, action.relation, name):
            message = f"column {display_name(name)} of {action.name} {_CHANGES[action.kind]}"
            remedy = _ALWAYS_REMEDY if action.kind == "AT_SetIdentity" else None
            yield action.span.hit(message, remedy)


def _removes_value(action: AlterCommand) -> bool:
    """Return whether the command drops a default, expression or identity, or sets GENERATED ALWAYS.

    SET DEFAULT and DROP DEFAULT have the same kind, but DROP DEFAULT has no expression. AT_SetIdentity
    also covers options of the sequence.
    """
    if action.kind == "AT_SetIdentity":
        identity_options = dict(options(action.definition.list.items))
        return "generated" in identity_options and identity_options["generated"].integer.ival == _ALWAYS
    return action.kind != "AT_ColumnDefault" or action.definition.WhichOneof("node") is None


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "An INSERT that omits the column then stores NULL, or fails if the column is NOT NULL. With GENERATED "
        "ALWAYS, an INSERT that names the column fails."
    ),
    remedy="First change every INSERT to name the column.",
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN state DROP DEFAULT;",
        "ALTER TABLE public.orders ALTER COLUMN cents DROP EXPRESSION;",
        "ALTER TABLE public.orders ALTER COLUMN id DROP IDENTITY;",
        "ALTER TABLE public.orders ALTER COLUMN id SET GENERATED ALWAYS;",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ALTER COLUMN state DROP DEFAULT;
        ALTER TABLE public.orders ALTER COLUMN state SET DEFAULT 'new';
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset(_CHANGES),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-drop-default", "squawk: ban-drop-identity", "squawk: ban-drop-expression"),
)
