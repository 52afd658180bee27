"""What ALTER DEFAULT PRIVILEGES gives to what is made from then on."""

from __future__ import annotations

from schema_dsl.lint.history.schema import HistoryPosition, Schema
from schema_dsl.lint.history.trees import enumeration, names, role_name
from schema_dsl.parsing import Node

TABLE_PRIVILEGES = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
FUNCTIONS = frozenset({"OBJECT_FUNCTION", "OBJECT_ROUTINE"})
_WHOLE = {"OBJECT_TABLE": frozenset(TABLE_PRIVILEGES), "OBJECT_FUNCTION": frozenset({"execute"})}
_KINDS = {"OBJECT_TABLE": "OBJECT_TABLE", **dict.fromkeys(FUNCTIONS, "OBJECT_FUNCTION")}


def alter_default_privileges(schema: Schema, tree: Node, _: HistoryPosition) -> None:
    """Note what is given from now on, or no longer."""
    action, defaults = tree.action, schema.default_privileges
    defaults.revoked = defaults.revoked or not action.is_grant
    kind = _KINDS.get(enumeration("ObjectType")[action.objtype])
    if kind is None:
        return
    said = {each.access_priv.priv_name for each in action.privileges} or _WHOLE[kind]
    for where in named_schemas(tree) or [""]:
        held_by = defaults.held.setdefault((kind, where), {})
        for role in map(role_name, action.grantees):
            # That PUBLIC may execute functions was given everywhere, by Postgres itself.
            if role == "public" and where and not action.is_grant and role not in held_by:
                continue
            held = held_by.setdefault(role, set())
            held.update(said) if action.is_grant else held.difference_update(said)


def granted_when_made(schema: Schema, kind: str, where: str) -> dict[str, set[str]]:
    """Give what each role that was spoken of has on a table or function made in a schema now.

    Those of a schema only add to those without one: what is taken away for a schema was given for it before.
    """
    everywhere, inside = (schema.default_privileges.held.get((kind, each), {}) for each in ("", where))
    roles = everywhere.keys() | inside.keys()
    return {role: everywhere.get(role, set()) | inside.get(role, set()) for role in roles}


def named_schemas(tree: Node) -> list[str]:
    """Give the schemas that ALTER DEFAULT PRIVILEGES is for; none for all."""
    for option in tree.options:
        if option.def_elem.defname == "schemas":
            return names(option.def_elem.arg.list.items)
    return []
