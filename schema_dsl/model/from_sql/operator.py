"""Read CREATE OPERATOR."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, read_type, refuse
from schema_dsl.model.operator import Operator, name_operand
from schema_dsl.parsing import Node, Statement
from schema_dsl.sql import Sql, identifier

_TYPES: Final = {"leftarg": "left", "rightarg": "right"}
_FUNCTIONS: Final = {
    "function": "function",
    "procedure": "function",
    "restrict": "restrict",
    "join": "join",
}
_OPERATORS: Final = ("commutator", "negator")
_FLAGS: Final = ("hashes", "merges")


def read_operator(statement: Statement, declarations: SqlDeclarations) -> None:
    """Read the declaration of an operator.

    Raises:
        DefinitionError: If the operator has an unknown option.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.defnames)
    values: dict[str, Any] = {"right": None}
    for option, node in options(tree.definition):
        if option in _TYPES:
            values[_TYPES[option]] = read_type(node.type_name).sql
        elif option in _FUNCTIONS:
            values[_FUNCTIONS[option]] = Sql(".".join(map(identifier, names(node.type_name.names))))
        elif option in _OPERATORS:
            values[option] = _read_name(node)
        elif option in _FLAGS:
            values[option] = option_text(node) == "true"
        else:
            raise refuse(f"operator {name} has the option {option}", "Remove the option.")
    operands = tuple(name_operand(values.get(side), schema) for side in ("left", "right"))
    declarations.declare(
        Identity("operator", schema, name, operands), Operator, name=name, schema=schema, **values
    )


def _read_name(node: Node) -> Sql:
    """Return the name of another operator as SQL."""
    if node.WhichOneof("node") == "string":
        return Sql(node.string.sval)
    *schema, name = names(node.list.items)
    return Sql(f"OPERATOR({'.'.join([*map(identifier, schema), name])})" if schema else name)
