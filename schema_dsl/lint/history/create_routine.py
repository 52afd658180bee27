"""Apply CREATE FUNCTION and CREATE PROCEDURE."""

from __future__ import annotations

from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.trees import enumeration, option_text, options, qualified_name, resolve_type_name
from schema_dsl.lint.history.default_privileges import find_default_grants
from schema_dsl.lint.history.schema import HistoryPosition, HistorySchema, Routine
from schema_dsl.parsing import Node, Statement

OUT_MODES = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})
_POLYMORPHIC_ELEMENTS = {"anyarray": "anyelement", "anycompatiblearray": "anycompatible"}
_VOLATILITY = {"immutable": "i", "stable": "s", "volatile": "v"}


def build_routine(schema: HistorySchema, statement: Statement, position: HistoryPosition | None) -> Routine:
    """Build the routine of a CREATE FUNCTION or CREATE PROCEDURE, without changing the schema.

    The result is cached: a second call for the same statement returns the same routine.
    """
    cache_key = (position, statement)
    if position is not None and schema.last_built is not None and schema.last_built[0] == cache_key:
        cached: Routine = schema.last_built[1]
        return cached
    routine = _build_routine(schema, statement, position)
    schema.last_built = (cache_key, routine)
    return routine


def _build_routine(schema: HistorySchema, statement: Statement, position: HistoryPosition | None) -> Routine:
    tree = statement.tree
    schema_name, name = qualified_name(tree.funcname)
    modes = enumeration("FunctionParameterMode")
    arguments: list[str | None] = []
    argument_names: list[str] = []
    columns: list[tuple[str, str | None]] = []
    variadic: str | None = None
    is_variadic = False
    defaults = 0
    for wrapped in tree.parameters[:]:
        parameter = wrapped.function_parameter
        mode = modes[parameter.mode]
        kind = resolve_type_name(schema, parameter.arg_type)
        if mode not in OUT_MODES:
            arguments.append(kind)
            argument_names.append(parameter.name)
            defaults += parameter.HasField("defexpr")
        if mode in OUT_MODES or mode == "FUNC_PARAM_INOUT":
            columns.append((parameter.name or f"column{len(columns) + 1}", kind))
        if mode == "FUNC_PARAM_VARIADIC":
            is_variadic = True
            variadic = _POLYMORPHIC_ELEMENTS.get(kind, kind.removesuffix("[]")) if kind else None
    returns = resolve_type_name(schema, tree.return_type) if tree.HasField("return_type") else None
    many = tree.HasField("return_type") and tree.return_type.setof
    if columns and not tree.is_procedure:
        many = many or any(
            modes[element.function_parameter.mode] == "FUNC_PARAM_TABLE" for element in tree.parameters[:]
        )
        returns = columns[0][1] if len(columns) == 1 else "record"
    if is_variadic and variadic is None:
        # The element type of the VARIADIC array is unknown, so no argument can be checked.
        arguments, defaults = [None] * len(arguments), 0
    routine = Routine(
        schema.creation_schema(schema_name),
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
        statement=statement,
        created_at=position,
    )
    apply_routine_options(routine, tree.options)
    return routine


def apply_routine_options(routine: Routine, nodes: Node) -> None:
    """Apply the options of CREATE or ALTER FUNCTION to a routine."""
    volatility = routine.signature.volatility
    for name, value in options(nodes):
        if name == "language":
            routine.language = option_text(value).lower()
        elif name == "volatility":
            volatility = _VOLATILITY.get(option_text(value), "v")
        elif name == "security":
            routine.security_definer = option_text(value) == "true"
        elif name == "leakproof":
            routine.leakproof = option_text(value) == "true"
        elif name == "strict":
            routine.strict = option_text(value) == "true"
        elif name == "set":
            _apply_setting(routine, value.variable_set_stmt)
    routine.signature = routine.signature._replace(volatility=volatility, inlined=routine.language == "sql")


def _apply_setting(routine: Routine, setting: Node) -> None:
    kind = enumeration("VariableSetKind")[setting.kind]
    if kind == "VAR_RESET_ALL":
        routine.settings.clear()
    elif kind in {"VAR_RESET", "VAR_SET_DEFAULT"}:
        routine.settings.pop(setting.name, None)
    else:
        routine.settings[setting.name] = ", ".join(option_text(argument) for argument in setting.args[:])


def create_function(schema: HistorySchema, statement: Statement, position: HistoryPosition) -> None:
    """Add a function or procedure, or replace the overload with the same argument types."""
    routine = build_routine(schema, statement, position)
    schema.last_built = None
    key = (routine.schema, routine.name)
    overloads = schema.routines.setdefault(key, [])
    routine.owner = schema.creating_role
    if schema.default_privileges.granted:
        routine.grants = find_default_grants(schema, "routine", routine.schema)
    for old in [other for other in overloads if other.signature.arguments == routine.signature.arguments]:
        routine.grants, routine.owner = old.grants, old.owner
        schema.dependencies.replace(old, routine)
        overloads.remove(old)
    schema.note_roles((*routine.grants, routine.owner), routine)
    schema.dependencies.note(routine, schema.search_path)
    overloads.append(routine)
    schema.dropped_routines.discard(key)
