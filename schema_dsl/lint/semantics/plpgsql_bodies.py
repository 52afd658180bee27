"""Check the SQL of PL/pgSQL routines, and the columns of NEW and OLD, against the final state.

Postgres analyzes a PL/pgSQL statement when it first runs, so CREATE FUNCTION does not report a missing table or
column. Dynamic SQL, statements whose handler tolerates missing objects, and bodies that read the catalog are not
checked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.bodies import PLACEHOLDER_NAME, BodyPart, RoutineBody
from schema_dsl.analysis.builtins import format_type, split_words
from schema_dsl.analysis.coercion import base_type, concrete_type, describe_type
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.errors import SemanticError, find_nearest
from schema_dsl.analysis.identity import RELATION_KINDS
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.statement_references import build_variable_scope
from schema_dsl.analysis.trees import resolve_type_name
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryRelation,
    HistorySchema,
    RelationKey,
    Routine,
)
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_routine import routine_search_path
from schema_dsl.lint.semantics.executed_bodies import RULE as REFUSED_PART
from schema_dsl.lint.semantics.executed_bodies import find_refused_parts
from schema_dsl.lint.semantics.plpgsql_statements import find_statement_errors
from schema_dsl.lint.semantics.record_variables import find_record_rows
from schema_dsl.lint.semantics.refused_commits import find_refused_commits
from schema_dsl.lint.semantics.routine_names import check_call
from schema_dsl.lint.semantics.written_columns import check_insert
from schema_dsl.parsing import QUERY_KINDS, Statement, walk
from schema_dsl.parsing.copied_type import read_copied_type
from schema_dsl.parsing.expressions import find_type_name
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.lexer import tokens
from schema_dsl.parsing.plpgsql_tree import SqlRole

_CATALOGS = frozenset({"pg_catalog", "information_schema"})
_ROWS = frozenset({"new", "old"})
# With these variables, a trigger function may treat each table differently.
_TABLE_VARIABLES = split_words("tg_table_name tg_relname tg_table_schema tg_argv tg_relid")
# Says how Postgres resolves a name that is a variable and a column.
_CONFLICT_SETTING = "plpgsql.variable_conflict"
_DDL_VERBS = frozenset({"create", "replace", "alter", "rename", "move", "drop"})
# The variables that PL/pgSQL defines in every body.
VARIABLES = frozenset({"found", "sqlstate", "sqlerrm"})
_TRIGGER_VARIABLES = split_words(
    "tg_name tg_when tg_level tg_op tg_relid tg_relname tg_table_name tg_table_schema tg_nargs tg_argv tg_event "
    "tg_tag"
)
# A message lists the names in scope in this order.
_ALWAYS_VARIABLES = (*sorted(VARIABLES), *sorted(_ROWS), *sorted(_TRIGGER_VARIABLES))


@attrs.frozen
class RuntimeRelations:
    """The relations that routine bodies create or change at run time, about which nothing is reported.

    Attributes:
        names: The names of the relations.
        others: Whether bodies may create relations with other names, built at run time.
        changed: Whether bodies may change the columns of any relation.
    """

    names: frozenset[str]
    others: bool = False
    changed: bool = False


def find_runtime_relations(schema: HistorySchema) -> RuntimeRelations:
    """Return the relations that bodies create at run time, and the transition tables of triggers."""
    # Each session can have its own temporary tables.
    relation_names = {
        name for schema_name, name in (*schema.relations, *schema.dropped) if schema_name == TEMPORARY_SCHEMA
    }
    changed = False
    bodies = (routine.body for routine in schema.all_routines)
    executed = (statement for body in bodies if body is not None for statement in body.list_executed())
    # Only SELECT INTO is a query that creates a relation.
    statements = (
        statement
        for statement in executed
        if statement.kind not in QUERY_KINDS
        or (statement.kind == "select_stmt" and statement.tree.HasField("into_clause"))
    )
    for effect in (effect for statement in statements for effect in effects(statement)):
        kind = effect.identity.kind
        if effect.verb in _DDL_VERBS and (
            kind == "column" or (kind in RELATION_KINDS and effect.command is None)
        ):
            name = effect.identity.root.name
            relation_names.add(name)
            changed = changed or (kind == "column" and PLACEHOLDER_NAME in name)
    others = any(PLACEHOLDER_NAME in name for name in relation_names)
    for relation in schema.relations.values():
        for trigger in relation.triggers.values():
            for transition in trigger.tree.transition_rels if trigger.tree is not None else ():
                relation_names.add(transition.trigger_transition.name)
    return RuntimeRelations(frozenset(relation_names), others, changed)


def relations_by_trigger_function(schema: HistorySchema) -> dict[RelationKey, list[HistoryRelation]]:
    """Return the relations with triggers, by the name with which the triggers call their function."""
    by_function: dict[RelationKey, list[HistoryRelation]] = {}
    for relation in schema.relations.values():
        for function in {trigger.function for trigger in relation.triggers.values()}:
            by_function.setdefault(function, []).append(relation)
    return by_function


def check_row_columns(
    routine: Routine, by_function: Mapping[RelationKey, list[HistoryRelation]]
) -> Iterator[tuple[Statement, SemanticError, HistoryRelation]]:
    """Yield the references to NEW.column and OLD.column that a table of the trigger function does not have.

    The table is the third part of a result.
    """
    called = [by_function.get((schema_name, routine.name), ()) for schema_name in ("", routine.schema)]
    relations = list(dict.fromkeys(itertools.chain(*called)))
    if routine.body is None or not relations or not all(_has_known_columns(table) for table in relations):
        return
    by_table = any(
        strings(node.fields)[0] in _TABLE_VARIABLES for node in routine.body.find_nodes("ColumnRef")
    )
    for part in routine.body.parts:
        for row, column, location in _find_row_columns(part.statement):
            without = [relation for relation in relations if column not in relation.columns]
            if not without or (by_table and len(without) < len(relations)):
                continue
            near = find_nearest(column, without[0].columns)
            message = (
                f'record "{row}" has no field "{column}": a trigger of {without[0]} calls {routine.name}()'
            )
            remedy = f"Did you mean {near}?" if near else ""
            yield part.statement, SemanticError("unknown-column", message, remedy, location), without[0]


def _find_row_columns(statement: Statement) -> Iterator[tuple[str, str, int]]:
    """Yield the fields of NEW and OLD in a statement, each with the location of the field."""
    for node in walk(statement.tree) if statement.kind else ():
        names: tuple[str, ...] = ()
        if node.DESCRIPTOR.name == "ColumnRef":
            names = strings(node.fields)
        elif node.DESCRIPTOR.name == "PLAssignStmt":
            fields = [*itertools.takewhile(lambda field: field.HasField("string"), node.indirection)]
            names = (node.name, *strings(fields))
        if len(names) > 1 and names[0] in _ROWS and names[1] != "*":
            start = statement.offset(node.location)
            _, _, field = itertools.islice(tokens(statement.text, start - statement.start), 3)
            yield names[0], names[1], -2 - statement.start - field.start


def _has_known_columns(relation: HistoryRelation) -> bool:
    return relation.complete and not relation.uncertain and "triggers" not in relation.unknown_kinds


def check_routine(
    schema: HistorySchema, routine: Routine, by_bodies: RuntimeRelations, *, declared: bool
) -> list[tuple[Statement, SemanticError]]:
    """Return the errors in a body, each with the statement of the body that contains it."""
    body = routine.body
    if body is None or by_bodies.changed:
        return []
    with routine_search_path(schema, routine):
        found = list(_check_parts(schema, routine, body, by_bodies.names, declared=declared))
    # Few bodies have errors, and the search for the catalog takes time.
    if not found or may_choose_columns(body) or _CONFLICT_SETTING in {*routine.settings, *schema.settings}:
        return []
    if _may_test_existence(body):
        return [each for each in found if each[1].rule in {"ambiguous-column", REFUSED_PART}]
    return [each for each in found if not (by_bodies.others and each[1].rule == "unknown-relation")]


def _check_parts(
    schema: HistorySchema,
    routine: Routine,
    body: RoutineBody,
    runtime_relations: frozenset[str],
    *,
    declared: bool,
) -> Iterator[tuple[Statement, SemanticError]]:
    types = _variable_types(schema, routine, body)
    rows = build_variable_scope(schema, types).items
    rows = [row for row in rows if str(row.relation) not in runtime_relations]
    parameters = tuple(concrete_type(argument) for argument in routine.signature.arguments)
    variables = dict.fromkeys(sorted(body.variables)) | types
    rows += find_record_rows(
        schema, body, variables, parameters=parameters, runtime_relations=runtime_relations
    )
    result_columns = [name for name, _ in routine.signature.columns]
    yield from ((part.statement, error) for part, error in find_refused_parts(schema, body, types))
    if routine.statement is not None:
        found = find_statement_errors(schema, routine.statement, body, types, routine.signature)
        refused = find_refused_commits(routine)
        yield from ((routine.statement, attrs.evolve(error, certain=True)) for error in (*found, *refused))
    always_visible = frozenset({*routine.argument_names, *result_columns, "found"} - {""})
    for part in body.parts:
        if part.tolerates_missing or part.role is SqlRole.TARGET:
            continue
        # The string of an EXECUTE has neither the variables nor the parameters of the routine.
        executed = list_executed(part)
        for statement in (part.statement, *executed):
            is_dynamic = statement is not part.statement
            scope = Scope([] if is_dynamic else list(rows), variables={} if is_dynamic else variables)
            analyzer = HistoryAnalyzer(
                schema,
                parameter_types=None if is_dynamic else parameters,
                declared=declared,
                runtime_relations=runtime_relations,
                conflicting_variables=frozenset() if is_dynamic else always_visible | part.visible,
            )
            if statement.kind == "plassign_stmt":
                queries.analyze_select(analyzer, statement.tree.val, scope)
            elif statement.kind == "call_stmt":
                check_call(analyzer, statement.tree, scope, in_body=not is_dynamic)
            elif statement.kind == "create_table_as_stmt":
                queries.analyze_query(analyzer, statement.tree.query, scope)
            elif statement.kind in QUERY_KINDS:
                _check_query(analyzer, routine, part, statement, scope)
            # Statements that EXECUTE runs may create the types that others use.
            yield from (
                (statement, locate_executed(part, error) if is_dynamic else error)
                for error in analyzer.errors
                if not (is_dynamic and error.rule == "unknown-type")
            )


def _check_query(
    analyzer: HistoryAnalyzer, routine: Routine, part: BodyPart, statement: Statement, scope: Scope
) -> None:
    """Check a query, a statement that changes rows, or one of those in the text of an EXECUTE."""
    columns = queries.analyze_query(analyzer, statement.node, scope)
    if statement is part.statement and not analyzer.errors:
        _check_insert(analyzer, statement)
    check_foreach(analyzer, part, columns)
    if part.role is SqlRole.QUERY and part.keyword == "return query":
        _check_return_query(analyzer, routine, queries.resolve_unknown_types(columns))


def _check_insert(analyzer: HistoryAnalyzer, statement: Statement) -> None:
    """Check the columns that an INSERT gives values, unless its table may be one that a body creates."""
    if statement.kind == "insert_stmt" and statement.tree.relation.relname not in analyzer.runtime_relations:
        check_insert(analyzer, statement.tree)


def check_foreach(analyzer: HistoryAnalyzer, part: BodyPart, columns: ColumnTypes | None) -> None:
    """Check that FOREACH runs over an array."""
    if part.keyword != "foreach" or part.role is not SqlRole.EXPRESSION or not columns or analyzer.errors:
        return
    ((_, kind),) = queries.resolve_unknown_types(columns) or [("", None)]
    found = describe_type(analyzer.schema, base_type(analyzer.schema, kind))
    if found is not None and found.category != "A" and concrete_type(kind) is not None:
        message = f"FOREACH expression must yield an array, not type {format_type(kind)}"
        analyzer.report("type-mismatch", message, "Use FOR ... IN SELECT, or convert the value to an array.")


def list_executed(part: BodyPart) -> Sequence[Statement]:
    """Return the statements that an EXECUTE runs, if all of their text is known."""
    dynamic = part.dynamic_sql
    return dynamic.statements if dynamic is not None and dynamic.is_complete else ()


def locate_executed(part: BodyPart, error: SemanticError) -> SemanticError:
    """Return an error in a statement that EXECUTE runs: with a text of several parts, at the EXECUTE."""
    is_constant = part.dynamic_sql is not None and part.dynamic_sql.is_constant
    return error if is_constant else attrs.evolve(error, location=-2 - part.statement.start)


def _may_test_existence(body: RoutineBody) -> bool:
    """Return whether a body reads the catalog, and so may test which objects exist."""
    return any(schema in _CATALOGS or name.startswith("pg_") for schema, name in body.relations) or any(
        name.startswith(("to_reg", "pg_")) for _, name in body.functions
    )


def may_choose_columns(body: RoutineBody) -> bool:
    """Return whether a body sets how Postgres resolves a name that is a variable and a column."""
    return any(name == "variable_conflict" for name, _ in body.code.options)


def _check_return_query(analyzer: HistoryAnalyzer, routine: Routine, columns: ColumnTypes | None) -> None:
    """Check that RETURN QUERY returns exactly the columns of the result; PL/pgSQL does not cast them."""
    result = routine.signature
    row = analyzer.history.find_row_relation(result.returns) if result.returns else None
    # A function with one output parameter returns its type.
    if len(result.columns) > 1 or (result.columns and row is None):
        expected = [kind for _, kind in result.columns]
    elif row is not None:
        expected = [column.type for column in row.columns.values()]
        if (
            not row.complete
            or row.uncertain
            or "columns" in row.unknown_kinds
            or row.name in analyzer.runtime_relations
        ):
            return
    else:
        expected = [result.returns]
    if columns is None or analyzer.errors or (result.returns in {None, "record"} and not result.columns):
        return
    if len(columns) != len(expected):
        message = "structure of query does not match function result type"
        detail = f"number of returned columns ({len(columns)}) does not match expected column count ({len(expected)})"
        analyzer.report("wrong-column-count", f"{message}: {detail}")
        return
    for number, ((_, kind), result_type) in enumerate(zip(columns, expected, strict=True), 1):
        if None not in {kind, result_type} and kind != result_type and concrete_type(result_type) is not None:
            message = (
                "structure of query does not match function result type: returned type "
                f"{format_type(kind)} does not match expected type {format_type(result_type)} in column {number}"
            )
            remedy = f"Cast the column: (...)::{format_type(result_type)}."
            analyzer.report("type-mismatch", message, remedy)
            return


def _variable_types(schema: HistorySchema, routine: Routine, body: RoutineBody) -> dict[str, str | None]:
    """Return the types of the variables and parameters of a body; None if several have the same name."""
    variables: dict[str, str | None] = dict.fromkeys((*_ALWAYS_VARIABLES, routine.name))
    variables |= dict(
        zip(routine.argument_names, map(concrete_type, routine.signature.arguments), strict=True)
    )
    variables |= {name: concrete_type(kind) for name, kind in routine.signature.columns}
    for name, kind in find_declared_types(schema, body).items():
        variables[name] = kind if name not in variables else None
    variables.pop("", None)
    return variables


def find_declared_types(schema: HistorySchema, body: RoutineBody) -> dict[str, str | None]:
    """Return the types of the variables that a body declares; None if several have the same name."""
    declared: dict[str, list[str | None]] = {}
    for declaration in body.declarations:
        if declaration.type:
            kind = _resolve_declared_type(schema, declaration.type)
            kinds = declared.setdefault(declaration.names[0], [])
            kinds.append(None if kind == "record" else concrete_type(kind))
    return {name: kinds[0] if len(kinds) == 1 else None for name, kinds in declared.items()}


def _resolve_declared_type(schema: HistorySchema, text: str) -> str | None:
    """Return the type of a declaration, which may be a row type (%ROWTYPE)."""
    copied = read_copied_type(text)
    if copied is not None:
        if copied.is_array:
            return None
        return (
            schema.find_type_name(*("", *copied.names)[-2:])
            if copied.is_row
            else _copy_type(schema, copied.names)
        )
    type_name = find_type_name(text)
    return None if type_name is None else resolve_type_name(schema, type_name)


def _copy_type(schema: HistorySchema, names: tuple[str, ...]) -> str | None:
    """Return the type of relation.column%TYPE; None for variable%TYPE."""
    relation = schema.find_relation(*("", *names)[-3:-1]) if len(names) > 1 else None
    column = (
        relation.columns.get(names[-1])
        if relation is not None and "columns" not in relation.unknown_kinds
        else None
    )
    return None if column is None or column.uncertain else column.type
