"""Check CREATE FUNCTION and SQL bodies, which Postgres checks when it creates the function."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import (
    POLYMORPHIC,
    UNKNOWN,
    base_type,
    can_coerce_for_assignment,
    concrete_type,
    describe_type,
)
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.scope import ColumnTypes
from schema_dsl.analysis.statement_references import build_variable_scope
from schema_dsl.analysis.trees import enumeration, qualified_name, resolve_type_name
from schema_dsl.lint.history.create_routine import OUT_MODES, build_routine
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistorySchema, Routine
from schema_dsl.lint.history.session import set_search_path
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.compiled_bodies import check_compiled, check_declarations, check_returns
from schema_dsl.lint.semantics.setting_values import check_function
from schema_dsl.parsing import QUERY_KINDS, Node

_VARIADIC = frozenset({"any", "anyarray", "anycompatiblearray"})
_OFF = frozenset({"off", "false", "no", "0"})


# A function in these languages may return a type that does not exist yet, which Postgres then creates as a shell.
_WITH_SHELL_TYPES = frozenset({"c", "internal"})


def create_function(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the types of a routine, and the body of an SQL routine."""
    routine = build_routine(analyzer.history, step.statement, step.position)
    if routine.language not in _WITH_SHELL_TYPES:
        for wrapped in tree.parameters[:]:
            analyzer.resolve_type(wrapped.function_parameter.arg_type)
        if tree.HasField("return_type"):
            analyzer.resolve_type(tree.return_type)
    _check_parameters(analyzer, tree)
    _check_output_type(analyzer, tree)
    _check_polymorphic(analyzer, tree, routine)
    check_function(analyzer, tree)
    unchecked = analyzer.history.settings.get("check_function_bodies", "on").lower() in _OFF
    if routine.body is None or unchecked:
        # A dump sets check_function_bodies = off, because a body may name objects that the dump creates later.
        return
    if routine.language == "plpgsql":
        check_compiled(analyzer, step.statement)
        check_returns(analyzer, routine.body, routine.signature)
        with routine_search_path(analyzer.history, routine):
            check_declarations(
                analyzer, step.statement, routine.body, {routine.name, *routine.argument_names}
            )
    if routine.language != "sql":
        return
    schema = analyzer.history
    key = (routine.schema, routine.name)
    overloads = schema.routines.get(key)
    if not tree.HasField("sql_body"):
        # Postgres creates the function before it checks the body, so that the body can call the function.
        schema.routines[key] = [*(overloads or ()), routine]
    try:
        with routine_search_path(schema, routine):
            check_sql_body(analyzer, routine, routine.body)
    finally:
        if overloads is None:
            schema.routines.pop(key, None)
        else:
            schema.routines[key] = overloads


