"""Facts about the bodies of user-defined functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.schema import HistoryRelation, Routine, Schema
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression, parse_query
from schema_dsl.parsing.grammar import deparse, parse
from schema_dsl.parsing.lexer import tokens

_IDENTITY_OR_ROLE = re.compile(
    r"(?<![\w.])(?:auth\.(?:uid|jwt|role|email)|(?:pg_catalog\.)?current_setting)\(|"
    r"(?<![\w.])(?:current_user|session_user|current_role)\b"
)
_IDENTITY = re.compile(r"(?<![\w.])(?:auth\.(?:uid|jwt|role|email)|(?:pg_catalog\.)?current_setting)\(")
# Blanks around these tokens have no meaning.
_BLANKS = re.compile(r" ?\. ?| ?\( ?")
_CALLED = re.compile(r"(?<![\w.])(?:(\w+)\.)?(\w+)\(")
_READ = re.compile(r"(?<![\w.])(?:from|join|into|update|only) (?:only )?(?:(\w+)\.)?(\w+)\b(?!\()")
_RETURNS = re.compile(r"\s*begin\s+return\b(?P<value>[^;]*);\s*end\s*;?\s*", re.IGNORECASE)


@cached
def normalize_body(routine: Routine) -> str:
    """Return a body in lower case, without comments and quotes around names, with one blank between words."""
    text = routine.body
    if text is None and routine.tree is not None and routine.tree.HasField("sql_body"):
        holder: Node = parse("SELECT 1")
        holder.stmts[0].stmt.create_function_stmt.CopyFrom(routine.tree)
        text = deparse(holder)
    words, end = [], 0
    for token in tokens(text or ""):
        words += [" "] if token.start > end else []
        words.append(token.word.strip('"'))
        end = token.end
    return _BLANKS.sub(lambda blank: blank[0].strip(), "".join(words))


@cached
def find_result_expression(routine: Routine) -> Node | None:
    """Return the expression that a function returns if its body is only that; names in it may be arguments."""
    tree = routine.tree
    if tree is not None and tree.HasField("sql_body"):
        body = tree.sql_body
        if body.WhichOneof("node") == "return_stmt":
            return body.return_stmt.returnval
        statements = body.list.items[0].list.items
        return _value_of_select(statements[0]) if len(statements) == 1 else None
    try:
        if routine.language == "sql" and routine.body is not None:
            return _value_of_select(parse_query(routine.body))
        match = _RETURNS.fullmatch(routine.body or "") if routine.language == "plpgsql" else None
        return parse_expression(match["value"]) if match else None
    except SqlSyntaxError:
        return None


def _value_of_select(statement: Node) -> Node | None:
    return find_single_value(statement.select_stmt) if statement.WhichOneof("node") == "select_stmt" else None


def find_single_value(select: Node) -> Node | None:
    """Return the only value of a SELECT without FROM, WHERE, LIMIT and UNION; None for any other SELECT."""
    has_other_clauses = (
        select.HasField("where_clause") or select.HasField("larg") or select.HasField("limit_count")
    )
    if select.from_clause or has_other_clauses or len(select.target_list) != 1:
        return None
    value: Node = select.target_list[0].res_target.val
    return value


def find_called_routines(schema: Schema, routine: Routine, *, as_caller: bool = False) -> Iterator[Routine]:
    """Yield a function and the user-defined functions that it calls, directly or not, each once.

    Args:
        schema: The functions that the history knows.
        routine: The function to start from.
        as_caller: Yield only functions that run with the privileges of the caller of `routine`.
    """
    pending, seen = [routine], {routine}
    for caller in pending:
        if as_caller and caller.security_definer:
            continue
        yield caller
        for schema_name, name in dict.fromkeys(_CALLED.findall(normalize_body(caller))):
            callees = [routine for routine in schema.find_routines(schema_name, name) if routine not in seen]
            pending += callees
            seen.update(callees)


def reads_identity(schema: Schema, routine: Routine) -> bool:
    """Return whether a user-defined function reads the request claims or the settings of its caller."""
    return any(_IDENTITY.search(normalize_body(callee)) for callee in find_called_routines(schema, routine))


def reads_identity_or_role(schema: Schema, routine: Routine) -> bool:
    """Return whether a user-defined function reads the request claims, the settings or the role of its caller."""
    return any(
        _IDENTITY_OR_ROLE.search(normalize_body(callee)) for callee in find_called_routines(schema, routine)
    )


def definer_reads_identity(schema: Schema, routine: Routine) -> bool:
    """Return whether a SECURITY DEFINER function reads the identity of its caller; its current_user is its owner."""
    return reads_identity(schema, routine) or "session_user" in normalize_body(routine)


def is_trigger_function(routine: Routine) -> bool:
    """Return whether only triggers can call a function."""
    name = qualified_name(routine.tree.return_type.names)[1] if routine.tree is not None else ""
    return name in {"trigger", "event_trigger"}


def find_relations_in_body(schema: Schema, routine: Routine) -> Iterator[HistoryRelation]:
    """Yield the known relations that a body reads or writes."""
    for schema_name, name in dict.fromkeys(_READ.findall(normalize_body(routine))):
        relation = schema.find_relation(schema_name, name)
        if relation is not None:
            yield relation


def find_relations_read_by_call(
    schema: Schema, routine: Routine, *, as_caller: bool = False
) -> Iterator[HistoryRelation]:
    """Yield the known relations that a function and the functions that it calls read or write.

    With `as_caller`, only those that they access with the privileges of the caller.
    """
    for callee in find_called_routines(schema, routine, as_caller=as_caller):
        yield from find_relations_in_body(schema, callee)


def find_routine_of_call(schema: Schema, call: Node) -> Routine | None:
    """Return the user-defined function that a FuncCall calls, if exactly one function has the name."""
    schema_name, name = qualified_name(call.funcname)
    routines = list(schema.find_routines(schema_name, name))
    return routines[0] if len(routines) == 1 and not routines[0].uncertain else None
