"""What CREATE FUNCTION and PROCEDURE make."""

from __future__ import annotations

from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.default_privileges import granted_when_made
from schema_dsl.lint.history.schema import HistoryPosition, Routine, Schema
from schema_dsl.lint.history.trees import enumeration, option_text, options, qualified, type_named
from schema_dsl.parsing import Node

_OUT_MODES = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})
_POLYMORPHIC_ELEMENTS = {"anyarray": "anyelement", "anycompatiblearray": "anycompatible"}
_VOLATILITY = {"immutable": "i", "stable": "s", "volatile": "v"}


def routine(schema: Schema, tree: Node, moment: HistoryPosition | None) -> Routine:
    """Build what a CreateFunctionStmt makes."""
    where, name = qualified(tree.funcname)
    modes = enumeration("FunctionParameterMode")
    arguments: list[str | None] = []
    argument_names: list[str] = []
    columns: list[tuple[str, str | None]] = []
    variadic: str | None = None
    is_variadic = False
    defaults = 0
    for wrapped in tree.parameters:
        parameter = wrapped.function_parameter
        mode = modes[parameter.mode]
        kind = type_named(schema, parameter.arg_type)
        if mode not in _OUT_MODES:
            arguments.append(kind)
            argument_names.append(parameter.name)
            defaults += parameter.HasField("defexpr")
        if mode in _OUT_MODES or mode == "FUNC_PARAM_INOUT":
            columns.append((parameter.name or f"column{len(columns) + 1}", kind))
        if mode == "FUNC_PARAM_VARIADIC":
            is_variadic = True
            variadic = _POLYMORPHIC_ELEMENTS.get(kind, kind.removesuffix("[]")) if kind else None
    returns = type_named(schema, tree.return_type) if tree.HasField("return_type") else None
    many = tree.HasField("return_type") and tree.return_type.setof
    if columns and not tree.is_procedure:
        many = many or any(
            modes[each.function_parameter.mode] == "FUNC_PARAM_TABLE" for each in tree.parameters
        )
        returns = columns[0][1] if len(columns) == 1 else "record"
    if is_variadic and variadic is None:
        # What it takes any number of is not known: nothing is known of its arguments.
        arguments, defaults = [None] * len(arguments), 0
    made = Routine(
        schema.creation_schema(where),
        name,
        Signature(
            tuple(arguments),
            returns,
            "p" if tree.is_procedure else "f",
            "v",
            many,
            variadic or ("any" if is_variadic else None),
            defaults,
            tuple(columns),
        ),
        tuple(argument_names),
        tree=tree,
        made=moment,
    )
    apply_options(made, tree.options)
    return made


def apply_options(made: Routine, nodes: Node) -> None:
    """Set what the options of CREATE or ALTER FUNCTION say."""
    for name, value in options(nodes):
        if name == "language":
            made.language = option_text(value).lower()
        elif name == "volatility":
            made.signature = made.signature._replace(volatility=_VOLATILITY.get(option_text(value), "v"))
        elif name == "security":
            made.security_definer = option_text(value) == "true"
        elif name == "leakproof":
            made.leakproof = option_text(value) == "true"
        elif name == "strict":
            made.strict = option_text(value) == "true"
        elif name == "set":
            _set(made, value.variable_set_stmt)
        elif name == "as":
            made.body = value.list.items[0].string.sval if value.list.items else None
    made.signature = made.signature._replace(inlined=made.language == "sql")


def _set(made: Routine, setting: Node) -> None:
    kind = enumeration("VariableSetKind")[setting.kind]
    if kind == "VAR_RESET_ALL":
        made.settings.clear()
    elif kind in {"VAR_RESET", "VAR_SET_DEFAULT"}:
        made.settings.pop(setting.name, None)
    else:
        made.settings[setting.name] = ", ".join(option_text(each) for each in setting.args)


def create_function(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a function or procedure; one with the same arguments is replaced."""
    made = routine(schema, tree, moment)
    key = (made.schema, made.name)
    known = schema.routines.setdefault(key, [])
    if schema.default_privileges.held:
        made.grants = granted_when_made(schema, "OBJECT_FUNCTION", made.schema)
    for old in [each for each in known if each.signature.arguments == made.signature.arguments]:
        made.grants, made.owner = old.grants, old.owner
        known.remove(old)
    known.append(made)
    schema.dropped_routines.discard(key)