def _check_parameters(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Report a name that two inputs or two outputs have, and an input without a default after one with a default."""
    inputs: set[str] = set()
    outputs: set[str] = set()
    has_default = False
    for wrapped in tree.parameters:
        parameter = wrapped.function_parameter
        mode = enumeration("FunctionParameterMode")[parameter.mode]
        is_input, is_output = mode not in OUT_MODES, mode in OUT_MODES or mode == "FUNC_PARAM_INOUT"
        for names, applies in ((inputs, is_input), (outputs, is_output)):
            if applies and parameter.name and parameter.name in names:
                message = f'parameter name "{parameter.name}" used more than once'
                analyzer.report("duplicate-name", message, "", parameter.arg_type.location, parameter.name)
                return
            names.update([parameter.name] if applies else ())
        if is_input and has_default and not parameter.HasField("defexpr"):
            message = "input parameters after one with a default value must also have defaults"
            remedy = "Put the parameters with defaults last."
            analyzer.report(
                "function-definition", message, remedy, parameter.arg_type.location, parameter.name
            )
            return
        has_default = has_default or (is_input and parameter.HasField("defexpr"))


def _check_output_type(analyzer: HistoryAnalyzer, tree: Node) -> None:
    """Check that RETURNS says the type of the only output parameter, or record."""
    modes = [enumeration("FunctionParameterMode")[each.function_parameter.mode] for each in tree.parameters]
    outputs = [
        each.function_parameter
        for each, mode in zip(tree.parameters, modes, strict=True)
        if mode in {"FUNC_PARAM_OUT", "FUNC_PARAM_INOUT"}
    ]
    if not outputs or not tree.HasField("return_type") or "FUNC_PARAM_TABLE" in modes:
        return
    result = resolve_type_name(analyzer.history, tree.return_type)
    expected = "record" if len(outputs) > 1 else resolve_type_name(analyzer.history, outputs[0].arg_type)
    if None not in {result, expected} and result != expected and not {result, expected} & POLYMORPHIC:
        message = f"function result type must be {format_type(expected)} because of OUT parameters"
        analyzer.report("function-definition", message, "Leave RETURNS out.", tree.return_type.location)


def _check_polymorphic(analyzer: HistoryAnalyzer, tree: Node, routine: Routine) -> None:
    """Report VARIADIC of a type that is no array, and a polymorphic result without a polymorphic input."""
    for wrapped in tree.parameters:
        parameter = wrapped.function_parameter
        kind = analyzer.history.find_type_name(*qualified_name(parameter.arg_type.names))
        is_variadic = enumeration("FunctionParameterMode")[parameter.mode] == "FUNC_PARAM_VARIADIC"
        if is_variadic and kind is not None and not parameter.arg_type.array_bounds and kind not in _VARIADIC:
            described = describe_type(analyzer.history, base_type(analyzer.history, kind))
            if described is not None and described.category != "A":
                message = "VARIADIC parameter must be an array"
                analyzer.report("function-definition", message, f"Write VARIADIC {format_type(kind)}[].", -1)
    result, inputs = routine.signature.returns, set(routine.signature.arguments)
    if result in POLYMORPHIC and None not in inputs and not inputs & POLYMORPHIC:
        message = f"cannot determine result data type: a result of type {result} requires a polymorphic input"
        analyzer.report("function-definition", message, "", tree.return_type.location)


def _check_result(analyzer: HistoryAnalyzer, routine: Routine, columns: ColumnTypes | None) -> None:
    """Check that the last statement of an SQL function returns the columns of its result (check_sql_fn_retval)."""
    result = routine.signature
    row = analyzer.history.find_row_relation(result.returns) if result.returns else None
    if (
        columns is None
        or result.kind != "f"
        or (result.returns in {None, "void", "record"} and not result.columns)
    ):
        return
    # A function with one output parameter returns its type.
    if len(result.columns) > 1 or (result.columns and row is None):
        expected = [kind for _, kind in result.columns]
    elif row is None:
        expected = [result.returns]
    elif len(columns) == 1 and columns[0][1] in {None, result.returns}:
        return
    elif row.complete and not row.uncertain and "columns" not in row.unknown_kinds:
        expected = [column.type for column in row.columns.values()]
    else:
        return
    what = format_type(result.returns) if len(expected) == 1 or row is not None else "record"
    message = f"return type mismatch in function declared to return {what}"
    if len(columns) == 1 and columns[0][1] in {None, "record"}:
        # The column may be the row of the result.
        return
    if len(columns) != len(expected):
        detail = f"the last statement returns {len(columns)} columns instead of {len(expected)}"
        analyzer.report("wrong-column-count", f"{message}: {detail}")
        return
    for number, ((name, kind), wanted) in enumerate(zip(columns, expected, strict=True), 1):
        is_known = concrete_type(wanted) is not None and kind not in {None, UNKNOWN}
        if is_known and can_coerce_for_assignment(analyzer.history, kind, wanted) is False:
            detail = f"column {number} ({name}) is {format_type(kind)} instead of {format_type(wanted)}"
            remedy = f"Cast the column: (...)::{format_type(wanted)}."
            analyzer.report("type-mismatch", f"{message}: {detail}", remedy)
            return


@contextlib.contextmanager
def routine_search_path(schema: HistorySchema, routine: Routine) -> Iterator[None]:
    """Use the search path that a routine sets, while the context is active."""
    path, open_path = schema.search_path, schema.open_path
    if "search_path" in routine.settings:
        set_search_path(schema, [part.strip() for part in routine.settings["search_path"].split(",")])
    try:
        yield
    finally:
        schema.search_path, schema.open_path = path, open_path


def check_sql_body(analyzer: HistoryAnalyzer, routine: Routine, body: RoutineBody) -> None:
    """Add the errors in a body to those of the analyzer, with offsets in the file."""
    parameter_types = tuple(concrete_type(argument) for argument in routine.signature.arguments)
    variables: dict[str, str | None] = dict(zip(routine.argument_names, parameter_types, strict=True))
    variables |= {name: concrete_type(kind) for name, kind in routine.signature.columns}
    variables[routine.name] = None
    for part in body.parts:
        statement = part.statement
        within = HistoryAnalyzer(
            analyzer.history, parameter_types=parameter_types, declared=analyzer.declared
        )
        scope = build_variable_scope(analyzer.history, variables)
        if statement.kind == "return_stmt":
            analyze_expression(within, statement.tree.returnval, scope)
        elif statement.kind in QUERY_KINDS:
            columns = queries.analyze_query(within, statement.node, scope)
            if part is body.parts[-1] and not within.errors:
                _check_result(within, routine, columns)
        else:
            # The statements after a utility statement may depend on its effects.
            return
        for error in within.errors:
            offset = statement.start if error.location < 0 else statement.offset(error.location)
            analyzer.errors.append(attrs.evolve(error, location=-2 - offset))
