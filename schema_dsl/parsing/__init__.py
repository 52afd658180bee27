"""SQL text to statements, trees and names: what lint, probes and the model know about a piece of SQL.

Trees are libpg_query's, that is the real grammar of Postgres, by way of postgast. They are loaded with the
first call, never with the import of this package.
"""

from schema_dsl.parsing.expressions import (
    columns_in,
    columns_of,
    constant,
    expression,
    functions_in,
    functions_of,
    query,
    relations_in,
    relations_of,
    statement,
    types_in,
    types_of,
    written,
)
from schema_dsl.parsing.grammar import Node, Problem, SqlSyntaxError, walk
from schema_dsl.parsing.lines import Lines
from schema_dsl.parsing.result_names import figure_column_name, output_name
from schema_dsl.parsing.statements import Script, Statement, split

__all__ = [
    "Lines",
    "Node",
    "Problem",
    "Script",
    "SqlSyntaxError",
    "Statement",
    "columns_in",
    "columns_of",
    "constant",
    "expression",
    "figure_column_name",
    "functions_in",
    "functions_of",
    "output_name",
    "query",
    "relations_in",
    "relations_of",
    "split",
    "statement",
    "types_in",
    "types_of",
    "walk",
    "written",
]
