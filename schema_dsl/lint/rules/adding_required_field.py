"""A NOT NULL column without a default is added to an existing table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis import builtins
from schema_dsl.analysis.bodies import read_body
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.lint.facts.alter_commands import AlterCommand, find_alter_commands
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Node, Statement

_REQUIRED = frozenset({"not_null", "primary_key"})
_ROW_CHANGES = frozenset({"insert", "merge", "delete", "truncate"})
_DEFAULT_KINDS = frozenset({"default", "identity", "expression"})


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step, "AT_AddColumn"):
        column = action.effects[0].node
        constraint_kinds = {
            constraint_kind(wrapped.constraint.contype)
            for wrapped in column.constraints
            if not wrapped.constraint.raw_expr.a_const.isnull
        }
        parts = column.type_name.names
        # A domain may have a default.
        is_builtin = len(parts) > 1 and parts[0].string.sval == "pg_catalog"
        is_builtin = is_builtin or builtins.find_type(parts[-1].string.sval) is not None
        is_serial = parts[-1].string.sval in builtins.SERIALS
        if (
            constraint_kinds & _REQUIRED
            and not constraint_kinds & _DEFAULT_KINDS
            and is_builtin
            and not is_serial
            and not _is_emptied(action)
        ):
            yield action.span.hit(
                f"this fails if {action.name} has rows: column {column.colname} is NOT NULL and has no default"
            )


def _is_emptied(action: AlterCommand) -> bool:
    """Return whether an earlier statement of the file leaves the table empty, or stops if it has rows."""
    changes = _map_row_changes(action.step.source).get(action.step.tree.relation.relname, ())
    before = [emptied for start, emptied in changes if start < action.step.statement.start]
    return bool(before) and before[-1]


@cached
def _map_row_changes(source: Source) -> dict[str, list[tuple[int, bool]]]:
    """Map each table to the statements that change or count its rows: their offsets, and whether it is empty then."""
    row_changes: dict[str, list[tuple[int, bool]]] = {}
    for statement in source.applied:
        for name in _list_counted(statement):
            row_changes.setdefault(name, []).append((statement.start, True))
        for effect in effects(statement):
            if effect.verb in _ROW_CHANGES:
                emptied = effect.verb == "truncate" or (effect.verb == "delete" and _deletes_all(effect.node))
                row_changes.setdefault(effect.identity.name, []).append((statement.start, emptied))
    return row_changes


def _list_counted(statement: Statement) -> Iterator[str]:
    """Yield the tables of which a DO block reads all rows, and raises an exception, probably if there are any."""
    body = read_body(statement) if statement.kind == "do_stmt" else None
    if body is None or not any(node.keyword == "raise exception" for node in body.code.nodes):
        return
    for part in body.parts:
        tree = part.statement.tree
        if (
            part.statement.kind == "select_stmt"
            and len(tree.from_clause) == 1
            and not tree.HasField("where_clause")
        ):
            yield tree.from_clause[0].range_var.relname


def _deletes_all(tree: Node) -> bool:
    return not (tree.HasField("where_clause") or tree.using_clause)


RULE = Rule(
    group="locks",
    level=Level.ERROR,
    why=(
        'Existing rows get NULL in the new column, and NOT NULL refuses it: "column contains null values". The '
        "migration succeeds only if the table is empty, for example on a test database."
    ),
    remedy="Add a DEFAULT, or add the column as nullable, fill it, then SET NOT NULL.",
    bad="ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text NOT NULL;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS currency text NOT NULL DEFAULT 'EUR';
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_AddColumn"}),
    statement=_check,
    known_as=("squawk: adding-required-field", "atlas: MF103"),
)
