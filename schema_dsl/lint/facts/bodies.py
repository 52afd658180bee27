"""Facts about user-defined functions that depend on the functions that they call."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis import builtins
from schema_dsl.analysis.trees import constant_text, enumeration, qualified_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema, Routine
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

# The functions that return the claims of a request or a setting.
IDENTITY_FUNCTIONS = frozenset(
    {
        *(("auth", name) for name in ("uid", "jwt", "role", "email")),
        *((schema, "current_setting") for schema in ("", "pg_catalog")),
    }
)
_ROLES = {
    **dict.fromkeys(("SVFOP_CURRENT_USER", "SVFOP_CURRENT_ROLE", "SVFOP_USER"), "current_user"),
    "SVFOP_SESSION_USER": "session_user",
}


@cached
def find_identities(routine: Routine) -> frozenset[str]:
    """Return the identities of the caller that a body itself reads: claims, current_user, session_user."""
    if routine.body is None:
        return frozenset()
    operations = enumeration("SQLValueFunctionOp")
    roles = {_ROLES.get(operations[node.op], "") for node in routine.body.find_nodes("SQLValueFunction")}
    claims = {"claims"} if IDENTITY_FUNCTIONS.intersection(routine.body.functions) else set()
    return frozenset(roles - {""} | claims)


def find_called_routines(
    schema: HistorySchema, routine: Routine, *, as_caller: bool = False
) -> Iterator[Routine]:
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
        for name in caller.body.functions if caller.body is not None else ():
            callees = [callee for callee in schema.find_routines(*name) if callee not in seen]
            pending += callees
            seen.update(callees)


def reads_identity(schema: HistorySchema, routine: Routine) -> bool:
    """Return whether a user-defined function reads the request claims or the settings of its caller."""
    return any("claims" in find_identities(callee) for callee in find_called_routines(schema, routine))


def reads_identity_or_role(schema: HistorySchema, routine: Routine) -> bool:
    """Return whether a user-defined function reads the request claims, the settings or the role of its caller."""
    return any(find_identities(callee) for callee in find_called_routines(schema, routine))


def definer_reads_identity(schema: HistorySchema, routine: Routine) -> bool:
    """Return whether a SECURITY DEFINER function reads the identity of its caller; its current_user is its owner."""
    return reads_identity(schema, routine) or "session_user" in find_identities(routine)


def ignores_caller(schema: HistorySchema, routine: Routine) -> bool:
    """Return whether a user-defined function certainly has the same result for every caller."""
    for callee in find_called_routines(schema, routine):
        body = callee.body
        if body is None or not body.is_readable or find_identities(callee):
            return False
        # Dynamic SQL, and a function of an extension, may read the identity of the caller.
        are_parts_known = all(part.statement.kind and part.dynamic_sql is None for part in body.parts)
        if not are_parts_known or not all(_is_known(schema, *name) for name in body.functions):
            return False
    # Policies of the tables that the function reads as the caller may test the caller.
    return not any(True for _ in find_relations_read_by_call(schema, routine, as_caller=True))


def _is_known(schema: HistorySchema, schema_name: str, name: str) -> bool:
    return bool(next(schema.find_routines(schema_name, name), None) or builtins.find_functions(name))


def may_name_column(routine: Routine, column: str) -> bool:
    """Return whether a body may name a column, in a reference, an assignment or a string."""
    if routine.body is None or not routine.body.is_readable:
        return True
    return any(
        column in constant_text(node) if node.DESCRIPTOR.name == "A_Const" else column in _list_names(node)
        for node in routine.body.find_nodes("A_Const", "ColumnRef", "ResTarget", "PLAssignStmt")
    )


def _list_names(node: Node) -> tuple[str, ...]:
    if node.DESCRIPTOR.name == "ColumnRef":
        return strings(node.fields)
    return (node.name, *(field.string.sval for field in node.indirection))


def is_trigger_function(routine: Routine) -> bool:
    """Return whether only triggers can call a function."""
    name = qualified_name(routine.tree.return_type.names)[1] if routine.tree is not None else ""
    return name in {"trigger", "event_trigger"}


def find_relations_read_by_call(
    schema: HistorySchema, routine: Routine, *, as_caller: bool
) -> Iterator[HistoryRelation]:
    """Yield the known relations that a function and the functions that it calls read or write.

    With `as_caller`, only those that they access with the privileges of the caller.
    """
    for callee in find_called_routines(schema, routine, as_caller=as_caller):
        for name in callee.body.relations if callee.body is not None else ():
            relation = schema.find_relation(*name)
            if relation is not None:
                yield relation


def find_routine_of_call(schema: HistorySchema, call: Node) -> Routine | None:
    """Return the user-defined function that a FuncCall calls, if exactly one function has the name."""
    schema_name, name = qualified_name(call.funcname)
    routines = list(schema.find_routines(schema_name, name))
    return routines[0] if len(routines) == 1 and not routines[0].uncertain else None
