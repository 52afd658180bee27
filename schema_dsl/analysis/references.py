"""List the objects to which an expression, a query or a routine refers, each resolved and with its place.

The result contains the objects that Postgres records in pg_depend: columns, relations, routines, operators, types,
collations, constraints, and the objects of regclass constants. It also contains the types of coerced constants, the
functions of casts, and the columns of `*`, although the text does not name them. Built-in objects are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import queries
from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.reference import ObjectReference
from schema_dsl.analysis.reference_places import ParsedText, collect_references
from schema_dsl.analysis.routine_references import iterate_routine_references
from schema_dsl.analysis.schema import QualifiedKey, SchemaInfo
from schema_dsl.analysis.scope import FromItem, Scope, build_from_item
from schema_dsl.parsing import QUERY_KINDS, Problem, parse_expression, split
from schema_dsl.parsing.grammar import parse

# The text before an expression in the statement that `parse_expression` parses.
_BEFORE = "ALTER TABLE t ADD CHECK (\n"


def references(
    sql: str,
    schema: SchemaInfo,
    *,
    relation: QualifiedKey | None = None,
    column: str = "",
    value_type: str | None = None,
    is_trigger_condition: bool = False,
    row_relations: Sequence[QualifiedKey] = (),
    search_path: Sequence[str] | None = None,
) -> tuple[ObjectReference, ...]:
    """List the objects to which a text of SQL refers.

    Args:
        sql: An expression, a query, or a CREATE FUNCTION, CREATE PROCEDURE or DO statement.
        schema: The objects that exist.
        relation: The relation whose columns an expression may use: of a check, a policy, an index, a generated
            column, a default or a trigger.
        column: The column of the relation that stores the value of the expression: of a default or a generated
            column.
        value_type: The type of VALUE in the check of a domain, as a full name.
        is_trigger_condition: Whether the expression is the WHEN condition of a trigger, which uses OLD and NEW.
        row_relations: The relations whose triggers call the routine, for the columns of OLD and NEW.
        search_path: The search path; None for the search path of the schema.

    Returns:
        The references in the order of the analysis, without duplicates. A reference without an identity marks a
        name that is unknown or ambiguous.

    Raises:
        SqlSyntaxError: If the text is none of these.
    """
    view = schema if search_path is None else schema.with_search_path(search_path)
    parsed = parse(sql)
    node = None if isinstance(parsed, Problem) or len(parsed.stmts) != 1 else parsed.stmts[0].stmt
    kind = "" if node is None else node.WhichOneof("node")
    if kind in QUERY_KINDS:
        text = ParsedText(sql)
        return tuple(collect_references(view, text, lambda a: queries.analyze_query(a, node, Scope())))
    if kind in {"create_function_stmt", "do_stmt"}:
        return tuple(iterate_routine_references(split(sql).statements[0], view, row_relations))
    tree = parse_expression(sql)
    text = ParsedText(f"{_BEFORE}{sql}\n)", -len(_BEFORE))
    scope = build_scope(view, relation, value_type, is_trigger_condition=is_trigger_condition)
    known = view.find_relation(*relation) if relation is not None and column else None
    target = known.columns[column].type if known is not None and column in known.columns else None

    def analyze(analyzer: Analyzer) -> None:
        analyzer.coerce_constant(analyze_expression(analyzer, tree, scope), target, -1)

    return tuple(collect_references(view, text, analyze))


def build_scope(
    schema: SchemaInfo,
    relation: QualifiedKey | None,
    value_type: str | None,
    *,
    is_trigger_condition: bool,
) -> Scope:
    """Build the scope of an expression that is part of a relation or a domain."""
    if relation is None:
        return Scope(variables={"value": value_type})
    known = schema.find_relation(*relation)
    item = (
        FromItem(relation[1], {}, complete=False, schema=relation[0])
        if known is None
        else build_from_item(known)
    )
    if not is_trigger_condition:
        return Scope([item])
    rows = [
        FromItem(
            name, item.columns, item.complete, relation=known, row_type=item.row_type, qualified_only=True
        )
        for name in ("old", "new")
    ]
    return Scope(rows)
