"""Check CREATE TABLE: columns, defaults, constraints, index expressions."""

from __future__ import annotations

from schema_dsl.analysis.analyzer import ExpressionContext, TypedValue
from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import UNKNOWN, can_coerce_for_assignment
from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.expressions import analyze_condition, analyze_expression, expression_location
from schema_dsl.analysis.scope import SYSTEM_COLUMNS, FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import names
from schema_dsl.lint.history.create_table import build_relation
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryColumn,
    HistoryRelation,
    RelationKey,
)
from schema_dsl.lint.semantics import (
    access_methods,
    collations,
    column_attributes,
    fitting_indexes,
    foreign_keys,
    inheritance,
    new_types,
    persistence,
    refused_values,
    storage_parameters,
    virtual_columns,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Node

CHECK_CONTEXT = ExpressionContext("check constraints", "check constraint")
DEFAULT_CONTEXT = ExpressionContext("DEFAULT expressions", "DEFAULT expression", allows_columns=False)
GENERATED_CONTEXT = ExpressionContext(
    "column generation expressions",
    "column generation expression",
    immutable_error="generation expression is not immutable",
)
INDEX_CONTEXT = ExpressionContext(
    "index expressions",
    "index expression",
    immutable_error="functions in index expression must be marked IMMUTABLE",
)
PREDICATE_CONTEXT = ExpressionContext(
    "index predicates",
    "index predicate",
    immutable_error="functions in index predicate must be marked IMMUTABLE",
)


def check_name_is_free(analyzer: HistoryAnalyzer, key: RelationKey) -> None:
    """Report the name of a new relation that a relation or an index of the history has."""
    existing, index = analyzer.history.relations.get(key), analyzer.history.indexes.get(key)
    is_taken = existing is not None and existing.created_at is not None and existing.certainly_exists
    if not is_taken and index is not None and index.created_at is not None:
        is_taken = analyzer.history.certainly_has(index)
    if is_taken:
        remedy = "Drop the existing relation first, or choose another name."
        analyzer.report("duplicate-name", f'relation "{key[1]}" already exists', remedy, -1, key[1])


def check_new_name(analyzer: HistoryAnalyzer, step: HistoryStep, node: Node) -> None:
    """Check that the name of the relation that a statement creates is free; `node` is its RangeVar."""
    history = analyzer.history
    is_temporary = node.relpersistence == "t" or node.schemaname == "pg_temp"
    home = TEMPORARY_SCHEMA if is_temporary else history.creation_schema(node.schemaname)
    if step.guard is Guard.NONE:
        check_name_is_free(analyzer, (home, node.relname))


def create_table(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check a CREATE TABLE, and that its name is free."""
    relation = build_relation(analyzer.history, tree, step.position)
    if step.guard is Guard.NONE and not tree.if_not_exists:
        check_name_is_free(analyzer, relation.key)
    persistence.check_new_table(analyzer, tree)
    new_types.check_name(analyzer, step, *relation.key, is_relation=True)
    inheritance.check_new_table(analyzer, tree)
    storage_parameters.check_table(analyzer, tree)
    _check_column_names(analyzer, tree)
    for element in tree.table_elts[:]:
        kind = element.WhichOneof("node")
        if kind == "column_def":
            check_column(analyzer, relation, element.column_def)
        elif kind == "constraint":
            check_constraint(analyzer, relation, element.constraint)
        elif kind == "table_like_clause":
            analyzer.resolve_relation(element.table_like_clause.relation)
    _check_partition_key(analyzer, relation, tree.partspec)


def _check_partition_key(analyzer: HistoryAnalyzer, relation: HistoryRelation, spec: Node) -> None:
    """Check the columns and expressions of PARTITION BY."""
    method = "hash" if relation.partition_strategy == "h" else "btree"
    for param in spec.part_params[:]:
        element = param.partition_elem
        _check_index_key(
            analyzer, relation, element, element.location, method=method, usage="named in partition key"
        )
        virtual_columns.check_partition_key(analyzer, relation, element)
    # An expression may name the row type of the new table.
    analyzer.errors[:] = [
        each for each in analyzer.errors if (each.rule, each.word) != ("unknown-type", relation.name)
    ]


def _check_column_names(analyzer: HistoryAnalyzer, tree: Node) -> None:
    seen: set[str] = set()
    constraints = []
    of_columns = []
    for element in tree.table_elts[:]:
        kind = element.WhichOneof("node")
        if kind == "constraint":
            constraints.append(element.constraint)
        elif kind == "table_like_clause":
            like = element.table_like_clause.relation
            source = analyzer.history.find_relation(like.schemaname, like.relname)
            columns = source.columns.values() if source is not None and source.fully_known else ()
            seen.update(each.name for each in columns if not each.uncertain)
        if kind != "column_def":
            continue
        definition = element.column_def
        of_columns += definition.constraints[:]
        name = definition.colname
        if name in seen:
            message = f'column "{name}" specified more than once'
            analyzer.report(
                "duplicate-name", message, "Rename one of the columns.", definition.location, name
            )
        seen.add(name)
    found = [*constraints, *[each.constraint for each in of_columns]]
    if [constraint_kind(each.contype) for each in found].count("primary_key") > 1:
        message = f'multiple primary keys for table "{tree.relation.relname}" are not allowed'
        remedy = "Write one PRIMARY KEY (...) of all its columns."
        analyzer.report("duplicate-name", message, remedy, found[-1].location, "primary")


def check_column(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check the type, default and constraints of a column that the relation already contains."""
    name = node.colname
    column = relation.columns.get(name)
    # The replay resolved the type of a column that it built from this definition.
    is_resolved = column is not None and column.definition is node and column.type is not None
    if node.HasField("type_name") and not is_resolved:
        analyzer.resolve_type(node.type_name)
    if name in SYSTEM_COLUMNS:
        message = f'column name "{name}" conflicts with a system column name'
        analyzer.report("duplicate-name", message, "Choose another name.", node.location, name)
    for wrapped in node.constraints[:]:
        constraint = wrapped.constraint
        kind = constraint_kind(constraint.contype)
        if kind == "default":
            check_default(analyzer, constraint.raw_expr, column, relation)
        elif kind == "expression":
            check_generated(analyzer, constraint.raw_expr, column, build_from_item(relation))
        else:
            check_constraint(analyzer, relation, constraint, name)
        if kind in column_attributes.NEW_ATTRIBUTES:
            column_attributes.check_new_attribute(analyzer, relation, node, constraint)
    if column is not None:
        column_attributes.check_new_column(analyzer, column, node)


def check_default(
    analyzer: HistoryAnalyzer, expression: Node, column: HistoryColumn | None, relation: HistoryRelation
) -> None:
    """Check that a default references no columns and can be assigned to its column."""
    analyzer.context = DEFAULT_CONTEXT
    value = analyze_expression(analyzer, expression, analyzer.build_scope(relation))
    analyzer.context = None
    if column is not None:
        _check_storable(analyzer, value, column, expression, "default expression")
        refused_values.check_default(analyzer, relation, column, expression)


def _check_storable(
    analyzer: HistoryAnalyzer, value: TypedValue, column: HistoryColumn, expression: Node, what: str
) -> None:
    if value.type == UNKNOWN:
        analyzer.coerce_constant(value, column.type, expression_location(expression))
    elif can_coerce_for_assignment(analyzer.history, value.type, column.type) is False:
        analyzer.report(
            "type-mismatch",
            f'column "{column.name}" is of type {format_type(column.type)} '
            f"but {what} is of type {format_type(value.type)}",
            f"Write an expression of type {format_type(column.type)}.",
            expression_location(expression),
        )


def check_generated(
    analyzer: HistoryAnalyzer, expression: Node, column: HistoryColumn | None, item: FromItem
) -> None:
    """Check the expression of a generated column."""
    analyzer.context = GENERATED_CONTEXT
    value = analyze_expression(analyzer, expression, Scope([item]))
    analyzer.context = None
    if column is not None:
        _check_storable(analyzer, value, column, expression, "generation expression")


def check_check_expression(analyzer: HistoryAnalyzer, expression: Node, scope: Scope) -> None:
    """Check the expression of a check constraint."""
    analyzer.context = CHECK_CONTEXT
    analyze_condition(analyzer, expression, scope, "CHECK")
    analyzer.context = None


def check_constraint(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node, on: str = "") -> None:
    """Check a constraint of a table; `on` is the column of a column constraint."""
    kind = constraint_kind(node.contype)
    if kind == "check":
        check_check_expression(analyzer, node.raw_expr, analyzer.build_scope(relation))
    virtual_columns.check_constraint(analyzer, relation, kind, node, on)
    if kind in {"primary_key", "unique"}:
        for name in (*names(node.keys), *names(node.including)):
            check_column_exists(analyzer, relation, name, node.location, "named in key")
        if not node.indexname:
            fitting_indexes.check_key(analyzer, relation, node, on)
        storage_parameters.check_parameters(analyzer, "btree index", node.options)
    elif kind == "foreign_key":
        foreign_keys.check_foreign_key(analyzer, relation, node, names(node.fk_attrs) or ([on] if on else []))
        virtual_columns.check_foreign_key_actions(analyzer, relation, node, names(node.fk_attrs) or [on])
    elif kind == "exclusion":
        check_exclusion(analyzer, relation, node)
        storage_parameters.check_parameters(analyzer, f"{node.access_method} index", node.options)


def check_exclusion(analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node) -> None:
    """Check the elements and the predicate of an exclusion constraint."""
    for exclusion in node.exclusions:
        element = exclusion.list.items[0].index_elem
        _check_index_key(analyzer, relation, element, node.location, method=node.access_method)
    access_methods.check_exclusion(analyzer, relation, node)
    _check_predicate(analyzer, relation, node.where_clause)


def check_index(analyzer: HistoryAnalyzer, relation: HistoryRelation, tree: Node) -> None:
    """Check the columns, expressions and predicate of an index."""
    for key in tree.index_params[:]:
        _check_index_key(analyzer, relation, key.index_elem, -1, method=tree.access_method)
    for key in tree.index_including_params[:]:
        check_column_exists(analyzer, relation, key.index_elem.name, -1)
    _check_predicate(analyzer, relation, tree.where_clause)
    virtual_columns.check_index(analyzer, relation, tree)


def _check_index_key(
    analyzer: HistoryAnalyzer,
    relation: HistoryRelation,
    element: Node,
    location: int,
    *,
    method: str,
    usage: str = "",
) -> None:
    kind: str | None = None
    if element.name:
        check_column_exists(analyzer, relation, element.name, location, usage)
        column = relation.columns.get(element.name)
        kind = None if column is None or column.uncertain else column.type
    elif element.HasField("expr"):
        analyzer.context = INDEX_CONTEXT
        kind = analyze_expression(analyzer, element.expr, analyzer.build_scope(relation)).type
        analyzer.context = None
    if element.collation:
        collations.check_names(analyzer, element.collation, kind, location)
    access_methods.check_key_type(analyzer, method, kind, element, location=location, word=element.name)


def _check_predicate(analyzer: HistoryAnalyzer, relation: HistoryRelation, expression: Node) -> None:
    analyzer.context = PREDICATE_CONTEXT
    analyze_condition(analyzer, expression, analyzer.build_scope(relation), "WHERE")
    analyzer.context = None
