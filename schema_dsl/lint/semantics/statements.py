"""Every kind of statement that pass two has something to say about."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.history.blocks import Guard
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.trees import enumeration, names, qualified, type_named
from schema_dsl.lint.semantics import alterations, changes, constraints, parts, queries
from schema_dsl.lint.semantics.analyst import Analyst
from schema_dsl.lint.semantics.bodies import create_function
from schema_dsl.lint.semantics.expressions import value_of
from schema_dsl.lint.semantics.scope import Scope
from schema_dsl.parsing import Node


def examine(a: Analyst, step: Step) -> None:
    """Check one statement against what is known before it."""
    check = _CHECKS.get(step.kind)
    if check is None:
        return
    if step.guard is Guard.OTHER or (step.guard is Guard.ABSENT and step.kind not in _CREATING):
        return
    check(a, step, step.tree)


def _scope(step: Step) -> Scope:
    """Give the outermost scope: in a block, PL/pgSQL's variables."""
    if not step.in_block:
        return Scope()
    return Scope(variables=dict.fromkeys(step.variables | _VARIABLES))


_VARIABLES = frozenset({"found", "sqlstate", "sqlerrm"})


def _query(a: Analyst, step: Step, tree: Node) -> None:
    queries.select(a, tree, _scope(step))


def _change(a: Analyst, step: Step, tree: Node) -> None:
    changes.change(a, step.kind, tree, _scope(step))


def _view(a: Analyst, step: Step, tree: Node) -> None:
    query = tree.query
    if query.WhichOneof("node") == "select_stmt":
        columns = queries.select(a, query.select_stmt, _scope(step))
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


def _table_as(a: Analyst, step: Step, tree: Node) -> None:
    if tree.query.WhichOneof("node") == "select_stmt":
        queries.select(a, tree.query.select_stmt, _scope(step))


def _explain(a: Analyst, step: Step, tree: Node) -> None:
    queries.query(a, tree.query, _scope(step))


def _copy(a: Analyst, step: Step, tree: Node) -> None:
    if tree.HasField("query"):
        queries.query(a, tree.query, _scope(step))
    elif tree.HasField("relation"):
        relation = a.relation(tree.relation)
        if relation is not None:
            for name in names(tree.attlist):
                constraints.known_column(a, relation, name, -1)


def _domain(a: Analyst, step: Step, tree: Node) -> None:
    del step
    base = a.type_of(tree.type_name)
    scope = Scope(variables={"value": base})
    for wrapped in tree.constraints:
        kind = enumeration("ConstrType")[wrapped.constraint.contype]
        if kind == "CONSTR_CHECK":
            constraints.check(a, wrapped.constraint.raw_expr, scope)
        elif kind == "CONSTR_DEFAULT":
            a.settle(value_of(a, wrapped.constraint.raw_expr, Scope()), base, -1)


def _composite(a: Analyst, step: Step, tree: Node) -> None:
    del step
    for each in tree.coldeflist:
        a.type_of(each.column_def.type_name)


def _enum(a: Analyst, step: Step, tree: Node) -> None:
    where, name = qualified(tree.type_name)
    known = a.schema.types.get((a.schema.creation_schema(where), name))
    if (
        known is not None
        and known.made is not None
        and step.guard is Guard.NONE
        and "types" not in a.schema.doubts
    ):
        a.complain("duplicate-name", f'type "{name}" already exists', "", -1, name)


def _function(a: Analyst, step: Step, tree: Node) -> None:
    known = a.schema.routines.get(
        (a.schema.creation_schema(qualified(tree.funcname)[0]), qualified(tree.funcname)[1]), ()
    )
    if known and not tree.replace and step.guard is Guard.NONE and "functions" not in a.schema.doubts:
        given = tuple(
            type_named(a.schema, each.function_parameter.arg_type)
            for each in tree.parameters
            if enumeration("FunctionParameterMode")[each.function_parameter.mode]
            not in {"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"}
        )
        same = [
            each for each in known if each.signature.arguments == given and each.made and not each.doubtful
        ]
        if same and None not in given:
            name = same[0].name
            message = f'function "{name}" already exists with same argument types'
            a.complain("duplicate-name", message, "Say CREATE OR REPLACE FUNCTION.", -1, name)
    create_function(a, step, tree)


_CHECKS: dict[str, Callable[[Analyst, Step, Node], None]] = {
    "create_stmt": constraints.create_table,
    "alter_table_stmt": alterations.alter_table,
    "index_stmt": parts.create_index,
    "create_policy_stmt": parts.create_policy,
    "alter_policy_stmt": parts.alter_policy,
    "create_trig_stmt": parts.create_trigger,
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
    "comment_stmt": parts.comment,
    "grant_stmt": parts.grant,
    "drop_stmt": parts.drop,
    "rename_stmt": parts.rename,
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
