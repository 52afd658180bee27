"""Apply ALTER DEFAULT PRIVILEGES, and find the default privileges of a new object."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import kind_group, object_kind
from schema_dsl.analysis.trees import names, role_name
from schema_dsl.lint.history.schema import HistoryPosition, HistorySchema
from schema_dsl.model.grant import PRIVILEGES_BY_KIND, PUBLIC_ROLE, Grant
from schema_dsl.parsing import Node

# As in the definitions, ALL is the same on every version: without MAINTAIN.
TABLE_PRIVILEGES = Grant("all", to=PUBLIC_ROLE).list_privileges("table")
# The privileges on the groups of kinds of objects that the history knows.
_ALL_PRIVILEGES = {
    "relation": frozenset(TABLE_PRIVILEGES),
    "routine": frozenset(PRIVILEGES_BY_KIND["function"]),
}


def alter_default_privileges(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply an ALTER DEFAULT PRIVILEGES statement."""
    action, defaults = tree.action, schema.default_privileges
    defaults.has_revoked = defaults.has_revoked or not action.is_grant
    kind = object_kind(action.objtype)
    group = kind_group(kind)
    if group not in _ALL_PRIVILEGES or kind == "sequence":
        return
    named_privileges = {
        privilege.access_priv.priv_name for privilege in action.privileges
    } or _ALL_PRIVILEGES[group]
    for schema_name in read_schema_names(tree) or [""]:
        privileges_by_role = defaults.granted.setdefault((group, schema_name), {})
        for role in map(role_name, action.grantees):
            # PUBLIC has EXECUTE by Postgres' own default, for all schemas. A revoke IN SCHEMA has no effect on it.
            if role == "public" and schema_name and not action.is_grant and role not in privileges_by_role:
                continue
            privileges = privileges_by_role.setdefault(role, set())
            privileges.update(named_privileges) if action.is_grant else privileges.difference_update(
                named_privileges
            )


def find_default_grants(schema: HistorySchema, group: str, schema_name: str) -> dict[str, set[str]]:
    """Return the default privileges, by role, on a new object of a group of kinds, "relation" or "routine".

    Default privileges of a schema add to the global ones: a revoke IN SCHEMA only removes privileges of a grant IN
    SCHEMA.
    """
    everywhere, in_schema = (
        schema.default_privileges.granted.get((group, scope), {}) for scope in ("", schema_name)
    )
    roles = everywhere.keys() | in_schema.keys()
    return {role: everywhere.get(role, set()) | in_schema.get(role, set()) for role in roles}


def read_schema_names(tree: Node) -> list[str]:
    """Return the schemas of ALTER DEFAULT PRIVILEGES IN SCHEMA; an empty list means all schemas."""
    for option in tree.options:
        if option.def_elem.defname == "schemas":
            return names(option.def_elem.arg.list.items)
    return []
