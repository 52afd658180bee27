"""Read CREATE FUNCTION and CREATE PROCEDURE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import format_type, name_type, read_parameters
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, refuse
from schema_dsl.model.function import Function
from schema_dsl.model.procedure import Procedure
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.lexer import tokens
from schema_dsl.sql import Sql, identifier

# The conversion of the value of an option to that of an attribute.
_ATTRIBUTES: Final[dict[str, tuple[str, Callable[[Node], Any]]]] = {
    "strict": ("strict", lambda node: option_text(node) == "true"),
    "security": ("security_definer", lambda node: option_text(node) == "true"),
    "leakproof": ("leakproof", lambda node: option_text(node) == "true"),
    "window": ("window", lambda node: option_text(node) == "true"),
    "volatility": ("volatility", option_text),
    "parallel": ("parallel", option_text),
    "language": ("language", option_text),
    "cost": ("cost", lambda node: float(option_text(node))),
    "rows": ("rows", lambda node: float(option_text(node))),
    "support": ("support", lambda node: Sql(".".join(map(identifier, names(node.list.items))))),
    "transform": ("transforms", lambda node: [format_type(item.type_name) for item in node.list.items]),
}


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    is_procedure = statement.tree.is_procedure
    values = read_routine(statement)
    types = tuple(
        name_type(argument.type, values["schema"]) for argument in values["arguments"] if argument.is_input
    )
    identity = Identity("routine", values["schema"], values["name"], types)
    declarations.declare(identity, Procedure if is_procedure else Function, **values)


def read_routine(statement: Statement) -> dict[str, Any]:
    """Return the arguments of the class of a routine.

    Raises:
        DefinitionError: If the statement has an option that the class does not have.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.funcname)
    values: dict[str, Any] = {"name": name, "schema": schema, "arguments": read_parameters(tree)}
    if not tree.is_procedure:
        values["returns"] = _read_result(tree, values["arguments"])
    values |= _read_options(tree, name)
    if tree.HasField("sql_body"):
        values["body"] = _find_standard_body(statement)
        values.setdefault("language", "sql")
    elif values.get("language", "").lower() not in {"c", "internal"} and values.get("body", "").strip():
        # Postgres stores the string behind AS as it is.
        values["body"] = Sql(values["body"])
    if "language" not in values:
        raise refuse(f"{name} names no language", "Add LANGUAGE sql, or another one.")
    return values


def _read_result(tree: Node, arguments: list[Any]) -> Sql:
    columns = [argument for argument in arguments if argument.mode == "table"]
    if columns:
        listed = ", ".join(f"{column.name} {column.type}" for column in columns)
        return Sql(f"TABLE({listed})")
    if not tree.HasField("return_type"):
        outputs = [argument.type for argument in arguments if argument.mode in {"out", "inout"}]
        return Sql(outputs[0] if len(outputs) == 1 else "record")
    return Sql(
        f"{'SETOF ' if tree.return_type.setof else ''}{format_type(tree.return_type)}".replace(
            "SETOF SETOF", "SETOF"
        )
    )


def _read_options(tree: Node, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    settings: dict[str, str] = {}
    for option, node in options(tree.options):
        if option == "as":
            *library, values["body"] = names(node.list.items)
            if library:
                values["library"] = library[0]
        elif option == "set":
            setting = node.variable_set_stmt
            settings[setting.name] = ", ".join(option_text(value) for value in setting.args)
        elif option in _ATTRIBUTES:
            attribute, read = _ATTRIBUTES[option]
            values[attribute] = read(node)
        else:
            raise refuse(f"{name} has the option {option.upper()}", "Remove it, or declare it in Python.")
    if settings:
        values["set"] = settings
    return values


def _find_standard_body(statement: Statement) -> str:
    """Return the text of a body in the syntax of the SQL standard, which is the last clause."""
    found = list(tokens(statement.text))
    depth = 0
    for token, after in zip(found, [*found[1:], found[-1]], strict=True):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        is_begin = token.word == "return" or (token.word == "begin" and after.word == "atomic")
        if token.kind == "word" and depth == 0 and is_begin:
            return statement.text[token.start :]
    raise DefinitionError("the body is neither RETURN nor BEGIN ATOMIC", instead="Write AS $$ ... $$.")


READERS: Final = {"create_function_stmt": _read}
