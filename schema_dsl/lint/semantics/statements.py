"""Every kind of statement that pass two has something to say about."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.body_statements import Guard
from schema_dsl.lint.history.create_routine import routine
from schema_dsl.lint.history.create_table import key_of
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.history.trees import enumeration, names, options, qualified
from schema_dsl.lint.semantics import alter_table, create_objects, create_table, dml, queries
from schema_dsl.lint.semantics.analyzer import Analyzer
from schema_dsl.lint.semantics.create_routine import create_function
from schema_dsl.lint.semantics.expressions import condition, value_of
from schema_dsl.lint.semantics.scope import ColumnTypes, Scope, item_of
from schema_dsl.lint.semantics.types import UNKNOWN
from schema_dsl.parsing import Node


def examine(a: Analyzer, step: HistoryStep) -> None:
    """Check one statement against what is known before it."""
    check = _CHECKS.get(step.kind)
    if check is None:
        return
    if step.guard is Guard.OTHER or (step.guard is Guard.ABSENT and step.kind not in _CREATING):
        return
    check(a, step, step.tree)


def _scope(step: HistoryStep) -> Scope:
    """Give the outermost scope: in a block, PL/pgSQL's variables."""
    if not step.in_block:
        return Scope()
    return Scope(variables=dict.fromkeys(step.variables | _VARIABLES))


_VARIABLES = frozenset({"found", "sqlstate", "sqlerrm"})


