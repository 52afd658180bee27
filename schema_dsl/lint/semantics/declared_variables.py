"""The variables that a body of PL/pgSQL declares, as columns with a type and modifiers, and what they refuse."""

from __future__ import annotations

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.literals import literal_error
from schema_dsl.analysis.trees import resolve_type_name, type_modifiers
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.schema import HistoryColumn, HistorySchema
from schema_dsl.lint.semantics.refused_values import find_refusal, read_constant
from schema_dsl.parsing import Node
from schema_dsl.parsing.copied_type import read_copied_type
from schema_dsl.parsing.expressions import find_type_name


def find_value_error(
    schema: HistorySchema, body: RoutineBody, variable: tuple[str, str | None], value: Node
) -> SemanticError | None:
    """Return the error of a constant that a variable does not accept.

    Args:
        schema: The state in which the body runs.
        body: The body.
        variable: The name and the type of the variable.
        value: The expression that the variable gets.
    """
    name, kind = variable
    constant = read_constant(value) if kind is not None else None
    if constant is None:
        return None
    if isinstance(constant, str) and value.WhichOneof("node") == "a_const" and value.a_const.HasField("sval"):
        message = literal_error(schema, constant, kind)
        if message is not None:
            return SemanticError("type-mismatch", message)
    column = _find_declared(schema, body, name) or HistoryColumn(Identity("column", "", name), kind)
    return describe_refusal(schema, column, value)


def describe_refusal(schema: HistorySchema, column: HistoryColumn, value: Node) -> SemanticError | None:
    """Return the error of a constant that the type or the domain of a variable or field does not accept."""
    constant = read_constant(value)
    why = "" if constant is None else find_refusal(schema, column, constant)
    shown = f"'{constant}'" if isinstance(constant, str) else str(constant).lower()
    message = f"the value of {column.name} is {shown}, but {why}"
    return SemanticError("refused-value", message, "Correct the value.") if why else None


@cached
def _list_types(body: RoutineBody) -> dict[str, list[str]]:
    """Return the types with which a body declares the variables of each name."""
    types: dict[str, list[str]] = {}
    for node in body.declarations:
        for name in node.names[:1]:
            types.setdefault(name, []).append(node.type)
    return types


def _find_declared(schema: HistorySchema, body: RoutineBody, name: str) -> HistoryColumn | None:
    """Return the only variable of a name as a column; None if its type is not written in the body."""
    types = _list_types(body).get(name, ())
    if len(types) != 1 or not types[0]:
        return None
    copied = read_copied_type(types[0])
    if copied is not None:
        relation = schema.find_relation(*("", *copied.names)[-3:-1]) if len(copied.names) > 1 else None
        column = relation.columns.get(copied.names[-1]) if relation is not None else None
        return None if column is None or column.uncertain or copied.is_array or copied.is_row else column
    tree = find_type_name(types[0])
    if tree is None or not tree.typmods:
        return None
    kind = resolve_type_name(schema, tree)
    return HistoryColumn(Identity("column", "", name), kind, type_modifiers(tree))
