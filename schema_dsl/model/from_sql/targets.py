"""Find the objects that COMMENT and GRANT name."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.argument import format_type, name_type
from schema_dsl.model.from_sql.nodes import read_qualified_name
from schema_dsl.parsing import Node


def find_routine(node: Node) -> Identity:
    """Return the identity of a routine with the types of its arguments, if the statement gives them."""
    schema, name = read_qualified_name(node.objname)
    if node.args_unspecified:
        return Identity("routine", schema, name)
    types = tuple(name_type(format_type(each.type_name), schema) for each in node.objargs)
    return Identity("routine", schema, name, types)
