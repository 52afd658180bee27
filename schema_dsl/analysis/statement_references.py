"""Analyze the statements of a routine body for the objects to which they refer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schema_dsl.analysis import dml, queries
from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.expressions import analyze_call, analyze_expression
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.analysis.scope import FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import QUERY_KINDS, Node, Statement

# Statements that name relations, and no other objects.
_OF_RELATIONS = frozenset({"truncate_stmt", "lock_stmt", "refresh_mat_view_stmt", "copy_stmt"})
# Statements that name no objects of a schema.
_NAMELESS = frozenset(
    {
        "transaction_stmt",
        "variable_set_stmt",
        "variable_show_stmt",
        "notify_stmt",
        "listen_stmt",
        "unlisten_stmt",
        "discard_stmt",
        "fetch_stmt",
        "close_portal_stmt",
    }
)


def build_variable_scope(
    schema: SchemaInfo,
    variables: Mapping[str, str | None],
    outer: Scope | None = None,
    rows: Sequence[FromItem] = (),
) -> Scope:
    """Build the scope of variables or arguments; `name.field` resolves for those of a row type."""
    named = {name: kind for name, kind in variables.items() if name}
    scope = Scope([*rows], outer, variables=named)
    for name, kind in named.items():
        if kind:
            _add_row(schema, scope, name, kind)
    return scope


def add_variable(schema: SchemaInfo, scope: Scope, name: str, kind: str | None) -> None:
    """Add a variable to a scope."""
    if scope.variables is None or not name:
        return
    scope.variables[name] = kind
    if kind:
        _add_row(schema, scope, name, kind)


def _add_row(schema: SchemaInfo, scope: Scope, name: str, kind: str) -> None:
    """Add the fields of a variable, if its type is a row type."""
    relation = schema.find_row_relation(kind)
    if relation is not None:
        item = build_from_item(relation, name)
        item.has_system_columns, item.qualified_only = False, True
        scope.items.append(item)


def analyze_statement(analyzer: Analyzer, statement: Statement, scope: Scope) -> None:
    """Analyze a statement; of one that is neither a query nor a call, only the relations that it names.

    Another statement, and one that does not parse, is recorded as a reference without an identity.
    """
    kind, tree = statement.kind, statement.tree
    if kind == "select_stmt":
        queries.analyze_select(analyzer, tree, scope)
    elif kind in QUERY_KINDS:
        dml.analyze_modification(analyzer, kind, tree, scope)
    elif kind == "return_stmt":
        analyze_expression(analyzer, tree.returnval, scope)
    elif kind == "call_stmt":
        _analyze_procedure_call(analyzer, tree.funccall, scope)
    elif kind == "create_table_as_stmt":
        queries.analyze_query(analyzer, tree.query, scope)
    elif kind == "plassign_stmt":
        _analyze_assignment(analyzer, tree, scope)
    elif kind in _OF_RELATIONS:
        for relation in [effect.relation for effect in effects(statement) if effect.relation is not None]:
            known = analyzer.resolve_relation(relation)
            analyzer.record_relation(known, relation.schemaname, relation.relname, relation.location)
    elif analyzer.recorder is not None and kind not in _NAMELESS:
        analyzer.recorder.record("statement", None, -1)


def _analyze_procedure_call(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Analyze CALL, which passes an argument for each OUT parameter as well."""
    schema_name, name = qualified_name(node.funcname)
    procedures = [
        routine
        for routine in analyzer.schema.find_routines(schema_name, name)
        if routine.signature.kind == "p" and routine.signature.columns
    ]
    if len(procedures) != 1 or analyzer.recorder is None:
        analyze_call(analyzer, node, scope)
        return
    for argument in node.args:
        analyze_expression(analyzer, argument, scope)
    analyzer.recorder.record_definition(procedures[0], node.location)


def _analyze_assignment(analyzer: Analyzer, tree: Node, scope: Scope) -> None:
    """Analyze `target := expression` of PL/pgSQL; the target may be a field of NEW."""
    names = [tree.name]
    for step in tree.indirection:
        if step.HasField("a_indices"):
            analyze_expression(analyzer, step.a_indices.lidx, scope)
            analyze_expression(analyzer, step.a_indices.uidx, scope)
        elif step.WhichOneof("node") == "string":
            names.append(step.string.sval)
    queries.analyze_select(analyzer, tree.val, scope)
    if len(names) == 1 or analyzer.recorder is None:
        return
    items = (item for level in scope.levels() for item in level.items if item.alias == names[0])
    item = next(items, None)
    if item is None:
        return
    if names[1] not in item.columns:
        analyzer.recorder.record("column", None, tree.location)
        return
    analyzer.recorder.record_column(item, names[1], tree.location)
    kind = item.columns[names[1]]
    for name in names[2:]:
        base = base_type(analyzer.schema, kind)
        relation = analyzer.schema.find_row_relation(base) if base else None
        if relation is None or name not in relation.columns:
            return
        analyzer.recorder.record_field(relation, name, tree.location, word=name)
        kind = relation.columns[name].type
