"""Parse SQL text into statements, parse trees and names.

The parse trees are those of libpg_query, the parser of Postgres, which postgast wraps. The first call loads
postgast; importing this package does not.
"""

from schema_dsl.parsing.conjuncts import split_conjuncts, split_query
from schema_dsl.parsing.expressions import (
    QUERY_KINDS,
    deparse_expression,
    deparse_statement,
    fold_condition,
    format_expression,
    format_statement,
    list_columns,
    list_columns_in,
    list_functions,
    list_functions_in,
    list_relations,
    list_relations_in,
    list_types,
    list_types_in,
    parse_expression,
    parse_query,
    parse_shared_expression,
    parse_statement,
    parse_type_name,
)
from schema_dsl.parsing.grammar import Node, Problem, SqlSyntaxError, walk
from schema_dsl.parsing.lines import Lines
from schema_dsl.parsing.result_names import figure_column_name, figure_output_name
from schema_dsl.parsing.statements import Script, Statement, split

__all__ = [
    "QUERY_KINDS",
    "Lines",
    "Node",
    "Problem",
    "Script",
    "SqlSyntaxError",
    "Statement",
    "deparse_expression",
    "deparse_statement",
    "figure_column_name",
    "figure_output_name",
    "fold_condition",
    "format_expression",
    "format_statement",
    "list_columns",
    "list_columns_in",
    "list_functions",
    "list_functions_in",
    "list_relations",
    "list_relations_in",
    "list_types",
    "list_types_in",
    "parse_expression",
    "parse_query",
    "parse_shared_expression",
    "parse_statement",
    "parse_type_name",
    "split",
    "split_conjuncts",
    "split_query",
    "walk",
]
