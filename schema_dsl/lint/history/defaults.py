"""What ALTER DEFAULT PRIVILEGES gives to what is made from then on."""

from __future__ import annotations

from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.history.trees import enumeration, names, role_name
from schema_dsl.parsing import Node

TABLE_PRIVILEGES = ("select", "insert", "update", "delete", "truncate", "references", "trigger")
FUNCTIONS = frozenset({"OBJECT_FUNCTION", "OBJECT_ROUTINE"})
_WHOLE = {"OBJECT_TABLE": frozenset(TABLE_PRIVILEGES), "OBJECT_FUNCTION": frozenset({"execute"})}
_KINDS = {
    "OBJECT_TABLE": frozenset({"OBJECT_TABLE"}),
    "OBJECT_FUNCTION": FUNCTIONS,
}


def granted_when_made(schema: Schema, kind: str, where: str) -> dict[str, set[str]]:
    """Give what each role that was spoken of has on a table or function made in a schema now.

    Those of a schema only add to those without one: what is taken away for a schema was given for it before.
    """
    everywhere: dict[str, set[str]] = {}
    inside: dict[str, set[str]] = {}
    for tree in schema.default_privileges:
        action = tree.action
        if enumeration("ObjectType")[action.objtype] not in _KINDS[kind]:
            continue
        schemas = named_schemas(tree)
        if schemas and where not in schemas:
            continue
        said = {each.access_priv.priv_name for each in action.privileges} or _WHOLE[kind]
        for role in map(role_name, action.grantees):
            # That PUBLIC may execute functions was given everywhere, by Postgres itself.
            if role == "public" and schemas and not action.is_grant and role not in inside:
                continue
            held = (inside if schemas else everywhere).setdefault(role, set())
            held.update(said) if action.is_grant else held.difference_update(said)
    roles = everywhere.keys() | inside.keys()
    return {role: everywhere.get(role, set()) | inside.get(role, set()) for role in roles}


def named_schemas(tree: Node) -> list[str]:
    """Give the schemas that ALTER DEFAULT PRIVILEGES is for; none for all."""
    for option in tree.options:
        if option.def_elem.defname == "schemas":
            return names(option.def_elem.arg.list.items)
    return []
