"""Check that the routine of a statement exists, is the only one, and is of the kind that the statement says."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.analyzer import TypedValue
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.expressions import analyze_expressions
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.history.privileges import resolve_argument_types
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_RULE = "unknown-function"
# The arguments that PL/pgSQL may be able to assign; a named one is read by its name.
_WRITABLE = frozenset({"column_ref", "a_indirection", "named_arg_expr", "param_ref"})
_WORDS = {"f": "function", "w": "function", "p": "procedure", "a": "aggregate"}
# The kinds of routines among which a statement looks for a name without arguments.
_SEARCHED = {"function": "fwa", "procedure": "p", "aggregate": "fwa", "routine": "fwap"}


def check_named_routine(
    analyzer: HistoryAnalyzer,
    kind: str,
    node: Node,
    *,
    missing_ok: bool = False,
    accepts_aggregates: bool,
) -> None:
    """Check the routine that an ObjectWithArgs names.

    Args:
        analyzer: The analysis of the statement.
        kind: The kind of routine that the statement says.
        node: The name and the arguments.
        missing_ok: Whether the routine may be absent.
        accepts_aggregates: Whether the statement accepts FUNCTION for an aggregate.
    """
    schema_name, name = qualified_name(node.objname)
    known = _find_certain(analyzer, schema_name, name)
    if known is None or not name:
        return
    builtin_count = 0 if schema_name else len(builtins.find_functions(name))
    absent = analyzer.history.is_absent_routine(schema_name, name) and not missing_ok
    if node.args_unspecified:
        found = [each for each in known if each.signature.kind in _SEARCHED[kind]]
        absent = absent and not builtin_count
        missing = f'could not find a {kind} named "{name}"'
    else:
        if not missing_ok:
            for argument in node.objargs:
                analyzer.resolve_type(argument.type_name)
        arguments = resolve_argument_types(analyzer.history, node)
        listed = [each.signature.arguments for each in known]
        if None in arguments or any(None in each for each in listed):
            return
        found = [each for each in known if arguments in _list_inputs(each)]
        absent = absent and not (builtin_count and _is_builtin(name, arguments))
        missing = (
            f"{kind} {name}({', '.join(format_type(argument) for argument in arguments)}) does not exist"
        )
    if len(found) > 1 or (found and builtin_count and node.args_unspecified):
        message = f'{kind} name "{name}" is not unique'
    elif found:
        is_accepted = accepts_aggregates and kind == "function" and found[0].signature.kind == "a"
        message = "" if is_accepted else _find_wrong_kind(kind, found[0])
    else:
        message = missing if absent else ""
    if message:
        remedy = f"Routines of that name: {', '.join(map(_describe, known))}." if known else ""
        analyzer.report(_RULE, message, remedy, -1, name)


def _is_builtin(name: str, arguments: Sequence[str | None]) -> bool:
    return any(tuple(arguments) == each.arguments for each in builtins.find_functions(name))


def _find_certain(analyzer: HistoryAnalyzer, schema_name: str, name: str) -> list[Routine] | None:
    """Return the routines of a name; None if others may exist beside them, or some may not."""
    known = list(analyzer.history.find_routines(schema_name, name))
    if "functions" in analyzer.history.unknown_kinds or analyzer.history.is_unread_name(name):
        return None
    return known if all(each.created_at is not None and not each.uncertain for each in known) else None


def _list_inputs(routine: Routine) -> list[tuple[str | None, ...]]:
    """Return the argument types by which a statement may name a routine; a procedure also by its OUT parameters."""
    signature = routine.signature
    with_outputs = (
        *signature.arguments,
        *(kind for name, kind in signature.columns if not _is_input(routine, name)),
    )
    return [signature.arguments, with_outputs] if signature.kind == "p" else [signature.arguments]


def _is_input(routine: Routine, name: str) -> bool:
    return name in routine.argument_names


def _find_wrong_kind(kind: str, routine: Routine) -> str:
    """Return why a statement about another kind of routine fails; "" if the kind is right."""
    actual = _WORDS[routine.signature.kind]
    if kind in {"routine", actual}:
        return ""
    if actual == "aggregate" and kind == "function":
        return f'"{routine.name}" is an aggregate function'
    article = "an" if kind == "aggregate" else "a"
    return f"{_describe(routine)} is not {article} {kind}"


def _describe(routine: Routine) -> str:
    return f"{routine.name}({', '.join(format_type(kind) for kind in routine.signature.arguments)})"


def check_call(analyzer: HistoryAnalyzer, node: Node, scope: Scope, *, in_body: bool = False) -> None:
    """Check the procedure of a CALL, and its arguments; `in_body` is whether PL/pgSQL runs it."""
    call = node.funccall
    values = analyze_expressions(analyzer, call.args, scope)
    schema_name, name = qualified_name(call.funcname)
    known = _find_certain(analyzer, schema_name, name)
    if known is None:
        return
    procedures = [each for each in known if each.signature.kind == "p"]
    message = remedy = ""
    if known and not procedures:
        message, remedy = f"{name} is not a procedure", f"Call the function in a query: SELECT {name}(...)."
    elif analyzer.history.is_absent_routine(schema_name, name) and not any(
        _accepts(each, len(call.args)) for each in procedures
    ):
        count = len(call.args)
        message = f"no procedure {name} with {count} argument{'s' * (count != 1)} exists"
        remedy = f"Procedures of that name: {', '.join(map(_describe, procedures))}." if procedures else ""
    elif len(procedures) == 1 and not procedures[0].signature.variadic:
        _check_arguments(analyzer, procedures[0], call, values, in_body=in_body)
    if message:
        analyzer.report(_RULE, message, remedy, call.location, name)


def _check_arguments(
    analyzer: HistoryAnalyzer, procedure: Routine, call: Node, values: Sequence[TypedValue], *, in_body: bool
) -> None:
    """Check the constants of a CALL, and that variables take the output parameters in PL/pgSQL."""
    if procedure.tree is None:
        return
    parameters = [each.function_parameter for each in procedure.tree.parameters]
    modes = [enumeration("FunctionParameterMode")[each.mode] for each in parameters]
    given = dict(enumerate(call.args))
    if "FUNC_PARAM_OUT" not in modes:
        for node, value, kind in zip(call.args, values, procedure.signature.arguments, strict=False):
            if not node.HasField("named_arg_expr"):
                analyzer.coerce_constant(value, kind, call.location)
    named = {
        each.named_arg_expr.name: each.named_arg_expr.arg
        for each in call.args
        if each.HasField("named_arg_expr")
    }
    for number, (parameter, mode) in enumerate(zip(parameters, modes, strict=True)):
        if not in_body or mode not in {"FUNC_PARAM_OUT", "FUNC_PARAM_INOUT"}:
            continue
        node = named.get(parameter.name) or given.get(number)
        if node is None or node.WhichOneof("node") not in _WRITABLE:
            message = (
                f'procedure parameter "{parameter.name}" is an output parameter '
                "but corresponding argument is not writable"
            )
            analyzer.report("function-definition", message, "Pass a variable.", call.location, "")
            return


def _accepts(routine: Routine, count: int) -> bool:
    """Return whether a procedure may accept a number of arguments."""
    signature = routine.signature
    outputs = [name for name, _ in signature.columns if not _is_input(routine, name)]
    return signature.variadic is not None or (
        len(signature.arguments) - signature.defaults + len(outputs)
        <= count
        <= len(signature.arguments) + len(signature.columns)
    )
