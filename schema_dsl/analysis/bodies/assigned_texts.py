"""The expressions that a PL/pgSQL body assigns to its variables, so that `EXECUTE variable` can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from schema_dsl.analysis.trees import single_value
from schema_dsl.parsing import Node, Statement, figure_output_name
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

AssignedTexts: TypeAlias = Mapping[str, tuple[Node, ...]]
"""The expressions by variable; a field of a record is `record.field`.

The elements of a constant array over which FOREACH runs are those of `variable[]`.
"""

_READS = frozenset({SqlRole.STATEMENT, SqlRole.QUERY})


def find_assigned_texts(nodes: Iterable[PlpgsqlNode]) -> AssignedTexts:
    """Return the expressions that declarations, assignments, INTO and loops give to each variable."""
    found: dict[str, tuple[Node, ...]] = {}
    for node in nodes:
        for name, value in (*_iterate_assigned(node), *_iterate_elements(node)):
            found[name] = (*found.get(name, ()), value)
    return found


def _iterate_elements(node: PlpgsqlNode) -> Iterator[tuple[str, Node]]:
    """Yield the elements of ARRAY[...] in FOREACH, with the variable."""
    if node.keyword != "foreach" or len(node.names) != 1 or not node.sql:
        return
    select = node.sql[-1].statement
    value = single_value(select.tree) if select.kind == "select_stmt" else None
    while value is not None and value.WhichOneof("node") == "type_cast":
        value = value.type_cast.arg
    elements = () if value is None else value.a_array_expr.elements
    yield from ((f"{node.names[0]}[]", element) for element in elements)


def _iterate_assigned(node: PlpgsqlNode) -> Iterator[tuple[str, Node]]:
    statements = [(sql.role, sql.statement) for sql in node.sql]
    targets = [_read_name(statement) for role, statement in statements if role is SqlRole.TARGET]
    for role, statement in statements:
        if node.keyword == "declare" and node.names and role is SqlRole.EXPRESSION:
            yield from ((node.names[0], value) for _, value in _list_values(statement.tree))
        elif statement.kind == "plassign_stmt" and not statement.tree.indirection:
            yield from ((statement.tree.name, value) for _, value in _list_values(statement.tree.val))
        elif role in _READS and statement.kind == "select_stmt" and targets:
            for number, (name, value) in enumerate(_list_values(statement.tree)):
                yield targets[min(number, len(targets) - 1)], value
                yield f"{targets[0]}.{name}", value


def _list_values(select: Node) -> list[tuple[str, Node]]:
    values = [target.res_target for target in select.target_list]
    return [(value.name or figure_output_name(value.val), value.val) for value in values]


def _read_name(statement: Statement) -> str:
    """Return the name of a target of INTO or FOR, with the record of a field."""
    if statement.kind != "select_stmt" or len(statement.tree.target_list) != 1:
        return ""
    return variable_name(statement.tree.target_list[0].res_target.val)


def variable_name(node: Node) -> str:
    """Return the name of a variable or of a field of a record; "" for any other expression."""
    if node.WhichOneof("node") != "column_ref":
        return ""
    fields = node.column_ref.fields
    return ".".join(field.string.sval for field in fields if field.WhichOneof("node") == "string")
