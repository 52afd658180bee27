"""The arguments of functions and procedures."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import attrs

from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.trees import enumeration, qualified_name, resolve_type_name
from schema_dsl.errors import DefinitionError
from schema_dsl.parsing import SqlSyntaxError, deparse_expression, parse_statement, parse_type_name
from schema_dsl.sql import Sql

ArgumentMode: TypeAlias = Literal["in", "out", "inout", "variadic", "table"]

_MODES: Final[dict[str, ArgumentMode]] = {
    "FUNC_PARAM_DEFAULT": "in",
    "FUNC_PARAM_IN": "in",
    "FUNC_PARAM_OUT": "out",
    "FUNC_PARAM_INOUT": "inout",
    "FUNC_PARAM_VARIADIC": "variadic",
    "FUNC_PARAM_TABLE": "table",
}
_OUTPUT: Final = frozenset({"out", "table"})
_SCHEMA: Final = BuiltinSchema()
_DEFAULT_SCHEMA: Final = "public"


@attrs.frozen
class Argument:
    """An argument of a function or procedure.

    Attributes:
        type: The SQL spelling of the type.
        name: The name; "" without one.
        mode: "in", "out", "inout", "variadic" or "table", which is a result column.
        default: The default.
    """

    type: Sql
    name: str = ""
    mode: ArgumentMode = "in"
    default: Sql | None = None

    @property
    def is_input(self) -> bool:
        """Return whether a call passes a value, so that the type is part of the identity of the function."""
        return self.mode not in _OUTPUT


def parse_arguments(values: Any, what: str) -> tuple[Argument, ...]:
    """Parse arguments as CREATE FUNCTION takes them: `"uuid"`, `"amount numeric DEFAULT 0"`, `"VARIADIC names text[]"`.

    Args:
        values: One argument or several, as SQL or as Argument.
        what: The kind of routine, for the text of errors.

    Raises:
        DefinitionError: If an argument is not SQL of that form.
    """
    found: list[Argument] = []
    for value in (values,) if isinstance(values, str) else tuple(values):
        if isinstance(value, Argument):
            found.append(value)
        elif isinstance(value, str):
            found += _parse(value, what)
        else:
            raise DefinitionError(
                f"an argument of a {what} must be SQL, not {value!r}",
                instead='Write it as in CREATE FUNCTION: "amount numeric DEFAULT 0".',
            )
    return tuple(found)


def _parse(text: str, what: str) -> list[Argument]:
    try:
        tree = parse_statement(f"CREATE FUNCTION f({text}\n) LANGUAGE sql AS ''").create_function_stmt
    except SqlSyntaxError as error:
        raise DefinitionError(
            f"{text!r} is not an argument of a {what}: {error.what}",
            instead='Write it as in CREATE FUNCTION: "amount numeric DEFAULT 0".',
        ) from error
    return read_parameters(tree)


def read_parameters(statement: Any) -> list[Argument]:
    """Return the arguments of the parse tree of CREATE FUNCTION or CREATE PROCEDURE."""
    parameters = [node.function_parameter for node in statement.parameters]
    return [
        Argument(
            format_type(parameter.arg_type),
            parameter.name,
            _MODES[enumeration("FunctionParameterMode")[parameter.mode]],
            Sql(deparse_expression(parameter.defexpr)) if parameter.HasField("defexpr") else None,
        )
        for parameter in parameters
    ]


def format_type(node: Any) -> Sql:
    """Format the type of a parse tree as SQL, by way of a cast to it."""
    cast_to = parse_statement("SELECT CAST(NULL AS int)")
    value = cast_to.select_stmt.target_list[0].res_target.val
    value.type_cast.type_name.CopyFrom(node)
    return Sql(deparse_expression(value).removeprefix("NULL::"))


def name_type(spelling: str, schema: str = _DEFAULT_SCHEMA) -> str:
    """Return the full name of a type, as an identity has it: `int4`, `text[]`, `public.role`.

    Args:
        spelling: The SQL spelling of the type.
        schema: The schema of a type that is not built in, without a schema of its own.
    """
    try:
        node = parse_type_name(spelling)
    except SqlSyntaxError:
        # The check of the definitions reports the syntax error.
        return spelling
    return name_parsed_type(node, schema)


def name_parsed_type(node: Any, schema: str = _DEFAULT_SCHEMA) -> str:
    """Return the full name of a type, as `name_type` does.

    Args:
        node: The TypeName of the parse tree.
        schema: The schema of a type that is not built in, without a schema of its own.
    """
    known = resolve_type_name(_SCHEMA, node)
    if known is not None:
        return known
    home, name = qualified_name(node.names)
    return f"{home or schema}.{name}{'[]' if node.array_bounds else ''}"


def read_argument_types(node: Any) -> tuple[str, ...] | None:
    """Return the types of the arguments that a call passes to a routine; None if the statement does not show them.

    Args:
        node: The statement that creates a routine, or the routine in a statement that drops it.
    """
    match node.DESCRIPTOR.name:
        case "CreateFunctionStmt":
            parameters = list(node.parameters)
        case "DefineStmt" if node.args:
            parameters = list(node.args[0].list.items)
        case "Node" if (
            node.WhichOneof("node") == "object_with_args" and not node.object_with_args.args_unspecified
        ):
            return tuple(name_parsed_type(each.type_name) for each in node.object_with_args.objargs)
        case _:
            return None
    found = [each.function_parameter for each in parameters]
    return tuple(
        name_parsed_type(each.arg_type)
        for each in found
        if _MODES[enumeration("FunctionParameterMode")[each.mode]] not in _OUTPUT
    )
