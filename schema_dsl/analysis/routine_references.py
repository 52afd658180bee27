"""List the objects to which a routine refers: in its signature, in the defaults of its arguments, in its body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.bodies import RoutineBody, read_body
from schema_dsl.analysis.coercion import concrete_type
from schema_dsl.analysis.effects import DEFINING_KINDS, effects
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.plpgsql_references import VARIABLES, PlpgsqlReferences, build_row_items
from schema_dsl.analysis.reference import ObjectReference
from schema_dsl.analysis.reference_places import ParsedText, collect_references
from schema_dsl.analysis.schema import QualifiedKey, SchemaInfo
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.statement_references import analyze_statement, build_variable_scope
from schema_dsl.analysis.trees import enumeration, names, option_text, options, qualified_name
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.bodies import find_body

_OUTPUT_MODES = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})
# Languages whose bodies contain no SQL.
_COMPILED = frozenset({"c", "internal"})


@attrs.define(eq=False)
class _BodyNames:
    """The names that the body of a routine can use for its arguments.

    Attributes:
        inputs: The types of $1, $2, ...
        variables: The types of the named arguments and of the result columns, and the name of the routine.
        is_trigger: Whether the routine is a trigger function.
    """

    inputs: list[str | None] = attrs.field(factory=list)
    variables: dict[str, str | None] = attrs.field(factory=dict)
    is_trigger: bool = False


def iterate_routine_references(
    statement: Statement, schema: SchemaInfo, row_relations: Sequence[QualifiedKey]
) -> Iterator[ObjectReference]:
    """Yield the references of a CREATE FUNCTION, CREATE PROCEDURE or DO statement.

    Args:
        statement: The statement.
        schema: The objects that exist.
        row_relations: The relations whose triggers call the routine, for the columns of OLD and NEW.
    """
    tree = statement.tree
    named = _BodyNames()
    if statement.kind == "create_function_stmt":
        text = ParsedText.of_statement(statement)
        yield from collect_references(schema, text, lambda analyzer: _analyze_header(analyzer, tree, named))
    body = read_body(statement)
    if body is None:
        return
    # Postgres resolves the names in BEGIN ATOMIC with the search path of the session.
    within = schema if body.is_atomic or statement.kind == "do_stmt" else _apply_path(schema, tree)
    if body.language == "sql":
        yield from _sql_references(body, within, named)
        return
    code = find_body(statement)
    if body.language in _COMPILED:
        return
    if body.language != "plpgsql" or code is None or not body.code.nodes:
        yield _open_reference(statement.start if code is None else code.start)
        return
    rows = build_row_items(within, row_relations, is_trigger=named.is_trigger)
    variables = {**VARIABLES, **named.variables}
    scope = build_variable_scope(within, variables, rows=rows)
    walk = PlpgsqlReferences(within, tuple(named.inputs), code.start, _list_created_names(body))
    yield from dict.fromkeys(walk.walk(body.code.nodes[0], scope))


def _open_reference(position: int) -> ObjectReference:
    """Return the reference that stands for a text which cannot be analyzed."""
    return ObjectReference(identity=None, kind="statement", position=position, written="", required=False)


def _apply_path(schema: SchemaInfo, tree: Node) -> SchemaInfo:
    """Return the schema with the search path that the routine sets."""
    for name, value in options(tree.options):
        setting = value.variable_set_stmt if name == "set" else None
        if setting is None or setting.name != "search_path":
            continue
        if enumeration("VariableSetKind")[setting.kind] == "VAR_SET_VALUE":
            path = (option_text(argument) for argument in setting.args)
            return schema.with_search_path([home for home in path if home and home != "$user"])
    return schema


def _analyze_header(analyzer: Analyzer, tree: Node, named: _BodyNames) -> None:
    """Analyze the types of the arguments and of the result, and the defaults of the arguments."""
    for wrapped in tree.parameters:
        parameter = wrapped.function_parameter
        mode = enumeration("FunctionParameterMode")[parameter.mode]
        kind = concrete_type(analyzer.find_type(parameter.arg_type))
        if mode not in _OUTPUT_MODES:
            named.inputs.append(kind)
        if parameter.name:
            named.variables[parameter.name] = kind
        if parameter.HasField("defexpr"):
            value = analyze_expression(analyzer, parameter.defexpr, Scope())
            analyzer.coerce_constant(value, kind, parameter.location)
    if tree.HasField("return_type"):
        named.is_trigger = names(tree.return_type.names)[-1] == "trigger"
        analyzer.find_type(tree.return_type)
    named.variables.setdefault(qualified_name(tree.funcname)[1], None)


def _sql_references(body: RoutineBody, schema: SchemaInfo, named: _BodyNames) -> Iterator[ObjectReference]:
    """Yield the references of a body of LANGUAGE sql."""
    created = _list_created_names(body)
    for part in body.parts:
        statement = part.statement

        def analyze(analyzer: Analyzer, statement: Statement = statement) -> None:
            analyzer.parameter_types = tuple(named.inputs)
            analyzer.runtime_relations = created
            analyze_statement(analyzer, statement, build_variable_scope(schema, named.variables))

        yield from collect_references(schema, ParsedText.of_statement(statement), analyze)


def _list_created_names(body: RoutineBody) -> frozenset[str]:
    """Return the names of the relations that a body creates."""
    return frozenset(
        effect.identity.name
        for statement in body.list_executed()
        if statement.kind in DEFINING_KINDS
        for effect in effects(statement)
        if effect.creates and kind_group(effect.identity.kind) == "relation"
    )
