"""Check the meaning of SQL against the replayed schema, without a database.

The modules follow Postgres' parse analysis: name resolution (parse_relation.c), candidates for functions and
operators (parse_func.c, parse_oper.c), coercion (parse_coerce.c).
"""

from schema_dsl.lint.semantics import operators, special_syntax

__all__ = ["operators", "special_syntax"]
