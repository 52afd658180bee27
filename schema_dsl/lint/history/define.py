"""Apply CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH (DefineStmt), CREATE CAST, and their DROP."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names, options, qualified_name, resolve_type_name
from schema_dsl.lint.history.schema import (
    HistoryCast,
    HistoryOperator,
    HistoryPosition,
    HistorySchema,
    Routine,
    UserType,
)
from schema_dsl.parsing import Node

_OTHERS = frozenset({"collation", "text_search_configuration", "text_search_dictionary"})
# The kinds of objects in DROP statements that `drop_defined` drops.
DEFINED_KINDS = _OTHERS | {"operator", "cast"}
_CONTEXTS = {"COERCION_IMPLICIT": "i", "COERCION_ASSIGNMENT": "a", "COERCION_EXPLICIT": "e"}


def define(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add an aggregate, operator, base type, collation or text search object."""
    kind = object_kind(tree.kind)
    schema_name, name = qualified_name(tree.defnames)
    home = schema.creation_schema(schema_name)
    if kind == "operator":
        schema.operators.add(name)
        _add_operator(schema, home, name, dict(options(tree.definition)))
    elif kind == "aggregate":
        aggregate = Routine(home, name, _aggregate_signature(schema, tree), created_at=position)
        overloads = schema.routines.setdefault((home, name), [])
        # CREATE OR REPLACE AGGREGATE.
        overloads[:] = [
            each for each in overloads if each.signature.arguments != aggregate.signature.arguments
        ]
        overloads.append(aggregate)
    elif kind == "type":
        schema.types[home, name] = UserType(
            Identity("base_type", home, name), complete=False, created_at=position
        )
        schema.dropped_types.discard((home, name))
    elif kind in _OTHERS:
        schema.others.add((kind, home, name))


def create_operator_class(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add an operator class."""
    schema_name, name = qualified_name(tree.opclassname)
    schema.others.add(("operator_class", schema.creation_schema(schema_name), name))


def _find_result(schema: HistorySchema, named: Node, argument_types: Sequence[str | None]) -> str | None:
    """Return the result type of a function that a definition names."""
    schema_name, name = qualified_name(named.type_name.names if named.HasField("type_name") else ())
    signatures = [routine.signature for routine in schema.find_routines(schema_name, name)]
    if schema_name in {"", "pg_catalog"}:
        signatures += builtins.find_functions(name)
    exact = [signature for signature in signatures if signature.arguments == tuple(argument_types)]
    results = {signature.returns for signature in exact or signatures}
    return results.pop() if len(results) == 1 else None


def _add_operator(schema: HistorySchema, home: str, name: str, settings: dict[str, Node]) -> None:
    function = settings.get("function") or settings.get("procedure")
    operands = tuple(
        resolve_type_name(schema, settings[side].type_name)
        for side in ("leftarg", "rightarg")
        if side in settings
    )
    if function is None or None in operands:
        return
    signature = Signature(operands, _find_result(schema, function, operands), volatility="i", inlined=True)
    overloads = schema.operator_definitions.setdefault((home, name), [])
    overloads.append(HistoryOperator(home, name, signature))


def _aggregate_signature(schema: HistorySchema, tree: Node) -> Signature:
    """Return the signature of an aggregate; its arguments are unchecked if a type is unknown."""
    settings = dict(options(tree.definition))
    variadic: str | None = None
    if tree.oldstyle:
        base = settings.get("basetype")
        arguments = [resolve_type_name(schema, base.type_name)] if base is not None else []
        arguments = [] if arguments == ["any"] else arguments
    else:
        parameters = [item.function_parameter for item in tree.args[0].list.items]
        arguments = [resolve_type_name(schema, parameter.arg_type) for parameter in parameters]
        if parameters and enumeration("FunctionParameterMode")[parameters[-1].mode] == "FUNC_PARAM_VARIADIC":
            variadic = "any" if arguments[-1] == "any" else (arguments[-1] or "").removesuffix("[]") or None
    state = settings.get("stype") or settings.get("stype1")
    state_type = resolve_type_name(schema, state.type_name) if state is not None else None
    final = settings.get("finalfunc")
    returns = state_type if final is None else _find_result(schema, final, (state_type,))
    if None in arguments:
        return Signature((), returns, "a", variadic="any")
    return Signature(tuple(arguments), returns, "a", "i", variadic=variadic, inlined=True)


def create_cast(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add a cast."""
    source, target = (resolve_type_name(schema, node) for node in (tree.sourcetype, tree.targettype))
    schema.casts.add((source, target))
    if source is None or target is None:
        return
    function: Routine | None = None
    if tree.HasField("func"):
        arguments = tuple(resolve_type_name(schema, argument.type_name) for argument in tree.func.objargs)
        overloads = list(schema.find_routines(*qualified_name(tree.func.objname)))
        exact = [routine for routine in overloads if routine.signature.arguments == arguments]
        function = next(iter(exact or overloads), None)
    context = _CONTEXTS.get(enumeration("CoercionContext")[tree.context], "e")
    schema.cast_definitions[source, target] = HistoryCast(context, function)


def drop_defined(schema: HistorySchema, kind: str, node: Node) -> None:
    """Drop an operator, a cast, a collation or a text search object."""
    if kind == "operator":
        operands = tuple(
            resolve_type_name(schema, argument.type_name)
            for argument in node.object_with_args.objargs
            if argument.WhichOneof("node") == "type_name"
        )
        named = qualified_name(node.object_with_args.objname)
        for operator in list(schema.find_operators(*named)):
            if operator.signature.arguments == operands:
                schema.operator_definitions[operator.schema, operator.name].remove(operator)
    elif kind == "cast":
        source, target = (resolve_type_name(schema, item.type_name) for item in node.list.items)
        schema.casts.discard((source, target))
        schema.cast_definitions.pop((source or "", target or ""), None)
    elif kind in _OTHERS:
        parts = names(node.list.items)
        found = schema.find_other(kind, parts[-2] if len(parts) > 1 else "", parts[-1])
        if found is not None:
            schema.others.discard((kind, *found))
