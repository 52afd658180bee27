"""Read CREATE AGGREGATE."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.model.aggregate import Aggregate
from schema_dsl.model.argument import Argument, name_type, read_parameters
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, read_type, refuse
from schema_dsl.parsing import Node, Statement
from schema_dsl.sql import Sql, identifier

_FUNCTIONS: Final = {
    "sfunc": "state_function",
    "finalfunc": "final_function",
    "combinefunc": "combine_function",
    "serialfunc": "serial_function",
    "deserialfunc": "deserial_function",
    "msfunc": "moving_state_function",
    "minvfunc": "moving_inverse_function",
    "mfinalfunc": "moving_final_function",
}


def read_aggregate(statement: Statement, declarations: SqlDeclarations) -> None:
    """Read the declaration of an aggregate.

    Raises:
        DefinitionError: If the aggregate is in the style of Postgres before 8.2, or has an unknown option.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.defnames)
    if tree.oldstyle:
        raise refuse(f"aggregate {name} has BASETYPE", f"Write CREATE AGGREGATE {name}(type) (...).")
    arguments, order_by = _read_arguments(tree.args)
    values = dict(_read_option(name, option, node) for option, node in options(tree.definition))
    is_variadic = bool(arguments) and arguments[-1].mode == "variadic"
    listed = [*arguments, *([] if is_variadic else order_by)]
    types = tuple(name_type(argument.type, schema) for argument in listed)
    declarations.declare(
        Identity("routine", schema, name, types),
        Aggregate,
        name=name,
        schema=schema,
        arguments=arguments,
        order_by=order_by,
        **values,
    )


def _read_arguments(nodes: Iterable[Node]) -> tuple[list[Argument], list[Argument]]:
    """Return the arguments before and after ORDER BY: the grammar gives a list, and the number of the first ones."""
    parameters, number = list(nodes)
    listed = read_parameters(_AggregateParameters(parameters.list.items))
    direct = number.integer.ival
    if direct < 0:
        return listed, []
    order_by = listed[direct:]
    if not order_by and listed and listed[-1].mode == "variadic":
        order_by = listed[-1:]
    return listed[:direct], order_by


class _AggregateParameters:
    """The arguments in parentheses and the options of a CREATE AGGREGATE."""

    def __init__(self, parameters: Iterable[Node]) -> None:
        self.parameters = parameters


def _read_function(node: Node) -> Sql:
    return Sql(".".join(map(identifier, names(node.type_name.names))))


def _read_operator(node: Node) -> Sql:
    *schema, operator = names(node.list.items if node.HasField("list") else node.type_name.names)
    return Sql(f"OPERATOR({identifier(schema[0])}.{operator})" if schema else operator)


def _read_flag(node: Node) -> bool:
    return node.WhichOneof("node") is None or option_text(node) == "true"


# The conversion of the value of an option to that of an attribute.
_OPTIONS: Final[dict[str, tuple[str, Callable[[Node], Any]]]] = {
    **{option: (attribute, _read_function) for option, attribute in _FUNCTIONS.items()},
    "stype": ("state_type", lambda node: read_type(node.type_name).sql),
    "mstype": ("moving_state_type", lambda node: read_type(node.type_name).sql),
    "sspace": ("state_space", lambda node: int(option_text(node))),
    "msspace": ("moving_state_space", lambda node: int(option_text(node))),
    "initcond": ("initial", option_text),
    "minitcond": ("moving_initial", option_text),
    "finalfunc_extra": ("final_extra", _read_flag),
    "mfinalfunc_extra": ("moving_final_extra", _read_flag),
    "finalfunc_modify": ("final_modify", lambda node: option_text(node).lower()),
    "mfinalfunc_modify": ("moving_final_modify", lambda node: option_text(node).lower()),
    "hypothetical": ("hypothetical", _read_flag),
    "parallel": ("parallel", lambda node: option_text(node).lower()),
    "sortop": ("sort_operator", _read_operator),
}


def _read_option(name: str, option: str, node: Node) -> tuple[str, Any]:
    if option not in _OPTIONS:
        raise refuse(f"aggregate {name} has the option {option.upper()}", "Remove the option.")
    attribute, read = _OPTIONS[option]
    return attribute, read(node)
