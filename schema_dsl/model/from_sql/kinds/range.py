"""Read CREATE TYPE ... AS RANGE."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, options
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, read_type, refuse
from schema_dsl.model.range_type import RangeType
from schema_dsl.parsing import Node, Statement
from schema_dsl.sql import Sql, identifier

_NAMES: Final = {
    "subtype_opclass": "operator_class",
    "collation": "collation",
    "subtype_diff": "subtype_diff",
}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_qualified_name(tree.type_name)
    values: dict[str, Any] = {}
    for option, node in options(tree.params):
        if node.WhichOneof("node") != "type_name":
            raise refuse(
                f"the option {option} of range type {name} is no name",
                f"Write a name: {option.upper()} = ...",
            )
        if option == "subtype":
            values["subtype"] = read_type(node.type_name)
        elif option in _NAMES:
            values[_NAMES[option]] = Sql(".".join(map(identifier, names(node.type_name.names))))
        elif option == "multirange_type_name":
            values["multirange"] = _read_multirange(node, name, schema)
        else:
            raise refuse(f"range type {name} has the option {option}", "Remove the option.")
    if "subtype" not in values:
        raise refuse(f"range type {name} has no subtype", "Write SUBTYPE = ...")
    declarations.declare(Identity("type", schema, name), RangeType, name=name, schema=schema, **values)


def _read_multirange(node: Node, name: str, schema: str) -> str:
    """Return the name of the multirange type.

    Raises:
        DefinitionError: If it is in another schema than the range.
    """
    own_schema, multirange = read_qualified_name(node.type_name.names)
    if own_schema != schema:
        raise refuse(
            f"the multirange type of range type {name} is in the schema {own_schema}",
            f"Write the name with the schema of the range: {identifier(schema)}.{identifier(multirange)}.",
        )
    return multirange


READERS: Final = {"create_range_stmt": _read}
