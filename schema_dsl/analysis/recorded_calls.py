"""Resolve calls and operators for a recorder of references.

Unlike the checks in `function_calls`, this assumes that Postgres accepts the SQL: a single possible candidate is the
right one, and nothing is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.analyzer import UNRESOLVED, Analyzer, TypedValue
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.call_candidates import choose_function, list_functions, list_operators
from schema_dsl.analysis.candidates import (
    ResolvedCall,
    candidates_for_count,
    candidates_for_names,
    hide_candidates,
    select_candidate,
    select_operator,
    select_probable,
)
from schema_dsl.analysis.coercion import POLYMORPHIC
from schema_dsl.analysis.reference import ReferenceRecorder
from schema_dsl.analysis.scope import build_from_item
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.parsing import Node


def record_call(
    analyzer: Analyzer, recorder: ReferenceRecorder, node: Node, values: Sequence[TypedValue]
) -> tuple[TypedValue, Signature | None]:
    """Record the routine of a FuncCall with analyzed arguments, and the coercions of the arguments."""
    schema_name, name = qualified_name(node.funcname)
    argument_types = tuple(value.type for value in values)
    candidates = list_functions(analyzer.schema, schema_name, name)
    chosen = ResolvedCall(fits=False)
    hidden: list[Signature] = []
    named = [
        argument.named_arg_expr.name
        for argument in node.args
        if argument.WhichOneof("node") == "named_arg_expr"
    ]
    if not named and not node.func_variadic:
        if candidates:
            chosen, hidden = choose_function(analyzer.schema, name, candidates, argument_types)
    else:
        fitting = _list_special_candidates(node, candidates, named, len(values))
        if not fitting and candidates:
            return _record_unknown_names(recorder, node, candidates), None
        visible, hidden = hide_candidates(fitting)
        if visible:
            chosen = select_candidate(analyzer.schema, visible, argument_types)
    if not chosen.fits:
        return _record_other_call(analyzer, recorder, node, argument_types), None
    chosen = select_probable(analyzer.schema, chosen, argument_types)
    if chosen.signature is None:
        _record_open(recorder, "routine", chosen, node.location)
        return TypedValue(chosen.returns), None
    recorder.record_definition(chosen.signature.definition, node.location)
    alike = [other for other in hidden if other.arguments == chosen.signature.arguments]
    if chosen.signature.definition is None and alike:
        # The built-in functions are the union over the versions: an older server may lack this one.
        recorder.record_candidates("routine", [other.definition for other in alike], node.location)
    for value, kind in zip(values, chosen.arguments, strict=False):
        recorder.record_coercion(value, kind, node.location)
    return TypedValue(chosen.returns), chosen.signature


def _list_special_candidates(
    node: Node, candidates: Sequence[Signature], named: Sequence[str], count: int
) -> list[Signature]:
    """Return the candidates that accept the named arguments or the VARIADIC array of a call."""
    if named:
        return candidates_for_names(candidates, count - len(named), named)
    return [
        candidate
        for candidate in candidates
        if node.func_variadic and candidate.variadic is not None and len(candidate.arguments) == count
    ]


def _record_unknown_names(
    recorder: ReferenceRecorder, node: Node, candidates: Sequence[Signature]
) -> TypedValue:
    """Record a call with named arguments that fits no candidate whose argument names are known."""
    own = [candidate.definition for candidate in candidates if candidate.definition is not None]
    if own:
        recorder.record_candidates("routine", own, node.location)
    results = {candidate.returns for candidate in candidates}
    returns = results.pop() if len(results) == 1 else None
    return TypedValue(None if returns in POLYMORPHIC else returns)


def _record_open(recorder: ReferenceRecorder, kind: str, chosen: ResolvedCall, location: int) -> None:
    """Record a call or an operator without a certain selection, unless all candidates are built-in."""
    definitions = [candidate.definition for candidate in chosen.possible if candidate.definition is not None]
    if definitions:
        recorder.record_candidates(kind, definitions, location)


def _record_other_call(
    analyzer: Analyzer, recorder: ReferenceRecorder, node: Node, argument_types: Sequence[str | None]
) -> TypedValue:
    """Record a call that is a cast to the type of its name, or the field of a row, or that names no known routine."""
    schema = analyzer.schema
    schema_name, name = qualified_name(node.funcname)
    if len(argument_types) == 1:
        row = schema.find_row_relation(argument_types[0]) if argument_types[0] else None
        if row is not None and not schema_name and name in row.columns:
            recorder.record_column(build_from_item(row), name, node.location)
            return TypedValue(row.columns[name].type)
        target = schema.find_type_name(schema_name, name)
        if target is not None:
            recorder.record_type(target, node.location)
            return TypedValue(target)
    own = list(schema.find_routines(schema_name, name))
    if own or None not in argument_types or not builtins.find_functions(name):
        recorder.record_candidates("routine", own, node.location)
    return UNRESOLVED


def record_row_function(
    analyzer: Analyzer, name: str, row_type: str | None, location: int, *, word: str = ""
) -> TypedValue | None:
    """Record `row.name` as a call of a function with the row as its argument; return None if no function fits."""
    fitting = candidates_for_count(list_functions(analyzer.schema, "", name), 1)
    if not fitting or row_type is None or analyzer.recorder is None:
        return None
    chosen = select_candidate(analyzer.schema, hide_candidates(fitting)[0], (row_type,))
    chosen = select_probable(analyzer.schema, chosen, (row_type,))
    if not chosen.fits:
        return None
    if chosen.signature is None:
        _record_open(analyzer.recorder, "routine", chosen, location)
    else:
        analyzer.recorder.record_definition(chosen.signature.definition, location, word=word)
    return TypedValue(chosen.returns)


def record_operator(
    analyzer: Analyzer,
    recorder: ReferenceRecorder,
    named: tuple[str, str],
    values: Sequence[TypedValue],
    location: int,
) -> TypedValue:
    """Record an operator on one or two operands, and the coercions of the operands.

    Args:
        analyzer: The analysis.
        recorder: The recorder of the analysis.
        named: The schema, or "", and the name of the operator.
        values: The operands.
        location: The location of the operator.
    """
    operand_types = tuple(value.type for value in values)
    candidates = list_operators(analyzer.schema, *named, len(operand_types))
    chosen = ResolvedCall(fits=False)
    if candidates:
        chosen = select_operator(analyzer.schema, candidates, operand_types)
        chosen = select_probable(analyzer.schema, chosen, operand_types)
    if chosen.signature is not None:
        recorder.record_definition(chosen.signature.definition, location, "operator")
        for value, kind in zip(values, chosen.arguments, strict=False):
            recorder.record_coercion(value, kind, location)
    elif chosen.fits:
        _record_open(recorder, "operator", chosen, location)
    else:
        recorder.record_candidates("operator", [candidate.definition for candidate in candidates], location)
    return TypedValue(chosen.returns)
