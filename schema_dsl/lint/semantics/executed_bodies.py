"""Find errors in each execution of a part of a body of PL/pgSQL: results without a target, and texts of EXECUTE.

Postgres accepts such a body when it creates the routine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from schema_dsl.analysis.bodies import BodyPart, RoutineBody
from schema_dsl.analysis.errors import SemanticError, find_nearest
from schema_dsl.analysis.literals import literal_error
from schema_dsl.analysis.trees import enumeration, single_value
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.declared_variables import describe_refusal, find_value_error
from schema_dsl.parsing import QUERY_KINDS, Node, Statement, walk
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

RULE = "function-definition"
_CHANGES = QUERY_KINDS - {"select_stmt"}
_SHOWS = frozenset({"variable_show_stmt", "explain_stmt"})
# The statements that take the values of USING, beside queries.
_WITH_PARAMETERS = frozenset({"create_table_as_stmt", "explain_stmt", "declare_cursor_stmt", "call_stmt"})
# The beginnings of the condition names with which a handler expects such errors; OTHERS tolerates everything.
_EXPECTED = ("syntax_error", "invalid_", "data_exception", "datetime_")
# The variable, the bounds and the step of a FOR over integers.
_WITH_STEP = 4
# A query and its INTO.
_WITH_TARGET = 2
# A variable and its field.
_WITH_FIELD = 2
_TEXT_OF_EXECUTE = "the text of EXECUTE"


def find_refused_parts(
    schema: HistorySchema, body: RoutineBody, types: Mapping[str, str | None]
) -> Iterator[tuple[BodyPart, SemanticError]]:
    """Yield the errors that do not depend on the objects that the statements of a body name.

    Args:
        schema: The state in which the body runs.
        body: The body.
        types: The types of variables and parameters.
    """
    handlers = (node for node in body.code.nodes if node.keyword == "exception")
    if any(name.startswith(_EXPECTED) for node in handlers for name in node.names):
        return
    nodes = {sql.start: node for node in body.code.nodes for sql in node.sql}
    for part in body.parts:
        node = nodes.get(part.statement.start)
        if node is None or part.tolerates_missing or not part.statement.kind:
            continue
        found = _find_error(schema, body, part, node, types)
        if found is not None:
            yield part, attrs.evolve(found, location=-2 - part.statement.start)


def _find_error(
    schema: HistorySchema,
    body: RoutineBody,
    part: BodyPart,
    node: PlpgsqlNode,
    types: Mapping[str, str | None],
) -> SemanticError | None:
    statement = part.statement
    if part.role is SqlRole.DYNAMIC:
        return _find_execute_error(part, node)
    if node.keyword == "for" and part.role is SqlRole.EXPRESSION and len(node.sql) == _WITH_STEP:
        is_step = statement.start == node.sql[-1].start
        return _find_step_error(node) if is_step else None
    if part.role is SqlRole.STATEMENT and node.keyword == "sql":
        return _find_statement_error(statement, node) or _find_selected_error(schema, body, node, types)
    if node.keyword == "declare" and part.role is SqlRole.EXPRESSION:
        value = single_value(statement.tree)
        variable = node.names[0], types.get(node.names[0])
        return None if value is None else find_value_error(schema, body, variable, value)
    if statement.kind == "plassign_stmt":
        return _find_assignment_error(schema, body, statement, types)
    targets = statement.tree.target_list if part.role is SqlRole.TARGET else ()
    fields = (strings(target.res_target.val.column_ref.fields) for target in targets)
    errors = (_find_field_error(schema, names, types) for names in fields)
    return next((error for error in errors if error is not None), None)


def _find_assignment_error(
    schema: HistorySchema, body: RoutineBody, statement: Statement, types: Mapping[str, str | None]
) -> SemanticError | None:
    """Return the error of an assignment to a variable, or to a field of one."""
    name, value = statement.tree.name, single_value(statement.tree.val)
    if not statement.tree.indirection:
        return None if value is None else find_value_error(schema, body, (name, types.get(name)), value)
    names = name, *strings(statement.tree.indirection)
    error = None if value is None else _find_assigned_error(schema, names, types, value)
    return error or _find_field_error(schema, names, types)


def _find_step_error(node: PlpgsqlNode) -> SemanticError | None:
    """Return the error of a FOR over integers whose step is no positive number."""
    step = node.sql[-1].statement
    value = single_value(step.tree) if step.kind else None
    if value is None or value.a_const.WhichOneof("val") != "ival" or value.a_const.ival.ival > 0:
        return None
    return SemanticError(
        RULE, "BY value of FOR loop must be greater than zero", "Write REVERSE to count down."
    )


def _find_statement_error(statement: Statement, node: PlpgsqlNode) -> SemanticError | None:
    """Return the error of a statement that returns rows to nothing, or that begins or ends a transaction."""
    if statement.kind == "transaction_stmt":
        kind = enumeration("TransactionStmtKind")[statement.tree.kind].removeprefix("TRANS_STMT_")
        if kind in {"COMMIT", "ROLLBACK"}:
            return None
        remedy = "Use a block with EXCEPTION as a savepoint; only COMMIT and ROLLBACK end a transaction."
        return SemanticError(RULE, "unsupported transaction command in PL/pgSQL", remedy)
    if any(sql.role is SqlRole.TARGET for sql in node.sql):
        return None
    tree = statement.tree
    is_query = statement.kind == "select_stmt" and not tree.HasField("into_clause")
    if is_query or statement.kind in _SHOWS or (statement.kind in _CHANGES and _returns_rows(tree)):
        remedy = "Add INTO and a variable, or discard the rows of a query with PERFORM."
        return SemanticError(RULE, "query has no destination for result data", remedy)
    return None


def _returns_rows(tree: Node) -> bool:
    return bool(tree.returning_clause.exprs) if tree.HasField("returning_clause") else False


def _find_execute_error(part: BodyPart, node: PlpgsqlNode) -> SemanticError | None:
    dynamic = part.dynamic_sql
    value = single_value(part.statement.tree)
    if value is not None and value.a_const.isnull:
        return SemanticError(RULE, "query string argument of EXECUTE is null")
    if dynamic is None or not dynamic.is_complete:
        return None
    if dynamic.problem is not None:
        return SemanticError(RULE, f"{dynamic.problem.message} in {_TEXT_OF_EXECUTE}")
    given = [sql.statement for sql in node.sql if sql.role is SqlRole.EXPRESSION]
    count = sum(len(each.tree.target_list) for each in given if each.kind)
    errors = (_find_executed_error(each, count) for each in dynamic.statements)
    return next((error for error in errors if error is not None), None)


def _find_executed_error(executed: Statement, count: int) -> SemanticError | None:
    """Return the error of a statement that EXECUTE runs with a number of values in USING."""
    if executed.kind == "transaction_stmt":
        return SemanticError(RULE, "EXECUTE of transaction commands is not implemented")
    if executed.kind == "select_stmt" and executed.tree.HasField("into_clause"):
        remedy = "Write INTO after the text of EXECUTE, or CREATE TABLE AS within it."
        return SemanticError(RULE, "EXECUTE of SELECT ... INTO is not implemented", remedy)
    if executed.kind not in QUERY_KINDS | _WITH_PARAMETERS:
        count = 0
    numbers = [each.number for each in walk(executed.tree) if each.DESCRIPTOR.name == "ParamRef"]
    if max(numbers, default=0) <= count:
        return None
    message = f"there is no parameter ${max(numbers)} in {_TEXT_OF_EXECUTE}"
    remedy = (
        "Give its value in USING."
        if executed.kind in QUERY_KINDS
        else "Write the value with format() and %L."
    )
    return SemanticError(RULE, message, remedy)


def _find_selected_error(
    schema: HistorySchema, body: RoutineBody, node: PlpgsqlNode, types: Mapping[str, str | None]
) -> SemanticError | None:
    """Return the error of the constants of a SELECT ... INTO that certainly returns a row."""
    if len(node.sql) != _WITH_TARGET or node.sql[1].role is not SqlRole.TARGET:
        return None
    query, targets = node.sql[0].statement, node.sql[1].statement
    if query.kind != "select_stmt" or targets.kind != "select_stmt":
        return None
    tree = query.tree
    if tree.from_clause or tree.HasField("where_clause") or tree.HasField("larg") or tree.values_lists:
        return None
    values = [each.res_target.val for each in tree.target_list]
    named = [strings(each.res_target.val.column_ref.fields) for each in targets.tree.target_list]
    for names, value in zip(named, values, strict=False) if len(named) == len(values) else ():
        kind = types.get(names[0]) if len(names) == 1 else None
        if kind is not None and schema.find_row_relation(kind) is None:
            error = find_value_error(schema, body, (names[0], kind), value)
            if error is not None:
                return error
    return None


def _find_assigned_error(
    schema: HistorySchema, names: tuple[str, ...], types: Mapping[str, str | None], value: Node
) -> SemanticError | None:
    """Return the error of a constant that a field of a row does not accept."""
    kind = types.get(names[0]) if len(names) == _WITH_FIELD else None
    row = schema.find_row_relation(kind) if kind else None
    column = row.columns.get(names[1]) if row is not None and "columns" not in row.unknown_kinds else None
    if column is None or column.uncertain:
        return None
    if value.WhichOneof("node") == "a_const" and value.a_const.HasField("sval"):
        message = literal_error(schema, value.a_const.sval.sval, column.type)
        if message is not None:
            return SemanticError("type-mismatch", message)
    return describe_refusal(schema, column, value)


def _find_field_error(
    schema: HistorySchema, names: tuple[str, ...], types: Mapping[str, str | None]
) -> SemanticError | None:
    """Return the error of an assignment to a field that the row of a variable does not have."""
    kind = types.get(names[0]) if len(names) > 1 else None
    row = schema.find_row_relation(kind) if kind else None
    if (
        row is None
        or not row.complete
        or row.uncertain
        or "columns" in row.unknown_kinds
        or names[1] in row.columns
    ):
        return None
    near = find_nearest(names[1], row.columns)
    message = f'record "{names[0]}" has no field "{names[1]}"'
    return SemanticError("unknown-column", message, f"Did you mean {near}?" if near else "", word=names[1])
