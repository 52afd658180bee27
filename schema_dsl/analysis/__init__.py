"""Resolve the names in SQL and derive the effects of statements, from parse trees and a description of the schema.

The modules follow Postgres' parse analysis: name resolution (parse_relation.c), candidates for functions and operators
(parse_func.c, parse_oper.c), coercion (parse_coerce.c). `schema` has the protocols of a schema.
"""
