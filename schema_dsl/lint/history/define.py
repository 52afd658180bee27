"""Apply CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH (DefineStmt), CREATE CAST, and their DROP."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import Signature, format_type
from schema_dsl.analysis.effects import derive_effects
from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.identity import DATABASE_KINDS, Identity
from schema_dsl.analysis.object_identities import type_identity
from schema_dsl.analysis.trees import enumeration, options, qualified_name, resolve_type_name
from schema_dsl.lint.history.dependencies import find_object
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import (
    HistoryCast,
    HistoryOperator,
    HistoryPosition,
    HistorySchema,
    NamedObject,
    Routine,
    UserType,
)
from schema_dsl.parsing import Node

_OTHERS = frozenset({"collation", "text_search_configuration", "text_search_dictionary"})
# The kinds of objects in DROP statements that `drop_defined` drops.
DEFINED_KINDS = _OTHERS | {"operator", "cast", "event_trigger", "publication"}
OTHER_KINDS = DEFINED_KINDS | {"operator_class", "access_method"}
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
        _depend_on_parts(schema, aggregate, dict(options(tree.definition)))
    elif kind == "type":
        schema.types[home, name] = UserType(
            Identity("base_type", home, name), complete=False, created_at=position
        )
        schema.dropped_types.discard((home, name))
    elif kind in _OTHERS:
        add_other(schema, Identity(kind, home, name), position)


def create_operator_class(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Add an operator class."""
    schema_name, name = qualified_name(tree.opclassname)
    add_other(schema, Identity("operator_class", schema.creation_schema(schema_name), name), None)


def add_other(schema: HistorySchema, identity: Identity, position: HistoryPosition | None) -> NamedObject:
    """Add a collation, text search object, operator class, access method, event trigger or publication."""
    added = NamedObject(identity, created_at=position)
    schema.others[identity.kind, identity.schema, identity.name] = added
    return added


def _find_function(
    schema: HistorySchema, named: Node, argument_types: Sequence[str | None]
) -> Routine | None:
    """Return the function of the history that a definition names; None for a built-in one."""
    parts = named.type_name.names if named.HasField("type_name") else ()
    routines = schema.find_routines(*qualified_name(parts))
    return next((each for each in routines if each.signature.arguments == tuple(argument_types)), None)


def create_access_method(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add an access method."""
    add_other(schema, Identity("access_method", "", tree.amname), position)


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
    operator = HistoryOperator(home, name, signature)
    overloads.append(operator)
    schema.dependencies.depend(Dependent("operator", operator), _find_function(schema, function, operands))


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


def _depend_on_parts(schema: HistorySchema, aggregate: Routine, settings: dict[str, Node]) -> None:
    """Let an aggregate depend on its transition function and its final function."""
    state = settings.get("stype")
    state_type = resolve_type_name(schema, state.type_name) if state is not None else None
    arguments = {"sfunc": (state_type, *aggregate.signature.arguments), "finalfunc": (state_type,)}
    for name, types in arguments.items():
        if name in settings:
            function = _find_function(schema, settings[name], types)
            schema.dependencies.depend(Dependent("routine", aggregate), function)


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
    cast = HistoryCast(
        context, function, Identity("cast", "", f"{format_type(source)} AS {format_type(target)}")
    )
    schema.cast_definitions[source, target] = cast
    types = (type_identity(schema, kind) for kind in (source, target))
    for each in (function, *(None if kind is None else find_object(schema, kind) for kind in types)):
        schema.dependencies.depend(Dependent("cast", cast), each)


def doubt_defined(schema: HistorySchema, kind: str, tree: Node) -> None:
    """Record that an object may have existed before the statement that creates it."""
    for effect in derive_effects(kind, tree):
        doubt_other(schema, effect.identity.kind, effect.identity.schema, effect.identity.name)


def doubt_other(schema: HistorySchema, kind: str, schema_name: str, name: str) -> None:
    """Record that a collation, text search object, event trigger or publication may have changed."""
    home = "" if kind in DATABASE_KINDS else schema.creation_schema(schema_name)
    found = schema.others.get((kind, home, name))
    if found is not None:
        found.created_at = None
        found.tables.clear()


def find_defined(
    schema: HistorySchema, kind: str, node: Node
) -> HistoryOperator | HistoryCast | NamedObject | None:
    """Return the operator, cast, collation, text search object, event trigger or publication that a DROP names."""
    if kind == "operator":
        operands = tuple(
            resolve_type_name(schema, argument.type_name)
            for argument in node.object_with_args.objargs
            if argument.WhichOneof("node") == "type_name"
        )
        operators = schema.find_operators(*qualified_name(node.object_with_args.objname))
        return next((each for each in operators if each.signature.arguments == operands), None)
    if kind == "cast":
        return schema.cast_definitions.get(_read_cast(schema, node))
    if node.WhichOneof("node") == "string":
        return schema.others.get((kind, "", node.string.sval))
    found = schema.find_other(kind, *qualified_name(node.list.items))
    return None if found is None else schema.others[kind, *found]


def _read_cast(schema: HistorySchema, node: Node) -> tuple[str, str]:
    source, target = (resolve_type_name(schema, item.type_name) for item in node.list.items)
    return source or "", target or ""


def drop_defined(schema: HistorySchema, kind: str, node: Node, *, certain: bool) -> None:
    """Drop an object of one of the `DEFINED_KINDS`; unless the statement runs for `certain`, it may still exist."""
    found = find_defined(schema, kind, node)
    if certain and kind == "cast":
        source, target = _read_cast(schema, node)
        schema.casts.discard((source or None, target or None))
    if found is not None and certain:
        remove_defined(schema, found)
    elif isinstance(found, NamedObject):
        found.created_at = None


def remove_defined(schema: HistorySchema, found: HistoryOperator | HistoryCast | NamedObject) -> None:
    """Remove an object of one of the `DEFINED_KINDS`."""
    if isinstance(found, HistoryOperator):
        schema.operator_definitions[found.schema, found.name].remove(found)
    elif isinstance(found, HistoryCast):
        for key in [key for key, cast in schema.cast_definitions.items() if cast is found]:
            del schema.cast_definitions[key]
            schema.casts.discard(key)
    else:
        schema.others.pop((found.kind, found.schema, found.name), None)
