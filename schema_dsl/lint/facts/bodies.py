"""What a function of one's own does, so far as rules see through it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.schema import HistoryRelation, Routine, Schema
from schema_dsl.lint.history.trees import qualified
from schema_dsl.parsing import Node, SqlSyntaxError, expression, query
from schema_dsl.parsing.grammar import deparse, parse
from schema_dsl.parsing.lexer import tokens

_ASKS = re.compile(
    r"(?<![\w.])(?:auth\.(?:uid|jwt|role|email)|(?:pg_catalog\.)?current_setting)\(|"
    r"(?<![\w.])(?:current_user|session_user|current_role)\b"
)
_SESSION = re.compile(r"(?<![\w.])(?:auth\.(?:uid|jwt|role|email)|(?:pg_catalog\.)?current_setting)\(")
# Around these a blank says nothing.
_BLANKS = re.compile(r" ?\. ?| ?\( ?")
_CALLED = re.compile(r"(?<![\w.])(?:(\w+)\.)?(\w+)\(")
_READ = re.compile(r"(?<![\w.])(?:from|join|into|update|only) (?:only )?(?:(\w+)\.)?(\w+)\b(?!\()")
_RETURNS = re.compile(r"\s*begin\s+return\b(?P<value>[^;]*);\s*end\s*;?\s*", re.IGNORECASE)


@cached
def code(routine: Routine) -> str:
    """Give a body in lower case, without comments and the quotes of names, one blank between words."""
    text = routine.body
    if text is None and routine.tree is not None and routine.tree.HasField("sql_body"):
        holder: Node = parse("SELECT 1")
        holder.stmts[0].stmt.create_function_stmt.CopyFrom(routine.tree)
        text = deparse(holder)
    found, end = [], 0
    for each in tokens(text or ""):
        found += [" "] if each.start > end else []
        found.append(each.word.strip('"'))
        end = each.end
    return _BLANKS.sub(lambda blank: blank[0].strip(), "".join(found))


@cached
def result(routine: Routine) -> Node | None:
    """Give the expression that a function without statements of its own gives: names in it may be arguments."""
    tree = routine.tree
    if tree is not None and tree.HasField("sql_body"):
        body = tree.sql_body
        if body.WhichOneof("node") == "return_stmt":
            return body.return_stmt.returnval
        inner = body.list.items[0].list.items
        return _selected(inner[0]) if len(inner) == 1 else None
    try:
        if routine.language == "sql" and routine.body is not None:
            return _selected(query(routine.body))
        found = _RETURNS.fullmatch(routine.body or "") if routine.language == "plpgsql" else None
        return expression(found["value"]) if found else None
    except SqlSyntaxError:
        return None


def _selected(statement: Node) -> Node | None:
    return only_value(statement.select_stmt) if statement.WhichOneof("node") == "select_stmt" else None


def only_value(select: Node) -> Node | None:
    """Give the one thing that a SELECT without FROM or WHERE gives; None if it is more than that."""
    more = select.HasField("where_clause") or select.HasField("larg") or select.HasField("limit_count")
    if select.from_clause or more or len(select.target_list) != 1:
        return None
    value: Node = select.target_list[0].res_target.val
    return value


def called(schema: Schema, routine: Routine, *, as_caller: bool = False) -> Iterator[Routine]:
    """Yield a function, and those of one's own that it calls, each once.

    With `as_caller`, only those that run with the rights of whoever calls the first.
    """
    found, seen = [routine], {routine}
    for caller in found:
        if as_caller and caller.security_definer:
            continue
        yield caller
        for where, name in dict.fromkeys(_CALLED.findall(code(caller))):
            new = [each for each in schema.named_routines(where, name) if each not in seen]
            found += new
            seen.update(new)


def reads_identity(schema: Schema, routine: Routine) -> bool:
    """Say whether a function of one's own looks at the caller's claims or settings."""
    return any(_SESSION.search(code(each)) for each in called(schema, routine))


def asks_who_calls(schema: Schema, routine: Routine) -> bool:
    """Say whether it looks at the caller's claims, settings or role."""
    return any(_ASKS.search(code(each)) for each in called(schema, routine))


def asks(schema: Schema, routine: Routine) -> bool:
    """Say whether a SECURITY DEFINER function looks at who is calling; its current_user is its owner."""
    return reads_identity(schema, routine) or "session_user" in code(routine)


def is_trigger(routine: Routine) -> bool:
    """Say whether it cannot be called but by a trigger."""
    name = qualified(routine.tree.return_type.names)[1] if routine.tree is not None else ""
    return name in {"trigger", "event_trigger"}


def read_by_body(schema: Schema, routine: Routine) -> Iterator[HistoryRelation]:
    """Yield the relations that a body reads or writes, so far as they are known."""
    for where, name in dict.fromkeys(_READ.findall(code(routine))):
        found = schema.relation(where, name)
        if found is not None:
            yield found


def read_by_calling(
    schema: Schema, routine: Routine, *, as_caller: bool = False
) -> Iterator[HistoryRelation]:
    """Yield the relations that a function reads, itself or by others; `as_caller`, with its caller's rights."""
    for each in called(schema, routine, as_caller=as_caller):
        yield from read_by_body(schema, each)


def named(schema: Schema, call: Node) -> Routine | None:
    """Find the function of one's own that a FuncCall means, if there is only one of that name."""
    where, name = qualified(call.funcname)
    found = list(schema.named_routines(where, name))
    return found[0] if len(found) == 1 and not found[0].doubtful else None