def _query(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    queries.select(a, tree, _scope(step))


def _change(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    dml.change(a, step.kind, tree, _scope(step))


def _view(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    query = tree.query
    if query.WhichOneof("node") == "select_stmt":
        columns = queries.select(a, query.select_stmt, _scope(step))
        _too_many_names(a, names(tree.aliases), columns)
        if tree.replace and columns is not None and step.guard is Guard.NONE:
            _replaced_view(a, tree, queries.renamed(columns, names(tree.aliases)) or [])
        seen: set[str] = set()
        for name, _ in columns or ():
            if name in seen and not tree.aliases:
                a.complain(
                    "duplicate-name",
                    f'column "{name}" specified more than once',
                    "Give it an alias.",
                    -1,
                    name,
                )
            seen.add(name)


def _too_many_names(a: Analyzer, given: list[str], columns: ColumnTypes | None) -> None:
    if columns is not None and len(given) > len(columns):
        message = f"too many column names were specified: {len(given)} for {len(columns)}"
        a.complain("wrong-column-count", message, "", -1, given[len(columns)])


def _replaced_view(a: Analyzer, tree: Node, columns: ColumnTypes) -> None:
    """Hold that a view keeps the columns that it has: others can only be added behind them."""
    known = a.schema.relations.get(key_of(a.schema, tree.view))
    if known is None or known.kind != "view" or known.made is None or not known.complete or known.doubtful:
        return
    message = ""
    for old, (name, found) in zip(known.columns.values(), columns, strict=False):
        kind = "text" if found == UNKNOWN else found
        if old.name != name:
            message = f'cannot change name of view column "{old.name}" to "{name}"'
        elif None not in {old.type, kind} and old.type != kind:
            message = (
                f'cannot change data type of view column "{name}" from {shown(old.type)} to {shown(kind)}'
            )
        if message:
            break
    if not message and len(columns) < len(known.columns):
        message = "cannot drop columns from view"
    if message:
        a.complain("not-replaceable", message, f"Say DROP VIEW {known} first.", -1, known.name)


def _table_as(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    if tree.query.WhichOneof("node") == "select_stmt":
        columns = queries.select(a, tree.query.select_stmt, _scope(step))
        _too_many_names(a, names(tree.into.col_names), columns)


def _explain(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    queries.query(a, tree.query, _scope(step))


def _copy(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    if tree.HasField("query"):
        queries.query(a, tree.query, _scope(step))
    elif tree.HasField("relation"):
        relation = a.relation(tree.relation)
        if relation is not None:
            for name in names(tree.attlist):
                create_table.known_column(a, relation, name, -1)
            condition(a, tree.where_clause, Scope([item_of(relation)], _scope(step)), "WHERE")


def _domain(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    del step
    base = a.type_of(tree.type_name)
    scope = Scope(variables={"value": base})
    for wrapped in tree.constraints:
        kind = enumeration("ConstrType")[wrapped.constraint.contype]
        if kind == "CONSTR_CHECK":
            create_table.check(a, wrapped.constraint.raw_expr, scope)
        elif kind == "CONSTR_DEFAULT":
            a.settle(value_of(a, wrapped.constraint.raw_expr, Scope()), base, -1)


def _composite(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    del step
    for each in tree.coldeflist:
        a.type_of(each.column_def.type_name)


def _enum(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    where, name = qualified(tree.type_name)
    known = a.schema.types.get((a.schema.creation_schema(where), name))
    if (
        known is not None
        and known.made is not None
        and step.guard is Guard.NONE
        and "types" not in a.schema.doubts
    ):
        a.complain("duplicate-name", f'type "{name}" already exists', "", -1, name)


def _function(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    known = a.schema.routines.get(
        (a.schema.creation_schema(qualified(tree.funcname)[0]), qualified(tree.funcname)[1]), ()
    )
    if known and step.guard is Guard.NONE and "functions" not in a.schema.doubts:
        new = routine(a.schema, tree, step.moment)
        given = new.signature.arguments
        same = [
            each for each in known if each.signature.arguments == given and each.made and not each.doubtful
        ]
        if same and None not in given and tree.replace:
            _replaced_function(a, same[0], new)
        elif same and None not in given:
            name = same[0].name
            message = f'function "{name}" already exists with same argument types'
            a.complain("duplicate-name", message, "Say CREATE OR REPLACE FUNCTION.", -1, name)
    create_function(a, step, tree)


def _replaced_function(a: Analyzer, old: Routine, new: Routine) -> None:
    """Hold that a function keeps its result and the names of its parameters."""
    before, after = old.signature, new.signature
    several = len(before.columns) > 1 and None not in {kind for _, kind in (*before.columns, *after.columns)}
    renamed = [
        name
        for name, other in zip(old.argument_names, new.argument_names, strict=False)
        if name and name != other
    ]
    message = ""
    if before.kind not in {"f", "p"} or before.kind != after.kind:
        message = "cannot change routine kind"
    elif None not in {before.returns, after.returns} and (
        (before.returns, before.many) != (after.returns, after.many)
        or (several and before.columns != after.columns)
    ):
        message = "cannot change return type of existing function"
    elif renamed:
        message = f'cannot change name of input parameter "{renamed[0]}"'
    elif after.defaults < before.defaults:
        message = "cannot remove parameter defaults from existing function"
    if message:
        shown_arguments = ", ".join(shown(each) for each in before.arguments)
        remedy = f"Say DROP FUNCTION {old.name}({shown_arguments}) first."
        a.complain("not-replaceable", message, remedy, -1, old.name)


def _sequence(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    del step
    for name, value in options(tree.options):
        owner = names(value.list.items) if name == "owned_by" else []
        relation = a.named(owner[-3] if len(owner) > 2 else "", owner[-2], -1) if len(owner) > 1 else None  # noqa: PLR2004
        if relation is not None:
            create_table.known_column(a, relation, owner[-1], -1)


_CHECKS: dict[str, Callable[[Analyzer, HistoryStep, Node], None]] = {
    "create_stmt": create_table.create_table,
    "alter_table_stmt": alter_table.alter_table,
    "index_stmt": create_objects.create_index,
    "create_policy_stmt": create_objects.create_policy,
    "alter_policy_stmt": create_objects.alter_policy,
    "create_trig_stmt": create_objects.create_trigger,
    "create_function_stmt": _function,
    "select_stmt": _query,
    "insert_stmt": _change,
    "update_stmt": _change,
    "delete_stmt": _change,
    "merge_stmt": _change,
    "view_stmt": _view,
    "create_table_as_stmt": _table_as,
    "explain_stmt": _explain,
    "copy_stmt": _copy,
    "create_domain_stmt": _domain,
    "composite_type_stmt": _composite,
    "create_enum_stmt": _enum,
    "create_seq_stmt": _sequence,
    "alter_seq_stmt": _sequence,
    "comment_stmt": create_objects.comment,
    "grant_stmt": create_objects.grant,
    "drop_stmt": create_objects.drop,
    "rename_stmt": create_objects.rename,
}
# What is worth a look although it may not run: it makes something where that is missing.
_CREATING = frozenset(
    {
        "create_stmt",
        "alter_table_stmt",
        "index_stmt",
        "create_policy_stmt",
        "create_trig_stmt",
        "create_function_stmt",
        "view_stmt",
    }
)
