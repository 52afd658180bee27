"""What the clients of an API can reach: PostgREST's roles, as Supabase names them, and what is granted to them."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.schema import Moment, Relation, Routine
from schema_dsl.lint.history.trees import enumeration, names, role_name
from schema_dsl.lint.rule import Ending
from schema_dsl.parsing import Node

# Schemas that an API serves, unless it was told otherwise.
API_SCHEMAS: Final = frozenset({"public", "api"})
CLIENTS: Final = ("anon", "authenticated", "public")
_ROW_PRIVILEGES: Final = ("select", "insert", "update", "delete")
_FOUND: WeakKeyDictionary[Ending, list[Step]] = WeakKeyDictionary()


def clients_with(ending: Ending, relation: Relation, *privileges: str) -> list[str]:
    """Give the client roles that surely have one of some privileges on a relation of the API, or on a column.

    Without `privileges`, any of those on rows. What a platform may grant by itself is not known, and not counted.
    """
    if relation.schema not in API_SCHEMAS or "grants" in relation.doubts:
        return []
    wanted = set(privileges or _ROW_PRIVILEGES)
    found = []
    for role in CLIENTS:
        held = relation.grants.get(role)
        if held is None:
            held = _by_default(ending, "OBJECT_TABLE", relation.schema, role, relation.made)
        columns = {privilege for _, privilege in relation.column_grants.get(role, ())}
        if wanted & (held | columns):
            found.append(role)
    return found


def callers(ending: Ending, routine: Routine) -> list[str]:
    """Give the client roles that surely may call a function of the API: everybody, unless that was revoked."""
    if routine.schema not in API_SCHEMAS:
        return []
    found = []
    for role in CLIENTS:
        held = routine.grants.get(role)
        if held is None:
            taken = _defaults(ending, "OBJECT_FUNCTION", routine.schema, role, routine.made)
            held = {"execute"} if taken is True or (taken is None and role == "public") else set()
        if held:
            found.append(role)
    return found


def shown(roles: list[str]) -> str:
    """Write roles for people."""
    return "everybody" if "public" in roles else " and ".join(roles)


def _by_default(ending: Ending, kind: str, schema: str, role: str, made: Moment | None) -> set[str]:
    held: set[str] = set()
    for action in _actions(ending, kind, schema, role, made):
        named = {each.access_priv.priv_name for each in action.privileges} or set(_ROW_PRIVILEGES)
        held = held | named if action.is_grant else held - named
    return held


def _defaults(ending: Ending, kind: str, schema: str, role: str, made: Moment | None) -> bool | None:
    """Say what the last ALTER DEFAULT PRIVILEGES for a role said: given, taken, or nothing."""
    said: bool | None = None
    for action in _actions(ending, kind, schema, role, made):
        said = bool(action.is_grant)
    return said


def _actions(ending: Ending, kind: str, schema: str, role: str, made: Moment | None) -> list[Node]:
    if made is None:
        return []
    kinds = {kind, "OBJECT_ROUTINE"} if kind == "OBJECT_FUNCTION" else {kind}
    found = []
    for step in _default_privileges(ending):
        action = step.tree.action
        inside = _schemas(step.tree)
        if (
            step.moment < made
            and enumeration("ObjectType")[action.objtype] in kinds
            and role in {role_name(each) for each in action.grantees}
            and (not inside or schema in inside)
        ):
            found.append(action)
    return found


def _default_privileges(ending: Ending) -> list[Step]:
    """Give the statements that set default privileges, looked for once a history."""
    if ending not in _FOUND:
        _FOUND[ending] = [
            step
            for steps in ending.steps.values()
            for step in steps
            if step.kind == "alter_default_privileges_stmt"
        ]
    return _FOUND[ending]


def _schemas(tree: Node) -> list[str]:
    for option in tree.options:
        if option.def_elem.defname == "schemas":
            return names(option.def_elem.arg.list.items)
    return []
