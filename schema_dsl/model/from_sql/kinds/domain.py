"""Read CREATE DOMAIN."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Check
from schema_dsl.model.domain import Domain
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_collation, read_expression, read_qualified_name, read_type
from schema_dsl.parsing import Statement


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_qualified_name(tree.domainname)
    checks: list[Check] = []
    values: dict[str, Any] = {"base": read_type(tree.type_name)}
    if tree.HasField("coll_clause"):
        values["collation"] = read_collation(tree.coll_clause)
    for node in tree.constraints:
        constraint = node.constraint
        expression = read_expression(constraint, "raw_expr")
        match constraint_kind(constraint.contype):
            case "not_null":
                values["not_null"] = True
            case "default":
                values["default"] = expression
            case "check" if expression is not None:
                checks.append(Check(expression, name=constraint.conname, origin=declarations.origin))
            case _:
                pass
    values["check"] = checks
    declarations.declare(Identity("type", schema, name), Domain, name=name, schema=schema, **values)


READERS: Final = {"create_domain_stmt": _read}
